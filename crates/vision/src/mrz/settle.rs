//! From what cameras saw to an MRZ: readings are put together and mended as far as that can be proved.
//!
//! A check digit alone proves nothing: among thirty characters that might have been misread some exchange fits by
//! luck in one case of three. So a character is exchanged only where its position cannot hold what was read, or where
//! the check digits come out right and a second witness says the same: the visual zone, or another frame.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    Field, Format, Mrz, Reading, Repair, Why,
    lookalike::{alike, forced},
    parse,
    vote::{kin, vote},
};

/// How sure the reader has to be of its next choice, where its first is none the position can hold.
const SURE_ENOUGH: f32 = 0.2;
/// How likely the reader has to hold what the visual zone says, or how unsure it has to be of a character that looks
/// like it: what it read surely stands there, and then the zones differ.
const POSSIBLE: f32 = 0.02;
const UNSURE: f32 = 0.9;
/// The most characters of one field that the visual zone may correct: with more the two differ.
const MOST_IN_A_FIELD: usize = 2;
/// The most exchanges that are tried together, and out of how many.
const MOST_TOGETHER: usize = 3;
const MOST_TRIED: usize = 16;

/// A value the visual zone gives, in the MRZ's form: dates as YYMMDD, numbers without blanks and hyphens.
#[derive(Clone, PartialEq, Eq)]
pub struct Witness {
    /// Which field.
    pub field: Field,
    /// Its value.
    pub value: String,
}

/// A place: line and position.
type Place = (usize, usize);

/// Exchanges that belong together.
#[derive(Clone, PartialEq, Eq)]
struct Proposal {
    changes: Vec<(Place, char)>,
    why: Why,
}

/// What the readings of one MRZ say together, mended where that is forced or proved. `on` is the day of capture.
/// `None` without readings. An MRZ that stays invalid has only those characters exchanged that its positions force.
#[must_use]
pub fn settle(readings: &[Reading], witnesses: &[Witness], on: Date) -> Option<Mrz> {
    let voted = vote(readings)?;
    let (rows, repairs) = force(&voted);
    let mrz = understand(&rows, &repairs, on);
    if mrz.valid || mrz.format == Format::Unknown {
        return Some(mrz);
    }
    let mut proposals = from_visual_zone(&mrz, &rows, &voted, witnesses);
    proposals.extend(from_other_frames(&mrz, &rows, readings));
    proposals.truncate(MOST_TRIED);
    Some(prove(&proposals, &rows, &repairs, on).unwrap_or(mrz))
}

/// The likeliest text, with what no position can hold exchanged.
fn force(reading: &Reading) -> (Vec<Vec<char>>, Vec<Repair>) {
    let mut rows: Vec<Vec<char>> = reading
        .lines
        .iter()
        .map(|cells| cells.iter().map(|cell| cell.best().character).collect())
        .collect();
    let format = Format::of(&rows);
    let mut repairs = Vec::new();
    for (line, cells) in reading.lines.iter().enumerate() {
        for (position, cell) in cells.iter().enumerate() {
            let from = rows[line][position];
            let Some(alphabet) = format.alphabet(line, position).filter(|it| !it.holds(from)) else {
                continue;
            };
            let next = cell
                .choices()
                .iter()
                .find(|choice| alphabet.holds(choice.character));
            let next = next.filter(|choice| choice.confidence >= SURE_ENOUGH);
            if let Some(to) = next
                .map(|choice| choice.character)
                .or_else(|| forced(from, alphabet))
            {
                rows[line][position] = to;
                repairs.push(Repair {
                    line,
                    position,
                    from,
                    to,
                    why: Why::Alphabet,
                });
            }
        }
    }
    for place in format.state_places() {
        one_letter_state(&mut rows, &mut repairs, place);
    }
    (rows, repairs)
}

/// Germany's D is the only code of one letter (Doc 9303-3, 5): an O or a 0 before two fillers is that.
fn one_letter_state(rows: &mut [Vec<char>], repairs: &mut Vec<Repair>, (line, position): Place) {
    let Some([first, '<', '<']) = rows[line].get_mut(position..position + 3) else {
        return;
    };
    if *first == 'D' || !alike(*first, 'D') {
        return;
    }
    let known = repairs
        .iter_mut()
        .find(|it| (it.line, it.position) == (line, position));
    match known {
        Some(repair) => repair.to = 'D',
        None => repairs.push(Repair {
            line,
            position,
            from: *first,
            to: 'D',
            why: Why::Alphabet,
        }),
    }
    *first = 'D';
}

fn understand(rows: &[Vec<char>], repairs: &[Repair], on: Date) -> Mrz {
    let lines: Vec<String> = rows.iter().map(|row| row.iter().collect()).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut mrz = parse(&lines, on);
    mrz.repaired = repairs.to_vec();
    mrz
}

/// For each value the visual zone gives: what would have to be exchanged for the MRZ to say so too.
fn from_visual_zone(mrz: &Mrz, rows: &[Vec<char>], voted: &Reading, witnesses: &[Witness]) -> Vec<Proposal> {
    let could_be = |(line, position): Place, to: char| {
        let cell = &voted.lines[line][position];
        let unsure = alike(rows[line][position], to) && cell.best().confidence < UNSURE;
        unsure || cell.confidence(to) >= POSSIBLE
    };
    let mut proposals = Vec::new();
    for witness in witnesses {
        let places = mrz.format.places(witness.field);
        let value: Vec<char> = witness.value.chars().collect();
        if value.is_empty() || value.len() > places.len() {
            continue;
        }
        let wanted = value.into_iter().chain(std::iter::repeat('<'));
        let mut changes: Vec<(Place, char)> = places
            .into_iter()
            .zip(wanted)
            .filter(|((line, at), to)| rows[*line][*at] != *to)
            .collect();
        if changes.len() > MOST_IN_A_FIELD || !changes.iter().all(|(place, to)| could_be(*place, *to)) {
            continue;
        }
        // The value is as the visual zone has it: then the digit was misread.
        let check = mrz
            .checks
            .iter()
            .find(|check| check.field == witness.field && !check.ok);
        if let (true, Some(check)) = (changes.is_empty(), check) {
            let place = (check.line, check.position);
            changes.extend(could_be(place, check.wanted).then_some((place, check.wanted)));
        }
        if !changes.is_empty() {
            proposals.push(Proposal {
                changes,
                why: Why::CheckDigitAndVisualZone,
            });
        }
    }
    proposals
}

/// What other frames read at the places that check digits cover, each place for itself, and each frame that is right
/// by itself as a whole.
fn from_other_frames(mrz: &Mrz, rows: &[Vec<char>], readings: &[Reading]) -> Vec<Proposal> {
    let mut single: BTreeMap<(Place, char), f32> = BTreeMap::new();
    let mut whole: Vec<Vec<(Place, char)>> = Vec::new();
    let covered = mrz.format.covered_places();
    for reading in kin(readings) {
        let (others, _) = force(reading);
        let differ = covered.iter().filter_map(|&(line, at)| {
            let other = others.get(line)?.get(at)?;
            (*other != rows[line][at]).then_some(((line, at), *other))
        });
        let differ: Vec<(Place, char)> = differ.collect();
        for &((line, at), to) in &differ {
            *single.entry(((line, at), to)).or_default() += reading.lines[line][at].confidence(to);
        }
        if differ.len() > 1 && !whole.contains(&differ) {
            whole.push(differ);
        }
    }
    let mut single: Vec<((Place, char), f32)> = single.into_iter().collect();
    single.sort_by(|a, b| b.1.total_cmp(&a.1));
    let single = single.into_iter().map(|(change, _)| vec![change]);
    let why = Why::CheckDigitAndOtherFrame;
    whole
        .into_iter()
        .take(4)
        .chain(single)
        .map(|changes| Proposal { changes, why })
        .collect()
}

/// The one way to take as few of the proposals as possible that leaves nothing wrong; `None` where there is none, or
/// more than one with different results.
fn prove(proposals: &[Proposal], rows: &[Vec<char>], repairs: &[Repair], on: Date) -> Option<Mrz> {
    for count in 1..=MOST_TOGETHER.min(proposals.len()) {
        let mut found: Vec<Mrz> = Vec::new();
        for chosen in subsets(proposals.len(), count) {
            let chosen: Vec<&Proposal> = chosen.into_iter().map(|index| &proposals[index]).collect();
            let Some((rows, repairs)) = apply(&chosen, rows, repairs) else {
                continue;
            };
            let mrz = understand(&rows, &repairs, on);
            if mrz.valid && !found.iter().any(|it| it.lines == mrz.lines) {
                found.push(mrz);
            }
        }
        match found.len() {
            0 => {}
            1 => return found.pop(),
            _ => return None,
        }
    }
    None
}

/// The rows with the proposals' exchanges made; `None` where two want different characters in one place.
fn apply(
    chosen: &[&Proposal],
    rows: &[Vec<char>],
    repairs: &[Repair],
) -> Option<(Vec<Vec<char>>, Vec<Repair>)> {
    let mut rows = rows.to_vec();
    let mut repairs = repairs.to_vec();
    let mut done: BTreeMap<Place, char> = BTreeMap::new();
    for proposal in chosen {
        for &((line, position), to) in &proposal.changes {
            if done
                .insert((line, position), to)
                .is_some_and(|before| before != to)
            {
                return None;
            }
            let from = std::mem::replace(&mut rows[line][position], to);
            // What was forced before and is exchanged again keeps what was read.
            match repairs
                .iter_mut()
                .find(|it| (it.line, it.position) == (line, position))
            {
                Some(repair) => (repair.to, repair.why) = (to, proposal.why),
                None => repairs.push(Repair {
                    line,
                    position,
                    from,
                    to,
                    why: proposal.why,
                }),
            }
        }
    }
    repairs.retain(|repair| repair.from != repair.to);
    Some((rows, repairs))
}

/// Every way to choose `count` of `of` things, as indices.
fn subsets(of: usize, count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for last in count - 1..of {
        for mut rest in subsets(last, count - 1) {
            rest.push(last);
            all.push(rest);
        }
    }
    all
}
