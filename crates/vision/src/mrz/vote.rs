//! Several frames' readings made one.

use super::{Cell, Choice, Reading};

/// The share of positions in which a reading may differ from what the others say before it is one of something else.
const STRAY: f32 = 0.25;

/// What several readings of one MRZ say together: at each position the confidence of every character is added up over
/// the readings. `None` without readings.
///
/// Only readings with the same number and length of lines can be compared: the shape whose readings are surest
/// together is taken. Those that differ in more than a quarter of the positions are of another document or upside
/// down, and are left out.
#[must_use]
pub fn vote(readings: &[Reading]) -> Option<Reading> {
    let kin = kin(readings);
    let first = sum(&kin)?;
    let close: Vec<&Reading> = kin
        .into_iter()
        .filter(|it| distance(it, &first) <= STRAY)
        .collect();
    // Where nothing is close to the sum, the sum is a mixture: the surest reading stands for itself.
    sum(&close).or_else(|| {
        readings
            .iter()
            .max_by(|a, b| weight(a).total_cmp(&weight(b)))
            .cloned()
    })
}

/// The readings of the shape that is surest.
pub(super) fn kin(readings: &[Reading]) -> Vec<&Reading> {
    let shape = |reading: &Reading| reading.lines.iter().map(Vec::len).collect::<Vec<_>>();
    let same = |as_this: &Reading| -> Vec<&Reading> {
        readings.iter().filter(|it| shape(it) == shape(as_this)).collect()
    };
    let surest = readings.iter().map(same).max_by(|a, b| {
        let total = |group: &[&Reading]| group.iter().map(|it| weight(it)).sum::<f32>();
        total(a).total_cmp(&total(b))
    });
    surest.unwrap_or_default()
}

/// The mean confidence of a reading's likeliest characters.
fn weight(reading: &Reading) -> f32 {
    let mut sum = 0.0;
    let mut count = 0.0_f32;
    for cell in reading.lines.iter().flatten() {
        sum += cell.best().confidence;
        count += 1.0;
    }
    sum / count.max(1.0)
}

fn sum(readings: &[&Reading]) -> Option<Reading> {
    let model = readings.first()?;
    let share = 1.0 / f32::from(u16::try_from(readings.len()).unwrap_or(u16::MAX));
    let cell = |line: usize, position: usize| {
        let mut choices: Vec<Choice> = Vec::new();
        for choice in readings.iter().flat_map(|it| it.lines[line][position].choices()) {
            match choices
                .iter_mut()
                .find(|known| known.character == choice.character)
            {
                Some(known) => known.confidence += choice.confidence * share,
                None => choices.push(Choice {
                    confidence: choice.confidence * share,
                    ..*choice
                }),
            }
        }
        Cell::new(choices)
    };
    let lines = model.lines.iter().enumerate();
    Some(Reading {
        lines: lines
            .map(|(line, cells)| (0..cells.len()).map(|position| cell(line, position)).collect())
            .collect(),
    })
}

/// Whether two readings can be of one MRZ: their lines are as long, and few positions differ.
pub(crate) fn are_of_one(one: &Reading, other: &Reading) -> bool {
    let shape = |reading: &Reading| reading.lines.iter().map(Vec::len).collect::<Vec<_>>();
    shape(one) == shape(other) && distance(one, other) <= STRAY
}

/// The share of positions whose likeliest characters differ.
fn distance(one: &Reading, other: &Reading) -> f32 {
    let mut differ = 0.0_f32;
    let mut count = 0.0_f32;
    for (a, b) in one.lines.iter().flatten().zip(other.lines.iter().flatten()) {
        count += 1.0;
        if a.best().character != b.best().character {
            differ += 1.0;
        }
    }
    differ / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[(&str, f32)]) -> Option<Vec<String>> {
        let readings: Vec<Reading> = lines
            .iter()
            .map(|(text, sure)| Reading::of_text(&[text], *sure))
            .collect();
        vote(&readings).map(|it| it.text())
    }

    #[test]
    fn the_surer_character_wins_and_the_majority_when_all_are_as_sure() {
        assert_eq!(read(&[("8OO101", 0.6), ("800101", 0.9)]).unwrap(), ["800101"]);
        assert_eq!(
            read(&[("80010I", 0.8), ("800101", 0.8), ("800101", 0.8)]).unwrap(),
            ["800101"]
        );
    }

    #[test]
    fn a_reading_of_something_else_has_no_vote() {
        let ours = ("8001014F", 0.8);
        assert_eq!(read(&[ours, ours, ("PQRSTUVW", 1.0)]).unwrap(), ["8001014F"]);
        assert_eq!(read(&[ours, ours, ("8001014F<", 0.9)]).unwrap(), ["8001014F"]);
        assert_eq!(
            read(&[("AAAA", 0.5), ("BBBB", 0.9)]).unwrap(),
            ["BBBB"],
            "no mixture"
        );
        assert_eq!(read(&[]), None);
    }
}
