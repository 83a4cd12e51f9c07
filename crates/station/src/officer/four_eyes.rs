//! Four eyes: who takes the evidence does not approve it.

use evidence::{Case, FourEyes};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::views;

/// Whether the officer is among those who put their name to the capture.
pub(super) fn four_eyes(officer: &str, case: &Case) -> FourEyes {
    let taken_by = views::review::taken_by(case);
    if taken_by.is_empty() {
        return FourEyes::Unknown;
    }
    let officer = folded(officer);
    if taken_by.iter().any(|name| folded(name) == officer) {
        FourEyes::SamePerson
    } else {
        FourEyes::Different
    }
}

/// A name without what people type differently: case, marks, full stops, hyphens, blanks.
fn folded(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_typed_two_ways_is_one_person() {
        for (one, other) in [
            ("R. Vidal", "r vidal"),
            ("José Núñez", "JOSE  NUN\u{303}EZ"),
            ("Ana-María Gil", " ana maría gil "),
            ("ＡＮＡ", "ana"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("R. Vidal"), folded("R. Vidale"));
        assert_ne!(folded("Анна"), folded("Инна"));
    }
}
