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
    /// `POST videoid/{videoid_pk}/evidences`
    UploadEvidences,
    /// `POST videoid/{videoid_pk}/video`
    UploadVideo,
    /// `GET videoid/{videoid_pk}/video`
    DownloadVideo,
    /// `GET request/{request_pk}`
    GetRequest,
}

impl Operation {
    /// All of them, in the order a case uses them.
    pub const ALL: [Self; 5] = [
        Self::CreateVideoid,
        Self::UploadEvidences,
        Self::UploadVideo,
        Self::DownloadVideo,
        Self::GetRequest,
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
