//! What the booth sees for itself.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the booth sees for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EyesSettings {
    /// A passive anti-spoof network of your own (ONNX, of the kind of MiniFASNet): what it says of selfie and video is shown
    /// to the officer as a hint. Nothing is claimed on it. None is part of the program.
    pub antispoof: Option<PathBuf>,
    /// SHA-256 of that file, 64 hex digits; another file is not used.
    pub antispoof_sha256: Option<String>,
    /// The side of what that network looks at, in percent of the face's box, as it was trained with: 270 or 400.
    pub antispoof_around_percent: u32,
    /// The picture of a document is taken by itself once it is good; the button is always there too.
    pub auto_capture: bool,
    /// Whoever allows their face to be compared is asked to turn their head, to blink and to come closer in the video, in an
    /// order that is drawn anew each time.
    pub challenge: bool,
    /// The onnxruntime library (1.24 or later) that computes the networks; by default the one in the folder `onnxruntime`
    /// beside the program. Without one the program computes them itself, several times slower.
    pub onnxruntime: Option<PathBuf>,
    /// A folder with a picture of each operator's face (JPEG or PNG, called after them): the selfie of whoever allows their
    /// face to be compared is held against each, and an operator who enrols themselves is pointed out to the officer.
    pub operator_pictures: Option<PathBuf>,
    /// The document is read, and the fields are proposed; without, a person types them.
    pub read: bool,
}

impl Default for EyesSettings {
    fn default() -> Self {
        Self {
            antispoof: None,
            antispoof_sha256: None,
            antispoof_around_percent: 270,
            auto_capture: true,
            challenge: true,
            onnxruntime: None,
            operator_pictures: None,
            read: true,
        }
    }
}
