//! Characters of OCR-B that are taken for each other, and what a position can therefore hold.

use super::Alphabet;

/// What a position of this kind holds where `read` was seen, which it cannot hold: the one character that looks like
/// it. `None` where there is none or more than one.
pub(super) const fn forced(read: char, alphabet: Alphabet) -> Option<char> {
    match alphabet {
        Alphabet::Digits | Alphabet::DigitsOrFiller => match read {
            'O' | 'D' | 'Q' => Some('0'),
            'I' | 'L' => Some('1'),
            'Z' => Some('2'),
            'A' => Some('4'),
            'S' => Some('5'),
            'G' => Some('6'),
            'B' => Some('8'),
            _ => None,
        },
        Alphabet::Letters => match read {
            '0' => Some('O'),
            '1' => Some('I'),
            '2' => Some('Z'),
            '4' => Some('A'),
            '5' => Some('S'),
            '6' => Some('G'),
            '8' => Some('B'),
            _ => None,
        },
        Alphabet::Sex | Alphabet::Any => None,
    }
}

/// Whether two characters are taken for each other.
pub(super) fn alike(one: char, other: char) -> bool {
    const GROUPS: [&str; 9] = ["0ODQ", "1IL", "2Z", "4A", "5S", "6G", "8B", "<KC", "MNHW"];
    one == other
        || GROUPS
            .iter()
            .any(|group| group.contains(one) && group.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forced_is_held_and_looks_alike() {
        for alphabet in [Alphabet::Digits, Alphabet::DigitsOrFiller, Alphabet::Letters] {
            for read in ('A'..='Z').chain('0'..='9') {
                if let Some(to) = forced(read, alphabet) {
                    assert!(
                        alphabet.holds(to) && alike(read, to) && !alphabet.holds(read),
                        "{read} {to}"
                    );
                }
            }
        }
        assert!(!alike('3', '8'));
    }
}
