//! What the documented refusals say. The status codes around a sentence vary and can be wrong (section 2.2, rule 1);
//! the sentence is what the reference has, so it is found wherever it is put: in the message, or in the certification
//! service's own error inside it.

use crate::call::Call;
use crate::error::ErrorKind;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $kind:ident;)*) => {
        /// Why the service refused, as one of the sentences of section 4 says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// A short stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The kind of error it is, whatever status it came with.
            pub const fn kind(self) -> ErrorKind {
                match self {
                    $(Self::$variant => ErrorKind::$kind,)*
                }
            }
        }
    };
}

reasons! {
    /// The registration authority may not do VideoID.
    RaNotEnabled = "ra-not-enabled", WrongRa;
    /// There is no such registration authority.
    RaUnknown = "ra-unknown", WrongRa;
    /// A field is missing.
    MissingParameters = "missing-parameters", Invalid;
    /// The server may not do this at the certification service.
    NoPermission = "no-permission", Refused;
    /// The server's own certificate is refused by the certification service.
    ServerCertificates = "server-certificates", Refused;
    /// The server is not set up.
    ServerConfiguration = "server-configuration", ServerFault;
    /// The billing account is refused, or its credit cannot be looked up.
    BillingRefused = "billing-refused", Refused;
    /// The billing password is not in Base64.
    BillingEncoding = "billing-encoding", Refused;
    /// The phone has no international prefix.
    PhonePrefix = "phone-prefix", Invalid;
    /// The email address is none.
    EmailInvalid = "email-invalid", Invalid;
    /// The environment is neither sent nor set on the server.
    EnvMissing = "env-missing", BadConfig;
    /// The server does not know the environment.
    EnvUnknown = "env-unknown", BadConfig;
    /// The body is no JSON: it was damaged on the way.
    InvalidJson = "invalid-json", Invalid;
    /// The evidence is complete already, and is written once.
    EvidenceComplete = "evidence-complete", WrongState;
    /// No video in the upload.
    VideoMissing = "video-missing", Invalid;
    /// There is no such request.
    RequestNotFound = "request-not-found", NotFound;
    /// The officer's credentials lack a part.
    OfficerIncomplete = "officer-incomplete", Refused;
    /// The officer's credentials are wrong.
    OfficerRefused = "officer-refused", Refused;
    /// The credentials belong to no officer, or the number is no officer's.
    OfficerUnknown = "officer-unknown", Refused;
    /// The request lacks fields of the document, or they are wrong.
    FieldsIncomplete = "fields-incomplete", Invalid;
    /// The authority demands documents before approval.
    DocumentsRequired = "documents-required", Invalid;
    /// A refusal without a reason.
    ReasonMissing = "reason-missing", Invalid;
    /// The scratchcard is not the request's.
    ScratchcardInvalid = "scratchcard-invalid", Invalid;
    /// The request is past this step, or not there yet.
    WrongStatus = "wrong-status", WrongState;
    /// The request takes no more documents.
    TooManyDocuments = "too-many-documents", Invalid;
    /// The server takes no such file.
    UnsupportedFileType = "unsupported-file-type", Invalid;
    /// The request has no documents.
    NoDocuments = "no-documents", NotFound;
    /// The request has no such document.
    DocumentNotFound = "document-not-found", NotFound;
    /// A visible signature has no position.
    StampIncomplete = "stamp-incomplete", Invalid;
    /// A code was sent less than a minute ago.
    CodeTooSoon = "code-too-soon", WrongState;
    /// No code was given.
    CodeMissing = "code-missing", Invalid;
    /// The code is wrong, or has expired.
    CodeWrong = "code-wrong", Refused;
    /// The countersigner's credentials are wrong.
    CountersignatureRefused = "countersignature-refused", Refused;
    /// There is no such picture.
    ImageNotFound = "image-not-found", NotFound;
    /// No picture in the upload.
    ImageMissing = "image-missing", Invalid;
    /// The server takes no such picture.
    ImageTypeUnsupported = "image-type-unsupported", Invalid;
    /// The request was signed before: its certificate is used up.
    AlreadyIssued = "already-issued", WrongState;
    /// The server holds these credentials already.
    TokenExists = "token-exists", Invalid;
    /// There is no such token.
    TokenNotFound = "token-not-found", NotFound;
}

/// Each line: a reason, and words that must all be in the sentence. The first line that fits decides, so that the
/// special comes before the general.
const SENTENCES: &[(Reason, &[&str])] = &[
    (Reason::OfficerIncomplete, &["incomplete rao"]),
    (Reason::OfficerRefused, &["invalid rao credentials"]),
    (Reason::OfficerUnknown, &["rao matching query does not exist"]),
    (Reason::OfficerUnknown, &["error getting rao's id"]),
    (
        Reason::CountersignatureRefused,
        &["invalid countersignature credentials"],
    ),
    (Reason::RaNotEnabled, &["not enabled for registration authority"]),
    (Reason::RaUnknown, &["registration authority not found"]),
    (Reason::NoPermission, &["you do not have permission"]),
    (
        Reason::ServerCertificates,
        &["check your authentication certificates"],
    ),
    (Reason::ServerConfiguration, &["configuration error"]),
    (Reason::BillingEncoding, &["billing credentials not valid"]),
    (Reason::BillingRefused, &["billing", "check the credentials"]),
    (Reason::PhonePrefix, &["with an international prefix"]),
    (Reason::EmailInvalid, &["enter a valid email address"]),
    (Reason::EnvMissing, &["missing env parameter"]),
    (Reason::EnvUnknown, &["environment ", " does not exist"]),
    (Reason::InvalidJson, &["could not parse json body"]),
    (Reason::EvidenceComplete, &["invalid videoid status 'complete'"]),
    (Reason::WrongStatus, &["invalid videoid status"]),
    (Reason::WrongStatus, &["invalid request status"]),
    (Reason::AlreadyIssued, &["already in issued status"]),
    (Reason::VideoMissing, &["no video file provided"]),
    (Reason::FieldsIncomplete, &["invalid request fields"]),
    (Reason::DocumentsRequired, &["missing required docs"]),
    (Reason::ReasonMissing, &["no reason specified"]),
    (Reason::ScratchcardInvalid, &["invalid scratchcard"]),
    (Reason::TooManyDocuments, &["maximum number of document"]),
    (Reason::ImageTypeUnsupported, &["image file type not supported"]),
    (Reason::UnsupportedFileType, &["unsupported file type"]),
    (Reason::NoDocuments, &["no documents found"]),
    (
        Reason::StampIncomplete,
        &["missing required parameter '", "' for file"],
    ),
    (Reason::DocumentNotFound, &["document not found"]),
    (Reason::DocumentNotFound, &["documents are not found"]),
    (Reason::CodeTooSoon, &["otp generated less than a minute ago"]),
    (Reason::CodeMissing, &["missing required parameter: 'secret'"]),
    (Reason::CodeWrong, &["confirmation code invalid"]),
    (Reason::ImageMissing, &["missing required parameter: 'image'"]),
    (Reason::ImageNotFound, &["the image ", "cannot be found"]),
    (Reason::ImageNotFound, &["image ", "not found"]),
    (
        Reason::TokenExists,
        &["token with these credentials already exist"],
    ),
    (Reason::MissingParameters, &["missing required parameter"]),
    (Reason::MissingParameters, &["missing parameters"]),
    (Reason::MissingParameters, &["this field is required"]),
];

impl Reason {
    /// The reason of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
    }

    /// What a sentence says, if it is one of the reference's.
    pub(crate) fn of(call: Call, sentence: &str) -> Option<Self> {
        let sentence = sentence.trim().to_lowercase();
        let fits = |(_, words): &&(Self, &[&str])| words.iter().all(|words| sentence.contains(words));
        if let Some((reason, _)) = SENTENCES.iter().find(fits) {
            return Some(*reason);
        }
        if sentence == "invalid json" || sentence == "400 invalid json" {
            return Some(Self::InvalidJson);
        }
        if names_missing(&sentence, "token") {
            return Some(Self::TokenNotFound);
        }
        if names_missing(&sentence, "request") {
            return Some(Self::RequestNotFound);
        }
        // Deleting a picture may say only "… not found on disk" (section 4.19).
        let of_a_picture = matches!(call, Call::GetImage | Call::DeleteImage);
        (of_a_picture && sentence.contains("not found on disk")).then_some(Self::ImageNotFound)
    }
}

/// Whether a sentence has `<thing> not found`, or `<thing> <which> not found`. A server's own page about a requested
/// address is not meant.
fn names_missing(sentence: &str, thing: &str) -> bool {
    let words: Vec<&str> = sentence.split_whitespace().take(64).collect();
    let not_found = |at: usize| {
        words.get(at).is_some_and(|word| *word == "not")
            && words
                .get(at + 1)
                .is_some_and(|word| word.trim_end_matches(['.', '!']) == "found")
    };
    words
        .iter()
        .enumerate()
        .any(|(at, word)| *word == thing && (not_found(at + 1) || not_found(at + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(*reason));
        }
        for call in Call::ALL {
            assert_eq!(Call::from_name(call.name()), Some(*call));
        }
    }

    #[test]
    fn what_only_resembles_a_sentence_is_none() {
        for said in [
            "The requested URL was not found on this server",
            "Not Found",
            "Internal Server Error",
            "request.token: field required",
            "",
        ] {
            assert_eq!(Reason::of(Call::Approve, said), None, "{said}");
        }
    }

    #[test]
    fn a_sentence_is_the_same_in_any_case_and_any_place() {
        for said in [
            "CONFIRMATION CODE INVALID",
            "Cannot sign: Confirmation Code invalid (3)",
        ] {
            assert_eq!(Reason::of(Call::Sign, said), Some(Reason::CodeWrong), "{said}");
        }
    }
}
