//! The text a person accepts, and the record that they did.

use std::borrow::Cow;
use std::net::{IpAddr, ToSocketAddrs, UdpSocket};

use evidence::{Biometrics, Case, Code, Consent, Event, Problem, TryAgain};
use oneshot::Url;
use sha2::{Digest, Sha256};

use crate::booth::Booth;
use crate::clock;
use crate::view::{CaseView, ConsentText};

/// Grows with every change of the texts in `consent/`.
const VERSION: &str = "3";

const TEXTS: [(&str, &str); 2] = [
    ("en", include_str!("../../consent/en.txt")),
    ("es", include_str!("../../consent/es.txt")),
];

/// What the text says more where sound is recorded, after the paragraph of the pictures.
const OF_SOUND: [(&str, &str); 2] = [
    ("en", include_str!("../../consent/en.sound.txt")),
    ("es", include_str!("../../consent/es.sound.txt")),
];
/// Where that stands.
const AFTER: usize = 2;
/// What its version says more.
const WITH_SOUND: &str = "-sound";

impl Booth {
    /// The text in `language`, or in English where there is none.
    #[must_use]
    pub fn consent_text(&self, language: &str) -> ConsentText {
        let (language, text) = text_in(language, self.0.settings.recording.sound);
        ConsentText {
            version: version(self.0.settings.recording.sound),
            language: language.to_owned(),
            paragraphs: text
                .split("\n\n")
                .map(|paragraph| paragraph.trim().to_owned())
                .collect(),
            terms_url: self.0.settings.terms_url.clone(),
            privacy_url: self.0.settings.privacy_url.clone(),
        }
    }

    /// The person accepted the text of the version `accepted` in `language`, and said whether their face may be compared.
    ///
    /// # Errors
    /// Another version is current: the person has to read that one. Or it is not the time.
    pub async fn accept_consent(
        &self,
        language: &str,
        accepted: &str,
        biometrics: Biometrics,
    ) -> Result<CaseView, Problem> {
        let sound = self.0.settings.recording.sound;
        let (language, text) = text_in(language, sound);
        if accepted != version(sound) {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::Now));
        }
        let server = self.0.client.config().base_url.clone();
        // Resolving a name can block.
        let address = tokio::task::spawn_blocking(move || address_towards(&server))
            .await
            .ok()
            .flatten();
        let consent = Consent {
            version: accepted.to_owned(),
            language: language.to_owned(),
            text_sha256: hex::encode(Sha256::digest(text.as_bytes())),
            terms_url: self.0.settings.terms_url.clone(),
            privacy_url: self.0.settings.privacy_url.clone(),
            accepted_at: clock::now(),
            address: address.map(|address| address.to_string()),
            biometrics: Some(biometrics),
        };
        self.happened(Event::Consented(consent)).await
    }
}

/// The version of the text, which says more where sound is recorded.
fn version(sound: bool) -> String {
    let more = if sound { WITH_SOUND } else { "" };
    format!("{VERSION}{more}")
}

/// Whether the person was told that sound is recorded, and accepted it. What is set later changes nothing for them.
pub(crate) fn allows_sound(case: &Case) -> bool {
    let consent = case.consent.as_ref();
    consent.is_some_and(|consent| consent.version.ends_with(WITH_SOUND))
}

/// The text in `language`, or in English where there is none.
fn text_in(language: &str, sound: bool) -> (&'static str, Cow<'static, str>) {
    let (language, text) = of(&TEXTS, language);
    if !sound {
        return (language, Cow::Borrowed(text));
    }
    let mut paragraphs: Vec<&str> = text.split("\n\n").collect();
    paragraphs.insert(AFTER.min(paragraphs.len()), of(&OF_SOUND, language).1.trim());
    (language, Cow::Owned(paragraphs.join("\n\n")))
}

fn of(texts: &[(&'static str, &'static str); 2], language: &str) -> (&'static str, &'static str) {
    let primary = language
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    texts
        .iter()
        .copied()
        .find(|(tag, _)| *tag == primary)
        .unwrap_or(texts[0])
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
        assert_eq!(text_in("es-ES", false).0, "es");
        assert_eq!(text_in("fr", true).0, "en");
        for (tag, text) in TEXTS {
            assert_eq!(text.split("\n\n").count(), 5, "{tag} has every paragraph");
        }
    }

    #[test]
    fn where_sound_is_recorded_the_text_says_so_and_has_another_version() {
        assert_ne!(version(true), version(false));
        for (tag, told) in [("en", "recorded with sound"), ("es", "se graba con sonido")] {
            let (_, silent) = text_in(tag, false);
            let (_, with) = text_in(tag, true);
            assert!(!silent.contains(told) && with.contains(told), "{tag}: {with}");
            assert_eq!(with.split("\n\n").count(), 6, "{tag} has every paragraph");
        }
    }

    #[test]
    fn the_address_is_that_of_the_route() {
        let loopback = Url::parse("http://127.0.0.1:9/oneshot").expect("an address");
        assert_eq!(address_towards(&loopback), Some(IpAddr::from([127, 0, 0, 1])));
    }
}
