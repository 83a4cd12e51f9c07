//! The knobs: which call shall go wrong next, and how.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `POST videoid`
    CreateVideoid,
    /// `POST videoid/{pk}/evidences`
    UploadEvidences,
    /// `POST videoid/{pk}/video`, legacy `…/evidences/video`
    UploadVideo,
    /// `GET videoid/{pk}/video`, legacy `…/download/video`
    DownloadVideo,
    /// `GET request/{request_pk}`
    GetRequest,
    /// `POST videoid/{pk}/validate`
    Validate,
    /// `POST videoid/{videoid_pk}/approve`, legacy `request/{request_pk}/approve`
    Approve,
    /// `POST videoid/{pk}/refuse`
    Refuse,
    /// `PUT request/{request_pk}`
    UpdateRequest,
    /// `DELETE request/{request_pk}`
    CancelRequest,
    /// `POST document/{request_pk}`
    UploadDocument,
    /// `GET documents/{request_pk}`
    ListDocuments,
    /// `GET document/{request_pk}/{document_uid}`, legacy `…/{original|signed}/{uid}`
    GetDocument,
    /// `DELETE document/{request_pk}/{document_uid}`, legacy `…/{original|signed}/{uid}`
    DeleteDocument,
    /// `DELETE document/{request_pk}`, legacy `documents/{request_pk}`
    DeleteDocuments,
    /// `GET contract/{request_pk}`, legacy `document/{request_pk}/contract`
    Contract,
    /// `POST otp/{request_pk}`
    GenerateOtp,
    /// `POST sign/{request_pk}`
    Sign,
    /// `GET async/status/{request_pk}`
    AsyncStatus,
    /// `POST token`
    CreateToken,
    /// `GET token/{token_uid}`
    GetToken,
    /// `DELETE token/{token_uid}`
    DeleteToken,
    /// `GET tokens`
    ListTokens,
    /// `POST image`
    UploadImage,
    /// `GET image/{image_uid}`
    GetImage,
    /// `DELETE image/{image_uid}`
    DeleteImage,
    /// `GET images`
    ListImages,
    /// `DELETE images`
    DeleteImages,
    /// `GET settings`
    ReadSettings,
    /// `POST settings`
    SaveSettings,
    /// `GET hello`
    Hello,
    /// `GET version`
    Version,
    /// `POST create`, legacy `POST request`: not served, and answered so
    ClassicCreate,
    /// `POST metadata`, legacy only
    SaveMetadata,
    /// `GET metadata/{uid}`, legacy only
    GetMetadata,
    /// `DELETE metadata/{uid}`, legacy only
    DeleteMetadata,
    /// `GET metadata`, legacy only
    ListMetadata,
    /// `DELETE metadata`, legacy only
    DeleteAllMetadata,
}

impl Operation {
    /// All of them, in the order a case uses them.
    pub const ALL: [Self; 38] = [
        Self::CreateVideoid,
        Self::UploadEvidences,
        Self::UploadVideo,
        Self::DownloadVideo,
        Self::GetRequest,
        Self::Validate,
        Self::Approve,
        Self::Refuse,
        Self::UpdateRequest,
        Self::CancelRequest,
        Self::UploadDocument,
        Self::ListDocuments,
        Self::GetDocument,
        Self::DeleteDocument,
        Self::DeleteDocuments,
        Self::Contract,
        Self::GenerateOtp,
        Self::Sign,
        Self::AsyncStatus,
        Self::CreateToken,
        Self::GetToken,
        Self::DeleteToken,
        Self::ListTokens,
        Self::UploadImage,
        Self::GetImage,
        Self::DeleteImage,
        Self::ListImages,
        Self::DeleteImages,
        Self::ReadSettings,
        Self::SaveSettings,
        Self::Hello,
        Self::Version,
        Self::ClassicCreate,
        Self::SaveMetadata,
        Self::GetMetadata,
        Self::DeleteMetadata,
        Self::ListMetadata,
        Self::DeleteAllMetadata,
    ];

    /// The name used on the command line and in JSON, e.g. `upload_video`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateVideoid => "create_videoid",
            Self::UploadEvidences => "upload_evidences",
            Self::UploadVideo => "upload_video",
            Self::DownloadVideo => "download_video",
            Self::GetRequest => "get_request",
            Self::Validate => "validate",
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::UpdateRequest => "update_request",
            Self::CancelRequest => "cancel_request",
            Self::UploadDocument => "upload_document",
            Self::ListDocuments => "list_documents",
            Self::GetDocument => "get_document",
            Self::DeleteDocument => "delete_document",
            Self::DeleteDocuments => "delete_documents",
            Self::Contract => "contract",
            Self::GenerateOtp => "generate_otp",
            Self::Sign => "sign",
            Self::AsyncStatus => "async_status",
            Self::CreateToken => "create_token",
            Self::GetToken => "get_token",
            Self::DeleteToken => "delete_token",
            Self::ListTokens => "list_tokens",
            Self::UploadImage => "upload_image",
            Self::GetImage => "get_image",
            Self::DeleteImage => "delete_image",
            Self::ListImages => "list_images",
            Self::DeleteImages => "delete_images",
            Self::ReadSettings => "read_settings",
            Self::SaveSettings => "save_settings",
            Self::Hello => "hello",
            Self::Version => "version",
            Self::ClassicCreate => "classic_create",
            Self::SaveMetadata => "save_metadata",
            Self::GetMetadata => "get_metadata",
            Self::DeleteMetadata => "delete_metadata",
            Self::ListMetadata => "list_metadata",
            Self::DeleteAllMetadata => "delete_all_metadata",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Operation {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == text)
            .ok_or_else(|| FaultError {
                meant: "operation",
                got: text.to_owned(),
                known: Self::ALL.map(Self::name).join(", "),
            })
    }
}

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The call is carried out at once, and its answer held back this long: who does not wait for it cannot know.
    Delay(Duration),
    /// The connection is closed before the call is carried out, without an answer.
    DropBefore,
    /// The call is carried out, then the connection is closed without an answer.
    DropAfter,
    /// Not carried out; 502 with HTML, from a proxy that does not reach the server.
    Html502,
    /// Not carried out; 413 with HTML, from a proxy that finds the body too large.
    Html413,
    /// Not carried out; 422 with a list, as FastAPI answers a body that does not validate.
    Status422,
    /// Not carried out; 500 with a 412 of the back end wrapped in its text.
    Wrapped412,
    /// Carried out; the answer breaks off in the middle of its body.
    TruncatedBody,
    /// Carried out; the answer has no body.
    EmptyBody,
    /// Not carried out; 200 with HTML, from something on the way that is not the server (a hotel's sign-in page).
    Html200,
    /// Carried out, but the body is read this slowly.
    SlowRead {
        /// At most this many bytes of body are taken each second; at least 1.
        bytes_per_second: u32,
    },
}

impl Fault {
    const WORDS: [(&'static str, Self); 9] = [
        ("drop_before", Self::DropBefore),
        ("drop_after", Self::DropAfter),
        ("html502", Self::Html502),
        ("html413", Self::Html413),
        ("status422", Self::Status422),
        ("wrapped412", Self::Wrapped412),
        ("truncated_body", Self::TruncatedBody),
        ("empty_body", Self::EmptyBody),
        ("html200", Self::Html200),
    ];
}

/// The form used on the command line and in JSON: `html502`, `delay:500` (milliseconds), `slow_read:20000` (bytes each
/// second). [`FromStr`] reads it back.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(delay) => write!(f, "delay:{}", delay.as_millis()),
            Self::SlowRead { bytes_per_second } => write!(f, "slow_read:{bytes_per_second}"),
            plain => {
                let (word, _) = Self::WORDS
                    .iter()
                    .find(|(_, fault)| fault == plain)
                    .expect("all others are listed");
                f.write_str(word)
            }
        }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let plain = Self::WORDS
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, fault)| *fault);
        let with_number = || match text.split_once(':')? {
            ("delay", milliseconds) => milliseconds
                .parse::<u32>()
                .ok()
                .map(|it| Self::Delay(Duration::from_millis(it.into()))),
            ("slow_read", bytes) => bytes
                .parse()
                .ok()
                .filter(|it| *it > 0)
                .map(|bytes_per_second| Self::SlowRead { bytes_per_second }),
            _ => None,
        };
        plain.or_else(with_number).ok_or_else(|| FaultError {
            meant: "fault",
            got: text.to_owned(),
            known: format!(
                "{}, delay:<milliseconds>, slow_read:<bytes per second>",
                Self::WORDS.map(|(word, _)| word).join(", ")
            ),
        })
    }
}

/// A word that names no operation, or no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError {
    meant: &'static str,
    got: String,
    known: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no {} is called {:?}; known: {}",
            self.meant, self.got, self.known
        )
    }
}

impl std::error::Error for FaultError {}

/// Faults waiting for their calls. Each is used up by one call, in the order they were set.
#[derive(Debug, Default)]
pub(crate) struct Faults(HashMap<Operation, VecDeque<Fault>>);

impl Faults {
    /// More than this many for one operation are a mistake of the caller; the oldest are dropped.
    const MOST: usize = 1000;

    pub(crate) fn add(&mut self, operation: Operation, fault: Fault) {
        let waiting = self.0.entry(operation).or_default();
        waiting.push_back(fault);
        if waiting.len() > Self::MOST {
            waiting.pop_front();
        }
    }

    pub(crate) fn take(&mut self, operation: Operation) -> Option<Fault> {
        self.0.get_mut(&operation)?.pop_front()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What waits, by operation in the order a case uses them.
    pub(crate) fn waiting(&self) -> Vec<(Operation, Fault)> {
        let of = |operation| {
            self.0
                .get(&operation)
                .into_iter()
                .flatten()
                .map(move |fault| (operation, *fault))
        };
        Operation::ALL.into_iter().flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_back_from_what_it_prints() {
        let mut faults: Vec<Fault> = Fault::WORDS.iter().map(|(_, fault)| *fault).collect();
        faults.push(Fault::Delay(Duration::from_millis(1500)));
        faults.push(Fault::SlowRead {
            bytes_per_second: 20_000,
        });
        for fault in faults {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        for operation in Operation::ALL {
            assert_eq!(operation.to_string().parse(), Ok(operation));
        }
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_right_ones() {
        let error = "html503".parse::<Fault>().unwrap_err().to_string();
        assert!(
            error.contains("html503") && error.contains("html502") && error.contains("delay:"),
            "{error}"
        );
        assert!(
            "slow_read:0".parse::<Fault>().is_err(),
            "a body read at no speed never ends"
        );
        assert!("upload".parse::<Operation>().is_err());
    }

    #[test]
    fn faults_wait_for_their_own_call_in_order() {
        let mut faults = Faults::default();
        faults.add(Operation::UploadVideo, Fault::Html502);
        faults.add(Operation::UploadVideo, Fault::DropAfter);
        assert_eq!(faults.take(Operation::GetRequest), None);
        assert_eq!(faults.take(Operation::UploadVideo), Some(Fault::Html502));
        assert_eq!(faults.waiting(), [(Operation::UploadVideo, Fault::DropAfter)]);
        assert_eq!(faults.take(Operation::UploadVideo), Some(Fault::DropAfter));
        assert_eq!(faults.take(Operation::UploadVideo), None);
    }
}
