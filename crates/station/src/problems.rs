//! From what failed to what a person is told. The one place where errors of the parts become codes.

use capture::CaptureError;
use capture::sound::SoundError;
use evidence::{Code, FieldKey, Problem, Rejection, TryAgain};
use oneshot::{Call, ErrorKind, Outcome, Reason, Retry};
use vault::StoreError;

use crate::view::ProblemView;
use crate::wire;

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
        CaptureError::NotFound(_) => (Code::CameraMissing, TryAgain::AfterChange),
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

/// A failure of a microphone, or of the sound from it. The video goes on without.
pub(crate) fn from_sound(error: &SoundError) -> Problem {
    let (code, try_again) = match error {
        SoundError::NotBuilt => (Code::SoundNotBuilt, TryAgain::AfterChange),
        SoundError::NotFound(_) => (Code::MicrophoneNone, TryAgain::AfterChange),
        SoundError::Busy => (Code::MicrophoneBusy, TryAgain::AfterChange),
        SoundError::Unplugged => (Code::MicrophoneUnplugged, TryAgain::AfterChange),
        SoundError::Stuck(_) => (Code::MicrophoneStuck, TryAgain::Now),
        SoundError::Denied => (Code::MicrophoneDenied, TryAgain::AfterChange),
        SoundError::BadMedia(_) | SoundError::Read(_) => (Code::ClipUnreadable, TryAgain::AfterChange),
        _ => (Code::MicrophoneFailed, TryAgain::Now),
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
        StoreError::Locked => (Code::VaultLocked, TryAgain::AfterChange),
        StoreError::KeyMissing | StoreError::WrongKey => (Code::VaultKeyMissing, TryAgain::AfterChange),
        StoreError::WrongPassphrase => (Code::PassphraseWrong, TryAgain::AfterChange),
        StoreError::KeyStore(_) => (Code::CredentialStore, TryAgain::AfterChange),
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
        Rejection::HandedOver => Problem::new(Code::CaseHandedOver, TryAgain::AfterChange),
        Rejection::NotKept => Problem::new(Code::CopyMissing, TryAgain::AfterChange),
        Rejection::RequestUncertain => Problem::new(Code::RequestUncertain, TryAgain::FindOutFirst),
    }
}

/// A call that failed. What the server says decides before the kind of failure does.
pub(crate) fn from_call(error: &oneshot::Error) -> Problem {
    let code = error.reason.map_or_else(|| code_of_kind(error), code_of_reason);
    let try_again = match error.retry() {
        Retry::Offline | Retry::Later => TryAgain::Later,
        Retry::Never => TryAgain::AfterChange,
        Retry::FindOut => TryAgain::FindOutFirst,
    };
    let problem = Problem {
        field: field(error),
        retry_after_s: error.retry_after.map(|wait| wait.as_secs()),
        ..Problem::new(code, try_again)
    };
    match detail(error) {
        Some(detail) => problem.because(detail),
        None => problem,
    }
}

/// A failure the server explains in none of its documented sentences.
fn code_of_kind(error: &oneshot::Error) -> Code {
    match error.kind {
        ErrorKind::Unreachable => Code::ServerUnreachable,
        ErrorKind::Tls => Code::ServerUntrusted,
        ErrorKind::TimedOut | ErrorKind::ConnectionLost if error.outcome() == Outcome::NotSent => {
            Code::ServerUnreachable
        }
        ErrorKind::TimedOut | ErrorKind::ConnectionLost => Code::AnswerLost,
        ErrorKind::NotTheService | ErrorKind::Unexpected => Code::NotTheService,
        ErrorKind::TooLarge if matches!(error.call, Call::UploadDocument | Call::GetDocument) => {
            Code::DocumentTooLarge
        }
        ErrorKind::TooLarge => Code::TooLarge,
        ErrorKind::Invalid => Code::DataRefused,
        ErrorKind::WrongRa => Code::WrongRegistrationAuthority,
        ErrorKind::Refused => Code::CredentialsRefused,
        ErrorKind::NotFound if matches!(error.call, Call::GetDocument | Call::DeleteDocument) => {
            Code::DocumentMissing
        }
        ErrorKind::NotFound => Code::RequestNotFound,
        ErrorKind::WrongState => Code::RequestWrongState,
        ErrorKind::TooMany | ErrorKind::ServerFault => Code::ServerFault,
        ErrorKind::Source => Code::StoreFailed,
        ErrorKind::BadConfig => Code::SettingsWrong,
    }
}

/// What the documented sentences mean to a person.
const fn code_of_reason(reason: Reason) -> Code {
    match reason {
        Reason::RaNotEnabled | Reason::RaUnknown => Code::WrongRegistrationAuthority,
        // The One-Shot server's own standing with the certification service: nothing at the booth changes it.
        Reason::NoPermission | Reason::ServerCertificates | Reason::ServerConfiguration => {
            Code::ServerMisconfigured
        }
        Reason::EnvMissing | Reason::EnvUnknown => Code::SettingsWrong,
        Reason::BillingRefused | Reason::BillingEncoding => Code::BillingRefused,
        Reason::PhonePrefix | Reason::EmailInvalid => Code::FieldWrong,
        // The server names what it misses; what was sent is ours.
        Reason::MissingParameters
        | Reason::InvalidJson
        | Reason::ScratchcardInvalid
        | Reason::TokenExists => Code::DataRefused,
        Reason::EvidenceComplete => Code::EvidenceComplete,
        Reason::VideoMissing => Code::EvidenceRejected,
        Reason::RequestNotFound => Code::RequestNotFound,
        Reason::OfficerIncomplete => Code::OfficerIncomplete,
        Reason::OfficerRefused | Reason::OfficerUnknown | Reason::TokenNotFound => Code::OfficerRefused,
        Reason::CountersignatureRefused => Code::CredentialsRefused,
        Reason::FieldsIncomplete | Reason::DocumentsRequired => Code::ApprovalIncomplete,
        Reason::ReasonMissing => Code::ReasonMissing,
        Reason::WrongStatus => Code::RequestWrongState,
        Reason::TooManyDocuments => Code::DocumentLimit,
        Reason::UnsupportedFileType => Code::DocumentUnreadable,
        Reason::NoDocuments | Reason::DocumentNotFound => Code::DocumentMissing,
        Reason::StampIncomplete
        | Reason::ImageNotFound
        | Reason::ImageMissing
        | Reason::ImageTypeUnsupported => Code::StampWrong,
        Reason::CodeTooSoon => Code::CodeTooSoon,
        Reason::CodeMissing => Code::CodeMissing,
        Reason::CodeWrong => Code::CodeWrong,
        Reason::AlreadyIssued => Code::AlreadyIssued,
    }
}

/// The first of our fields the server complains of.
fn field(error: &oneshot::Error) -> Option<FieldKey> {
    match error.reason {
        Some(Reason::PhonePrefix) => Some(FieldKey::MobilePhone),
        Some(Reason::EmailInvalid) => Some(FieldKey::Email),
        _ => error.fields.iter().find_map(|name| wire::field(name)),
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

    /// Every refusal the reference documents, in every shape and dialect it comes in.
    fn refusals() -> Vec<(String, oneshot::Error)> {
        include_str!("../../../fixtures/oneshot/errors.tsv")
            .lines()
            .skip(1)
            .map(|line| {
                let columns: Vec<&str> = line.split('\t').collect();
                let [call, _, http, body, ..] = columns[..] else {
                    panic!("seven columns: {line}")
                };
                let call = Call::from_name(call).unwrap_or_else(|| panic!("a call: {line}"));
                let http = http.parse().expect("a status");
                let error = oneshot::parse_answer(http, Some("application/json"), body.as_bytes())
                    .into_success(call)
                    .expect_err(line);
                (line.to_owned(), error)
            })
            .collect()
    }

    #[test]
    fn every_documented_sentence_says_what_to_do() {
        // What is told where nobody knows better.
        let vague = [
            Code::Internal,
            Code::ServerFault,
            Code::NotTheService,
            Code::AnswerLost,
        ];
        let refusals = refusals();
        assert!(refusals.len() > 200, "the table is whole");
        for (line, error) in &refusals {
            let problem = from_call(error);
            if error.reason.is_some() {
                assert!(!vague.contains(&problem.code), "{:?}: {line}", problem.code);
                assert_ne!(
                    problem.try_again,
                    TryAgain::FindOutFirst,
                    "a refusal is an answer: {line}"
                );
            }
            assert!(problem.detail.is_some(), "the server's words are kept: {line}");
        }
    }

    #[test]
    fn what_nobody_documents_is_looked_up_before_it_is_repeated() {
        for (line, error) in refusals().iter().filter(|(_, error)| error.reason.is_none()) {
            let problem = from_call(error);
            let again = match error.retry() {
                Retry::FindOut => TryAgain::FindOutFirst,
                Retry::Never => TryAgain::AfterChange,
                Retry::Later | Retry::Offline => TryAgain::Later,
            };
            assert_eq!(problem.try_again, again, "{line}");
        }
    }

    #[test]
    fn each_reason_has_its_code() {
        let table: Vec<String> = Reason::ALL
            .iter()
            .map(|reason| format!("{} -> {}", reason.name(), code_of_reason(*reason).as_str()))
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn a_field_the_server_complains_of_is_pointed_at() {
        let body = br#"{"detail":"Error occured during request approval: Invalid request fields: scratch; serial_number"}"#;
        let error = oneshot::parse_answer(412, None, body)
            .into_success(Call::Approve)
            .expect_err("a refusal");
        let problem = from_call(&error);
        assert_eq!(
            (problem.code, problem.field),
            (Code::ApprovalIncomplete, Some(FieldKey::SerialNumber))
        );
    }
}
