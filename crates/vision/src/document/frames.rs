//! What more frames of the same document add to the reading of one: their MRZs vote.
//!
//! The picture that was chosen stays what is shown and kept. Every character that the vote changes in its MRZ is marked as
//! repaired.

use jiff::civil::Date;

use super::sheet::Sheet;
use super::{CodedLines, Reader, Reading, witnesses};
use crate::find;
use crate::mrz::{self, Mrz, Repair, Why};
use crate::mrz_lines;
use crate::net::NetError;
use crate::pixels::Picture;
use crate::viz::Fields;

impl Reader {
    /// Only the MRZ in `picture`, another frame of a document that is read: for [`Reading::hear`]. `on` is the day of
    /// capture. `None` where there is none.
    ///
    /// # Errors
    /// [`NetError::Run`] where a network fails.
    pub fn coded_lines(&self, picture: &Picture, on: Date) -> Result<Option<mrz::Reading>, NetError> {
        let sheet = Sheet::of(picture, find::find(picture).as_ref());
        let found = mrz_lines::read(&self.text, sheet.picture(), on)?;
        Ok(found.map(|found| found.reading))
    }
}

impl Reading {
    /// Whether more frames could help: there is an MRZ, and it is not valid, or not surely.
    #[must_use]
    pub fn asks_for_frames(&self) -> bool {
        self.mrz.as_ref().is_some_and(|coded| !coded.mrz.valid)
    }

    /// Lets the MRZs of other frames vote. What the picture itself says is only replaced by what is valid, and surely.
    pub fn hear(&mut self, frames: &[mrz::Reading], on: Date) {
        let voted = self
            .mrz
            .as_ref()
            .filter(|_| self.asks_for_frames())
            .and_then(|coded| coded.voted(frames, &self.viz, on));
        if voted.is_some() {
            self.mrz = voted;
        }
    }
}

impl CodedLines {
    fn voted(&self, frames: &[mrz::Reading], fields: &Fields, on: Date) -> Option<Self> {
        let same = frames.iter().filter(|it| mrz::are_of_one(&self.reading, it));
        let readings: Vec<mrz::Reading> = std::iter::once(&self.reading).chain(same).cloned().collect();
        if readings.len() == 1 {
            return None;
        }
        let reading = mrz::vote(&readings)?;
        let mut mrz = mrz::settle(&readings, &witnesses::of(fields), on)?;
        if !(mrz.valid && witnesses::bear_out(&reading, &mrz, fields)) {
            return None;
        }
        mark(&self.reading, &mut mrz);
        Some(Self {
            mrz,
            reading,
            ..self.clone()
        })
    }
}

/// Marks as repaired whatever was read differently in the picture that was chosen.
fn mark(chosen: &mrz::Reading, mrz: &mut Mrz) {
    let unchecked = mrz_lines::unchecked(chosen);
    for (line, (text, cells)) in mrz.lines.iter().zip(&chosen.lines).enumerate() {
        for (position, (to, cell)) in text.chars().zip(cells).enumerate() {
            let from = cell.best().character;
            let known = mrz
                .repaired
                .iter_mut()
                .find(|it| (it.line, it.position) == (line, position));
            match known {
                Some(repair) => repair.from = from,
                None if from != to => mrz.repaired.push(Repair {
                    line,
                    position,
                    from,
                    to,
                    why: if unchecked.contains(&(line, position)) {
                        Why::OtherFrames
                    } else {
                        Why::CheckDigitAndOtherFrame
                    },
                }),
                None => {}
            }
        }
    }
    mrz.repaired.retain(|repair| repair.from != repair.to);
    mrz.repaired.sort_by_key(|it| (it.line, it.position));
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::geometry::{Quad, Rect};
    use crate::mrz::{Cell, Fault};

    const CARD: [&str; 3] = [
        "IDESPBAA000589599999999R<<<<<<",
        "8001014F3301258ESP<<<<<<<<<<<1",
        "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
    ];
    const TODAY: Date = date(2026, 11, 23);

    fn frame(changes: &[(usize, usize, char, f32)]) -> mrz::Reading {
        let mut reading = mrz::Reading::of_text(&CARD, 0.9);
        for &(line, position, character, sure) in changes {
            reading.lines[line][position] = Cell::sure(character, sure);
        }
        reading
    }

    /// What a picture with this MRZ says after its frames were heard.
    fn heard(chosen: mrz::Reading, frames: &[mrz::Reading]) -> CodedLines {
        let coded = CodedLines {
            mrz: mrz::settle(std::slice::from_ref(&chosen), &[], TODAY).unwrap(),
            reading: chosen,
            quad: Quad::of(Rect::new(0.0, 0.0, 300.0, 30.0)),
            confidence: 0.9,
        };
        let mut reading = Reading::nothing();
        reading.mrz = Some(coded.witnessed(&Fields::default(), TODAY));
        reading.hear(frames, TODAY);
        reading.mrz.unwrap()
    }

    #[test]
    fn frames_mend_what_the_picture_has_wrong_and_it_is_marked() {
        let wrong = frame(&[(1, 3, '7', 0.6), (2, 3, 'M', 0.5)]);
        let coded = heard(wrong.clone(), &[frame(&[]), frame(&[(0, 6, '4', 0.4)])]);
        assert!(coded.mrz.valid);
        assert_eq!(coded.mrz.lines, CARD);
        let repaired: Vec<_> = coded
            .mrz
            .repaired
            .iter()
            .map(|it| (it.line, it.position, it.from, it.to, it.why))
            .collect();
        assert_eq!(
            repaired,
            [
                (1, 3, '7', '1', Why::CheckDigitAndOtherFrame),
                (2, 3, 'M', 'A', Why::OtherFrames)
            ]
        );
        let alone = heard(wrong, &[]);
        assert!(!alone.mrz.valid, "without frames it stays as it was read");
    }

    #[test]
    fn names_that_were_not_sure_are_once_other_frames_were() {
        let unsure = frame(&[(2, 0, 'E', 0.2)]);
        assert_eq!(heard(unsure.clone(), &[]).mrz.errors, [Fault::Unsure]);
        let coded = heard(unsure, &[frame(&[]), frame(&[])]);
        assert!(coded.mrz.valid && coded.mrz.errors.is_empty() && coded.mrz.repaired.is_empty());
    }

    #[test]
    fn another_document_or_as_bad_a_frame_has_nothing_to_say() {
        let wrong = frame(&[(1, 3, '7', 0.9)]);
        assert!(!heard(wrong.clone(), std::slice::from_ref(&wrong)).mrz.valid);
        let other = mrz::Reading::of_text(
            &[
                "I<UTOU0427315A4<<<<<<<<<<<<<<<",
                "9205141F3501014UTO<<<<<<<<<<<4",
                "SAMPLE<MUESTRA<<ALMA<<<<<<<<<<",
            ],
            0.95,
        );
        let coded = heard(wrong.clone(), &[other.clone(), other]);
        assert_ne!(coded.mrz.lines[0], "I<UTOU0427315A4<<<<<<<<<<<<<<<");
        let shorter = mrz::Reading::of_text(&CARD[..2], 0.99);
        assert!(!heard(wrong, &[shorter]).mrz.valid);
    }
}
