//! Fields out of lines of text, as a reader of text gives them.

use jiff::civil::date;
use proptest::prelude::*;
use vision::{
    geometry::{Quad, Rect},
    text::{Glyph, Line},
    viz::{self, Fields, Hints, Key, Kind, Names, Side},
};

use crate::zones::coded;

/// A line with its upper left corner at `x`, `y`, its characters as wide as 0.55 of its height.
fn line(text: &str, x: f32, y: f32, height: f32) -> Line {
    let count = text.chars().count() as f32;
    let glyphs = text
        .chars()
        .enumerate()
        .map(|(i, character)| Glyph {
            character,
            at: (i as f32 + 0.5) / count,
            confidence: 0.99,
        })
        .collect();
    Line {
        text: text.to_owned(),
        confidence: 0.99,
        quad: Quad::of(Rect::new(x, y, count * height * 0.55, height)),
        glyphs,
    }
}

fn read(lines: &[Line]) -> Fields {
    let hints = Hints {
        today: Some(date(2026, 11, 23)),
        ..Hints::default()
    };
    viz::read(lines, (1284, 810), hints)
}

fn is(fields: &Fields, key: Key, text: &str) {
    assert!(fields.text(key) == Some(text), "{key:?}");
}

#[test]
fn a_card_with_its_labels_above_in_two_columns() {
    let fields = read(&[
        line("ESPAÑA", 55.0, 19.0, 40.0),
        line("DOCUMENTO NACIONAL DE IDENTIDAD", 55.0, 62.0, 28.0),
        line("APELLIDOS", 430.0, 115.0, 24.0),
        line("ESPAÑOLA ESPAÑOLA", 430.0, 141.0, 34.0),
        line("NOMBRE", 430.0, 207.0, 24.0),
        line("CARMEN", 430.0, 233.0, 34.0),
        line("SEXO", 430.0, 299.0, 24.0),
        line("F", 430.0, 325.0, 34.0),
        line("FECHA DE NACIMIENTO", 842.0, 115.0, 24.0),
        line("O1 01 1980", 842.0, 141.0, 34.0),
        line("VALIDEZ", 842.0, 299.0, 24.0),
        line("25 01 2033", 842.0, 325.0, 34.0),
        line("DNI NÚM.", 842.0, 391.0, 24.0),
        line("99999999R", 842.0, 417.0, 34.0),
    ]);
    assert_eq!(fields.country.as_deref(), Some("ESP"));
    assert_eq!(fields.kind, Some(Kind::IdentityCard));
    assert_eq!(fields.side, Some(Side::Front));
    is(&fields, Key::Surname, "ESPAÑOLA ESPAÑOLA");
    is(&fields, Key::GivenNames, "CARMEN");
    is(&fields, Key::Sex, "F");
    is(&fields, Key::BirthDate, "01 01 1980");
    assert!(fields.get(Key::BirthDate).unwrap().repaired);
    assert_eq!(fields.get(Key::ExpiryDate).unwrap().date, Some(date(2033, 1, 25)));
    is(&fields, Key::DocumentNumber, "99999999R");
    assert_eq!(fields.get(Key::DocumentNumber).unwrap().check, Some(true));
}

#[test]
fn a_card_with_its_values_beside_its_labels() {
    let fields = read(&[
        line("CARTE NATIONALE D'IDENTITÉ N° : KA7393571", 40.0, 130.0, 40.0),
        line("Nom : LE GALL", 445.0, 210.0, 45.0),
        line("Prénom(s) : ANNE", 445.0, 330.0, 45.0),
        line("Sexe : F", 445.0, 440.0, 45.0),
        line("Né(e) le：01.01.1980", 842.0, 440.0, 45.0),
        line("À : Brest", 445.0, 495.0, 45.0),
    ]);
    is(&fields, Key::DocumentNumber, "KA7393571");
    is(&fields, Key::Surname, "LE GALL");
    is(&fields, Key::GivenNames, "ANNE");
    is(&fields, Key::Sex, "F");
    is(&fields, Key::BirthDate, "01.01.1980");
    is(&fields, Key::BirthPlace, "Brest");
}

#[test]
fn columns_that_were_read_as_one_line() {
    let fields = read(&[
        line("PASSEPORT / PASSPORT", 20.0, 20.0, 40.0),
        line("Nom / Surname", 400.0, 100.0, 20.0),
        line("Rey", 400.0, 122.0, 26.0),
        line("Sexe/Sex(5) Lieu de naissance/Place of birth", 400.0, 200.0, 20.0),
        line("F           Annecy", 400.0, 222.0, 20.0),
    ]);
    is(&fields, Key::Surname, "Rey");
    is(&fields, Key::Sex, "F");
    is(&fields, Key::BirthPlace, "Annecy");
}

#[test]
fn two_surnames_on_lines_of_their_own_stay_two() {
    let lines = [
        line("APELLIDOS / SURNAMES", 400.0, 100.0, 24.0),
        line("GARCÍA", 400.0, 126.0, 34.0),
        line("DE LA CRUZ", 400.0, 162.0, 34.0),
        line("NOMBRE / GIVEN NAMES", 400.0, 230.0, 24.0),
        line("ANA", 400.0, 256.0, 34.0),
    ];
    let fields = read(&lines);
    let surname = fields.get(Key::Surname).unwrap();
    assert!(surname.parts == ["GARCÍA", "DE LA CRUZ"]);
    is(&fields, Key::Surname, "GARCÍA DE LA CRUZ");
    is(&fields, Key::GivenNames, "ANA");
}

#[test]
fn names_under_one_label_are_told_apart_by_the_machine_readable_zone() {
    let lines = [
        line("PERMISO DE RESIDENCIA / RESIDENCE PERMIT", 55.0, 62.0, 28.0),
        line("APELLIDOS Nombre / SURNAMES Name", 430.0, 115.0, 24.0),
        line("VÄLJATAGA JAAK-KRISTJAN", 430.0, 141.0, 34.0),
    ];
    let names = Names {
        surname: "VAELJATAGA",
        given_names: "JAAK KRISTJAN",
    };
    is(&read(&lines), Key::SurnameGiven, "VÄLJATAGA JAAK-KRISTJAN");
    assert!(read(&lines).get(Key::Surname).is_none());
    let hints = Hints {
        names: Some(names),
        ..Hints::default()
    };
    let fields = viz::read(&lines, (1284, 810), hints);
    is(&fields, Key::Surname, "VÄLJATAGA");
    is(&fields, Key::GivenNames, "JAAK-KRISTJAN");
}

#[test]
fn an_empty_field_takes_nothing_from_a_machine_readable_zone() {
    let fields = read(&[
        line("Surname / Nom", 60.0, 600.0, 24.0),
        line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 60.0, 630.0, 40.0),
        line("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 60.0, 680.0, 40.0),
    ]);
    assert!(fields.values.is_empty());
}

/// A line's text, its place and its height.
type Written = (String, f32, f32, f32);

fn any_line() -> impl Strategy<Value = Written> {
    let word = prop_oneof![
        Just("Surname / Nom"),
        Just("DATE OF BIRTH"),
        Just("(1)"),
        Just("Sexe : F"),
        Just("01 01 1980"),
        Just("Größe"),
        Just("ﬁ"),
    ];
    let text = prop_oneof![
        "\\PC{0,40}",
        proptest::collection::vec(word, 1..6).prop_map(|words| words.concat()),
    ];
    (text, -50.0..1300.0_f32, -50.0..900.0_f32, -5.0..80.0_f32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_lines_are_survived(lines in proptest::collection::vec(any_line(), 0..20)) {
        let lines: Vec<Line> = lines.iter().map(|(text, x, y, height)| line(text, *x, *y, *height)).collect();
        let fields = read(&lines);
        prop_assert!(fields.values.len() <= Key::ALL.len());
    }
}

const PASSPORT: [&str; 2] = [
    "P<CZESPECIMEN<<VZOR<<<<<<<<<<<<<<<<<<<<<<<<<",
    "99003853<1CZE1101018M1207046110101111<<<<<94",
];

/// The data page of a passport whose labels are too small to be read.
fn page_without_labels() -> Vec<Line> {
    vec![
        line("ČESKÁ REPUBLIKA/CZECH REPUBLIC", 30.0, 28.0, 23.0),
        line("P", 222.0, 60.0, 17.0),
        line("CZE", 286.0, 59.0, 18.0),
        line("99003853", 481.0, 62.0, 18.0),
        line("SPECIMEN", 222.0, 90.0, 18.0),
        line("Vzor", 221.0, 120.0, 18.0),
        line("ČESKÁ REPUBLIKA/ CZECH REPUBLIC", 222.0, 149.0, 20.0),
        line("01.01.1911", 222.0, 181.0, 16.0),
        line("110101/111", 478.0, 183.0, 18.0),
        line("M", 222.0, 213.0, 12.0),
        line("PRAHA", 294.0, 212.0, 16.0),
        line("04.07.2002", 221.0, 240.0, 18.0),
        line("BRNO", 347.0, 242.0, 16.0),
        line("04.07.2012", 220.0, 271.0, 16.0),
        line("SPECIMEN", 40.0, 180.0, 60.0),
    ]
}

fn read_beside_mrz(lines: &[Line]) -> Fields {
    let hints = Hints {
        today: Some(date(2026, 11, 23)),
        ..Hints::default()
    };
    let mrz = coded(&PASSPORT);
    viz::read_beside(lines, (600, 420), hints, Some(&mrz))
}

#[test]
fn a_page_whose_labels_cannot_be_read_is_read_by_its_mrz() {
    let fields = read_beside_mrz(&page_without_labels());
    is(&fields, Key::Surname, "SPECIMEN");
    is(&fields, Key::GivenNames, "Vzor");
    is(&fields, Key::DocumentNumber, "99003853");
    is(&fields, Key::BirthDate, "01.01.1911");
    is(&fields, Key::ExpiryDate, "04.07.2012");
    is(&fields, Key::IssueDate, "04.07.2002");
    is(&fields, Key::PersonalNumber, "110101/111");
    is(&fields, Key::Sex, "M");
    is(&fields, Key::Nationality, "ČESKÁ REPUBLIKA/ CZECH REPUBLIC");
    is(&fields, Key::BirthPlace, "PRAHA");
    is(&fields, Key::Authority, "BRNO");
    let surname = fields.get(Key::Surname).unwrap();
    assert!(
        surname.quad.bounds().height < 30.0,
        "the overprint is not the name"
    );
}

#[test]
fn what_print_cannot_tell_apart_is_settled_by_the_check_digit_and_marked() {
    let mut lines = page_without_labels();
    lines[3] = line("99OO3853", 481.0, 62.0, 18.0);
    let fields = read_beside_mrz(&lines);
    let number = fields.get(Key::DocumentNumber).unwrap();
    assert_eq!((number.text.as_str(), number.repaired), ("99003853", true));
}

#[test]
fn a_value_that_speaks_against_the_mrz_is_not_passed_over() {
    // A changed day under its label; the true one stands elsewhere on the page.
    let mut lines = page_without_labels();
    lines[7] = line("11.01.1911", 222.0, 181.0, 16.0);
    lines.push(line("DATUM NAROZENÍ / DATE OF BIRTH", 222.0, 168.0, 12.0));
    lines.push(line("01.01.1911", 420.0, 320.0, 16.0));
    let fields = read_beside_mrz(&lines);
    is(&fields, Key::BirthDate, "11.01.1911");
    // A name that is another one is no name of the MRZ, whatever it looks like.
    let mut lines = page_without_labels();
    lines[5] = line("Jana", 221.0, 120.0, 18.0);
    assert!(read_beside_mrz(&lines).text(Key::GivenNames) != Some("Vzor"));
}

#[test]
fn of_two_scripts_the_one_that_the_mrz_spells_is_the_name() {
    let mut lines = page_without_labels();
    lines[5] = line("ВЗОР/VZOR", 221.0, 120.0, 18.0);
    is(&read_beside_mrz(&lines), Key::GivenNames, "VZOR");
}
