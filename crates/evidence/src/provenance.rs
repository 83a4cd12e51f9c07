//! What stood behind a picture: the camera, where it was plugged in, and what it was asked for.

use serde::{Deserialize, Serialize};

/// Where a camera was plugged in and what drove it, as far as the system told. What it did not tell is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// `usb`, `pci`, `platform` and so on; `none` for a camera that hangs on no bus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// The vendor's number on that bus, four hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The vendor's number for the product, four hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The serial number the device states. Cheap cameras share one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The driver, by its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Where in the machine it was plugged in, by the system's own path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether a physical device stood behind it. False: a program made it, or the port it hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical: Option<bool>,
    /// What the driver was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<StreamFormat>,
    /// What the driver said it delivers then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<StreamFormat>,
}

/// What a camera delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamFormat {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures a second, as the exact fraction drivers think in: `30`, `15/2`.
    pub rate: String,
    /// How the pixels come: `mjpeg`, `yuyv`, `nv12`, `rgb24`, `bgr24`.
    pub pixels: String,
}
