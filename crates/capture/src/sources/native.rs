//! Cameras where there is no V4L2: whatever nokhwa lists and says of them.
//!
//! Windows binds its media library to the first thread that uses it and macOS asks for permission first; both stay
//! behind [`crate::frame_source::FrameSource`] and are not yet proven on those systems.

use nokhwa::utils::{
    ApiBackend, CameraIndex, CameraInfo, RequestedFormat, RequestedFormatType, frame_formats,
};

use super::{SourceId, SourceInfo, SourceKind};
use crate::provenance::is_programs_name;
use crate::{
    CaptureError, Delivered, Fps, OfferedFormat, Provenance, Size,
    device::{Answer, pixel_of},
};

pub(super) fn cameras() -> Result<Vec<SourceInfo>, CaptureError> {
    Ok(list()?.iter().map(describe).collect())
}

pub(crate) fn find(id: &SourceId) -> Result<(SourceInfo, CameraIndex), CaptureError> {
    let listed = list()?;
    let camera = listed.iter().find(|camera| name_of(camera) == *id);
    let camera = camera.ok_or_else(|| CaptureError::NotFound(id.to_string()))?;
    Ok((describe(camera), camera.index().clone()))
}

/// Nothing to put right: nokhwa's `Exact` is taken at its word and read back by the caller.
pub(crate) fn prepare(_node: &CameraIndex, format: OfferedFormat) -> Result<Answer, CaptureError> {
    let delivered = Delivered {
        size: format.size,
        fps: format.fps,
        pixel: format.pixel,
    };
    Ok(Answer {
        delivered,
        stride: 0,
        full_range: false,
    })
}

fn list() -> Result<Vec<CameraInfo>, CaptureError> {
    nokhwa::query(ApiBackend::Auto).map_err(|e| CaptureError::from_driver(&e.to_string()))
}

/// `misc` holds the system's own permanent name of the device on Windows and macOS.
fn name_of(camera: &CameraInfo) -> SourceId {
    let misc = camera.misc();
    SourceId::new(format!(
        "os:{}",
        if misc.is_empty() {
            camera.human_name()
        } else {
            misc
        }
    ))
}

fn describe(camera: &CameraInfo) -> SourceInfo {
    let request = RequestedFormat::with_formats(RequestedFormatType::None, frame_formats());
    let formats = nokhwa::Camera::new(camera.index().clone(), request)
        .and_then(|mut opened| opened.compatible_camera_formats())
        .unwrap_or_default();
    let provenance = Provenance::of_windows_name(&camera.misc());
    SourceInfo {
        id: name_of(camera),
        name: camera.human_name(),
        kind: SourceKind::Camera,
        synthetic: provenance.physical == Some(false) || is_programs_name(&camera.human_name()),
        provenance,
        formats: formats
            .iter()
            .filter_map(|format| {
                let size = Size::new(format.resolution().width(), format.resolution().height());
                let fps = Fps::whole(format.frame_rate());
                Some(OfferedFormat {
                    size,
                    fps,
                    pixel: pixel_of(format.format())?,
                })
            })
            .collect(),
    }
}
