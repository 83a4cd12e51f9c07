//! The 37 characters of an MRZ, seen by a reader that knows thousands.

/// What a step can be: the blank, one of the 37, or something an MRZ does not hold.
pub const KINDS: usize = 39;
/// No character here.
pub const BLANK: usize = 0;
/// A character that no MRZ has.
pub const OTHER: usize = KINDS - 1;
/// The characters of the kinds 1 to 37 (ICAO Doc 9303-3, 4.1).
pub const CHARACTERS: &[u8; 37] = b"<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The kind of each class of the reader, of which the first is the blank.
pub fn kinds(classes: &[char]) -> Vec<u8> {
    classes
        .iter()
        .enumerate()
        .map(|(class, &character)| {
            let kind = if class == 0 { BLANK } else { kind(character) };
            u8::try_from(kind).expect("there are 39 kinds")
        })
        .collect()
}

/// A reader that was taught all scripts names a shape after any letter that has it: what looks the same in OCR-B is
/// the same here.
fn kind(character: char) -> usize {
    let plain = match character {
        'Λ' | '∧' | '^' | '«' | '‹' | '〈' | '《' | '≤' | '＜' | 'く' | '∠' | '⟨' | '❮' | '﹤' => {
            '<'
        }
        'А' | 'Α' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ä' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'c' | 'Ç' | 'с' => 'C',
        'Е' | 'Ε' | 'È' | 'É' | 'Ê' | 'Ë' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Í' | 'Ì' | 'Î' | 'Ï' | 'İ' | '|' | 'ı' => 'I',
        'К' | 'Κ' | 'k' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' | 'Ñ' => 'N',
        'О' | 'Ο' | 'o' | 'о' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => 'O',
        'Ø' => '0',
        'Р' | 'Ρ' | 'p' => 'P',
        'Ѕ' | 's' | 'Ş' | 'Š' => 'S',
        'Т' | 'Τ' => 'T',
        'Ù' | 'Ú' | 'Û' | 'Ü' | 'u' => 'U',
        'v' => 'V',
        'w' => 'W',
        'Х' | 'Χ' | 'x' => 'X',
        'Υ' | 'Ý' => 'Y',
        'Ζ' | 'z' | 'Ž' => 'Z',
        other => other,
    };
    CHARACTERS
        .iter()
        .position(|&known| char::from(known) == plain)
        .map_or(OTHER, |at| at + 1)
}
