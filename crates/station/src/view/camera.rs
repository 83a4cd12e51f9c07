//! Sources of pictures, and what stands behind them.

use evidence::{Code, Provenance, StreamFormat};
use serde::Serialize;
use ts_rs::TS;

use super::SizeView;
use crate::doctor::Finding;

/// A source of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CameraView {
    /// Stable identity, to choose it by.
    pub id: String,
    /// Its name as a person knows it.
    pub name: String,
    /// True for a replay, and for a camera that a program makes.
    pub synthetic: bool,
    /// True for a replay: a file, or what is part of the program.
    pub replay: bool,
    /// Why it may not be used at this booth; null: it may.
    pub refused: Option<Code>,
    /// What stands behind it; null for a replay.
    pub provenance: Option<ProvenanceView>,
    /// The largest picture it offers, in pixels; unknown for a replay before it is opened.
    pub largest: Option<SizeView>,
}

/// What stands behind a camera, as far as the system told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProvenanceView {
    /// `usb`, `pci`, and so on; `none` for one that hangs on no bus.
    pub bus: Option<String>,
    /// Vendor and product as they are written, `046d:0825`.
    pub numbers: Option<String>,
    /// The serial number it states.
    pub serial: Option<String>,
    /// The driver.
    pub driver: Option<String>,
    /// Where in the machine it is plugged in.
    pub path: Option<String>,
    /// Whether a physical device stands behind it; null: not known.
    pub physical: Option<bool>,
    /// What the driver was asked for, as `1920x1080 mjpeg 30`; null where it was only listed.
    pub asked: Option<String>,
    /// What the driver made of that.
    pub delivered: Option<String>,
}

impl ProvenanceView {
    /// Of a camera that is only listed.
    pub(crate) fn of_source(of: &capture::Provenance) -> Self {
        Self {
            bus: of.bus.clone(),
            numbers: numbers(of.vendor.as_deref(), of.product.as_deref()),
            serial: of.serial.clone(),
            driver: of.driver.clone(),
            path: of.path.clone(),
            physical: of.physical,
            asked: None,
            delivered: None,
        }
    }

    /// Where it is plugged in, in one line: the words the system uses, the same in every language.
    pub(crate) fn line(&self) -> String {
        let parts = [&self.bus, &self.numbers, &self.serial, &self.driver];
        let known: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        known.join(" ")
    }
}

impl From<&Provenance> for ProvenanceView {
    fn from(of: &Provenance) -> Self {
        Self {
            bus: of.bus.clone(),
            numbers: numbers(of.vendor.as_deref(), of.product.as_deref()),
            serial: of.serial.clone(),
            driver: of.driver.clone(),
            path: of.path.clone(),
            physical: of.physical,
            asked: of.asked.as_ref().map(stream),
            delivered: of.delivered.as_ref().map(stream),
        }
    }
}

fn numbers(vendor: Option<&str>, product: Option<&str>) -> Option<String> {
    Some(format!("{}:{}", vendor?, product?))
}

fn stream(of: &StreamFormat) -> String {
    format!("{}x{} {} {}", of.width, of.height, of.pixels, of.rate)
}

/// What was found when a camera was tried out.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CameraTrial {
    /// Which.
    pub camera: String,
    /// What was found, in the order it was looked at.
    pub findings: Vec<Finding>,
}
