//! The text a person accepts, and the record that they did.

use std::net::{IpAddr, ToSocketAddrs, UdpSocket};

use evidence::{Biometrics, Case, Code, Consent, Event, Problem, TryAgain};
use oneshot::Url;
use sha2::{Digest, Sha256};

use crate::booth::Booth;
use crate::clock;
use crate::view::{CaseView, ConsentText};

/// Grows with every change of the texts in `consent/`.
const VERSION: &str = "3";

/// A language, the text, and the paragraph that is added where an official register is asked.
const TEXTS: [(&str, &str, &str); 2] = [
    (
        "en",
        include_str!("../../consent/en.txt"),
        include_str!("../../consent/register.en.txt"),
    ),
    (
        "es",
        include_str!("../../consent/es.txt"),
        include_str!("../../consent/register.es.txt"),
    ),
];
/// After so many paragraphs it says whom the data are compared with, and that sound is recorded.
const BEFORE_REGISTER: usize = 2;

/// What is added where sound is recorded.
const OF_SOUND: [(&str, &str); 2] = [
    ("en", include_str!("../../consent/sound.en.txt")),
    ("es", include_str!("../../consent/sound.es.txt")),
];
/// What its version says then.
const WITH_SOUND: &str = "sound";
/// What its version says where a register is asked.
const WITH_REGISTER: &str = "register";

/// The text as a person reads it.
struct Text {
    language: &'static str,
    version: String,
    paragraphs: Vec<String>,
}

impl Booth {
    /// The text in `language`, or in English where there is none.
    #[must_use]
    pub fn consent_text(&self, language: &str) -> ConsentText {
        let text = self.text_in(language);
        ConsentText {
            version: text.version,
            language: text.language.to_owned(),
            paragraphs: text.paragraphs,
            terms_url: self.0.settings.terms_url.clone(),
            privacy_url: self.0.settings.privacy_url.clone(),
        }
    }

    /// The person accepted the text of `version` in `language`, and said whether their face may be compared.
    ///
    /// # Errors
    /// Another version is current: the person has to read that one. Or it is not the time.
    pub async fn accept_consent(
        &self,
        language: &str,
        version: &str,
        biometrics: Biometrics,
    ) -> Result<CaseView, Problem> {
        let text = self.text_in(language);
        if version != text.version {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::Now));
        }
        let server = self.0.client.config().base_url.clone();
        // Resolving a name can block.
        let address = tokio::task::spawn_blocking(move || address_towards(&server))
            .await
            .ok()
            .flatten();
        let consent = Consent {
            text_sha256: text.sha256(),
            version: text.version,
            language: text.language.to_owned(),
            terms_url: self.0.settings.terms_url.clone(),
            privacy_url: self.0.settings.privacy_url.clone(),
            accepted_at: clock::now(),
            address: address.map(|address| address.to_string()),
            biometrics: Some(biometrics),
        };
        self.happened(Event::Consented(consent)).await
    }

    fn text_in(&self, language: &str) -> Text {
        let register = self.0.settings.register.register();
        let register = register.as_ref().map(|register| register.name.as_str());
        text_in(language, register, self.0.settings.recording.sound)
    }
}

impl Text {
    /// Of what was shown, paragraphs with an empty line between them.
    fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.paragraphs.join("\n\n") + "\n"))
    }
}

/// Whether the person was told that sound is recorded, and accepted it. What is set later changes nothing for them.
pub(crate) fn allows_sound(case: &Case) -> bool {
    accepted(case, WITH_SOUND)
}

/// Whether the person was told that an official register is asked, and accepted it. What is set later changes nothing for
/// them, and of whoever read no text here no register is asked.
pub(crate) fn allows_register(case: &Case) -> bool {
    accepted(case, WITH_REGISTER)
}

fn accepted(case: &Case, addition: &str) -> bool {
    let consent = case.consent.as_ref();
    consent.is_some_and(|consent| consent.version.split('+').skip(1).any(|more| more == addition))
}

/// The text in `language`; with `register`, it says that this one is asked, and with `sound` that it is recorded.
fn text_in(language: &str, register: Option<&str>, sound: bool) -> Text {
    let primary = language
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let found = TEXTS.into_iter().find(|(tag, ..)| *tag == primary);
    let (language, text, added) = found.unwrap_or(TEXTS[0]);
    let mut paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| paragraph.trim().to_owned())
        .collect();
    let mut version = VERSION.to_owned();
    if sound {
        let added = OF_SOUND.into_iter().find(|(tag, _)| *tag == language);
        let (_, added) = added.unwrap_or(OF_SOUND[0]);
        paragraphs.insert(BEFORE_REGISTER, added.trim().to_owned());
    }
    if let Some(register) = register {
        paragraphs.insert(BEFORE_REGISTER, added.trim().replace("{register}", register));
        version.push('+');
        version.push_str(WITH_REGISTER);
    }
    if sound {
        version.push('+');
        version.push_str(WITH_SOUND);
    }
    Text {
        language,
        version,
        paragraphs,
    }
}

/// This machine's address on the route to the server. A UDP socket is connected, which sends nothing; `None` without
/// a route.
pub(crate) fn address_towards(server: &Url) -> Option<IpAddr> {
    let host = server.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let target = (host, server.port_or_known_default()?)
        .to_socket_addrs()
        .ok()?
        .next()?;
    let any: IpAddr = if target.is_ipv4() {
        [0, 0, 0, 0].into()
    } else {
        [0; 16].into()
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(target).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_comes_in_the_persons_language_or_in_english() {
        assert_eq!(text_in("es-ES", None, false).language, "es");
        assert_eq!(text_in("fr", None, false).language, "en");
        for (tag, file, _) in TEXTS {
            let text = text_in(tag, None, false);
            assert_eq!(text.paragraphs.len(), 5, "{tag} has every paragraph");
            assert_eq!(
                text.sha256(),
                hex::encode(Sha256::digest(file)),
                "the digest is that of the text as it lies in the program"
            );
        }
    }

    #[test]
    fn whoever_is_recorded_with_sound_reads_so() {
        for (tag, told) in [("en", "recorded with sound"), ("es", "se graba con sonido")] {
            let (silent, with) = (text_in(tag, None, false), text_in(tag, None, true));
            assert!(with.paragraphs[2].contains(told), "{tag}: {:?}", with.paragraphs);
            assert_eq!(with.paragraphs.len(), silent.paragraphs.len() + 1);
            assert_ne!(with.sha256(), silent.sha256());
            assert_eq!(with.version, format!("{VERSION}+sound"));
            let both = text_in(tag, Some("Registro X"), true);
            assert_eq!(both.version, format!("{VERSION}+register+sound"));
            assert!(
                both.paragraphs[3].contains(told),
                "after whom the data are compared with"
            );
        }
    }

    #[test]
    fn nothing_is_done_that_the_accepted_text_did_not_say() {
        let id = evidence::CaseId(uuid::Uuid::from_u128(1));
        let mut case = Case::open(id, "Booth", true, clock::now());
        assert!(
            !allows_register(&case) && !allows_sound(&case),
            "nobody accepted anything"
        );
        for (version, register, sound) in [
            ("3", false, false),
            ("3+register", true, false),
            ("3+sound", false, true),
            ("3+register+sound", true, true),
            ("3+registers", false, false),
        ] {
            case.consent = Some(Consent {
                version: version.to_owned(),
                language: "en".to_owned(),
                text_sha256: String::new(),
                terms_url: String::new(),
                privacy_url: String::new(),
                accepted_at: clock::now(),
                address: None,
                biometrics: None,
            });
            assert_eq!(
                (allows_register(&case), allows_sound(&case)),
                (register, sound),
                "{version}"
            );
        }
    }

    #[test]
    fn whoever_is_compared_with_a_register_reads_which() {
        for (tag, ..) in TEXTS {
            let (without, with) = (text_in(tag, None, false), text_in(tag, Some("Registro X"), false));
            assert!(with.paragraphs[2].contains("Registro X"), "{tag}");
            assert_eq!(with.paragraphs.len(), without.paragraphs.len() + 1);
            assert_ne!(
                (with.version.as_str(), with.sha256()),
                (VERSION, without.sha256())
            );
        }
    }

    #[test]
    fn the_address_is_that_of_the_route() {
        let loopback = Url::parse("http://127.0.0.1:9/oneshot").expect("an address");
        assert_eq!(address_towards(&loopback), Some(IpAddr::from([127, 0, 0, 1])));
    }
}
