//! What a person is told when something fails.
//!
//! A code has a sentence and an action in every language of the UI (`ui/src/i18n`). Add one only where the person can
//! do something different about it.

use serde::{Deserialize, Serialize};

use crate::{FieldKey, Sensitive};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A failure a person can meet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code: each must have its sentence.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it is written on the screen, in the log and in the tables of sentences.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// No camera is connected.
    CameraNone = "camera_none",
    /// Another program holds the camera.
    CameraBusy = "camera_busy",
    /// The camera was unplugged.
    CameraUnplugged = "camera_unplugged",
    /// The camera delivers nothing.
    CameraSilent = "camera_silent",
    /// The system denies access to the camera.
    CameraDenied = "camera_denied",
    /// The camera has no format we can use.
    CameraUnusable = "camera_unusable",
    /// The camera delivers damaged pictures.
    CameraDamaged = "camera_damaged",
    /// The camera's pictures are too small for a video that is evidence.
    CameraSmall = "camera_small",
    /// The camera's driver failed.
    CameraFailed = "camera_failed",
    /// The camera that was chosen is not there.
    CameraMissing = "camera_missing",
    /// A program makes this camera, and such are refused here.
    CameraSoftware = "camera_software",
    /// The camera is not on the list of those this booth may use.
    CameraNotAllowed = "camera_not_allowed",
    /// Sound is to be recorded, and this program was built without it.
    SoundNotBuilt = "sound_not_built",
    /// No microphone is connected, or not the one that was chosen.
    MicrophoneNone = "microphone_none",
    /// Another program holds the microphone.
    MicrophoneBusy = "microphone_busy",
    /// The microphone was unplugged.
    MicrophoneUnplugged = "microphone_unplugged",
    /// The microphone is open and delivers nothing.
    MicrophoneStuck = "microphone_stuck",
    /// The system denies access to the microphone.
    MicrophoneDenied = "microphone_denied",
    /// The microphone failed in another way, or has no format we can use.
    MicrophoneFailed = "microphone_failed",
    /// A replay was chosen where only a real camera is allowed.
    SyntheticRefused = "synthetic_refused",
    /// The chosen file is not a whole picture.
    PictureUnreadable = "picture_unreadable",
    /// The clip is not a whole video.
    ClipUnreadable = "clip_unreadable",
    /// The recording is too short to show anything.
    RecordingTooShort = "recording_too_short",
    /// The encoder failed.
    RecordingFailed = "recording_failed",
    /// There is no room left on the disk.
    StoreFull = "store_full",
    /// The store cannot be written or read.
    StoreFailed = "store_failed",
    /// Less room is left on the disk than a new case may leave.
    DiskReserve = "disk_reserve",
    /// What the store holds is not what was put there.
    StoreDamaged = "store_damaged",
    /// The audit log cannot be written.
    AuditFailed = "audit_failed",
    /// The audit log does not hold.
    AuditBroken = "audit_broken",
    /// The vault needs its passphrase, or the system's store of credentials is locked.
    VaultLocked = "vault_locked",
    /// Nothing was kept here yet, and what will be needs a passphrase.
    PassphraseUnset = "passphrase_unset",
    /// The vault is there and its key is not.
    VaultKeyMissing = "vault_key_missing",
    /// The passphrase does not open the vault.
    PassphraseWrong = "passphrase_wrong",
    /// The passphrase is too short to be one.
    PassphraseShort = "passphrase_short",
    /// The doctor found what keeps the booth from working.
    NotFit = "not_fit",
    /// The server cannot be reached.
    ServerUnreachable = "server_unreachable",
    /// The connection's certificate is not trusted, or TLS failed.
    ServerUntrusted = "server_untrusted",
    /// The server took too long, or the connection broke: whether it acted is unknown.
    AnswerLost = "answer_lost",
    /// Something other than the service answered (a proxy's page).
    NotTheService = "not_the_service",
    /// The server refuses bodies of this size (413).
    TooLarge = "too_large",
    /// The server found the data invalid (400, 422).
    DataRefused = "data_refused",
    /// The registration authority is unknown or not enabled for VideoID.
    WrongRegistrationAuthority = "wrong_registration_authority",
    /// The server refuses the credentials (401, 403).
    CredentialsRefused = "credentials_refused",
    /// The server does not know the request.
    RequestNotFound = "request_not_found",
    /// The request is in a state that does not allow this.
    RequestWrongState = "request_wrong_state",
    /// The server failed (5xx).
    ServerFault = "server_fault",
    /// The server could not process the evidence (VIDEOERROR).
    EvidenceRejected = "evidence_rejected",
    /// The request was cancelled at the server.
    RequestCancelled = "request_cancelled",
    /// The server took everything and does not say VIDEOREVIEW yet.
    ReviewPending = "review_pending",
    /// Uploads go out at certain hours only, and it is another one.
    UploadWindow = "upload_window",
    /// Whether a request was created is unknown: creating another could double it.
    RequestUncertain = "request_uncertain",
    /// A field is missing or malformed.
    FieldWrong = "field_wrong",
    /// The crop is outside the picture.
    CropOutside = "crop_outside",
    /// Attesting needs a name.
    OperatorUnnamed = "operator_unnamed",
    /// The action does not fit the step the case is at.
    OutOfOrder = "out_of_order",
    /// There is no such case here.
    CaseUnknown = "case_unknown",
    /// Another program has the case open.
    CaseInUse = "case_in_use",
    /// The billing account is refused, or has no credit.
    BillingRefused = "billing_refused",
    /// The One-Shot server itself is not set up for this (its certificate, its environment).
    ServerMisconfigured = "server_misconfigured",
    /// The evidence is complete at the server: it takes no more.
    EvidenceComplete = "evidence_complete",
    /// Nobody is signed in as an officer, or the sign-in ran out.
    OfficerNotSignedIn = "officer_not_signed_in",
    /// The officer's credentials lack a part.
    OfficerIncomplete = "officer_incomplete",
    /// The officer's credentials are refused, or belong to no officer.
    OfficerRefused = "officer_refused",
    /// The officer took this evidence themselves.
    OfficerIsOperator = "officer_is_operator",
    /// Whether the decision reached the server is unknown.
    DecisionUncertain = "decision_uncertain",
    /// The request lacks fields or documents it needs before it can be approved.
    ApprovalIncomplete = "approval_incomplete",
    /// A refusal needs a reason.
    ReasonMissing = "reason_missing",
    /// The file is not a PDF, or one that cannot be shown.
    DocumentUnreadable = "document_unreadable",
    /// The PDF is locked with a password.
    DocumentLocked = "document_locked",
    /// The PDF is larger than is taken here.
    DocumentTooLarge = "document_too_large",
    /// One request takes no more documents.
    DocumentLimit = "document_limit",
    /// The server has another document than was sent.
    DocumentAltered = "document_altered",
    /// Whether a document arrived is unknown.
    DocumentUncertain = "document_uncertain",
    /// The server does not have the document, or the contract.
    DocumentMissing = "document_missing",
    /// A document or the contract has not been read to its end.
    DocumentUnread = "document_unread",
    /// The place or picture of a visible signature is wrong.
    StampWrong = "stamp_wrong",
    /// A code was sent less than a minute ago.
    CodeTooSoon = "code_too_soon",
    /// The code is wrong or has expired.
    CodeWrong = "code_wrong",
    /// No code was typed.
    CodeMissing = "code_missing",
    /// Whether a code was sent is unknown.
    CodeUncertain = "code_uncertain",
    /// Whether the documents were signed is unknown.
    SignatureUncertain = "signature_uncertain",
    /// The request was signed before: its certificate is used up.
    AlreadyIssued = "already_issued",
    /// The signed document does not hold: changed, not covered, or somebody else's.
    SignatureInvalid = "signature_invalid",
    /// A document at the server has no good signed copy here yet.
    CopyMissing = "copy_missing",
    /// The server still has documents that were to be deleted.
    DeletionUnproven = "deletion_unproven",
    /// Another machine delivers the case.
    CaseHandedOver = "case_handed_over",
    /// An export without a recipient would be readable by anybody.
    RecipientMissing = "recipient_missing",
    /// The bundle cannot be written there.
    BundleNotWritten = "bundle_not_written",
    /// The time stamp authority gave no time stamp.
    StampMissing = "stamp_missing",
    /// The bundle is a copy for the files: its case is delivered elsewhere.
    BundleCopy = "bundle_copy",
    /// The case of the bundle is here, or was taken in before.
    BundleKnown = "bundle_known",
    /// The bundle was sealed by a device that is not known here.
    BundleStranger = "bundle_stranger",
    /// The file is no sealed bundle, or cannot be read.
    BundleUnreadable = "bundle_unreadable",
    /// The bundle is encrypted to others, or no identity was given.
    BundleLocked = "bundle_locked",
    /// A part of the bundle is not what was sealed.
    BundleAltered = "bundle_altered",
    /// The officer refused the request.
    RequestRefused = "request_refused",
    /// The system's store of credentials cannot be used.
    CredentialStore = "credential_store",
    /// The address cannot be listened on.
    ListenFailed = "listen_failed",
    /// The settings are wrong.
    SettingsWrong = "settings_wrong",
    /// A defect of ours.
    Internal = "internal",
}

/// Whether trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum TryAgain {
    /// At once, by the person.
    Now,
    /// Later: the cause passes by itself.
    Later,
    /// Only after something was changed.
    AfterChange,
    /// Only after the server's state was looked up: a repeat could duplicate.
    FindOutFirst,
}

/// A failure with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What happened.
    pub code: Code,
    /// Whether trying again makes sense.
    pub try_again: TryAgain,
    /// The cause in its own words (the server's, the driver's): for the screen, never for the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Sensitive<String>>,
    /// The field it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldKey>,
    /// How long the server asked to be left alone, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem without detail.
    #[must_use]
    pub const fn new(code: Code, try_again: TryAgain) -> Self {
        Self {
            code,
            try_again,
            detail: None,
            field: None,
            retry_after_s: None,
        }
    }

    /// The same with the cause in its own words.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(Sensitive::new(detail.into()));
        self
    }

    /// The same, about a field.
    #[must_use]
    pub const fn about(mut self, field: FieldKey) -> Self {
        self.field = Some(field);
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_stored_as_it_is_shown() {
        for &code in Code::ALL {
            assert_eq!(serde_json::to_value(code).expect("a code is text"), code.as_str());
        }
    }

    #[test]
    fn the_servers_words_stay_out_of_debug_and_display() {
        let problem = Problem::new(Code::DataRefused, TryAgain::AfterChange).because("Alma");
        assert!(!format!("{problem:?} {problem}").contains("Alma"));
    }
}
