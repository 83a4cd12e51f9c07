//! The calls by name: what an error says it comes from, and what may be repeated.

macro_rules! calls {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Which call an error comes from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Call {
            $($(#[$doc])* $variant,)*
        }

        impl Call {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// A short stable name, for logs, for the screen's tables, and for the names of the fixtures.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

calls! {
    /// No call yet: the settings were being read.
    Configure = "configure",
    /// `create_videoid`.
    Create = "create",
    /// `upload_evidences`.
    Evidences = "evidences",
    /// `upload_video`.
    Video = "video",
    /// `read_request`, `read_evidence`.
    ReadRequest = "read-request",
    /// `download_video`.
    DownloadVideo = "download-video",
    /// `validate`.
    Validate = "validate",
    /// `approve`.
    Approve = "approve",
    /// `refuse`.
    Refuse = "refuse",
    /// `update_request`.
    UpdateRequest = "update-request",
    /// `cancel_request`.
    CancelRequest = "cancel-request",
    /// `upload_document`.
    UploadDocument = "upload-document",
    /// `list_documents`.
    ListDocuments = "list-documents",
    /// `get_document`.
    GetDocument = "get-document",
    /// `delete_document`.
    DeleteDocument = "delete-document",
    /// `delete_documents`.
    DeleteDocuments = "delete-documents",
    /// `contract`.
    Contract = "contract",
    /// `generate_otp`.
    GenerateOtp = "otp",
    /// `sign`.
    Sign = "sign",
    /// `async_status`.
    AsyncStatus = "async-status",
    /// `create_token`.
    CreateToken = "create-token",
    /// `get_token`.
    GetToken = "get-token",
    /// `delete_token`.
    DeleteToken = "delete-token",
    /// `list_tokens`.
    ListTokens = "list-tokens",
    /// `upload_image`.
    UploadImage = "upload-image",
    /// `get_image`.
    GetImage = "get-image",
    /// `delete_image`.
    DeleteImage = "delete-image",
    /// `list_images`.
    ListImages = "list-images",
    /// `delete_images`.
    DeleteImages = "delete-images",
    /// `hello`, `probe_dialect`.
    Hello = "hello",
    /// `version`.
    Version = "version",
    /// `read_settings`.
    ReadSettings = "read-settings",
    /// `save_settings`.
    SaveSettings = "save-settings",
}

impl Call {
    /// The call of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|call| call.name() == name)
    }

    /// Whether repeating the call leaves the server as one call would: reads, deletions, and cancelling.
    pub const fn is_idempotent(self) -> bool {
        match self {
            Self::Configure
            | Self::ReadRequest
            | Self::DownloadVideo
            | Self::CancelRequest
            | Self::ListDocuments
            | Self::GetDocument
            | Self::DeleteDocument
            | Self::DeleteDocuments
            | Self::Contract
            | Self::AsyncStatus
            | Self::GetToken
            | Self::DeleteToken
            | Self::ListTokens
            | Self::GetImage
            | Self::DeleteImage
            | Self::ListImages
            | Self::DeleteImages
            | Self::Hello
            | Self::Version
            | Self::ReadSettings => true,
            Self::Create
            | Self::Evidences
            | Self::Video
            | Self::Validate
            | Self::Approve
            | Self::Refuse
            | Self::UpdateRequest
            | Self::UploadDocument
            | Self::GenerateOtp
            | Self::Sign
            | Self::CreateToken
            | Self::UploadImage
            | Self::SaveSettings => false,
        }
    }
}
