//! Looking at a recorded video: its facts, and its pictures as JPEG.
//!
//! The review screen cannot count on the web view to play H.264, so a clip is decoded here and shown picture by
//! picture. Going forward is cheap (the decoder keeps its state); going back decodes from the key frame before.

pub(crate) mod boxes;
pub(crate) mod chapters;
pub(crate) mod index;
pub(crate) mod nal;
mod pictures;

use std::io::{Read, Seek};
use std::time::Duration;

use bytes::Bytes;
use turbojpeg::PixelFormat;

pub use self::chapters::{Chapter, Tags};

use self::index::Index;
use self::pictures::Pictures;
use crate::recorder::stamp::{self, Stamped};
use crate::recorder::{Gap, NOTICED};
use crate::{CaptureError, Size};

/// The facts of a video file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// Pictures in it.
    pub frames: u64,
    /// From the start of the first to the end of the last.
    pub duration: Duration,
    /// Pixels of each.
    pub size: Size,
    /// Length of the file.
    pub bytes: u64,
    /// The codec as RFC 6381 writes it, for example `avc1.42c01f`.
    pub codec: String,
    /// It lies in fragments, as it was recorded; else its index is one.
    pub fragmented: bool,
    /// Its chapters, as the file lists them; none where it lists none.
    pub chapters: Vec<Chapter>,
}

/// An open video: plain or fragmented MP4 with an H.264 track in BT.601 or BT.709 limited range, which is what
/// [`crate::recorder`] and practically every camera app write. Other tracks are ignored.
pub struct Clip {
    video: Box<dyn Video>,
    movie: Movie,
    pictures: Pictures,
    /// The picture asked for last, which a paused screen asks for again and again.
    newest: Option<(usize, Bytes)>,
}

trait Video: Read + Seek + Send {}
impl<V: Read + Seek + Send> Video for V {}

impl Clip {
    /// Opens a video and reads its index; pictures are read when asked for. A torn tail is left out.
    ///
    /// # Errors
    /// [`CaptureError::BadMedia`] for anything that is not an H.264 video in an MP4, [`CaptureError::Read`] when it
    /// cannot be read.
    pub fn open(mut video: impl Read + Seek + Send + 'static) -> Result<Self, CaptureError> {
        let index = Index::read(&mut video)?;
        let movie = index.movie()?;
        let pictures = Pictures::new(index)?;
        Ok(Self {
            video: Box::new(video),
            movie,
            pictures,
            newest: None,
        })
    }

    /// Its facts.
    #[must_use]
    pub fn movie(&self) -> &Movie {
        &self.movie
    }

    /// When each picture is shown, in order, from the first on.
    #[must_use]
    pub fn times(&self) -> Vec<Duration> {
        self.pictures.times()
    }

    /// From each picture to the next, in order.
    pub fn pauses(&self) -> impl Iterator<Item = Gap> {
        let times = self.times();
        let next = times.clone().into_iter().skip(1);
        times.into_iter().zip(next).map(|(at, next)| Gap {
            at,
            length: next.saturating_sub(at),
        })
    }

    /// Each time longer than [`NOTICED`] between two pictures, in order.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        self.pauses().filter(|pause| pause.length > NOTICED).collect()
    }

    /// The picture shown at `time`, as a JPEG of quality 80. Past the end, the last one.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file cannot be read, [`CaptureError::Codec`] when the picture cannot be decoded.
    pub fn frame_at(&mut self, time: Duration) -> Result<Bytes, CaptureError> {
        let sample = self.pictures.shown_at(time);
        if let Some((newest, jpeg)) = &self.newest
            && *newest == sample
        {
            return Ok(jpeg.clone());
        }
        let jpeg = self.pictures.jpeg(&mut self.video, sample)?;
        self.newest = Some((sample, jpeg.clone()));
        Ok(jpeg)
    }

    /// The time and the case that were drawn into the picture shown at `time`; `None` where there is no stamp in it, or
    /// none that can be read surely.
    ///
    /// # Errors
    /// As [`Self::frame_at`].
    pub fn stamp_at(&mut self, time: Duration) -> Result<Option<Stamped>, CaptureError> {
        let jpeg = self.frame_at(time)?;
        let gray = turbojpeg::decompress(&jpeg, PixelFormat::GRAY)
            .map_err(|error| CaptureError::Codec(error.to_string()))?;
        let size = Size::new(gray.width as u32, gray.height as u32);
        Ok(stamp::read(&gray.pixels, size))
    }
}
