//! Readings of several frames, doubtful characters, and what may be mended.

use jiff::civil::{Date, date};
use vision::mrz::{Cell, Choice, Field, Mrz, Reading, Why, Witness, settle};

const CARD: [&str; 3] = [
    "IDESPBAA000589599999999R<<<<<<",
    "8001014F3301258ESP<<<<<<<<<<<1",
    "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
];
const TODAY: Date = date(2026, 11, 23);

fn with(changes: &[(usize, usize, char)]) -> Reading {
    let mut reading = Reading::of_text(&CARD, 0.9);
    for &(line, position, character) in changes {
        reading.lines[line][position] = Cell::sure(character, 0.8);
    }
    reading
}

fn alone(reading: Reading) -> Mrz {
    settle(&[reading], &[], TODAY).expect("there is a reading")
}

fn seen(field: Field, value: &str) -> Witness {
    Witness {
        field,
        value: value.to_owned(),
    }
}

#[test]
fn what_is_right_is_left_alone() {
    let mrz = alone(with(&[]));
    assert!(mrz.valid && mrz.repaired.is_empty());
    assert!(settle(&[], &[], TODAY).is_none());
    assert!(settle(&[Reading::default()], &[], TODAY).is_some_and(|mrz| !mrz.valid));
}

#[test]
fn a_letter_in_a_date_is_the_digit_it_looks_like() {
    let mrz = alone(with(&[(1, 1, 'O'), (1, 4, 'O')]));
    assert!(mrz.valid);
    assert_eq!(mrz.lines, CARD);
    let repaired: Vec<_> = mrz
        .repaired
        .iter()
        .map(|it| (it.line, it.position, it.from, it.to))
        .collect();
    assert_eq!(repaired, [(1, 1, 'O', '0'), (1, 4, 'O', '0')]);
    assert!(mrz.repaired.iter().all(|it| it.why == Why::Alphabet));
}

#[test]
fn the_readers_next_choice_goes_before_what_looks_alike() {
    let mut reading = with(&[]);
    let choice = |character, confidence| Choice {
        character,
        confidence,
    };
    reading.lines[1][0] = Cell::new([choice('S', 0.5), choice('8', 0.4), choice('5', 0.1)]);
    assert_eq!(alone(reading).lines, CARD);
}

#[test]
fn germany_is_the_only_state_of_one_letter() {
    for read in ['O', '0', 'Q'] {
        let lines = [
            "P<O<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
            "C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<<0",
        ];
        let mut reading = Reading::of_text(&lines, 0.9);
        reading.lines[1][10] = Cell::sure(read, 0.8);
        let mrz = alone(reading);
        assert_eq!(
            (mrz.get(Field::IssuingState), mrz.get(Field::Nationality)),
            (Some("D"), Some("D"))
        );
        assert!(mrz.valid && mrz.repaired.len() == 2);
    }
}

#[test]
fn a_check_digit_alone_mends_nothing() {
    // A number can hold both: nothing but the check digits speaks against it.
    for wrong in [(0, 5, '8'), (0, 9, 'O'), (1, 3, '7'), (1, 6, '5')] {
        let mrz = alone(with(&[wrong]));
        assert!(!mrz.valid && mrz.repaired.is_empty(), "{wrong:?}");
    }
}

#[test]
fn the_visual_zone_is_a_second_witness() {
    let witness = [
        seen(Field::DocumentNumber, "BAA000589"),
        seen(Field::Optional1, "99999999R"),
    ];
    let mrz = settle(&[with(&[(0, 5, '8'), (0, 9, 'O')])], &witness, TODAY).unwrap();
    assert!(mrz.valid);
    assert_eq!(mrz.lines, CARD);
    assert!(
        mrz.repaired
            .iter()
            .all(|it| it.why == Why::CheckDigitAndVisualZone)
    );
    // The digit itself was misread.
    let mrz = settle(&[with(&[(0, 14, 'S')])], &witness, TODAY).unwrap();
    assert!(mrz.valid);
    // Another document's visual zone is none.
    let other = [seen(Field::DocumentNumber, "CCC123589")];
    assert!(!settle(&[with(&[(0, 5, '8')])], &other, TODAY).unwrap().valid);
    // What does not look alike was not misread, nor what was read for sure: then the zones differ.
    assert!(!settle(&[with(&[(0, 5, 'X')])], &witness, TODAY).unwrap().valid);
    let mut sure = with(&[]);
    sure.lines[0][5] = Cell::sure('8', 0.99);
    assert!(!settle(&[sure], &witness, TODAY).unwrap().valid);
}

#[test]
fn another_frame_is_a_second_witness() {
    let wrong = with(&[(1, 3, '7')]);
    let mrz = settle(&[wrong.clone(), wrong.clone(), with(&[(1, 8, '8')])], &[], TODAY).unwrap();
    assert!(
        mrz.valid,
        "the majority is wrong in one place, the third frame in another"
    );
    assert_eq!(mrz.lines, CARD);
    assert_eq!(mrz.repaired.len(), 1);
    assert_eq!(mrz.repaired[0].why, Why::CheckDigitAndOtherFrame);
    // Frames that agree on what is wrong are one witness.
    assert!(!settle(&[wrong.clone(), wrong], &[], TODAY).unwrap().valid);
}

#[test]
fn a_date_that_is_none_is_not_mended_by_luck() {
    // The check digit of 961210 fits 9<3861 just as well; only a real date is one.
    let lines = [
        "V<D<<MUSTERMANN<<MANFRED<<<<<<<<<<<<",
        "0044361220POLS702240M9<38612<M900326",
    ];
    let mrz = settle(&[Reading::of_text(&lines, 0.9)], &[], TODAY).unwrap();
    assert!(!mrz.valid);
}

#[test]
fn any_reading_is_survived() {
    let odd = Reading {
        lines: vec![vec![Cell::default(); 30]; 3],
    };
    assert!(!alone(odd).valid);
    let none = Cell::new([Choice {
        character: '\u{e9}',
        confidence: f32::NAN,
    }]);
    assert!(none.choices().is_empty());
}
