//! A picture at the highest resolution the device offers, in the device's own bytes.
//!
//! In order: the stream stops, starts again in the largest format, a few frames pass while exposure and focus
//! settle, the first one after that which decodes from end to end is the still, and the preview returns to its
//! format. A device whose largest format does not work gives a frame of the preview instead, and the still says so.

use std::{
    collections::HashSet,
    time::{Instant, SystemTime},
};

use bytes::Bytes;
use parking_lot::Mutex;

use super::run::{Running, is_final};
use crate::{
    CaptureError, Delivered, FrameOrigin, OfferedFormat, Size, SourceId, SourceInfo, SourceKind, chooser,
};

/// Frames that pass before the still, so that exposure and white balance settle in the new format.
const SETTLING: usize = 4;
/// Frames that may be damaged before the largest format counts as not working.
const TRIES: usize = 10;
/// Quality of a still that has to be made from raw pixels.
const STILL_QUALITY: i32 = 95;

/// Devices that fell silent in their largest format: it is not tried again while the program runs, because the
/// next attempt would cost the whole camera again.
static SILENT_AT_BEST: Mutex<Option<HashSet<SourceId>>> = Mutex::new(None);

/// A picture taken on purpose.
#[derive(Clone)]
pub struct Still {
    /// The JPEG as the device wrote it, unless `origin` says otherwise. Decodes from end to end.
    pub jpeg: Bytes,
    /// Pixels, from the picture itself.
    pub size: Size,
    /// When it was captured, on the monotonic clock.
    pub at: Instant,
    /// The same on the wall clock.
    pub utc: SystemTime,
    /// [`FrameOrigin::Device`] or [`FrameOrigin::EncodedHere`].
    pub origin: FrameOrigin,
    /// Where it comes from.
    pub source: SourceInfo,
    /// What the driver was asked for when it was taken.
    pub asked: OfferedFormat,
    /// What the driver made of that.
    pub delivered: Delivered,
    /// Pixels of the preview the person saw while it was taken.
    pub preview_size: Size,
    /// Why the picture is not at the highest resolution the device lists, if it is not.
    pub note: Option<String>,
}

/// The picture itself is personal data, so only its shape is shown.
impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Still")
            .field("size", &self.size)
            .field("bytes", &self.jpeg.len())
            .field("origin", &self.origin)
            .field("note", &self.note)
            .finish_non_exhaustive()
    }
}

/// Takes a still on the camera's thread. The outer error ends the camera; the inner one only this still.
pub(super) fn take(camera: &mut Running<'_>) -> Result<Result<Still, CaptureError>, CaptureError> {
    let best = match camera.info.kind {
        SourceKind::Replay => None,
        SourceKind::Camera => chooser::for_still(&camera.info.formats, camera.delivered),
    };
    let Some(best) = best else {
        return from_preview(camera, None);
    };
    let id = camera.info.id.clone();
    if !SILENT_AT_BEST.lock().get_or_insert_default().insert(id.clone()) {
        return from_preview(
            camera,
            Some(format!("the camera fell silent at {} before", best.size)),
        );
    }
    let at_best = at_best(camera, best);
    // A driver that came back in time leaves no mark.
    if !matches!(camera.shared.failure(), Some(CaptureError::Silent(_))) {
        SILENT_AT_BEST.lock().get_or_insert_default().remove(&id);
    }

    camera.source.stop();
    if let Err(error) = &at_best
        && is_final(error)
    {
        return Err(error.clone());
    }
    camera.shared.beat(camera.shared.patience.open);
    camera.delivered = camera.source.start(camera.format)?;
    camera
        .shared
        .running(&camera.info, camera.format, camera.delivered);
    camera.shared.beat(camera.shared.patience.first_frame);
    match at_best {
        Ok(still) => Ok(Ok(still)),
        Err(error) => {
            tracing::warn!(%error, format = %best, "no still at the highest resolution");
            let note = format!("{} did not work: {error}", best.size);
            camera.shared.note(error);
            camera.next_sound()?;
            from_preview(camera, Some(note))
        }
    }
}

fn at_best(camera: &mut Running<'_>, best: OfferedFormat) -> Result<Still, CaptureError> {
    let (shared, patience) = (camera.shared, camera.shared.patience);
    let preview_size = shared.latest().map_or(camera.delivered.size, |frame| frame.size);
    camera.source.stop();
    shared.beat(patience.open);
    let delivered = camera.source.start(best)?;
    shared.beat(patience.first_frame);
    let mut why = CaptureError::Damaged(0);
    for taken in 0..SETTLING + TRIES {
        let raw = camera.source.next_frame()?;
        if !shared.beat(patience.frame) {
            return Err(CaptureError::Closed);
        }
        if taken < SETTLING {
            continue;
        }
        match camera.press.print(raw, STILL_QUALITY) {
            Ok(print) => {
                let short = print.frame.size.area() < best.size.area();
                return Ok(Still {
                    jpeg: print.own,
                    size: print.frame.size,
                    at: print.frame.at,
                    utc: print.frame.utc,
                    origin: origin_of_own(print.frame.origin),
                    source: camera.info.clone(),
                    asked: best,
                    delivered,
                    preview_size,
                    note: short
                        .then(|| format!("asked for {}, the camera answered {}", best.size, delivered.size)),
                });
            }
            Err(error) => why = error,
        }
    }
    Err(why)
}

/// The newest frame of the preview, which was decoded from end to end before it was published.
fn from_preview(
    camera: &mut Running<'_>,
    note: Option<String>,
) -> Result<Result<Still, CaptureError>, CaptureError> {
    let newest = match camera.shared.newest_own() {
        Some(newest) => newest,
        None => {
            camera.next_sound()?;
            let Some(newest) = camera.shared.newest_own() else {
                return Ok(Err(CaptureError::Closed));
            };
            newest
        }
    };
    let (frame, own) = newest;
    Ok(Ok(Still {
        jpeg: own,
        size: frame.size,
        at: frame.at,
        utc: frame.utc,
        origin: origin_of_own(frame.origin),
        source: camera.info.clone(),
        asked: camera.format,
        delivered: camera.delivered,
        preview_size: frame.size,
        note,
    }))
}

/// A still keeps the bytes from before tables were added for the preview.
fn origin_of_own(origin: FrameOrigin) -> FrameOrigin {
    match origin {
        FrameOrigin::Device | FrameOrigin::DeviceWithTables => FrameOrigin::Device,
        FrameOrigin::EncodedHere => FrameOrigin::EncodedHere,
    }
}
