//! From what failed to what a person is told. The one place where errors of the parts become codes.

use capture::CaptureError;
use evidence::{Code, Problem, Rejection, TryAgain};
use oneshot::{Call, ErrorKind, Outcome, Retry};
use vault::StoreError;

use crate::view::ProblemView;

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            try_again: problem.try_again,
            // EXPOSE: the person at the screen may read what the server or the driver said about their own case.
            detail: problem.detail.map(evidence::Sensitive::into_exposed),
            field: problem.field,
        }
    }
}

/// A failure of a camera, a picture or a recording.
pub(crate) fn from_capture(error: &CaptureError) -> Problem {
    let (code, try_again) = match error {
        CaptureError::NotFound(_) => (Code::CameraNone, TryAgain::AfterChange),
        CaptureError::Busy => (Code::CameraBusy, TryAgain::AfterChange),
        CaptureError::Unplugged => (Code::CameraUnplugged, TryAgain::AfterChange),
        CaptureError::Silent(_) => (Code::CameraSilent, TryAgain::Now),
        CaptureError::Denied => (Code::CameraDenied, TryAgain::AfterChange),
        CaptureError::NoUsableFormat => (Code::CameraUnusable, TryAgain::AfterChange),
        CaptureError::Damaged(_) => (Code::CameraDamaged, TryAgain::Now),
        CaptureError::BadMedia(_) => (Code::PictureUnreadable, TryAgain::AfterChange),
        CaptureError::Read(_) => (Code::PictureUnreadable, TryAgain::AfterChange),
        CaptureError::Write(kind) if is_full(*kind) => (Code::StoreFull, TryAgain::AfterChange),
        CaptureError::Write(_) => (Code::StoreFailed, TryAgain::Now),
        CaptureError::Codec(_) => (Code::RecordingFailed, TryAgain::Now),
        _ => (Code::CameraFailed, TryAgain::Now),
    };
    Problem::new(code, try_again).because(error.to_string())
}

/// A failure around a stored clip: the same causes, and garbage is a clip's, not a picture's.
pub(crate) fn from_clip(error: &CaptureError) -> Problem {
    match from_capture(error) {
        problem @ Problem {
            code: Code::PictureUnreadable,
            ..
        } => Problem {
            code: Code::ClipUnreadable,
            ..problem
        },
        problem => problem,
    }
}

const fn is_full(kind: std::io::ErrorKind) -> bool {
    matches!(
        kind,
        std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge
    )
}

/// A failure of the store.
pub(crate) fn from_store(error: &StoreError) -> Problem {
    let (code, try_again) = match error {
        StoreError::Missing => (Code::CaseUnknown, TryAgain::AfterChange),
        StoreError::InUse => (Code::CaseInUse, TryAgain::AfterChange),
        StoreError::Full => (Code::StoreFull, TryAgain::AfterChange),
        StoreError::Damaged(_) | StoreError::Newer(_) => (Code::StoreDamaged, TryAgain::AfterChange),
        StoreError::Disk(_) => (Code::StoreFailed, TryAgain::Now),
    };
    Problem::new(code, try_again).because(error.to_string())
}

/// An event that did not fit.
pub(crate) fn from_rejection(rejection: &Rejection) -> Problem {
    match rejection {
        Rejection::OutOfOrder(_) => Problem::new(Code::OutOfOrder, TryAgain::AfterChange),
        Rejection::Field(key, fault) => Problem::new(Code::FieldWrong, TryAgain::AfterChange)
            .because(format!("{fault:?}"))
            .about(*key),
        Rejection::CropOutside => Problem::new(Code::CropOutside, TryAgain::AfterChange),
        Rejection::Unfounded(_) | Rejection::Unnamed => {
            Problem::new(Code::OperatorUnnamed, TryAgain::AfterChange)
        }
        Rejection::NoReason => Problem::new(Code::ReasonMissing, TryAgain::AfterChange),
        Rejection::TooManyPapers => Problem::new(Code::DocumentLimit, TryAgain::AfterChange),
        Rejection::NotKept => Problem::new(Code::CopyMissing, TryAgain::AfterChange),
        Rejection::RequestUncertain => Problem::new(Code::RequestUncertain, TryAgain::FindOutFirst),
    }
}

/// A call that failed.
pub(crate) fn from_call(error: &oneshot::Error) -> Problem {
    let unknown = error.outcome() == Outcome::Unknown && error.retry() == Retry::FindOut;
    let code = match error.kind {
        ErrorKind::Unreachable => Code::ServerUnreachable,
        ErrorKind::Tls => Code::ServerUntrusted,
        ErrorKind::TimedOut | ErrorKind::ConnectionLost if error.outcome() == Outcome::NotSent => {
            Code::ServerUnreachable
        }
        ErrorKind::TimedOut | ErrorKind::ConnectionLost => Code::AnswerLost,
        ErrorKind::NotTheService | ErrorKind::Unexpected => Code::NotTheService,
        ErrorKind::TooLarge => Code::TooLarge,
        ErrorKind::Invalid => Code::DataRefused,
        ErrorKind::WrongRa => Code::WrongRegistrationAuthority,
        ErrorKind::Refused => Code::CredentialsRefused,
        ErrorKind::NotFound => Code::RequestNotFound,
        ErrorKind::WrongState => Code::RequestWrongState,
        ErrorKind::TooMany | ErrorKind::ServerFault => Code::ServerFault,
        ErrorKind::Source => Code::StoreFailed,
        ErrorKind::BadConfig => Code::SettingsWrong,
    };
    let try_again = match error.retry() {
        _ if unknown => TryAgain::FindOutFirst,
        Retry::Offline | Retry::Later => TryAgain::Later,
        Retry::Never => TryAgain::AfterChange,
        Retry::FindOut => TryAgain::FindOutFirst,
    };
    let problem = Problem::new(code, try_again);
    match detail(error) {
        Some(detail) => problem.because(detail),
        None => problem,
    }
}

/// What the server said and with which numbers, for the person and for support.
fn detail(error: &oneshot::Error) -> Option<String> {
    let mut parts = Vec::new();
    let upstream = error.upstream.as_deref();
    if let Some(said) = upstream
        .and_then(|upstream| upstream.error.clone())
        .or_else(|| error.message.clone())
    {
        parts.push(shorten(&said));
    }
    if let Some(status) = error.http_status {
        parts.push(format!("HTTP {status}"));
    }
    if let Some(id) = upstream.and_then(|upstream| upstream.loggable_id()) {
        parts.push(format!("id {id}"));
    }
    if parts.is_empty() && error.call == Call::Configure {
        parts.push(error.to_string());
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The screen has room for a sentence, not for a proxy's page.
fn shorten(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(std::iter::once('…')).collect()
}

/// An action that does not fit where the case stands.
pub(crate) const fn out_of_order() -> Problem {
    Problem::new(Code::OutOfOrder, TryAgain::AfterChange)
}

/// A case nobody here knows.
pub(crate) const fn unknown_case() -> Problem {
    Problem::new(Code::CaseUnknown, TryAgain::AfterChange)
}

/// A defect of ours: a blocking thread that broke.
pub(crate) fn internal(what: &str) -> Problem {
    Problem::new(Code::Internal, TryAgain::Now).because(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_so_whoever_finds_it() {
        let recorder = from_capture(&CaptureError::Write(std::io::ErrorKind::StorageFull));
        assert_eq!(
            (recorder.code, from_store(&StoreError::Full).code),
            (Code::StoreFull, Code::StoreFull)
        );
    }

    #[test]
    fn a_long_page_of_a_proxy_is_cut() {
        assert_eq!(shorten(&"ä".repeat(5000)).chars().count(), 200);
        assert_eq!(shorten("short"), "short");
    }
}
