//! How a printed name may be written with the letters A to Z: the transliterations of Doc 9303-3, 6.A, where several
//! are in use all of them, and the rules for what has no room (Doc 9303-3, 4.6; 9303-4, 4.2.3).

use std::iter;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// How a name of the visual zone and one of an MRZ go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// The MRZ has the whole name.
    Same,
    /// The MRZ has as much of the name as there was room for.
    Shortened,
    /// They are two names.
    Different,
}

/// Names beyond this many characters are not compared: no document prints them.
const LONGEST: usize = 200;

impl Spelling {
    /// Compares a printed name with one of an MRZ (blanks for fillers). `no_room` says that the MRZ's name field is
    /// full, so that words may have been cut or left out.
    #[must_use]
    pub fn compare(printed: &str, coded: &str, no_room: bool) -> Self {
        if printed.chars().count() > LONGEST || coded.chars().count() > LONGEST {
            return Self::Different;
        }
        let ways = Self::parts(printed).map(|part| Self::of_one(part, coded, no_room));
        ways.min_by_key(|way| *way as u8).unwrap_or(Self::Different)
    }

    /// Whether a printed name has letters of which it is known here how an MRZ writes them. Chinese, Arabic and others
    /// say nothing for or against a name of an MRZ.
    #[must_use]
    pub fn can_compare(printed: &str) -> bool {
        printed.chars().count() <= LONGEST
            && Self::parts(printed).any(|part| spellings(part).is_some_and(|it| !it.is_empty()))
    }

    /// The part of a printed name that an MRZ spells: of a name in two scripts with a stroke between them the Latin one,
    /// of one with a spouse's name behind it the holder's own.
    #[must_use]
    pub fn part_of<'a>(printed: &'a str, coded: &str) -> Option<&'a str> {
        let is_latin = |part: &&str| {
            let mut upper = part.chars().flat_map(char::to_uppercase).nfd();
            !upper.any(|c| cyrillic(c).or_else(|| greek(c)).is_some())
        };
        let same: Vec<&str> = Self::parts(printed)
            .filter(|part| Self::of_one(part, coded, false) == Self::Same)
            .collect();
        same.iter()
            .copied()
            .find(is_latin)
            .or_else(|| same.first().copied())
    }

    /// A printed name as a whole and what of it may stand in an MRZ alone.
    fn parts(printed: &str) -> impl Iterator<Item = &str> {
        let sides = printed.split('/').filter(|_| printed.contains('/'));
        std::iter::once(printed)
            .chain(own_name(printed))
            .chain(sides)
            .map(str::trim)
    }

    fn of_one(printed: &str, coded: &str, no_room: bool) -> Self {
        let coded = coded.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(whole) = spellings(printed.trim()) else {
            return Self::Different;
        };
        if whole.is_empty() || (coded.is_empty() && !no_room) {
            return Self::Different;
        }
        if fit(&whole, &coded).is_some_and(|rest| rest == 0) {
            Self::Same
        } else if no_room && is_shortened(printed, &coded) {
            Self::Shortened
        } else {
            Self::Different
        }
    }
}

/// What stands before a word that a spouse's name or the name at birth follows; `None` where there is no such word. An
/// MRZ may leave it out (Doc 9303-3, 4.6.1: the identifiers are as the issuer sees fit).
fn own_name(printed: &str) -> Option<&str> {
    const WORDS: [&str; 14] = [
        "E/V",
        "E/G",
        "W/V",
        "GEB.",
        "GEB",
        "GEBOREN",
        "N\u{c9}E",
        "NEE",
        "EPSE",
        "\u{c9}P.",
        "EP.",
        "\u{c9}POUSE",
        "EPOUSE",
        "VVE",
    ];
    let mut start = 0;
    for word in printed.split(' ') {
        if start > 0 && WORDS.contains(&word.to_uppercase().as_str()) {
            return printed.get(..start);
        }
        start += word.len() + 1;
    }
    None
}

/// Whether every coded word is the beginning of a printed one, in order, and the first of the first. Words may be
/// missing.
fn is_shortened(printed: &str, coded: &str) -> bool {
    let is_gap =
        |it: char| it.is_whitespace() || matches!(it, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | ',' | '/');
    let mut words = printed.split(is_gap).filter(|word| !word.is_empty());
    coded
        .split(' ')
        .filter(|word| !word.is_empty())
        .enumerate()
        .all(|(index, part)| {
            let begins = |word: &str| spellings(word).is_some_and(|it| fit(&it, part).is_some());
            if index == 0 {
                words.next().is_some_and(begins)
            } else {
                words.any(begins)
            }
        })
}

/// What each character may be written as; `None` where one has no transliteration here.
fn spellings(printed: &str) -> Option<Vec<&'static [&'static str]>> {
    let upper = printed.chars().flat_map(char::to_uppercase).nfd();
    let mut before = ' ';
    let mut all = Vec::new();
    for character in upper {
        all.push(spelling(character, before)?);
        if character.is_ascii_alphabetic() {
            before = character;
        }
    }
    Some(all)
}

/// What `character` may be written as; a mark follows the letter `before` that it belongs to.
fn spelling(character: char, before: char) -> Option<&'static [&'static str]> {
    const LETTERS: [&[&str]; 26] = [
        &["A"],
        &["B"],
        &["C"],
        &["D"],
        &["E"],
        &["F"],
        &["G"],
        &["H"],
        &["I"],
        &["J"],
        &["K"],
        &["L"],
        &["M"],
        &["N"],
        &["O"],
        &["P"],
        &["Q"],
        &["R"],
        &["S"],
        &["T"],
        &["U"],
        &["V"],
        &["W"],
        &["X"],
        &["Y"],
        &["Z"],
    ];
    Some(match (character, before) {
        ('A'..='Z', _) => LETTERS[usize::from(character as u8 - b'A')],
        (' ' | '\t' | '\n' | '\r' | '\u{a0}', _) => &[" ", ""],
        ('-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '/' | ',' | '.', _) => &[" ", ""],
        ('\'' | '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{2bc}', _) => &["", " "],
        // Marks: diaeresis and double acute, ring, tilde; every other one is left out.
        ('\u{308}' | '\u{30b}', 'U') => &["", "E", "XX"],
        ('\u{308}' | '\u{30b}', 'A' | 'O') => &["", "E"],
        ('\u{30a}', 'A') => &["", "A"],
        ('\u{303}', 'N') => &["", "XX"],
        ('\u{300}'..='\u{36f}', _) => &[""],
        ('\u{c6}', _) => &["AE"],
        ('\u{d8}', _) => &["OE", "O"],
        ('\u{152}', _) => &["OE"],
        ('\u{110}', _) => &["D", "DJ"],
        ('\u{d0}', _) => &["D", "DH"],
        ('\u{de}', _) => &["TH"],
        ('\u{df}' | '\u{1e9e}', _) => &["SS"],
        ('\u{141}', _) => &["L"],
        ('\u{126}', _) => &["H"],
        ('\u{166}', _) => &["T"],
        ('\u{14a}', _) => &["N"],
        ('\u{132}', _) => &["IJ"],
        ('\u{18f}', _) => &["E", "A"],
        ('\u{138}', _) => &["Q", "K"],
        _ => return cyrillic(character).or_else(|| greek(character)),
    })
}

/// Doc 9303-3, 6.B, with what Bulgaria and Ukraine write in their own documents. A letter with a mark comes as two
/// characters.
fn cyrillic(character: char) -> Option<&'static [&'static str]> {
    Some(match character {
        'А' => &["A"],
        'Б' => &["B"],
        'В' => &["V"],
        'Г' => &["G", "H"],
        'Ґ' => &["G"],
        'Д' => &["D"],
        'Ђ' => &["D", "DJ"],
        'Е' => &["E", "IO", "YO", "YE"],
        'Є' => &["IE", "YE"],
        'Ж' => &["ZH", "Z"],
        'З' => &["Z"],
        'Ѕ' => &["DZ"],
        'И' => &["I", "Y", "J"],
        'І' => &["I", "YI"],
        'Ј' => &["J"],
        'К' => &["K", "C"],
        'Л' => &["L"],
        'Љ' => &["LJ"],
        'М' => &["M"],
        'Н' => &["N"],
        'Њ' => &["NJ"],
        'О' => &["O"],
        'П' => &["P"],
        'Р' => &["R"],
        'С' => &["S"],
        'Т' => &["T"],
        'Ћ' => &["C", "D"],
        'У' => &["U"],
        'Ф' => &["F"],
        'Х' => &["KH", "H"],
        'Ц' => &["TS", "C"],
        'Ч' => &["CH", "C"],
        'Џ' => &["DZ"],
        'Ш' => &["SH", "S"],
        'Щ' => &["SHCH", "SHT"],
        'Ъ' => &["IE", "A", ""],
        'Ы' => &["Y"],
        'Ь' => &["", "Y"],
        'Э' => &["E"],
        'Ю' => &["IU", "YU"],
        'Я' => &["IA", "YA"],
        _ => return None,
    })
}

/// ISO 843 as Greece and Cyprus write names. What two letters make together is allowed of each.
fn greek(character: char) -> Option<&'static [&'static str]> {
    Some(match character {
        'Α' => &["A"],
        'Β' => &["V"],
        'Γ' => &["G", "N"],
        'Δ' => &["D"],
        'Ε' => &["E"],
        'Ζ' => &["Z"],
        'Η' | 'Ι' => &["I"],
        'Θ' => &["TH"],
        'Κ' => &["K"],
        'Λ' => &["L"],
        'Μ' => &["M", ""],
        'Ν' => &["N"],
        'Ξ' => &["X"],
        'Ο' | 'Ω' => &["O"],
        'Π' => &["P", "B"],
        'Ρ' => &["R"],
        'Σ' => &["S"],
        'Τ' => &["T"],
        'Υ' => &["Y", "U", "V", "F"],
        'Φ' => &["F"],
        'Χ' => &["CH"],
        'Ψ' => &["PS"],
        _ => return None,
    })
}

/// How many printed characters are left when the coded ones are used up, at the fewest; `None` where no spelling
/// begins with them.
fn fit(printed: &[&[&str]], coded: &str) -> Option<usize> {
    let coded = coded.as_bytes();
    // Which lengths of the coded text the printed characters so far can have made.
    let mut reached = vec![false; coded.len() + 1];
    reached[0] = true;
    let mut best = reached[coded.len()].then_some(printed.len());
    for (index, options) in printed.iter().enumerate() {
        let mut next = vec![false; coded.len() + 1];
        for at in iter::successors(Some(0), |at| Some(at + 1))
            .take(coded.len() + 1)
            .filter(|&at| reached[at])
        {
            for option in *options {
                if coded[at..].starts_with(option.as_bytes()) {
                    next[at + option.len()] = true;
                }
            }
        }
        reached = next;
        if reached[coded.len()] {
            best = Some(printed.len() - index - 1);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(printed: &str, coded: &str, wanted: Spelling) {
        assert_eq!(
            Spelling::compare(printed, coded, false),
            wanted,
            "{printed} {coded}"
        );
    }

    #[test]
    fn every_spelling_in_use_is_the_same_name() {
        for (printed, coded) in [
            ("ESPA\u{d1}OLA", "ESPANOLA"),
            ("ESPA\u{d1}OLA", "ESPANXXOLA"),
            ("M\u{fc}ller", "MUELLER"),
            ("M\u{fc}ller", "MULLER"),
            ("M\u{fc}ller", "MUXXLLER"),
            ("Gro\u{df}", "GROSS"),
            ("\u{c5}berg", "AABERG"),
            ("S\u{f8}rensen", "SOERENSEN"),
            ("\u{de}\u{f3}rd\u{ed}s", "THORDIS"),
            ("O\u{2019}Connor", "OCONNOR"),
            ("Smith-Jones", "SMITH JONES"),
            ("DE LA PE\u{d1}A", "DE LA PENA"),
            ("\u{141}ukaszewicz", "LUKASZEWICZ"),
            ("\u{110}or\u{111}evi\u{107}", "DORDEVIC"),
            ("Ca\u{e7}ador de Ara\u{fa}jo", "CACADOR DE ARAUJO"),
            // Other scripts, two of them, and what follows the holder's own name.
            ("ТКАЧЕНКО", "TKACHENKO"),
            ("Мар'яна", "MARIANA"),
            ("ЩЕРЕВ", "SHTEREV"),
            ("Παπαδόπουλος", "PAPADOPOULOS"),
            ("ТКАЧЕНКО/TKACHENKO", "TKACHENKO"),
            ("De Bruijn e/v Molenaar", "DE BRUIJN"),
            ("DUPONT \u{e9}pouse MARTIN", "DUPONT"),
            // The mark as a character of its own.
            ("N\u{303}", "N"),
        ] {
            check(printed, coded, Spelling::Same);
        }
    }

    #[test]
    fn another_name_is_another_name() {
        for (printed, coded) in [
            ("GARCIA", "GARCIO"),
            ("GARCIA", "GARCI"),
            ("GARCIA", "GARCIA LOPEZ"),
            ("GARCIA", ""),
            ("", "GARCIA"),
            ("ТКАЧЕНКО", "SHEVCHENKO"),
            ("GARCIA / LOPEZ", "PEREZ"),
            ("\u{6797}", "LIN"),
        ] {
            check(printed, coded, Spelling::Different);
        }
    }

    #[test]
    fn a_script_without_a_known_spelling_is_not_compared() {
        assert!(!Spelling::can_compare("林健聖"));
        assert!(Spelling::can_compare("林 / LIN"));
        assert_eq!(Spelling::part_of("МАР'ЯНА/MARIANA", "MARIANA"), Some("MARIANA"));
        assert_eq!(Spelling::part_of("MARIANA", "ANNA"), None);
    }

    #[test]
    fn what_has_no_room_is_cut() {
        let cut = |printed, coded| Spelling::compare(printed, coded, true);
        for (printed, coded) in [
            ("Nilavadhanananda Chayapa Dejthamrong", "NILAVADHANANANDA CHA"),
            (
                "Bennelong Wooloomooloo Warrandyte Warnambool",
                "BENNELONG WOOLOOM WARRAND WARNAM",
            ),
            ("Dingo Potoroo", "DINGO P"),
            ("Dingo Potoroo", ""),
            ("Adam B\u{e4}r Christian", "ADAM C"),
        ] {
            assert_eq!(cut(printed, coded), Spelling::Shortened, "{printed}");
        }
        assert_eq!(cut("Anna Maria", "ANNA MARIE"), Spelling::Different);
        assert_eq!(cut("Anna Maria", "MARIA"), Spelling::Different);
        assert_eq!(
            Spelling::compare("Dingo Potoroo", "DINGO P", false),
            Spelling::Different
        );
    }
}
