//! What a signed document is worth: from what `papers` measured to the record the case keeps.
//!
//! Whether that is good enough is said in one place, `evidence::Seal::is_good`.

use evidence::{Case, Code, FieldKey, Problem, Seal, Sensitive, TryAgain, UtcMillis};
use papers::{Anchors, Signature, Subject, Trust};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::with_code;

/// The person of the case, to be compared with a certificate's subject.
pub(super) struct Holder {
    number: String,
    given_name: String,
    surname: String,
}

impl Holder {
    pub fn of(case: &Case) -> Self {
        let field = |key| case.fields.get(key);
        Self {
            number: digits_and_letters(field(FieldKey::SerialNumber)),
            given_name: letters(field(FieldKey::GivenName)),
            surname: letters(&format!(
                "{} {}",
                field(FieldKey::FirstSurname),
                field(FieldKey::SecondSurname)
            )),
        }
    }

    /// Whether a certificate was issued to this person; `None` where that cannot be told.
    ///
    /// The subject's serial number is a kind of number, a country and the number itself, as in `IDCES-99999999R`
    /// (ETSI EN 319 412-1, 5.1.3). A number of a document must be the number of the document shown here; a tax or
    /// personal number is another number of the same person, and then the names decide, as far as they can.
    fn is(&self, subject: &Subject) -> Option<bool> {
        let (kind, number) = identity(subject.serial_number.as_deref().unwrap_or_default());
        let same_names = self.same_names(subject);
        if number.is_empty() || self.number.is_empty() {
            return same_names;
        }
        if number == self.number {
            return Some(true);
        }
        match kind {
            // Somebody of that name with another number may be the same person or a namesake.
            Some(Kind::Other) => same_names.filter(|same| !same),
            Some(Kind::Document) | None => Some(false),
        }
    }

    fn same_names(&self, subject: &Subject) -> Option<bool> {
        let given_name = letters(subject.given_name.as_deref()?);
        let surname = letters(subject.surname.as_deref()?);
        let whole = |name: &str| name.chars().any(char::is_alphabetic);
        let known = [&given_name, &surname, &self.given_name, &self.surname];
        known
            .into_iter()
            .all(|name| whole(name))
            .then(|| given_name == self.given_name && surname == self.surname)
    }
}

/// What kind of number stands in a subject's serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A passport or an identity card.
    Document,
    /// A personal number, a tax number, or one of a national scheme.
    Other,
}

fn identity(text: &str) -> (Option<Kind>, String) {
    let bytes = text.as_bytes();
    // Three letters, two of a country (or a letter and a colon for a national scheme), a hyphen.
    let is_prefixed = bytes.len() > 6 && bytes[5] == b'-' && bytes[..3].iter().all(u8::is_ascii_alphabetic);
    if !is_prefixed {
        return (None, digits_and_letters(text));
    }
    let kind = match &bytes[..3].to_ascii_uppercase()[..] {
        b"IDC" | b"PAS" => Kind::Document,
        _ => Kind::Other,
    };
    (Some(kind), digits_and_letters(&text[6..]))
}

fn digits_and_letters(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_uppercase).collect()
}

/// A name without marks, case, and what stands between its parts: registers drop them as they like.
fn letters(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c.is_alphabetic() { c } else { ' ' })
        .flat_map(char::to_uppercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks `signed`, which was made of `original`.
pub(super) fn seal(
    original: &[u8],
    signed: &[u8],
    anchors: &Anchors,
    holder: &Holder,
) -> Result<Seal, Problem> {
    let signatures = papers::signatures(signed, anchors).map_err(|error| {
        let problem = super::papers::from_paper(&error);
        with_code(Code::SignatureInvalid, TryAgain::Now, problem)
    })?;
    let whose = signatures
        .iter()
        .rev()
        .find(|signature| !is_timestamp(signature))
        .ok_or_else(|| Problem::new(Code::SignatureInvalid, TryAgain::Now))?;
    Ok(Seal {
        // One that is broken spoils them all: nobody could tell which of them to believe.
        intact: signatures.iter().all(Signature::is_intact),
        // A time stamp would also cover what somebody changed after the signature.
        covers_whole: signatures
            .iter()
            .any(|signature| !is_timestamp(signature) && signature.whole_document()),
        extends_original: papers::extends(original, signed),
        signer: Sensitive::new(name(&whose.signer)),
        is_holder: holder.is(&whose.signer),
        issuer: whose.issuer.clone(),
        certificate: whose.serial.clone(),
        signed_at: whose.signed_at.map(UtcMillis),
        timestamped: signatures
            .iter()
            .any(|signature| signature.timestamped || is_timestamp(signature)),
        trusted: match whose.trust {
            Trust::Anchored => Some(true),
            Trust::NotAnchored => Some(false),
            Trust::NoAnchors => None,
        },
    })
}

/// A timestamp over the whole document (ISO 32000-2, 12.8.5): nobody's signature.
fn is_timestamp(signature: &Signature) -> bool {
    signature.sub_filter == "ETSI.RFC3161"
}

fn name(subject: &Subject) -> String {
    let parts = [subject.given_name.as_deref(), subject.surname.as_deref()];
    subject
        .common_name
        .clone()
        .unwrap_or_else(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        let mut case = Case::open(evidence::CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0));
        case.fields.set(FieldKey::GivenName, "María José");
        case.fields.set(FieldKey::FirstSurname, "Muñoz");
        case.fields.set(FieldKey::SecondSurname, "de la O");
        case.fields.set(FieldKey::SerialNumber, "99999999-R");
        Holder::of(&case)
    }

    fn subject(number: Option<&str>, given_name: Option<&str>, surname: Option<&str>) -> Subject {
        Subject {
            serial_number: number.map(str::to_owned),
            given_name: given_name.map(str::to_owned),
            surname: surname.map(str::to_owned),
            ..Subject::default()
        }
    }

    #[test]
    fn a_document_number_tells_the_holder_however_it_is_written() {
        let names = (Some("SOMEBODY"), Some("ELSE"));
        for number in [
            "IDCES-99999999R",
            "PNOES-99999999R",
            "idces-99999999-r",
            "99999999R",
        ] {
            assert_eq!(
                holder().is(&subject(Some(number), names.0, names.1)),
                Some(true),
                "{number}"
            );
        }
        for number in ["IDCES-11111111H", "PASES-99999999", "11111111H"] {
            let namesake = subject(Some(number), Some("MARIA JOSE"), Some("MUÑOZ DE LA O"));
            assert_eq!(holder().is(&namesake), Some(false), "{number}");
        }
    }

    #[test]
    fn a_number_of_another_kind_leaves_it_to_the_names() {
        let is = |given, surname| holder().is(&subject(Some("TINIT-ABCDEF80A01H501U"), given, surname));
        assert_eq!(
            is(Some("MARIA JOSE"), Some("MUNOZ DE LA O")),
            None,
            "a namesake is possible"
        );
        assert_eq!(is(Some("ALMA"), Some("MUNOZ DE LA O")), Some(false));
        assert_eq!(is(None, None), None);
    }

    #[test]
    fn without_a_number_the_names_are_compared_without_marks_and_case() {
        let is = |given, surname| holder().is(&subject(None, given, surname));
        assert_eq!(is(Some("maria-jose"), Some("MUÑOZ DE LA O")), Some(true));
        assert_eq!(is(Some("ALMA"), Some("MUÑOZ DE LA O")), Some(false));
        assert_eq!(is(Some("MARIA JOSE"), None), None, "half a name tells nothing");
        assert_eq!(is(Some("-"), Some("-")), None);
    }
}
