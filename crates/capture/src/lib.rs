//! Frames in, evidence out: cameras and their replay twins, stills, and the identification video.
//!
//! In order, when all goes well: [`sources`] lists what can deliver frames; [`Camera::open`] gives one of them a
//! thread of its own; the newest [`Frame`] is there for the preview at any time and every frame goes to the
//! recorder; [`Camera::still`] takes a picture at the highest resolution the device offers and keeps the camera's
//! own bytes; the recorder writes fragmented MP4 that survives a power cut and is remuxed once it is complete.
//!
//! This crate knows nothing of cases, disks or networks: bytes leave it through `Write`.

mod camera;
mod chooser;
pub mod clip;
mod device;
mod error;
mod format;
mod frame;
mod frame_source;
pub mod jpeg;
pub mod picture;
mod provenance;
mod raw;
pub mod recorder;
mod replay;
pub mod sound;
pub mod sources;
#[cfg(test)]
mod specimens;

pub use camera::{Camera, Health, Patience, Still, Subscription};
pub use error::CaptureError;
pub use format::{Delivered, Fps, OfferedFormat, PixelFormat, Want};
pub use frame::{Frame, FrameOrigin, Size};
pub use provenance::Provenance;
pub use sources::{SourceId, SourceInfo, SourceKind, SourceSpec};
