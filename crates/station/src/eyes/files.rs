//! Reading picture files and MRZ text on their own, without a case: `proofbooth read` and `proofbooth mrz`.

use std::time::Instant;

use vision::agreement::Agreement;
use vision::document::{Reader, Stage};
use vision::holder::Holder;
use vision::mrz::{self, Mrz};
use vision::net;
use vision::pixels::Picture;

use super::engine;
use super::written::{PictureRead, milliseconds};
use crate::{Code, Problem, Settings, TryAgain, clock, problems};

/// Reads pictures of documents. Nothing of them is kept.
pub struct FileReader {
    reader: Reader,
}

impl FileReader {
    /// Makes the networks ready; some tenths of a second.
    ///
    /// # Errors
    /// [`Code::Internal`] where no engine takes them.
    pub fn open(settings: &Settings) -> Result<Self, Problem> {
        if let Err(error) = engine::take_into_use(settings) {
            tracing::warn!(%error, "the networks are computed by the program itself");
        }
        let reader = Reader::load().map_err(|error| failed(&error))?;
        Ok(Self { reader })
    }

    /// Reads the document in a JPEG, PNG or BMP, as of today.
    ///
    /// # Errors
    /// [`Code::PictureUnreadable`] where the bytes are no whole picture.
    pub fn read(&self, bytes: &[u8]) -> Result<PictureRead, Problem> {
        let began = Instant::now();
        let pixels = capture::picture::pixels(bytes).map_err(|error| problems::from_capture(&error))?;
        let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
        let picture = Picture::new(width, height, pixels.rgb).map_err(|error| {
            Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(error.to_string())
        })?;
        let mut times = vec![("decode", milliseconds(began.elapsed()))];
        let mut last = Instant::now();
        let on = clock::local_day(clock::now());
        let reading = self
            .reader
            .read(&picture, on, &mut |stage| {
                times.push((name(stage), milliseconds(last.elapsed())));
                last = Instant::now();
            })
            .map_err(|error| failed(&error))?;
        let sides = [reading.side()];
        let holder = reading.document.is_some().then(|| Holder::of(&sides));
        let agreement = reading
            .document
            .is_some()
            .then(|| Agreement::of(&sides, on, crate::judge::ADULT));
        times.push(("total", milliseconds(began.elapsed())));
        Ok(PictureRead::new(
            &reading,
            holder.as_ref(),
            agreement.as_ref(),
            engine::name(net::fastest()),
            times,
        ))
    }
}

/// What the lines of an MRZ say, as of today. Blanks at their ends do not count, and small letters count as capitals.
#[must_use]
pub fn read_mrz(lines: &[&str]) -> Mrz {
    mrz::parse(lines, clock::local_day(clock::now()))
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Find => "find",
        Stage::Text => "text",
        Stage::Mrz => "mrz",
        Stage::Viz => "viz",
        Stage::Portrait => "portrait",
        Stage::Barcode => "barcode",
        Stage::Quality => "quality",
    }
}

fn failed(error: &net::NetError) -> Problem {
    Problem::new(Code::Internal, TryAgain::AfterChange).because(error.to_string())
}
