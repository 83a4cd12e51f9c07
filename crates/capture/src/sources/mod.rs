//! What can deliver frames, and what to call it.
//!
//! Device numbers change with every replug and the order of a listing is the order of a directory, so a source is
//! known by what it is and where it is plugged in: [`SourceId`]. [`cameras`] lists the real ones; a replay is named
//! by its path and is always marked synthetic, and so is a camera that exists only in software.

#[cfg(target_os = "linux")]
pub(crate) mod linux;
#[cfg(not(target_os = "linux"))]
pub(crate) mod native;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use native as system;

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{CaptureError, Fps, OfferedFormat, Provenance};

/// The stable name of a source: survives a restart and a replug into the same socket.
///
/// In another socket it is another source, even with a serial number: cheap cameras all carry the same one, and the
/// camera for faces must never turn into the one for documents because somebody pulled a plug.
///
/// `usb:046d:0825:SERIAL@1-2:1.0` for USB on Linux (vendor, product, serial number where there is one, port and
/// interface), `dev:PARENT:NAME` for other Linux devices, `os:NAME` elsewhere, `replay:/path`, `clip:name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(String);

impl SourceId {
    /// Takes a name as it was listed or stored before; whether such a source is there shows when it is opened.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands behind a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A device of this machine.
    Camera,
    /// Pictures from a file or from memory, played as if they came from a camera.
    Replay,
}

/// One source as it is shown to somebody who chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// The stable name, for settings and for the case.
    pub id: SourceId,
    /// The name for people; two of the same model are told apart by their port.
    pub name: String,
    /// Camera or replay.
    pub kind: SourceKind,
    /// No lens stands behind this: a replay, or a camera made of software (`v4l2loopback` and its like).
    pub synthetic: bool,
    /// What the device lists, exact rates. Empty when the system denies access, or there is nothing we can use.
    pub formats: Vec<OfferedFormat>,
    /// Where it is plugged in and what drives it. Empty for a replay.
    #[serde(default)]
    pub provenance: Provenance,
}

/// Which source to open.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// A camera by its stable name.
    Camera(SourceId),
    /// A `.mjpeg`/`.mjpg` file, a folder of JPEGs in the order of their names, one picture (JPEG or PNG), or a video as
    /// [`crate::clip`] reads them (H.264 in an MP4).
    Replay(PathBuf),
    /// Pictures that are part of the program.
    Clip {
        /// What it shows, for people.
        name: String,
        /// Whole JPEGs, played in order and from the start again.
        frames: Arc<[Bytes]>,
        /// How fast.
        fps: Fps,
    },
    /// A video that is part of the program.
    Movie {
        /// What it shows, for people.
        name: String,
        /// H.264 in an MP4, played at its own pace and from the start again.
        bytes: Bytes,
    },
}

impl SourceSpec {
    /// Reads what a person typed or a setting holds: `usb:…`, `dev:…`, `os:…` is a camera; `replay:PATH`, or the
    /// path of something that exists, is a replay.
    ///
    /// # Errors
    /// [`CaptureError::NotFound`] when the text is neither.
    pub fn parse(text: &str) -> Result<Self, CaptureError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("replay:") {
            return Ok(Self::Replay(PathBuf::from(path)));
        }
        if ["usb:", "dev:", "os:"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            return Ok(Self::Camera(SourceId::new(text)));
        }
        let path = PathBuf::from(text);
        if !text.is_empty() && path.exists() {
            return Ok(Self::Replay(path));
        }
        Err(CaptureError::NotFound(text.to_owned()))
    }

    /// The stable name this source goes by.
    #[must_use]
    pub fn id(&self) -> SourceId {
        match self {
            Self::Camera(id) => id.clone(),
            Self::Replay(path) => SourceId(format!("replay:{}", path.display())),
            Self::Clip { name, .. } | Self::Movie { name, .. } => SourceId(format!("clip:{name}")),
        }
    }

    /// Whether this is known to be no camera before it is even opened. A camera made of software is only found
    /// out by opening it: see [`SourceInfo::synthetic`].
    #[must_use]
    pub fn is_replay(&self) -> bool {
        !matches!(self, Self::Camera(_))
    }
}

/// The pictures of a clip are not for logs.
impl std::fmt::Debug for SourceSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SourceSpec").field(&self.id().as_str()).finish()
    }
}

/// The cameras of this machine: those that can deliver pictures a person can look at. Metadata nodes, encoders and
/// infrared-only nodes are left out; the order is the same every time.
///
/// # Errors
/// [`CaptureError::Driver`] when the system's own listing fails or panics. No camera is an empty list.
pub fn cameras() -> Result<Vec<SourceInfo>, CaptureError> {
    let mut found = guarded(system::cameras)??;
    found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let names: Vec<String> = found.iter().map(|info| info.name.clone()).collect();
    for (i, info) in found.iter_mut().enumerate() {
        if names
            .iter()
            .enumerate()
            .any(|(j, name)| j != i && *name == info.name)
        {
            let place = info
                .id
                .0
                .rsplit_once('@')
                .map_or(info.id.as_str(), |(_, port)| port);
            info.name = format!("{} ({place})", info.name);
        }
    }
    Ok(found)
}

/// Runs driver code that may panic on an odd device and turns that into an error.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, CaptureError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .map_err(|_| CaptureError::Driver("the driver's answer could not be read".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_becomes_a_source() {
        let camera = SourceSpec::parse(" usb:046d:0825:ABC@1-2:1.0 ").unwrap();
        assert_eq!(
            camera,
            SourceSpec::Camera(SourceId::new("usb:046d:0825:ABC@1-2:1.0"))
        );
        assert_eq!(
            SourceSpec::parse("replay:/a b.mjpeg").unwrap(),
            SourceSpec::Replay("/a b.mjpeg".into())
        );
        assert_eq!(
            SourceSpec::parse("Cargo.toml").unwrap(),
            SourceSpec::Replay("Cargo.toml".into())
        );
        assert_eq!(
            SourceSpec::parse("nowhere").unwrap_err(),
            CaptureError::NotFound("nowhere".into())
        );
        assert!(SourceSpec::parse("").is_err());
    }

    #[test]
    fn a_machine_without_cameras_is_no_error() {
        assert!(cameras().is_ok());
    }

    #[test]
    fn a_driver_that_panics_is_an_error() {
        assert!(matches!(
            guarded(|| panic!("odd node")),
            Err::<(), _>(CaptureError::Driver(_))
        ));
    }
}
