//! Text as it is compared with the wordings of labels: capitals without marks, and one letter for each group of
//! characters that readers take for one another in small print.

use unicode_normalization::UnicodeNormalization;

/// A letter of a folded text and the character it came from.
#[derive(Clone, Copy)]
pub(super) struct Folded {
    /// The letter.
    pub letter: char,
    /// The index of the character it came from.
    pub from: usize,
}

/// `text`'s letters and digits, folded.
pub(super) fn fold(text: &str) -> String {
    fold_chars(text.chars()).into_iter().map(|f| f.letter).collect()
}

/// As [`fold`], with where each letter came from.
pub(super) fn fold_chars(characters: impl Iterator<Item = char>) -> Vec<Folded> {
    let characters: Vec<char> = characters.collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| characters.get(at))
            .is_some_and(|c| c.is_alphabetic())
    };
    let mut folded = Vec::new();
    for (from, &character) in characters.iter().enumerate() {
        // A digit among digits is one.
        let number =
            character.is_ascii_digit() && !is_letter(from.checked_sub(1)) && !is_letter(Some(from + 1));
        for letter in plain(character) {
            let letter = if number { letter } else { group(letter) };
            folded.push(Folded { letter, from });
        }
    }
    folded
}

/// Capitals without marks: what is left of a character for a machine-readable zone, but one letter for each
/// (`ä` is A here, ICAO Doc 9303-3 table 6 makes it AE).
pub(super) fn plain(character: char) -> impl Iterator<Item = char> {
    let spelt = match character {
        'ß' | 'ẞ' => "SS",
        'æ' | 'Æ' => "AE",
        'œ' | 'Œ' => "OE",
        'ø' | 'Ø' | '°' | 'º' => "O",
        'đ' | 'Đ' | 'ð' | 'Ð' => "D",
        'ł' | 'Ł' => "L",
        'ħ' | 'Ħ' => "H",
        'ı' => "I",
        'ə' | 'Ə' => "E",
        'þ' | 'Þ' => "TH",
        'ŧ' | 'Ŧ' => "T",
        _ => "",
    };
    let rest = spelt.is_empty().then_some(character);
    spelt.chars().chain(
        rest.into_iter()
            .flat_map(|c| std::iter::once(c).nfd())
            .flat_map(char::to_uppercase)
            .filter(|c| c.is_alphanumeric()),
    )
}

/// Capitals without marks, blanks and all else dropped: what two spellings of a name have in common.
pub(super) fn bare(text: &str) -> String {
    text.chars().flat_map(plain).collect()
}

/// One letter for each group that is taken for one another.
const fn group(letter: char) -> char {
    match letter {
        '0' | 'Q' | 'Ο' | 'О' => 'O',
        '1' | 'L' | '|' | 'Ι' => 'I',
        '5' => 'S',
        '8' => 'B',
        other => other,
    }
}

/// How many letters have to be put in, left out or exchanged to make each beginning of `text` of `wording`: the number
/// for the beginning of `n` letters at `n`. `None` where all are above `most`.
pub(super) fn beginnings(wording: &[char], text: &[char], most: usize) -> Option<Vec<usize>> {
    let text = &text[..text.len().min(wording.len() + most)];
    let mut row: Vec<usize> = (0..=text.len()).collect();
    for (i, x) in wording.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, y) in text.iter().enumerate() {
            let exchanged = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    Some(row)
}

/// How many letters differ between two texts; `None` above `most`.
pub(super) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let row = beginnings(&a, &b, most)?;
    row.get(b.len()).copied().filter(|&d| d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_look_alikes_are_one() {
        assert_eq!(fold("Válido hasta:"), fold("VAIIDO HASTA"));
        assert_eq!(fold("Nº / N°"), "NONO");
        assert_eq!(fold("Größe"), "GROSSE");
        assert_eq!(fold("NAC10NAL 12"), "NACIONAI12");
        assert_eq!(bare("Caçador de Araújo"), "CACADORDEARAUJO");
    }

    #[test]
    fn a_distance_counts_letters() {
        assert_eq!(distance("SURNAME", "SURNAME", 0), Some(0));
        assert_eq!(distance("SURNAME", "SUNAMF", 2), Some(2));
        assert_eq!(distance("SURNAME", "SUNAMF", 1), None);
        assert_eq!(distance("", "AB", 2), Some(2));
    }
}
