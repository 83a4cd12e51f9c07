//! Labels in a line: wordings found in spite of wrong letters, lost blanks, numbers before and after them, and two or
//! three languages in a row.

use super::{
    Key,
    fold::{Folded, beginnings, fold_chars},
    page::{Page, Piece, is_word},
    wordings::{Label, WORDINGS, Wording},
};

/// A label on the page.
pub(super) struct Found {
    /// Where it is, with all its languages and its number.
    pub place: Piece,
    /// What it stands for.
    pub label: Label,
    /// Whether a colon follows, so that the value is beside it.
    pub colon: bool,
    /// Whether one wording alone makes it one: a value can read the same ("Verdi" is a label in Latvia).
    pub alone: bool,
    /// Whether it has many letters, all of them are right, and there is nothing else in its line.
    pub exact: bool,
    /// Whether it begins with a stroke: it goes on with the label to its left.
    pub goes_on: bool,
}

/// A wording in a run.
#[derive(Clone, Copy)]
struct Match {
    /// Its first character.
    from: usize,
    /// One past its last character.
    to: usize,
    label: Label,
    alone: bool,
    letters: usize,
    errors: usize,
}

/// The labels of a run, and what is left of it.
pub(super) fn split(page: &Page, run: &Piece) -> (Vec<Found>, Vec<Piece>) {
    let characters: Vec<char> = page.rows[run.row].glyphs()[run.from..run.to]
        .iter()
        .map(|g| g.character)
        .collect();
    let loose = page.confidence(run) < SURE;
    let chains = chains(&characters, &matches(&characters, loose));
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    let mut start = 0;
    let ends: Vec<usize> = chains
        .iter()
        .skip(1)
        .map(|next| next.from)
        .chain([characters.len()])
        .collect();
    for (chain, end) in chains.into_iter().zip(ends) {
        let from = absorbed_before(&characters, start, chain.from);
        rest.extend(values(page, run, &characters, start, from));
        let (to, colon) = absorbed_after(&characters[..end], chain.to);
        let place = page.piece(run.row, run.from + from, run.from + to);
        found.extend(place.map(|place| Found {
            place,
            label: chain.label,
            colon,
            alone: chain.wordings == 1 && !colon,
            exact: chain.exact
                && !has_letters(&characters[..chain.from])
                && !has_letters(&characters[chain.to..]),
            goes_on: characters[from..].iter().find(|c| !c.is_whitespace()) == Some(&'/'),
        }));
        start = to;
    }
    rest.extend(values(page, run, &characters, start, characters.len()));
    (found, rest)
}

/// What is left between two labels, without the punctuation at its ends.
fn values(page: &Page, run: &Piece, characters: &[char], from: usize, to: usize) -> Option<Piece> {
    let from = (from..to).find(|&i| is_word(characters[i]) || matches!(characters[i], '(' | '"'))?;
    // What stands before a colon is a label that was not understood.
    let colon = (from..to).rev().find(|&i| characters[i] == ':');
    let from = colon.map_or(Some(from), |colon| {
        (colon + 1..to).find(|&i| is_word(characters[i]))
    })?;
    page.piece(run.row, run.from + from, run.from + to)
}

/// A line read less surely is small print, which labels are: more of its letters may be wrong.
const SURE: f32 = 0.85;

/// How many letters of a wording may be wrong, in a line that was read surely and in one that was not.
const fn tolerance(wording: &Wording, loose: bool) -> usize {
    let letters = wording.letters.len();
    let more = if loose && letters >= 8 { letters / 8 } else { 0 };
    more + match (wording.label, letters) {
        (_, 0..=4) => 0,
        // "Nom Cognome" is no "Nome e cognome".
        (Label::Field(Key::SurnameGiven), _) | (_, 5..=7) => 1,
        (_, 8..=11) => 2,
        (_, 12..=15) => 3,
        (_, letters) => letters / 5,
    }
}

/// The wordings in a run, from left to right, none over another.
fn matches(characters: &[char], loose: bool) -> Vec<Match> {
    let folded = fold_chars(characters.iter().copied());
    let mut found: Vec<Match> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let touches = found.last().is_some_and(|m| folded[at].from <= m.to + 1);
        let best = (touches || starts_word(characters, folded[at].from))
            .then(|| longest(characters, &folded, at, true, loose))
            .flatten();
        match best {
            Some(next) => {
                at = folded.partition_point(|f| f.from < next.to);
                found.push(next);
            }
            None => at += 1,
        }
    }
    found
}

/// The wording that begins at a letter and explains most of what follows.
fn longest(characters: &[char], folded: &[Folded], at: usize, chained: bool, loose: bool) -> Option<Match> {
    let rest = &folded[at..];
    let text: Vec<char> = rest.iter().take(64).map(|f| f.letter).collect();
    let mut best: Option<(i64, Match)> = None;
    for wording in WORDINGS.iter() {
        let letters = wording.letters.len();
        let most = tolerance(wording, loose);
        if !may_begin(&wording.letters, &text) {
            continue;
        }
        let highest = i64::try_from(letters * 2).unwrap_or(i64::MAX);
        if letters > text.len() + most || best.is_some_and(|(least, _)| highest <= least) {
            continue;
        }
        let Some(errors) = beginnings(&wording.letters, &text, most) else {
            continue;
        };
        for taken in letters.saturating_sub(most).max(1)..=(letters + most).min(text.len()) {
            let to = rest[taken - 1].from + 1;
            let ends = ends_word(characters, to);
            // Inside a word a wording only ends where the next language's begins: the stroke between was lost.
            if !ends && !chained {
                continue;
            }
            let errors = errors[taken];
            if errors > most {
                continue;
            }
            let score = highest - i64::try_from(errors * 8).unwrap_or(0);
            if best.is_some_and(|(least, _)| score <= least) {
                continue;
            }
            if !ends && (letters < 4 || !continues(characters, folded, at + taken)) {
                continue;
            }
            best = Some((
                score,
                Match {
                    from: rest[0].from,
                    to,
                    label: wording.label,
                    alone: wording.alone,
                    letters,
                    errors,
                },
            ));
        }
    }
    best.map(|(_, found)| found)
}

/// Whether one of a wording's first two letters is among the text's: a label with both wrong is not looked for, which
/// saves most of the comparing.
fn may_begin(wording: &[char], text: &[char]) -> bool {
    wording
        .iter()
        .take(2)
        .any(|letter| text.iter().take(2).any(|other| letter == other))
}

/// Whether a wording that ends at a word's end begins here or one letter on (the stroke read as a letter).
fn continues(characters: &[char], folded: &[Folded], at: usize) -> bool {
    (at..=at + 1).any(|next| {
        next < folded.len()
            && longest(characters, folded, next, false, false)
                .is_some_and(|m| m.letters >= 3 && m.errors * 6 <= m.letters)
    })
}

fn starts_word(characters: &[char], at: usize) -> bool {
    at == 0 || {
        let (before, here) = (characters[at - 1], characters[at]);
        !is_word(before)
            || (before.is_ascii_digit() && here.is_alphabetic())
            || (before.is_lowercase() && here.is_uppercase())
    }
}

fn ends_word(characters: &[char], to: usize) -> bool {
    to >= characters.len() || {
        let (last, next) = (characters[to - 1], characters[to]);
        !is_word(next)
            || (last.is_lowercase() && next.is_uppercase())
            || (last.is_alphabetic() && next.is_ascii_digit())
    }
}

/// A label of one or more wordings.
struct Chain {
    from: usize,
    to: usize,
    label: Label,
    wordings: usize,
    exact: bool,
}

fn has_letters(characters: &[char]) -> bool {
    characters.iter().any(|c| c.is_alphabetic())
}

/// Wordings of so many letters are no names.
const MANY: usize = 9;

/// Wordings that stand side by side and mean the same, as one label.
fn chains(characters: &[char], matches: &[Match]) -> Vec<Chain> {
    let mut groups: Vec<Vec<Match>> = Vec::new();
    for &next in matches {
        let joined = groups.last().is_some_and(|group| joins(characters, group, &next));
        match groups.last_mut() {
            Some(group) if joined => group.push(next),
            _ => groups.push(vec![next]),
        }
    }
    groups
        .into_iter()
        .filter(|group| stands(characters, group))
        .map(|group| Chain {
            from: group[0].from,
            to: group[group.len() - 1].to,
            label: meaning(characters, &group),
            wordings: group.len(),
            exact: group.iter().any(|m| m.errors == 0 && m.letters >= MANY),
        })
        .collect()
}

fn joins(characters: &[char], group: &[Match], next: &Match) -> bool {
    let last = group[group.len() - 1];
    let between = &characters[last.to..next.from];
    let unknown = between.iter().filter(|c| c.is_alphabetic()).count();
    let strokes = between
        .iter()
        .filter(|c| matches!(c, '/' | '|' | '·' | '•'))
        .count();
    // A language that is not known stands between two strokes.
    if unknown > 2 && strokes < 2 {
        return false;
    }
    group.iter().any(|m| compatible(m.label, next.label))
}

fn compatible(a: Label, b: Label) -> bool {
    let name = |label| {
        matches!(
            label,
            Label::AnyName
                | Label::Field(Key::Surname | Key::GivenNames | Key::SurnameGiven | Key::BirthName)
        )
    };
    let of_a_number = |label| {
        matches!(
            label,
            Label::AnyNumber
                | Label::Field(Key::DocumentNumber | Key::PersonalNumber | Key::SupportNumber | Key::Team)
        )
    };
    let of_a_date =
        |label| matches!(label, Label::AnyDate) || matches!(label, Label::Field(key) if key.is_date());
    a == b
        || (name(a) && name(b))
        || ((a == Label::AnyNumber || b == Label::AnyNumber)
            && (of_a_number(a) && of_a_number(b) || name(a) || name(b)))
        || ((a == Label::AnyDate || b == Label::AnyDate) && of_a_date(a) && of_a_date(b))
        || matches!((a, b), (Label::NthSurname(x), Label::NthSurname(y)) if x == y)
}

/// Whether a group is a label at all: short words could be values.
fn stands(characters: &[char], group: &[Match]) -> bool {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    let colon = characters[last.to..].iter().find(|c| !c.is_whitespace()) == Some(&':');
    // In the middle of other words a short wording is one of them.
    let words = characters[..first.from].iter().collect::<String>();
    let inside = words
        .split(|c: char| !c.is_alphanumeric())
        .rev()
        .find(|word| !word.is_empty())
        .is_some_and(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2)
        && !words.trim_end().ends_with(['/', '|', ':', '.']);
    let letters: usize = group.iter().map(|m| m.letters).sum();
    if inside && !colon && letters < 8 {
        return false;
    }
    // "Date" and words that were not understood are some date's label, not the day of issue's.
    let others = characters
        .iter()
        .filter(|c| c.is_alphabetic())
        .count()
        .saturating_sub(letters);
    if first.label == Label::AnyDate && others > 3 && group.iter().all(|m| m.label.is_weak()) {
        return false;
    }
    colon || group.len() > 1 || first.alone
}

/// What a group of wordings says together.
fn meaning(characters: &[char], group: &[Match]) -> Label {
    let has = |label| group.iter().any(|m| m.label == label);
    let (surname, given) = (Label::Field(Key::Surname), Label::Field(Key::GivenNames));
    let listed = group.windows(2).any(|pair| {
        pair[0].label == Label::AnyName
            && pair[1].label == given
            && characters[pair[0].to..pair[1].from].contains(&',')
    });
    if has(Label::Field(Key::SurnameGiven)) || (has(surname) && has(given)) || listed {
        return Label::Field(Key::SurnameGiven);
    }
    // The birth name stands with the name in one of three languages (Germany): the first strong word decides.
    let strong = group
        .iter()
        .filter(|m| !m.label.is_weak())
        .max_by_key(|m| m.letters.saturating_sub(3 * m.errors));
    strong.map_or(group[0].label, |m| m.label)
}

/// Where a label begins when its number and a language before a stroke are taken in.
fn absorbed_before(characters: &[char], start: usize, from: usize) -> usize {
    let before = &characters[start..from];
    let letters = before.iter().filter(|c| c.is_alphabetic()).count();
    let digits = before.iter().filter(|c| c.is_ascii_digit()).count();
    let stroke = before
        .iter()
        .rev()
        .find(|c| !c.is_whitespace())
        .is_some_and(|c| matches!(c, '/' | '|'));
    if (letters <= 2 && digits <= 2) || (stroke && digits <= 2 && letters <= 30) {
        start
    } else {
        from
    }
}

/// Where a label ends when what belongs to it is taken in: a language after a stroke, a plural in brackets, its
/// number, the colon; and whether there was a colon.
fn absorbed_after(characters: &[char], to: usize) -> (usize, bool) {
    let mut end = to;
    let rest = |end: usize| characters[end..].iter().collect::<String>();
    loop {
        let tail = rest(end);
        let blanks = tail.chars().take_while(|c| c.is_whitespace()).count();
        let trimmed = tail.trim_start();
        let taken = if trimmed.starts_with(['(', '[']) {
            let inner: Vec<char> = trimmed.chars().take_while(|c| !matches!(c, ')' | ']')).collect();
            (inner.len() <= 5).then_some((inner.len() + 1).min(trimmed.chars().count()))
        } else if trimmed.starts_with(['/', '|']) {
            let language: Vec<char> = trimmed.chars().skip(1).take_while(|&c| c != ':').collect();
            let letters = language.iter().filter(|c| c.is_alphabetic()).count();
            let digits = language.iter().any(char::is_ascii_digit);
            (letters > 3 && !digits).then_some(language.len() + 1)
        } else if trimmed.starts_with(['.', ',', ')', ']', '-', '·', '#', '*']) {
            Some(1)
        } else {
            None
        };
        match taken {
            Some(taken) => end += blanks + taken,
            None => break,
        }
    }
    let tail = rest(end);
    if tail.trim_start().starts_with(':') {
        let colon = tail.chars().take_while(|c| *c != ':').count() + 1;
        return (end + colon, true);
    }
    (end, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<(Label, String)> {
        let characters: Vec<char> = text.chars().collect();
        chains(&characters, &matches(&characters, false))
            .into_iter()
            .map(|chain| {
                let (to, _) = absorbed_after(&characters, chain.to);
                (chain.label, characters[chain.from..to].iter().collect())
            })
            .collect()
    }

    #[track_caller]
    fn is(text: &str, key: Key) {
        let found = labels(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, Label::Field(key), "{text}");
    }

    #[test]
    fn labels_of_one_two_and_three_languages() {
        is("APELLIDOS", Key::Surname);
        is("PEREKONNANIMI / SURNAME", Key::Surname);
        is("Name Nom Cognome Num Surname", Key::Surname);
        is("Name/Surname/Nom", Key::Surname);
        is(
            "Vorname(n) Prénom(s) Nome(i) Prenum(s) Given name(s)",
            Key::GivenNames,
        );
        is("NOME / NAME", Key::GivenNames);
        is("Ime/Name", Key::GivenNames);
        is("(4) FECHA DE NACIMIENTO / DATE OF BIRTH", Key::BirthDate);
        is("Data di nascita. Date of birth. (4)", Key::BirthDate);
        is(
            "LUOGO E DATA DI NASCITA / PLACE AND DATE OF BIRTH",
            Key::BirthPlaceDate,
        );
        is(
            "COGNOME E NOME DEI GENITORI O DI CHI NE FA LE VECI / PARENTS",
            Key::Parents,
        );
        is("Broj osobne iskaznice/Identity card number", Key::DocumentNumber);
        is("Rijksregisternr. / National Register N°", Key::PersonalNumber);
        is("APELLIDOS Nombre / SURNAMES Name", Key::SurnameGiven);
        is("COGNOMI Nomi / SURNAMES Forenames", Key::SurnameGiven);
        is("NAME, Vornamen / SURNAME, Given names", Key::SurnameGiven);
        is("NUM SOPORT", Key::SupportNumber);
        is("DNI NÚM.", Key::DocumentNumber);
        is("Carte valable jusqu'au : ", Key::ExpiryDate);
    }

    #[test]
    fn labels_with_wrong_letters_and_lost_strokes() {
        is("FECHA DE NACIMENT0", Key::BirthDate);
        is("SEXOISEX", Key::Sex);
        is("DATADENASCIMENTO/DATEOFBIRTH", Key::BirthDate);
        is("NacionalidadNationality", Key::Nationality);
        is("Državljanslvo/Citzenship", Key::Nationality);
        is("Qwertzuiop / Date of issue", Key::IssueDate);
    }

    #[test]
    fn two_labels_in_a_row_stay_two() {
        let found = labels("Sex/Sexe(5) Place of birth/Lieu de naissance");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0, Label::Field(Key::Sex));
        assert_eq!(found[1].0, Label::Field(Key::BirthPlace));
    }

    #[test]
    fn values_are_no_labels() {
        for value in [
            "POL",
            "ESPAÑOLA ESPAÑOLA",
            "ROMA 05.06.1995",
            "DE BRUIJN",
            "Zenith",
            "VIA SALARIA 712, ROMA (RM)",
            "JEF",
        ] {
            assert!(labels(value).is_empty(), "{value}: {:?}", labels(value));
        }
    }

    #[test]
    fn no_wording_is_so_loose_that_it_is_another_fields() {
        for (i, a) in WORDINGS.iter().enumerate() {
            for b in &WORDINGS[i + 1..] {
                assert!(
                    a.letters != b.letters || compatible(a.label, b.label),
                    "{} is {:?} and {:?}",
                    a.letters.iter().collect::<String>(),
                    a.label,
                    b.label
                );
            }
        }
    }
}
