//! From the two zones of a document to the fields of the One-Shot API.

use vision::{
    holder::{Doubt, Entry, Holder, Reason, Source},
    viz::{Fields, Key, Kind},
};

use crate::zones::{coded, printed, quad, side};

const DNI: [&str; 3] = [
    "IDESPBAA000589599999999R<<<<<<",
    "8001014F3301258ESP<<<<<<<<<<<1",
    "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
];

fn of(mrz: &[&str], values: &[(Key, &str)]) -> Holder {
    let (mrz, fields) = (coded(mrz), printed(values));
    Holder::of(&[side(None, Some(&fields)), side(Some(&mrz), None)])
}

fn reason(entry: &Entry) -> Reason {
    match entry {
        Entry::Found(found) => panic!("there is a value of {} characters", found.value.len()),
        Entry::Absent(absent) => absent.absent,
    }
}

fn doubts(entry: &Entry) -> &[Doubt] {
    &entry.found().expect("a value").doubts
}

#[test]
fn a_spanish_card_gives_every_field() {
    let holder = of(
        &DNI,
        &[
            (Key::GivenNames, "CARMEN"),
            (Key::DocumentNumber, "99999999 R"),
            (Key::SupportNumber, "BAA000589"),
        ],
    );
    assert_eq!(doubts(&holder.given_name), []);
    assert_eq!(holder.given_name.value(), Some("CARMEN"));
    assert_eq!(holder.given_name.found().unwrap().source, Source::Both);
    assert_eq!(holder.serial_number.value(), Some("99999999R"));
    assert_eq!(holder.serial_number.found().unwrap().source, Source::Both);
    assert_eq!(holder.id_document_type.value(), Some("IDC"));
    assert_eq!(holder.id_document_country.value(), Some("ES"));
    assert_eq!(holder.identifier().as_deref(), Some("IDCES-99999999R"));
}

fn holder_of_two_lines() -> Holder {
    of(
        &DNI,
        &[
            (Key::Surname, "ESPA\u{d1}OLA\nESPA\u{d1}OLA"),
            (Key::GivenNames, "CARMEN"),
        ],
    )
}

#[test]
fn two_surnames_are_told_apart_by_the_layout_only() {
    let holder = holder_of_two_lines();
    assert_eq!(holder.surname_1.value(), Some("ESPA\u{d1}OLA"));
    assert_eq!(holder.surname_2.value(), Some("ESPA\u{d1}OLA"));
    assert_eq!(
        holder.surname_1.found().unwrap().quad,
        quad(1.0),
        "where the marks are"
    );

    let one_line = of(&DNI, &[(Key::Surname, "ESPA\u{d1}OLA ESPA\u{d1}OLA")]);
    for entry in [&one_line.surname_1, &one_line.surname_2] {
        assert_eq!(reason(entry), Reason::UndividedSurnames);
        let Entry::Absent(absent) = entry else {
            unreachable!()
        };
        assert_eq!(
            absent.read.as_deref(),
            Some("ESPA\u{d1}OLA ESPA\u{d1}OLA"),
            "for a person to divide"
        );
    }
    assert_eq!(
        reason(&of(&DNI, &[]).surname_1),
        Reason::UndividedSurnames,
        "the MRZ alone does not show it"
    );
}

#[test]
fn a_surname_that_can_only_be_one_is_one() {
    for (lines, printed, wanted) in [
        (
            [
                "I<PRT095072819<ZZ70<<<<<<<<<<<",
                "9304044M2806125PRT<<<<<<<<<<<6",
                "NGUYEN<<VAN<HUNG<<<<<<<<<<<<<<",
            ],
            "NGUYEN",
            "NGUYEN",
        ),
        // An Italian's surname has as many words as it likes.
        (
            [
                "C<ITACA42690LY6<<<<<<<<<<<<<<<",
                "9506055F3211186ITA<<<<<<<<<<<6",
                "CACADOR<DE<ARAUJO<<INES<<<<<<<",
            ],
            "CA\u{c7}ADOR\nDE ARA\u{da}JO",
            "CA\u{c7}ADOR DE ARA\u{da}JO",
        ),
    ] {
        let holder = of(&lines, &[(Key::Surname, printed)]);
        assert_eq!(holder.surname_1.value(), Some(wanted));
        assert_eq!(reason(&holder.surname_2), Reason::OneSurname);
    }
    let spanish = [
        "IDESPBAA000589599999999R<<<<<<",
        "8001014F3301258ESP<<<<<<<<<<<1",
        "DE<LA<PENA<<CARMEN<<<<<<<<<<<<",
    ];
    assert_eq!(
        of(&spanish, &[(Key::Surname, "DE LA PE\u{d1}A")])
            .surname_1
            .value(),
        Some("DE LA PE\u{d1}A")
    );
}

#[test]
fn a_foreigner_in_spain_has_the_foreigners_number() {
    let lines = [
        "IRESPE926795819X5511882R<<<<<<",
        "7907304M2808152SEN<<<<<<<<<<<2",
        "VAELJATAGA<<JAAK<KRISTJAN<<<<<",
    ];
    let holder = of(
        &lines,
        &[
            (Key::Surname, "V\u{c4}LJATAGA"),
            (Key::GivenNames, "JAAK-KRISTJAN"),
        ],
    );
    assert_eq!(holder.identifier().as_deref(), Some("IDCES-X5511882R"));
    assert_eq!(holder.given_name.value(), Some("JAAK-KRISTJAN"));
    assert_eq!(doubts(&holder.id_document_type), []);
}

#[test]
fn a_number_with_a_wrong_letter_is_left_for_a_person() {
    let lines = [
        "IDESPBAA000589599999999T<<<<<<",
        "8001014F3301258ESP<<<<<<<<<<<3",
        "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
    ];
    let alone = of(&lines, &[]);
    assert_eq!(reason(&alone.serial_number), Reason::WrongLetter);
    let with_printed = of(&lines, &[(Key::DocumentNumber, "99999999R")]);
    assert_eq!(with_printed.serial_number.value(), Some("99999999R"));
}

#[test]
fn other_documents_are_named_by_their_own_number() {
    let belgian = [
        "IDBEL592217883<1293<<<<<<<<<<<",
        "8902281F3202034BEL<<<<<<<<<<<0",
        "BIANCHI<<GIULIA<<<<<<<<<<<<<<<",
    ];
    let holder = of(&belgian, &[(Key::DocumentNumber, "592-2178831-29")]);
    assert_eq!(holder.identifier().as_deref(), Some("IDCBE-592217883129"));
    let spanish_passport = [
        "P<ESPROSSI<<MARCO<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "PAB0793801ESP8412014M3008030A5647724200<<<58",
    ];
    assert_eq!(
        of(&spanish_passport, &[]).identifier().as_deref(),
        Some("PASES-PAB079380")
    );
    let german = [
        "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
        "C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<<0",
    ];
    assert_eq!(of(&german, &[]).identifier().as_deref(), Some("PASDE-C01X0006H"));
}

#[test]
fn what_is_no_identity_document_names_nobody() {
    let visa = [
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L8988901C4XXX7408122F9612109<<<<<<<<",
    ];
    let holder = of(&visa, &[]);
    assert_eq!(reason(&holder.id_document_type), Reason::NoIdentityDocument);
    assert_eq!(reason(&holder.serial_number), Reason::NoIdentityDocument);
    assert_eq!(reason(&holder.id_document_country), Reason::NoState);
    assert!(holder.identifier().is_none());
}

#[test]
fn a_residence_permit_of_another_state_is_doubtful() {
    let permit = [
        "ARD<<Y701001V51<<<<<<<<<<<<<<<",
        "7611027M1609189IND<<<<<<<<<<<2",
        "SINGH<<JASIN<ALI<<<<<<<<<<<<<<",
    ];
    assert_eq!(
        doubts(&of(&permit, &[]).id_document_type),
        [Doubt::ResidencePermit]
    );
}

#[test]
fn zones_that_disagree_are_both_shown() {
    let holder = of(
        &DNI,
        &[(Key::GivenNames, "CARLA"), (Key::DocumentNumber, "11111111H")],
    );
    for (entry, value, other) in [
        (&holder.given_name, "CARMEN", "CARLA"),
        (&holder.serial_number, "99999999R", "11111111H"),
    ] {
        let found = entry.found().unwrap();
        assert_eq!(
            (found.value.as_str(), found.other.as_deref()),
            (value, Some(other))
        );
        assert_eq!(found.doubts, [Doubt::ZonesDisagree]);
        assert!(found.confidence < 0.5);
    }
}

#[test]
fn the_mrz_alone_has_no_marks_and_may_be_cut() {
    let whole = of(&DNI, &[]);
    assert_eq!(doubts(&whole.given_name), [Doubt::WithoutMarks]);
    let cut = [
        "I<PRT007777779<ZZ92<<<<<<<<<<<",
        "8303143M3405282PRT<<<<<<<<<<<2",
        "CACADOR<DE<ARAUJO<<ANDRE<ESTEV",
    ];
    assert_eq!(
        doubts(&of(&cut, &[]).given_name),
        [Doubt::WithoutMarks, Doubt::MayBeCut]
    );
    let shown = of(&cut, &[(Key::GivenNames, "Andr\u{e9} Est\u{ea}v\u{e3}o")]);
    assert_eq!(shown.given_name.value(), Some("Andr\u{e9} Est\u{ea}v\u{e3}o"));
    assert_eq!(doubts(&shown.given_name), []);
}

#[test]
fn a_wrong_check_digit_is_said() {
    let wrong = [
        "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
        "C01X0007H1D<<6408125F1710319<<<<<<<<<<<<<<<0",
    ];
    assert_eq!(doubts(&of(&wrong, &[]).serial_number), [Doubt::CheckDigit]);
}

#[test]
fn without_an_mrz_the_headings_count() {
    let fields = Fields {
        country: Some("ITA".to_owned()),
        kind: Some(Kind::IdentityCard),
        ..printed(&[
            (Key::Surname, "ROSSI"),
            (Key::GivenNames, "MARCO"),
            (Key::DocumentNumber, "CA 46072 BX"),
        ])
    };
    let holder = Holder::of(&[side(None, Some(&fields))]);
    assert_eq!(holder.identifier().as_deref(), Some("IDCIT-CA46072BX"));
    assert_eq!(holder.surname_1.found().unwrap().source, Source::VisualZone);
    assert_eq!(reason(&Holder::of(&[]).given_name), Reason::NotRead);
}

#[test]
fn the_written_form_stays_as_it_is() {
    let fields = printed(&[(Key::Surname, "ESPA\u{d1}OLA ESPA\u{d1}OLA")]);
    let mrz = coded(&DNI);
    insta::assert_json_snapshot!(Holder::of(&[side(None, Some(&fields)), side(Some(&mrz), None)]));
}
