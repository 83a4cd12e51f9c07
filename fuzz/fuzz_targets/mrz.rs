//! Text of an MRZ, and readings of it by several frames: any of it is understood or refused, and no character is
//! exchanged without saying so.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vision::agreement::Agreement;
use vision::geometry::{Quad, Rect};
use vision::holder::Holder;
use vision::mrz::{self, Cell, Choice, Field, Reading, Witness};
use vision::sides::{CodedZone, Side};

fuzz_target!(|input: (&str, Vec<Vec<Vec<(char, u8)>>>, &str)| {
    let (text, frames, witness) = input;
    let today = jiff::civil::date(2026, 11, 23);
    let lines: Vec<&str> = text.lines().collect();
    let parsed = mrz::parse(&lines, today);
    assert_eq!(parsed.valid, parsed.errors.is_empty());
    assert!(parsed.repaired.is_empty(), "the parser mends nothing");

    let cell = |&(character, confidence): &(char, u8)| {
        let confidence = f32::from(confidence) / 255.0;
        Cell::new([Choice {
            character,
            confidence,
        }])
    };
    let frames = frames.iter().map(|lines| Reading {
        lines: lines.iter().map(|line| line.iter().map(cell).collect()).collect(),
    });
    let frames: Vec<Reading> = frames.take(8).chain([Reading::of_text(&lines, 0.5)]).collect();
    let voted = mrz::vote(&frames).expect("there is a reading").text();
    let witness = Witness {
        field: Field::DocumentNumber,
        value: witness.to_owned(),
    };
    let settled = mrz::settle(&frames, &[witness], today).expect("there is a reading");
    let places = settled
        .lines
        .iter()
        .zip(&voted)
        .enumerate()
        .flat_map(|(line, (now, read))| {
            now.chars()
                .zip(read.chars())
                .enumerate()
                .map(move |(position, pair)| (line, position, pair))
        });
    for (line, position, (to, from)) in places.filter(|(_, _, (to, from))| to != from) {
        let marks = |it: &&mrz::Repair| (it.line, it.position, it.from, it.to) == (line, position, from, to);
        assert_eq!(settled.repaired.iter().filter(marks).count(), 1);
    }

    let quad = Quad::of(Rect::new(0.0, 0.0, 1.0, 1.0));
    let zone = CodedZone {
        mrz: &settled,
        quad,
        confidence: 0.5,
    };
    let side = Side {
        coded: Some(zone),
        ..Side::default()
    };
    let _ = (
        Holder::of(&[side]).identifier(),
        Agreement::of(&[side], today, 18).integrity(),
    );
});
