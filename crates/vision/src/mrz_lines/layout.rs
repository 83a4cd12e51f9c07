//! What the layout of an MRZ says about characters that look alike or are easily overlooked.

use std::ops::Range;

use crate::mrz::{Cell, Choice, Reading};

/// So many fillers in a row end the names: between two names there are two at most (ICAO Doc 9303-3, 4.6).
const END_OF_NAMES: usize = 3;
/// A letter this sure may be one after all.
const SURE: f32 = 0.8;

/// The line of a reading that names are in, and which part of it; `None` where names do not fill the rest of a line.
pub fn names(reading: &Reading) -> Option<(usize, Range<usize>)> {
    let (line, from) = match reading.lines.len() {
        3 => (2, 0),
        2 => (0, 5),
        _ => return None,
    };
    let cells = &reading.lines[line];
    // The French card of 1988 has an office behind the surname.
    let french = "IDFRA"
        .chars()
        .zip(cells)
        .all(|(c, cell)| cell.best().character == c);
    (cells.len() > from && !(french && line == 0)).then_some((line, from..cells.len()))
}

/// Every position of a reading that no check digit covers: document code, states, sex and names.
pub fn unchecked(reading: &Reading) -> Vec<(usize, usize)> {
    let whole = |line: usize, span: Range<usize>| span.map(move |at| (line, at));
    let shape: Vec<usize> = reading.lines.iter().map(Vec::len).collect();
    let mut places: Vec<(usize, usize)> = match shape.as_slice() {
        [30, 30, 30] => whole(0, 0..5)
            .chain(whole(1, 7..8))
            .chain(whole(1, 15..18))
            .collect(),
        [44, 44] | [36, 36] => whole(0, 0..5)
            .chain(whole(1, 10..13))
            .chain(whole(1, 20..21))
            .collect(),
        _ => Vec::new(),
    };
    if let Some((line, span)) = names(reading) {
        places.extend(whole(line, span));
    }
    places
}

/// Reads again, with the layout in mind, what the shapes alone leave open.
pub fn expect(reading: &mut Reading) {
    // A document's code has a letter where it has no filler, a few a digit from 1; none a zero.
    if let Some(cell) = reading.lines.first_mut().and_then(|line| line.get_mut(1)) {
        *cell = Cell::new(cell.choices().iter().map(|choice| Choice {
            character: if choice.character == '0' {
                'O'
            } else {
                choice.character
            },
            ..*choice
        }));
    }
    // Nor does one begin with a filler (Doc 9303-4, -5, -6 and -7: "capital letters").
    if let Some(cell) = reading.lines.first_mut().and_then(|line| line.first_mut()) {
        *cell = Cell::new(
            cell.choices()
                .iter()
                .filter(|choice| choice.character != '<')
                .copied(),
        );
    }
    end_names(reading);
}

/// What is behind the names is fillers, however many of them look like letters.
fn end_names(reading: &mut Reading) {
    let Some((line, span)) = names(reading) else {
        return;
    };
    let cells = &mut reading.lines[line][span];
    let is_filler = |cell: &Cell| cell.best().character == '<';
    let Some(end) = cells
        .windows(END_OF_NAMES)
        .position(|few| few.iter().all(is_filler))
    else {
        return;
    };
    let rest = &mut cells[end..];
    let is_sure = |cell: &&Cell| !is_filler(cell) && cell.best().confidence > SURE;
    if rest.iter().filter(is_sure).count() * 2 > rest.len() {
        return;
    }
    for cell in rest.iter_mut().filter(|cell| !is_filler(cell)) {
        *cell = Cell::sure('<', cell.confidence('<').max(0.5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(lines: &[&str]) -> Vec<String> {
        let mut reading = Reading::of_text(lines, 0.9);
        expect(&mut reading);
        reading.text()
    }

    #[test]
    fn a_letter_among_the_fillers_behind_the_names_is_a_filler() {
        assert_eq!(
            expected(&["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<A<<<<<<K<<<<", ""])[0],
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
        );
    }

    #[test]
    fn names_behind_a_badly_read_run_of_fillers_stay() {
        let line = "P<UTOERIKSSON<<<ANNA<MARIA<ELISABETH<KATHARI";
        assert_eq!(expected(&[line, ""])[0], line);
        let french = "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<C";
        assert_eq!(expected(&[french, ""])[0], french);
    }

    #[test]
    fn a_documents_code_has_no_zero() {
        assert_eq!(
            expected(&["I0HRV0000000000<<<<<<<<<<<<<<<", "", ""])[0][..5],
            *"IOHRV"
        );
    }
}
