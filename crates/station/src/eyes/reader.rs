//! The reader of documents, `vision::document`, as the booth uses it.

use bytes::Bytes;
use evidence::Hint;
use jiff::civil::Date;
use vision::document;
use vision::net::{self, NetError};
use vision::pixels::Picture;
use vision::quality::{Cause, Verdict};

use super::reading::{Reads, SideRead};
use super::{PREVIEW_PIXELS, decoded, engine};

/// Which way documents are read; raised when readings would come out differently.
const METHOD: &str = "proofbooth-document/1";

/// The reader with its networks.
pub(crate) struct Reader {
    reader: document::Reader,
    method: String,
}

impl Reader {
    /// Makes the networks ready; some tenths of a second.
    pub fn load() -> Result<Self, NetError> {
        let reader = document::Reader::load()?;
        let method = format!("{METHOD} {}", engine::name(net::fastest()));
        Ok(Self { reader, method })
    }
}

impl Reads for Reader {
    fn read(&self, picture: &Picture, frames: &[Bytes], on: Date) -> Result<SideRead, NetError> {
        let mut read = self.reader.read(picture, on, &mut |_| ())?;
        let mut heard = Vec::new();
        for frame in frames {
            if !read.asks_for_frames() {
                break;
            }
            if let Some(frame) = decoded(frame, PREVIEW_PIXELS) {
                heard.extend(self.reader.coded_lines(&frame, on)?);
                read.hear(&heard, on);
            }
        }
        let suspicious = |cause| {
            let gate = read.quality.as_ref().and_then(|quality| quality.gate(cause));
            gate.is_some_and(|gate| gate.verdict != Verdict::Good)
        };
        let sure = read.side().portrait.unwrap_or(0.0);
        let hints = [(Cause::Colourless, Hint::NoColour), (Cause::Screen, Hint::Screen)];
        Ok(SideRead {
            hints: hints
                .into_iter()
                .filter(|&(cause, _)| suspicious(cause))
                .map(|(_, hint)| hint)
                .collect(),
            coded: read.mrz.map(|coded| (coded.mrz, coded.quad, coded.confidence)),
            printed: (!read.viz.values.is_empty()).then_some(read.viz),
            portrait: read.portrait.map(|portrait| (portrait.quad, sure)),
            is_document: read.document.is_some(),
        })
    }

    fn recognises(&self, picture: &Picture, on: Date) -> Result<bool, NetError> {
        Ok(self.reader.read(picture, on, &mut |_| ())?.is_recognised())
    }

    fn method(&self) -> String {
        self.method.clone()
    }
}
