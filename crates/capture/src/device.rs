//! A real camera behind nokhwa.
//!
//! On Linux the driver is put right through `v4l` before nokhwa sees it: nokhwa cannot open a device that another
//! program left at a rate which is not 1/n, and asks for formats by rounded rates. So the format is set and read back
//! here, and nokhwa is asked for exactly what the driver answered. Elsewhere nokhwa is asked directly.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nokhwa::utils::{
    CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};

#[cfg(target_os = "linux")]
use crate::sources::linux as system;
#[cfg(not(target_os = "linux"))]
use crate::sources::native as system;
use crate::{
    CaptureError, Delivered, OfferedFormat, PixelFormat, Size, SourceId, SourceInfo,
    frame_source::{FrameSource, RawFrame},
    sources::guarded,
};

/// A driver's stamp older than this is not believed; the arrival counts instead.
const OLDEST_STAMP: Duration = Duration::from_secs(1);

/// What the driver answered after it was asked for a format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub delivered: Delivered,
    /// Bytes from row to row, 0 when unknown.
    pub stride: usize,
    /// See [`RawFrame::full_range`].
    pub full_range: bool,
}

/// One device, found again by its stable name each time it is described.
pub(crate) struct Device {
    id: SourceId,
    node: Option<CameraIndex>,
    running: Option<(nokhwa::Camera, Answer)>,
}

impl Device {
    pub fn new(id: SourceId) -> Self {
        Self {
            id,
            node: None,
            running: None,
        }
    }
}

impl FrameSource for Device {
    fn describe(&mut self) -> Result<SourceInfo, CaptureError> {
        let (info, node) = guarded(|| system::find(&self.id))??;
        self.node = Some(node);
        Ok(info)
    }

    fn start(&mut self, format: OfferedFormat) -> Result<Delivered, CaptureError> {
        let node = self
            .node
            .clone()
            .ok_or_else(|| CaptureError::NotFound(self.id.to_string()))?;
        let answer = guarded(|| system::prepare(&node, format))??;
        let fps = answer.delivered.fps.as_whole().ok_or_else(|| {
            CaptureError::Driver(format!(
                "asked for {format}, the driver insists on {}",
                answer.delivered.fps
            ))
        })?;
        let camera = guarded(|| {
            let layout = layout_of(answer.delivered.pixel);
            let size = answer.delivered.size;
            let exactly = CameraFormat::new(Resolution::new(size.width, size.height), layout, fps);
            let layouts = [layout];
            let request = RequestedFormat::with_formats(RequestedFormatType::Exact(exactly), &layouts);
            let mut camera =
                nokhwa::Camera::new(node, request).map_err(|e| CaptureError::from_driver(&e.to_string()))?;
            camera
                .open_stream()
                .map_err(|e| CaptureError::from_driver(&e.to_string()))?;
            Ok(camera)
        })??;
        // nokhwa set the format once more; what counts is what it reads back.
        let now = camera.camera_format();
        let pixel = pixel_of(now.format()).ok_or(CaptureError::NoUsableFormat)?;
        let size = Size::new(now.resolution().width(), now.resolution().height());
        let delivered = Delivered {
            size,
            pixel,
            ..answer.delivered
        };
        self.running = Some((camera, Answer { delivered, ..answer }));
        Ok(delivered)
    }

    fn next_frame(&mut self) -> Result<RawFrame, CaptureError> {
        let (camera, answer) = self.running.as_mut().ok_or(CaptureError::Closed)?;
        let buffer = guarded(|| camera.frame())?.map_err(|e| CaptureError::from_driver(&e.to_string()))?;
        let (at, utc) = captured(buffer.capture_timestamp());
        Ok(RawFrame {
            bytes: buffer.buffer_bytes(),
            pixel: answer.delivered.pixel,
            size: answer.delivered.size,
            stride: answer.stride,
            full_range: answer.full_range,
            encoded_here: false,
            at,
            utc,
        })
    }

    fn stop(&mut self) {
        if let Some((camera, _)) = self.running.take() {
            // nokhwa unwraps the answer to "stop" in its destructor, and an unplugged device may refuse it.
            if let Err(error) = guarded(move || drop(camera)) {
                tracing::warn!(%error, "the camera could not be closed properly");
            }
        }
    }
}

/// The driver's stamp on both clocks, if it is believable.
fn captured(stamp: Option<Duration>) -> (Instant, SystemTime) {
    let (at, utc) = (Instant::now(), SystemTime::now());
    let age = stamp.and_then(|stamp| utc.duration_since(UNIX_EPOCH).ok()?.checked_sub(stamp));
    match age.filter(|age| *age <= OLDEST_STAMP) {
        Some(age) => (
            at.checked_sub(age).unwrap_or(at),
            utc.checked_sub(age).unwrap_or(utc),
        ),
        None => (at, utc),
    }
}

pub(crate) fn layout_of(pixel: PixelFormat) -> FrameFormat {
    match pixel {
        PixelFormat::Mjpeg => FrameFormat::MJPEG,
        PixelFormat::Yuyv => FrameFormat::YUYV,
        PixelFormat::Nv12 => FrameFormat::NV12,
        PixelFormat::Rgb24 => FrameFormat::RAWRGB,
        PixelFormat::Bgr24 => FrameFormat::RAWBGR,
    }
}

pub(crate) fn pixel_of(layout: FrameFormat) -> Option<PixelFormat> {
    match layout {
        FrameFormat::MJPEG => Some(PixelFormat::Mjpeg),
        FrameFormat::YUYV => Some(PixelFormat::Yuyv),
        FrameFormat::NV12 => Some(PixelFormat::Nv12),
        FrameFormat::RAWRGB => Some(PixelFormat::Rgb24),
        FrameFormat::RAWBGR => Some(PixelFormat::Bgr24),
        FrameFormat::GRAY => None,
    }
}
