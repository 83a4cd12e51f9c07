//! Cross-checks between the zones and sides of a document.

use jiff::civil::{Date, date};
use vision::{
    agreement::{Agreement, Measure, Missing, Outcome},
    mrz::Mrz,
    sides::Side,
    viz::{Fields, Key},
};

use crate::zones::{TODAY, coded, printed, sealed, side, with_digits};

const CARD: [&str; 3] = [
    "IDHRVHR12345671<<<<<<<<<<<<<<<",
    "9003141M3007148HRV<<<<<<<<<<<0",
    "GARCIA<<JUAN<LUIS<<<<<<<<<<<<<",
];
const PASSPORT: [&str; 2] = [
    "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
    "C01X0006H1D<<6408125F2710316<<<<<<<<<<<<<<<2",
];

fn on(sides: &[Side<'_>], day: Date) -> Agreement {
    Agreement::of(sides, day, 18)
}

fn of(mrz: &Mrz, fields: &Fields) -> Agreement {
    on(&[side(Some(mrz), Some(fields))], TODAY)
}

fn passed(measure: &Measure) -> Option<bool> {
    measure.measured().map(|it| it.passed)
}

fn missing(measure: &Measure) -> Missing {
    match measure {
        Measure::Measured(measured) => panic!("measured: {measured:?}"),
        Measure::Absent { absent } => *absent,
    }
}

#[test]
fn two_zones_that_say_the_same_agree() {
    let mrz = sealed(&PASSPORT);
    let fields = printed(&[
        (Key::Surname, "M\u{fc}stermann"),
        (Key::GivenNames, "ERIKA"),
        (Key::BirthDate, "1964-08-12"),
        (Key::ExpiryDate, "2027-10-31"),
        (Key::DocumentNumber, "C01X 0006H"),
        (Key::Nationality, "DEU"),
        (Key::Sex, "F"),
    ]);
    let agreement = of(&mrz, &fields);
    let zones = agreement.zones.measured().unwrap();
    assert!(
        zones.compared.iter().all(|it| it.outcome == Outcome::Same),
        "{zones:?}"
    );
    assert_eq!(zones.compared.len(), 7);
    assert_eq!(passed(&agreement.check_digits), Some(true), "{mrz:?}");
    assert_eq!(passed(&agreement.integrity()), Some(true));
    assert_eq!(missing(&agreement.sides), Missing::OneSide);
    assert_eq!(missing(&agreement.portrait), Missing::NotLooked);
}

#[test]
fn what_differs_is_named() {
    let mrz = sealed(&PASSPORT);
    for (key, text) in [
        (Key::Surname, "MUSTERFRAU"),
        (Key::GivenNames, "ERIK"),
        (Key::BirthDate, "1964-08-13"),
        (Key::ExpiryDate, "2028-10-31"),
        (Key::DocumentNumber, "C01X0O06H"),
        (Key::Nationality, "AUT"),
        (Key::Sex, "M/M"),
    ] {
        let agreement = of(&mrz, &printed(&[(key, text)]));
        let zones = agreement.zones.measured().unwrap();
        assert!(!zones.passed);
        assert_eq!(zones.compared[0].field, key);
        assert_eq!(zones.compared[0].outcome, Outcome::Different);
        assert_eq!(passed(&agreement.integrity()), Some(false));
    }
}

#[test]
fn too_little_is_no_agreement() {
    let mrz = sealed(&PASSPORT);
    assert_eq!(
        missing(&of(&mrz, &printed(&[(Key::Sex, "F")])).zones),
        Missing::TooLittle
    );
    assert_eq!(
        missing(&of(&mrz, &printed(&[(Key::Height, "176")])).zones),
        Missing::NothingToCompare
    );
    // Words for a state and letters for a sex that mean two things are not compared.
    let words = printed(&[(Key::Nationality, "DEUTSCH"), (Key::Sex, "V")]);
    assert_eq!(missing(&of(&mrz, &words).zones), Missing::NothingToCompare);
    assert_eq!(
        missing(&on(&[side(None, Some(&words))], TODAY).zones),
        Missing::NoMrz
    );
    assert_eq!(missing(&on(&[], TODAY).integrity()), Missing::NoMrz);
}

#[test]
fn front_and_rear_have_to_be_of_one_card() {
    let mrz = sealed(&CARD);
    let front = |number| printed(&[(Key::Surname, "GARC\u{cd}A"), (Key::DocumentNumber, number)]);
    let check = |fields: &Fields| on(&[side(None, Some(fields)), side(Some(&mrz), None)], TODAY);
    assert_eq!(passed(&check(&front("HR1234567")).sides), Some(true));
    let other = check(&front("HR7654321"));
    assert_eq!(passed(&other.sides), Some(false));
    assert!(other.sides.measured().unwrap().score < 1.0);

    let (front, rear) = (
        printed(&[
            (Key::PersonalNumber, "49839988813"),
            (Key::IssueDate, "2016-07-14"),
        ]),
        printed(&[
            (Key::PersonalNumber, "498 399 888 13"),
            (Key::IssueDate, "2016-07-15"),
        ]),
    );
    let printed = on(&[side(None, Some(&front)), side(None, Some(&rear))], TODAY);
    assert_eq!(passed(&printed.sides), Some(false), "the days of issue differ");
}

#[test]
fn the_last_day_of_validity_is_valid() {
    let mrz = sealed(&PASSPORT);
    let days = |day| on(&[side(Some(&mrz), None)], day).not_expired;
    for (day, score, valid) in [
        (date(2027, 10, 31), 0.0, true),
        (date(2027, 11, 1), -1.0, false),
        (date(2027, 10, 1), 30.0, true),
    ] {
        let measured = days(day);
        let measured = measured.measured().unwrap();
        assert!(
            (measured.score - score).abs() < f64::EPSILON && measured.passed == valid,
            "{measured:?}"
        );
    }
    let other = printed(&[(Key::ExpiryDate, "2029-10-31")]);
    assert_eq!(missing(&of(&mrz, &other).not_expired), Missing::DatesDisagree);
    assert_eq!(missing(&on(&[], TODAY).not_expired), Missing::NoDate);
}

#[test]
fn a_document_without_an_end_does_not_expire() {
    let mrz = sealed(&[
        "IDESPBAA000589599999999R<<<<<<",
        "4001014F9901018ESP<<<<<<<<<<<0",
        "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
    ]);
    assert_eq!(
        passed(&on(&[side(Some(&mrz), None)], TODAY).not_expired),
        Some(true)
    );
    let fields = printed(&[
        (Key::ExpiryDate, "9999-01-01"),
        (Key::DocumentNumber, "99999999R"),
    ]);
    assert_eq!(passed(&of(&mrz, &fields).not_expired), Some(true));
    assert_eq!(passed(&of(&mrz, &fields).zones), Some(true));
}

#[test]
fn a_date_whose_check_digit_is_wrong_is_none() {
    let mut lines = with_digits(&PASSPORT);
    lines[1] = lines[1]
        .replace("2710316", "2710310")
        .replace("6408125", "6408120");
    let mrz = coded(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let agreement = on(&[side(Some(&mrz), None)], TODAY);
    assert_eq!(missing(&agreement.not_expired), Missing::NoDate);
    assert_eq!(missing(&agreement.of_age), Missing::NoDate);
    assert_eq!(passed(&agreement.check_digits), Some(false));
}

#[test]
fn age_counts_birthdays() {
    let mrz = sealed(&PASSPORT);
    let age = |day, adult| {
        let agreement = Agreement::of(&[side(Some(&mrz), None)], day, adult);
        agreement
            .of_age
            .measured()
            .map(|it| (it.score, it.passed))
            .unwrap()
    };
    assert_eq!(age(date(2026, 8, 11), 62), (61.0, false));
    assert_eq!(age(date(2026, 8, 12), 62), (62.0, true));
}

#[test]
fn an_unknown_birthday_is_the_last_it_can_be() {
    // Born in 2008, nobody knows when: of age on the last day of 2026.
    let mrz = sealed(&[
        "IDNLD6ZLH8DP<<947CC<<<<<<<<<<<",
        "08<<<<6<3611122NLD<<<<<<<<<<<6",
        "SIMIC<<ZELJKA<<<<<<<<<<<<<<<<<",
    ]);
    let age = |day| passed(&on(&[side(Some(&mrz), None)], day).of_age);
    assert_eq!(age(date(2026, 12, 30)), Some(false));
    assert_eq!(age(date(2026, 12, 31)), Some(true));
}

#[test]
fn the_visual_zone_knows_the_century() {
    // Two digits of the year: a child of six or a person of a hundred and six.
    let mrz = sealed(&[
        "IDUTOD231458907<<<<<<<<<<<<<<<",
        "2001012F3004159UTO<<<<<<<<<<<0",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ]);
    let old = printed(&[(Key::BirthDate, "1920-01-01")]);
    let age = of(&mrz, &old).of_age;
    assert_eq!(age.measured().map(|it| it.score), Some(106.0));
}

#[test]
fn a_portrait_is_measured_where_somebody_looked() {
    let looked = |found| {
        let side = Side {
            portrait: Some(found),
            ..Side::default()
        };
        passed(&on(&[side], TODAY).portrait)
    };
    assert_eq!(looked(0.0), Some(false));
    assert_eq!(looked(0.95), Some(true));
}

#[test]
fn the_written_form_stays_as_it_is() {
    let (mrz, fields) = (sealed(&PASSPORT), printed(&[(Key::Surname, "MUSTERFRAU")]));
    insta::assert_json_snapshot!(of(&mrz, &fields));
}
