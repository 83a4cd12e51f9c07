//! What a document calls itself: its country and its kind.

use std::sync::LazyLock;

use super::{
    Kind,
    fold::{beginnings, fold, fold_chars},
    page::is_word,
    wordings::entries,
};

/// What a heading says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Country(&'static str),
    Kind(Kind),
}

/// What a line says as a heading.
#[derive(Clone, Copy, Default)]
pub(super) struct Heading {
    /// A country, three letters, and how many letters said so.
    pub country: Option<(&'static str, usize)>,
    /// A kind, and how many letters said so.
    pub kind: Option<(Kind, usize)>,
    /// How many of the line's letters the headings in it cover, 0 to 1.
    pub share: f32,
}

/// The headings, folded once: a reading asks for every line.
static HEADINGS: LazyLock<Vec<(Says, Vec<char>)>> = LazyLock::new(|| {
    entries(include_str!("wordings/headings.txt"))
        .map(|(name, text)| {
            let says = match name {
                "passport" => Says::Kind(Kind::Passport),
                "identity_card" => Says::Kind(Kind::IdentityCard),
                "residence_permit" => Says::Kind(Kind::ResidencePermit),
                "driving_licence" => Says::Kind(Kind::DrivingLicence),
                "visa" => Says::Kind(Kind::Visa),
                country => Says::Country(country),
            };
            (says, fold(text).chars().collect())
        })
        .collect()
});

/// The headings in a text.
pub(super) fn find(text: &str) -> Heading {
    let characters: Vec<char> = text.chars().collect();
    let folded = fold_chars(characters.iter().copied());
    let letters: Vec<char> = folded.iter().map(|f| f.letter).collect();
    let mut heading = Heading::default();
    let mut covered = vec![false; letters.len()];
    for at in 0..letters.len() {
        let from = folded[at].from;
        if from > 0 && is_word(characters[from - 1]) {
            continue;
        }
        for (says, wording) in HEADINGS.iter() {
            let most = if wording.len() < 7 { 0 } else { wording.len() / 7 };
            let Some(row) = beginnings(wording, &letters[at..], most) else {
                continue;
            };
            let ends = |taken: usize| {
                let to = folded[at + taken - 1].from + 1;
                to >= characters.len() || !is_word(characters[to])
            };
            let Some(taken) = (1..row.len()).find(|&n| row[n] <= most && ends(n)) else {
                continue;
            };
            covered[at..at + taken].fill(true);
            match *says {
                Says::Country(country) if heading.country.is_none_or(|(_, n)| n < wording.len()) => {
                    heading.country = Some((country, wording.len()));
                }
                Says::Kind(kind) if heading.kind.is_none_or(|(_, n)| n < wording.len()) => {
                    heading.kind = Some((kind, wording.len()));
                }
                _ => {}
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "letters of a line are few")]
    let share = covered.iter().filter(|c| **c).count() as f32 / covered.len().max(1) as f32;
    Heading { share, ..heading }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_country_and_kind() {
        let country = |text| find(text).country.map(|c| c.0);
        let kind = |text| find(text).kind.map(|k| k.0);
        assert_eq!(country("REPUBBLICA ITALIANA"), Some("ITA"));
        assert_eq!(country("BELGIË BELGIQUE BELGIEN BELGIUM"), Some("BEL"));
        assert_eq!(country("EESTI VABARIIK / REPUBLIC OF ESTONIA"), Some("EST"));
        assert_eq!(
            kind("CARTA DI IDENTITA / IDENTITY CARD"),
            Some(Kind::IdentityCard)
        );
        assert_eq!(
            kind("PERMISO DE RESIDENCIA / RESIDENCE PERMIT"),
            Some(Kind::ResidencePermit)
        );
        assert_eq!(kind("PASAPORTE / PASSPORT / PASSEPORT"), Some(Kind::Passport));
        assert_eq!(country("DOCUMENTO NACI0NAL DE IDENTIDAD"), Some("ESP"));
        assert_eq!(country("ROSSI GIUSEPPE / VERDI MARIA"), None);
        assert!(find("ESPAÑOLA ESPAÑOLA").country.is_none());
    }
}
