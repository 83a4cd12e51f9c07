//! The text a person accepts, and the record that they did.

use std::net::{IpAddr, ToSocketAddrs, UdpSocket};

use evidence::{Biometrics, Code, Consent, Event, Problem, TryAgain};
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

impl Booth {
    /// The text in `language`, or in English where there is none.
    #[must_use]
    pub fn consent_text(&self, language: &str) -> ConsentText {
        let (language, text) = text_in(language);
        ConsentText {
            version: VERSION.to_owned(),
            language: language.to_owned(),
            paragraphs: text
                .split("\n\n")
                .map(|paragraph| paragraph.trim().to_owned())
                .collect(),
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
        let (language, text) = text_in(language);
        if version != VERSION {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::Now));
        }
        let server = self.0.client.config().base_url.clone();
        // Resolving a name can block.
        let address = tokio::task::spawn_blocking(move || address_towards(&server))
            .await
            .ok()
            .flatten();
        let consent = Consent {
            version: VERSION.to_owned(),
            language: language.to_owned(),
            text_sha256: hex::encode(Sha256::digest(text)),
            terms_url: self.0.settings.terms_url.clone(),
            privacy_url: self.0.settings.privacy_url.clone(),
            accepted_at: clock::now(),
            address: address.map(|address| address.to_string()),
            biometrics: Some(biometrics),
        };
        self.happened(Event::Consented(consent)).await
    }
}

fn text_in(language: &str) -> (&'static str, &'static str) {
    let primary = language
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    TEXTS
        .into_iter()
        .find(|(tag, _)| *tag == primary)
        .unwrap_or(TEXTS[0])
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
        assert_eq!(text_in("es-ES").0, "es");
        assert_eq!(text_in("fr").0, "en");
        for (tag, text) in TEXTS {
            assert_eq!(text.split("\n\n").count(), 5, "{tag} has every paragraph");
        }
    }

    #[test]
    fn the_address_is_that_of_the_route() {
        let loopback = Url::parse("http://127.0.0.1:9/oneshot").expect("an address");
        assert_eq!(address_towards(&loopback), Some(IpAddr::from([127, 0, 0, 1])));
    }
}
