//! Where each call goes, below the prefix (section 3): the two generations side by side. Where the current one's pages
//! are silent (`GAP` there), the older path is taken below the current prefix.

use crate::config::{Config, filled};
use crate::ids::{DocumentUid, ImageUid, Numbers, RequestPk};
use crate::signing::DocumentCopy;

use super::Dialect;

impl Dialect {
    pub(crate) const fn create_path(self) -> &'static str {
        "videoid"
    }

    /// The number a call on the VideoID goes by.
    fn videoid(self, numbers: Numbers) -> String {
        match self {
            Self::Current => format!("videoid/{}", numbers.videoid_pk),
            Self::Legacy => format!("videoid/{}", numbers.request_pk),
        }
    }

    pub(crate) fn evidences_path(self, numbers: Numbers) -> String {
        format!("{}/evidences", self.videoid(numbers))
    }

    pub(crate) fn upload_video_path(self, numbers: Numbers) -> String {
        match self {
            Self::Current => format!("{}/video", self.videoid(numbers)),
            Self::Legacy => format!("{}/evidences/video", self.videoid(numbers)),
        }
    }

    pub(crate) fn download_video_path(self, numbers: Numbers) -> String {
        match self {
            Self::Current => format!("{}/video", self.videoid(numbers)),
            Self::Legacy => format!("{}/download/video", self.videoid(numbers)),
        }
    }

    /// GAP in the current dialect.
    pub(crate) fn validate_path(self, numbers: Numbers) -> String {
        format!("{}/validate", self.videoid(numbers))
    }

    pub(crate) fn approve_path(self, numbers: Numbers) -> String {
        match self {
            Self::Current => format!("{}/approve", self.videoid(numbers)),
            Self::Legacy => format!("request/{}/approve", numbers.request_pk),
        }
    }

    /// The other spelling of the older specification (section 8, 4), for where the first is no path of the server's.
    pub(crate) fn approve_fallback_path(self, numbers: Numbers) -> Option<String> {
        match self {
            Self::Current => None,
            Self::Legacy => Some(format!("requests/{}/approve", numbers.request_pk)),
        }
    }

    pub(crate) fn refuse_path(self, numbers: Numbers) -> String {
        format!("{}/refuse", self.videoid(numbers))
    }

    pub(crate) fn upload_document_path(self, request_pk: RequestPk) -> String {
        format!("document/{request_pk}")
    }

    /// GAP in the current dialect.
    pub(crate) fn list_documents_path(self, config: &Config, request_pk: RequestPk) -> String {
        match &config.paths.documents {
            Some(template) => filled(template, request_pk),
            None => format!("documents/{request_pk}"),
        }
    }

    /// A document without its type: the current dialect's, with a query or for deleting it whole.
    pub(crate) fn document_path(self, request_pk: RequestPk, uid: &DocumentUid) -> String {
        format!("document/{request_pk}/{uid}")
    }

    /// One copy of a document, named in the path: the older dialect's, and the seed's and the VideoID guides' (section
    /// 8, 6).
    pub(crate) fn document_copy_path(
        self,
        request_pk: RequestPk,
        uid: &DocumentUid,
        copy: DocumentCopy,
    ) -> String {
        format!("document/{request_pk}/{}/{uid}", copy.wire_name())
    }

    pub(crate) fn delete_documents_path(self, request_pk: RequestPk) -> String {
        match self {
            Self::Current => format!("document/{request_pk}"),
            Self::Legacy => format!("documents/{request_pk}"),
        }
    }

    pub(crate) fn contract_path(self, config: &Config, request_pk: RequestPk) -> String {
        match (&config.paths.contract, self) {
            (Some(template), _) => filled(template, request_pk),
            (None, Self::Current) => format!("contract/{request_pk}"),
            (None, Self::Legacy) => format!("document/{request_pk}/contract"),
        }
    }

    pub(crate) fn otp_path(self, request_pk: RequestPk) -> String {
        format!("otp/{request_pk}")
    }

    pub(crate) fn sign_path(self, request_pk: RequestPk) -> String {
        format!("sign/{request_pk}")
    }

    /// GAP in the current dialect.
    pub(crate) fn async_status_path(self, request_pk: RequestPk) -> String {
        format!("async/status/{request_pk}")
    }

    pub(crate) const fn token_path(self) -> &'static str {
        "token"
    }

    pub(crate) const fn tokens_path(self) -> &'static str {
        "tokens"
    }

    pub(crate) const fn image_path(self) -> &'static str {
        "image"
    }

    pub(crate) fn one_image_path(self, uid: &ImageUid) -> String {
        format!("image/{uid}")
    }

    /// GAP in the current dialect.
    pub(crate) const fn images_path(self) -> &'static str {
        "images"
    }

    /// GAP in the current dialect.
    pub(crate) const fn hello_path(self) -> &'static str {
        "hello"
    }

    /// GAP in the current dialect.
    pub(crate) const fn version_path(self) -> &'static str {
        "version"
    }

    pub(crate) const fn settings_path(self) -> &'static str {
        "settings"
    }
}
