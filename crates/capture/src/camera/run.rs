//! The camera thread, from finding the device to leaving it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{lease::Lease, publish::Press, shared::Shared, still};
use crate::{
    CaptureError, Delivered, OfferedFormat, SourceInfo, SourceKind, Want, chooser, frame_source::FrameSource,
};

/// This many damaged frames in a row, and the picture cannot be trusted any more.
pub(super) const DAMAGED_LIMIT: u32 = 30;
/// Quality of JPEGs made here from raw pixels for preview and video.
pub(super) const PREVIEW_QUALITY: i32 = 90;
/// How many of the formats a device refuses before we give up.
const ATTEMPTS: usize = 5;

/// What the thread works with once the device is running.
pub(super) struct Running<'a> {
    pub shared: &'a Shared,
    pub source: &'a mut dyn FrameSource,
    pub press: Press,
    pub info: SourceInfo,
    /// What was asked for, to return to after a still.
    pub format: OfferedFormat,
    pub delivered: Delivered,
}

/// The whole life of a camera thread. Whatever ends it is left in `shared`.
pub(super) fn run(shared: &Arc<Shared>, build: impl FnOnce() -> Box<dyn FrameSource>, want: Want) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        // Given back last of all, once the device is closed: whoever opens it next waits for that.
        let mut lease = None;
        let mut source = build();
        let outcome = deliver(shared, source.as_mut(), want, &mut lease);
        source.stop();
        // Some drivers panic when they are dropped after an unplug; by then there is nothing left to lose.
        if catch_unwind(AssertUnwindSafe(move || drop(source))).is_err() {
            tracing::warn!("the camera driver panicked while it was closed");
        }
        outcome
    }));
    let error = match outcome {
        Ok(Err(error)) => error,
        Ok(Ok(())) => CaptureError::Closed,
        Err(_) => CaptureError::Driver("the driver panicked".to_owned()),
    };
    shared.fail(error);
}

/// Finds, starts and plays the source until it is told to leave.
fn deliver(
    shared: &Arc<Shared>,
    source: &mut dyn FrameSource,
    want: Want,
    lease: &mut Option<Lease>,
) -> Result<(), CaptureError> {
    let patience = shared.patience;
    let info = source.describe()?;
    if info.kind == SourceKind::Camera {
        *lease = Some(Lease::take(&info.id, shared.leaving(), patience.vacate)?);
    }
    shared.beat(patience.open);
    let (format, delivered) = start_best(shared, source, &info, want)?;
    tracing::info!(source = %info.id, %format, ?delivered, "camera started");
    shared.beat(patience.first_frame);
    shared.running(&info, format, delivered);

    let mut running = Running {
        shared,
        source,
        press: Press::new()?,
        info,
        format,
        delivered,
    };
    loop {
        if shared.rewind_wanted() {
            running.source.rewind();
        }
        running.next()?;
        if !shared.beat(running.frame_allowance()) {
            return Ok(());
        }
        if shared.still_wanted() {
            shared.hand_over(still::take(&mut running)?);
        }
        if shared.failure().is_some() {
            return Ok(());
        }
    }
}

/// Tries the formats in the order of preference; a device may list what it then refuses.
fn start_best(
    shared: &Shared,
    source: &mut dyn FrameSource,
    info: &SourceInfo,
    want: Want,
) -> Result<(OfferedFormat, Delivered), CaptureError> {
    let mut refusal = CaptureError::NoUsableFormat;
    for format in chooser::for_video(&info.formats, want).into_iter().take(ATTEMPTS) {
        match source.start(format) {
            Ok(delivered) => return Ok((format, delivered)),
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => {
                tracing::debug!(%format, %error, "format refused");
                source.stop();
                refusal = error;
            }
        }
        if !shared.beat(shared.patience.open) {
            break;
        }
    }
    Err(refusal)
}

/// Whether another format cannot help.
pub(super) fn is_final(error: &CaptureError) -> bool {
    matches!(
        error,
        CaptureError::Unplugged | CaptureError::Busy | CaptureError::Denied | CaptureError::NotFound(_)
    )
}

impl Running<'_> {
    /// Waits for one buffer and publishes it. False when it was damaged and only counted.
    fn next(&mut self) -> Result<bool, CaptureError> {
        let raw = self.source.next_frame()?;
        match self.press.print(raw, PREVIEW_QUALITY) {
            Ok(print) => {
                self.shared.publish(print.frame, print.own);
                Ok(true)
            }
            Err(why) => {
                let in_a_row = self.shared.damaged(why);
                if in_a_row >= DAMAGED_LIMIT {
                    Err(CaptureError::Damaged(in_a_row))
                } else {
                    Ok(false)
                }
            }
        }
    }

    /// Publishes frames until one is sound.
    pub fn next_sound(&mut self) -> Result<(), CaptureError> {
        while !self.next()? {
            if let Some(ended) = self.shared.failure() {
                return Err(ended);
            }
        }
        self.shared.beat(self.frame_allowance());
        Ok(())
    }

    /// How long the next frame may take. A source that promises few frames is not silent between two of them.
    pub fn frame_allowance(&self) -> std::time::Duration {
        self.shared.patience.frame.max(self.delivered.fps.interval() * 3)
    }
}
