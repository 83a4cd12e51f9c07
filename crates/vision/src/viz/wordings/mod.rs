//! What documents write beside and above their values, in the languages of the EU and its neighbours.

use std::sync::LazyLock;

use super::{Key, fold::fold};

/// What a wording stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A field.
    Field(Key),
    /// The first of two surnames (Spain), or the second.
    NthSurname(u8),
    /// "Name", which is the surname in some languages and the given name in others: the rest of the label, or the
    /// other labels, have to say.
    AnyName,
    /// "Date", which is the day of issue where no label with more words says otherwise.
    AnyDate,
    /// "Number", which is the document's where no label with more words says otherwise.
    AnyNumber,
    /// The day of issue, and under it the authority.
    IssueDateAuthority,
    /// A label of something that is not looked for: it ends what stands before it.
    Other,
}

impl Label {
    /// Whether the wording says little by itself: another one in the same label decides.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::AnyName | Self::AnyDate | Self::AnyNumber)
    }
}

/// Short wordings that are a label also where nothing beside them says so. Others of less than five letters could be
/// a value ("POL" is sex in Serbian, and Poland).
const ALONE: &[&str] = &[
    "Sex", "Sexe", "Sexo", "Nom", "Name", "Nome", "Naam", "Nimi", "Type", "Tipo", "Typ", "NIE", "DNI", "BSN",
    "OIB", "NIF", "EMŠO", "Kön", "Køn", "Spol", "Sugu", "Num.", "N°", "Nr.", "Isem", "Imię", "Ime", "Meno",
    "Emri", "Date",
];

/// A wording, folded.
pub(super) struct Wording {
    /// Its letters.
    pub letters: Vec<char>,
    /// What it stands for.
    pub label: Label,
    /// Whether it is a label with nothing else around it.
    pub alone: bool,
}

/// All wordings.
pub(super) static WORDINGS: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let alone: Vec<String> = ALONE.iter().map(|wording| fold(wording)).collect();
    entries(include_str!("person.txt"))
        .chain(entries(include_str!("document.txt")))
        .map(|(name, wording)| (label(name), wording))
        .map(|(label, wording)| {
            let letters = fold(wording);
            Wording {
                alone: letters.chars().count() > 4 || alone.contains(&letters),
                letters: letters.chars().collect(),
                label,
            }
        })
        .collect()
});

/// The entries of a list: a name and one of what stands for it.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(name, texts)| texts.split(" | ").map(move |text| (name, text)))
}

fn label(name: &str) -> Label {
    match name {
        "any_name" => Label::AnyName,
        "any_date" => Label::AnyDate,
        "any_number" => Label::AnyNumber,
        "issue_date_authority" => Label::IssueDateAuthority,
        "surname_1" => Label::NthSurname(1),
        "surname_2" => Label::NthSurname(2),
        "other" => Label::Other,
        field => Label::Field(Key::named(field).expect("the lists name fields only")),
    }
}
