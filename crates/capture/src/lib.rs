//! Frames in, evidence out: cameras and their replay twins, stills, and the identification video.
//!
//! In order, when all goes well: [`sources`] lists what can deliver frames; [`Camera::open`] gives one of them a
//! thread of its own; the newest [`Frame`] is there for the preview at any time and every frame goes to the
//! recorder; [`Camera::still`] takes a picture at the highest resolution the device offers and keeps the camera's
//! own bytes; the recorder writes fragmented MP4 that survives a power cut and is remuxed once it is complete.
//!
//! This crate knows nothing of cases, disks or networks: bytes leave it through `Write`.

pub mod clip;
mod error;
mod frame;
pub mod recorder;

pub use error::CaptureError;
pub use frame::{Frame, FrameOrigin, Size};
