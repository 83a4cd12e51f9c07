//! What a camera is made of, as far as the system can tell: for whoever has to judge what it showed.
//!
//! A picture is worth what stands behind it. A driver that makes pictures up can give itself any name; what it cannot
//! do is hang on a bus that is soldered to the machine. So the question that counts is [`Provenance::physical`]:
//! whether the chain of devices behind the camera ends at one that the firmware or a real bus knows of.

use serde::{Deserialize, Serialize};

/// Where a camera is plugged in and what drives it. What the system does not tell is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// `usb`, `pci`, `platform`, or whatever else the system calls the bus; `none` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// The vendor's number on that bus, four hex digits in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The vendor's number for the product, four hex digits in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The serial number the device states: letters, digits and `._-`. Cheap cameras share one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The driver, by its own name: `uvcvideo`, `v4l2 loopback`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Where in the machine it is plugged in: the system's path of the device, without `/sys/devices/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether a physical device stands behind it. False for `v4l2loopback`, `vivid` and the like, and for a USB port
    /// that a program made; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical: Option<bool>,
}

impl Provenance {
    /// What a name of the kind Windows gives to a device says (`\\?\usb#vid_046d&pid_0825&mi_00#…`).
    #[cfg_attr(
        all(target_os = "linux", not(test)),
        expect(dead_code, reason = "Linux has more to say; tested here all the same")
    )]
    pub(crate) fn of_windows_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let Some(rest) = name.strip_prefix(r"\\?\") else {
            return Self::default();
        };
        let number = |key: &str| {
            let digits = rest.split_once(key)?.1.get(..4)?;
            digits
                .bytes()
                .all(|c| c.is_ascii_hexdigit())
                .then(|| digits.to_owned())
        };
        let bus = rest.split('#').next().filter(|bus| !bus.is_empty());
        Self {
            bus: bus.map(str::to_owned),
            vendor: number("vid_"),
            product: number("pid_"),
            // What Windows itself enumerates in software hangs below its root, or below `swd`.
            physical: bus.map(|bus| !matches!(bus, "root" | "swd")),
            ..Self::default()
        }
    }
}

/// Whether a camera by this name is known to be a program: what the system tells on Windows and macOS is not enough to
/// see it from the device.
pub(crate) fn is_programs_name(name: &str) -> bool {
    const KNOWN: [&str; 8] = [
        "obs virtual",
        "obs-camera",
        "manycam",
        "snap camera",
        "xsplit vcam",
        "v4l2 loopback",
        "droidcam",
        "virtual camera",
    ];
    let name = name.to_lowercase();
    KNOWN.iter().any(|known| name.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_name_tells_bus_vendor_and_product() {
        let usb =
            Provenance::of_windows_name(r"\\?\usb#vid_046D&pid_0825&mi_00#7&1c6&0&0000#{e5323777}\global");
        assert_eq!(
            (usb.bus.as_deref(), usb.vendor.as_deref(), usb.product.as_deref()),
            (Some("usb"), Some("046d"), Some("0825"))
        );
        assert_eq!(usb.physical, Some(true));
        let program = Provenance::of_windows_name(r"\\?\root#camera#0000#{65e8773d}\x");
        assert_eq!((program.physical, program.vendor), (Some(false), None));
    }

    #[test]
    fn a_name_that_says_nothing_is_not_guessed_at() {
        for name in [
            "",
            "Integrated Webcam",
            r"\\?\",
            r"\\?\usb#vid_04",
            r"\\?\usb#vid_04é&pid_zzzz",
        ] {
            let found = Provenance::of_windows_name(name);
            assert_eq!((found.vendor, found.product), (None, None), "{name}");
        }
    }

    #[test]
    fn programs_that_pretend_to_be_cameras_are_known_by_name() {
        assert!(is_programs_name("OBS Virtual Camera"));
        assert!(!is_programs_name("HD Pro Webcam C920"));
    }
}
