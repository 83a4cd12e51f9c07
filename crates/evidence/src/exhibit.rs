//! The pieces of evidence: pictures and the video, with where they come from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Corners, FaceScore, ObjectId, Outline, OutlinedBy, Provenance, Take, UtcMillis};

/// What a piece of evidence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Role {
    /// The front of the document, or the data page of a passport.
    Front,
    /// The portrait cut out of the front.
    Portrait,
    /// The back of the document.
    Rear,
    /// The person, now.
    Selfie,
    /// The identification video.
    Video,
}

/// How a piece came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Method {
    /// Taken here with a camera.
    Camera {
        /// The camera's stable identity.
        device: String,
        /// The camera's name as a person knows it.
        name: String,
        /// True for a replay, and for a camera made of software: the picture shows no real moment.
        synthetic: bool,
        /// What stood behind it; absent for a replay and in what older programs wrote.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provenance: Option<Box<Provenance>>,
    },
    /// Picked from a file by a person: when and where it was taken is unknown.
    File,
    /// Cut out of the front by a person.
    Crop(Crop),
    /// Read back from the server: it was taken elsewhere, how is not known here.
    Server,
}

impl Method {
    /// What stood behind a picture that a camera took, where that is known.
    #[must_use]
    pub fn provenance(&self) -> Option<&Provenance> {
        match self {
            Self::Camera { provenance, .. } => provenance.as_deref(),
            Self::File | Self::Crop(_) | Self::Server => None,
        }
    }

    /// True where the picture shows no real moment in front of a lens.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        matches!(self, Self::Camera { synthetic: true, .. })
    }
}

/// A rectangle in fractions (0 to 1) of the picture's width and height, from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Crop {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Crop {
    /// Whether the rectangle lies inside the picture and is not empty.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        let whole = [self.x, self.y, self.width, self.height]
            .iter()
            .all(|v| v.is_finite());
        // The page computes in floating point: a hair over the edge is still the edge.
        let edge = 1.0 + 1e-6;
        whole
            && self.x >= 0.0
            && self.y >= 0.0
            && self.width > 0.0
            && self.height > 0.0
            && self.x + self.width <= edge
            && self.y + self.height <= edge
    }
}

/// What kind of bytes, and how much of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "media", rename_all = "snake_case")]
pub enum Facts {
    /// A JPEG picture.
    Jpeg {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A PNG picture.
    Png {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// An MP4 with H.264.
    Mp4 {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Length in milliseconds.
        duration_ms: u64,
        /// Pictures in it.
        frames: u64,
    },
}

impl Facts {
    /// The IANA media type.
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        match self {
            Self::Jpeg { .. } => "image/jpeg",
            Self::Png { .. } => "image/png",
            Self::Mp4 { .. } => "video/mp4",
        }
    }

    /// Width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        match *self {
            Self::Jpeg { width, height } | Self::Png { width, height } | Self::Mp4 { width, height, .. } => {
                (width, height)
            }
        }
    }
}

/// The booth took the picture by itself: which of the frames before it was the best, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shutter {
    /// How many frames held all that a good picture needs, one after the other.
    pub frames: u32,
    /// How long before the picture the best of them was, in milliseconds.
    pub best_before_ms: u64,
    /// What made it the best: a measure and its value.
    pub why: String,
}

/// One piece of evidence. The bytes are in the store under `object`; what is sent is exactly what is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exhibit {
    /// Where the bytes are.
    pub object: ObjectId,
    /// SHA-256 of the bytes, 64 hex digits in lower case.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// What kind of bytes.
    pub facts: Facts,
    /// When it was taken (for a file: when it was picked).
    pub taken_at: UtcMillis,
    /// Milliseconds from the opening of the case to then, by a clock nobody can set; unknown where the case had been put
    /// away in between, and of what a server gave back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_opening_ms: Option<u64>,
    /// How it came to be.
    pub method: Method,
    /// What a reviewer should know: the camera went away mid-take, the take was cut at its longest, and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the document lies in the picture, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// How the booth came to take it, where no person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shutter: Option<Shutter>,
    /// How the video was recorded, where this is one that was recorded here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Box<Take>>,
    /// How good it is as a picture of a face, by the names of ISO/IEC 29794-5; empty where that was not measured. It tells
    /// nobody from anybody.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quality: BTreeMap<String, FaceScore>,
}

impl Exhibit {
    /// The document's corners as a person put them, if one did.
    #[must_use]
    pub fn corners_by_hand(&self) -> Option<Corners> {
        let outline = self.outline?;
        (outline.by == OutlinedBy::Person).then_some(outline.corners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_an_older_program_wrote_down_has_no_provenance() {
        let old = r#"{"how":"camera","device":"usb:1","name":"Webcam","synthetic":false}"#;
        let method: Method = serde_json::from_str(old).expect("it is read");
        assert_eq!(method.provenance(), None);
        assert_eq!(
            serde_json::to_string(&method).expect("JSON"),
            old,
            "and is written again as it was"
        );
    }

    #[test]
    fn a_crop_must_lie_inside_the_picture() {
        let crop = |x, y, width, height| Crop { x, y, width, height };
        assert!(
            crop(0.0, 0.0, 1.0, 1.0).is_inside(),
            "the whole picture is a crop"
        );
        for wrong in [
            crop(-0.1, 0.0, 0.5, 0.5),
            crop(0.6, 0.0, 0.5, 0.5),
            crop(0.0, 0.0, 0.0, 0.5),
        ] {
            assert!(!wrong.is_inside(), "{wrong:?}");
        }
        assert!(
            !crop(f64::NAN, 0.0, 0.5, 0.5).is_inside(),
            "no number is not inside"
        );
    }
}
