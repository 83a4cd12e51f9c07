//! Cameras on Linux: what sysfs and V4L2 know of them.
//!
//! One physical camera shows up as several nodes (a UVC camera has one for metadata, some have one for infrared);
//! the numbers of nodes are handed out in the order of plugging. A node counts as a camera by its capabilities and
//! formats, and is named by the USB device behind it and the port that device is in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nokhwa::utils::CameraIndex;
use v4l::{
    FourCC, Fraction,
    capability::Flags,
    format::Quantization,
    frameinterval::FrameIntervalEnum,
    framesize::FrameSizeEnum,
    video::{Capture, capture::Parameters},
};

use super::{SourceId, SourceInfo, SourceKind};
use crate::provenance::is_programs_name;
use crate::{CaptureError, Delivered, Fps, OfferedFormat, PixelFormat, Provenance, Size, device::Answer};

const NODES: &str = "/sys/class/video4linux";
/// Sizes and rates worth trying on a device that offers any (V4L2's "stepwise" and "continuous").
const USUAL_SIZES: [(u32, u32); 5] = [(640, 480), (800, 600), (1280, 720), (1920, 1080), (2592, 1944)];
const USUAL_RATES: [u32; 6] = [5, 10, 15, 25, 30, 60];
/// Drivers that make their pictures up.
const SOFTWARE_DRIVERS: [&str; 3] = ["vivid", "v4l2 loopback", "vimc"];

/// A node of the class `video4linux`, as sysfs describes it.
struct Node {
    number: usize,
    id: SourceId,
    name: String,
    /// Which of its device's nodes this is; a camera's picture is the first.
    index: u32,
    /// What sysfs says of the device behind it.
    provenance: Provenance,
}

pub(super) fn cameras() -> Result<Vec<SourceInfo>, CaptureError> {
    Ok(nodes()
        .iter()
        .filter_map(|node| super::guarded(|| camera_at(node)).ok().flatten())
        .collect())
}

/// The camera of this name and no other. Only its own node is opened: another camera that hangs is none of our
/// business.
pub(crate) fn find(id: &SourceId) -> Result<(SourceInfo, CameraIndex), CaptureError> {
    let missing = || CaptureError::NotFound(id.to_string());
    let node = nodes()
        .into_iter()
        .find(|node| node.id == *id)
        .ok_or_else(missing)?;
    let info = camera_at(&node).ok_or_else(missing)?;
    // A device that was listed only by its name: opening it says why.
    if info.formats.is_empty() {
        open(node.number)?;
    }
    Ok((
        info,
        CameraIndex::Index(u32::try_from(node.number).unwrap_or(u32::MAX)),
    ))
}

/// Puts format and rate into the driver and reads back what it made of them.
pub(crate) fn prepare(node: &CameraIndex, format: OfferedFormat) -> Result<Answer, CaptureError> {
    let number = node.as_index().map_err(|e| CaptureError::Driver(e.to_string()))?;
    let device = open(number as usize)?;
    let driver = |e: std::io::Error| CaptureError::from_driver(&e.to_string());
    let wanted = v4l::Format::new(format.size.width, format.size.height, fourcc_of(format.pixel));
    let set = device.set_format(&wanted).map_err(driver)?;
    let interval = Fraction::new(format.fps.den, format.fps.num);
    device.set_params(&Parameters::new(interval)).map_err(driver)?;
    let interval = device.params().map_err(driver)?.interval;
    let pixel = pixel_of(set.fourcc).ok_or_else(|| {
        CaptureError::Driver(format!(
            "asked for {format}, the driver insists on {}",
            set.fourcc
        ))
    })?;
    Ok(Answer {
        delivered: Delivered {
            size: Size::new(set.width, set.height),
            fps: Fps::new(interval.denominator, interval.numerator),
            pixel,
        },
        stride: set.stride as usize,
        full_range: matches!(set.quantization, Quantization::FullRange),
    })
}

fn open(number: usize) -> Result<v4l::Device, CaptureError> {
    v4l::Device::new(number).map_err(|e| CaptureError::from_driver(&e.to_string()))
}

/// What stands behind a node, if it is a camera for people.
fn camera_at(node: &Node) -> Option<SourceInfo> {
    let info = |driver: Option<String>, formats| {
        let made_up = driver
            .as_deref()
            .is_some_and(|driver| SOFTWARE_DRIVERS.iter().any(|known| driver.starts_with(known)));
        let mut provenance = node.provenance.clone();
        if made_up {
            provenance.physical = Some(false);
        }
        SourceInfo {
            id: node.id.clone(),
            name: node.name.clone(),
            kind: SourceKind::Camera,
            synthetic: provenance.physical == Some(false) || is_programs_name(&node.name),
            formats,
            provenance: Provenance {
                // What the driver calls itself comes first: sysfs knows the bus's driver, which may be a parent's.
                driver: driver.or(provenance.driver),
                ..provenance
            },
        }
    };
    let device = match open(node.number) {
        Ok(device) => device,
        // It is there, and somebody has to be told why it cannot be used. Nothing but its place among its
        // siblings says that it is no metadata node.
        Err(CaptureError::Denied) if node.index == 0 => return Some(info(None, Vec::new())),
        Err(_) => return None,
    };
    let caps = device.query_caps().ok()?;
    if !caps
        .capabilities
        .contains(Flags::VIDEO_CAPTURE | Flags::STREAMING)
    {
        return None;
    }
    let offered = device.enum_formats().ok()?;
    if offered.iter().all(|format| !is_for_people(format.fourcc)) {
        return None;
    }
    let mut formats: Vec<OfferedFormat> = Vec::new();
    for format in &offered {
        let Some(pixel) = pixel_of(format.fourcc) else {
            continue;
        };
        for size in sizes(&device, format.fourcc) {
            for fps in rates(&device, format.fourcc, size) {
                formats.push(OfferedFormat { size, fps, pixel });
            }
        }
    }
    formats.sort_by_key(|f| (f.pixel, f.size, f.fps.num, f.fps.den));
    formats.dedup();
    Some(info(Some(plain(&caps.driver)), formats))
}

fn sizes(device: &v4l::Device, fourcc: FourCC) -> Vec<Size> {
    let mut sizes = Vec::new();
    for listed in device.enum_framesizes(fourcc).unwrap_or_default() {
        match listed.size {
            FrameSizeEnum::Discrete(size) => sizes.push(Size::new(size.width, size.height)),
            FrameSizeEnum::Stepwise(s) => {
                let (width, height) = (s.min_width..=s.max_width, s.min_height..=s.max_height);
                let fits = |&&(w, h): &&(u32, u32)| {
                    let on_step =
                        |at: u32, from: u32, step: u32| step == 0 || (at - from).is_multiple_of(step);
                    width.contains(&w)
                        && height.contains(&h)
                        && on_step(w, s.min_width, s.step_width)
                        && on_step(h, s.min_height, s.step_height)
                };
                sizes.extend(USUAL_SIZES.iter().filter(fits).map(|&(w, h)| Size::new(w, h)));
            }
        }
    }
    sizes
}

fn rates(device: &v4l::Device, fourcc: FourCC, size: Size) -> Vec<Fps> {
    let mut rates = Vec::new();
    for listed in device
        .enum_frameintervals(fourcc, size.width, size.height)
        .unwrap_or_default()
    {
        match listed.interval {
            FrameIntervalEnum::Discrete(interval) => {
                rates.push(Fps::new(interval.denominator, interval.numerator));
            }
            FrameIntervalEnum::Stepwise(range) => {
                let seconds = |f: Fraction| f64::from(f.numerator) / f64::from(f.denominator.max(1));
                let (shortest, longest) = (seconds(range.min), seconds(range.max));
                let fits = |rate: &&u32| (shortest..=longest).contains(&(1.0 / f64::from(**rate)));
                rates.extend(USUAL_RATES.iter().filter(fits).map(|&rate| Fps::whole(rate)));
            }
        }
    }
    rates
}

fn pixel_of(fourcc: FourCC) -> Option<PixelFormat> {
    match &fourcc.repr {
        b"MJPG" => Some(PixelFormat::Mjpeg),
        b"YUYV" => Some(PixelFormat::Yuyv),
        b"NV12" => Some(PixelFormat::Nv12),
        b"RGB3" => Some(PixelFormat::Rgb24),
        b"BGR3" => Some(PixelFormat::Bgr24),
        _ => None,
    }
}

fn fourcc_of(pixel: PixelFormat) -> FourCC {
    FourCC::new(match pixel {
        PixelFormat::Mjpeg => b"MJPG",
        PixelFormat::Yuyv => b"YUYV",
        PixelFormat::Nv12 => b"NV12",
        PixelFormat::Rgb24 => b"RGB3",
        PixelFormat::Bgr24 => b"BGR3",
    })
}

/// Neither infrared (grey or depth only) nor an encoder's own node. A layout we do not know may well be a picture:
/// such a camera is listed, and opening it says that it offers nothing we can use.
fn is_for_people(fourcc: FourCC) -> bool {
    let name = &fourcc.repr;
    let grey = matches!(
        name,
        b"GREY" | b"Y16 " | b"INVZ" | b"INZI" | b"INVI" | b"RELI" | b"Z16 "
    ) || (name[0] == b'Y'
        && matches!(
            &name[1..],
            b"8I " | b"04 " | b"06 " | b"10 " | b"12 " | b"12I" | b"10B" | b"14 "
        ));
    let encoded = matches!(name, b"H264" | b"HEVC" | b"VP80" | b"VP90" | b"MPG4");
    !grey && !encoded
}

fn nodes() -> Vec<Node> {
    let mut nodes: Vec<Node> = fs::read_dir(NODES)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| node_at(&entry.path()))
        .collect();
    nodes.sort_by(|a, b| (&a.id, a.number).cmp(&(&b.id, b.number)));
    // Two nodes of one interface with the same place among their siblings: the number is all that is left.
    let ids: Vec<SourceId> = nodes.iter().map(|node| node.id.clone()).collect();
    for (node, twin) in nodes.iter_mut().skip(1).zip(&ids) {
        if node.id == *twin {
            node.id = SourceId::new(format!("{twin}#{}", node.number));
        }
    }
    nodes
}

fn node_at(path: &Path) -> Option<Node> {
    let number = path.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()?;
    let name = text(&path.join("name")).unwrap_or_else(|| format!("video{number}"));
    let index = text(&path.join("index"))
        .and_then(|index| index.parse().ok())
        .unwrap_or(0);
    let device = path.join("device").canonicalize().ok();
    let place = if index == 0 {
        String::new()
    } else {
        format!("/{index}")
    };
    let id = match device.as_deref().and_then(usb_name) {
        Some(usb) => format!("{usb}{place}"),
        None => {
            let parent = device
                .as_deref()
                .and_then(Path::file_name)
                .unwrap_or_default()
                .to_string_lossy();
            format!("dev:{parent}:{name}{place}")
        }
    };
    Some(Node {
        number,
        id: SourceId::new(id),
        name,
        index,
        provenance: provenance_of(device.as_deref()),
    })
}

/// What sysfs says of `device`, the one a node belongs to: for USB that is an interface of the device.
fn provenance_of(device: Option<&Path>) -> Provenance {
    let Some(device) = device else {
        // A node without a device hangs in the air: `v4l2loopback`.
        return Provenance {
            bus: Some("none".to_owned()),
            physical: Some(false),
            ..Provenance::default()
        };
    };
    let linked = |of: &Path, link: &str| {
        let target = of.join(link).canonicalize().ok()?;
        Some(plain(&target.file_name()?.to_string_lossy()))
    };
    let usb = device.parent().filter(|parent| parent.join("idVendor").is_file());
    let numbers_of = usb.unwrap_or(device);
    let number = |usb_name: &str, pci_name: &str| {
        let found = text(&numbers_of.join(usb_name)).or_else(|| text(&device.join(pci_name)))?;
        let digits = found.trim_start_matches("0x").to_lowercase();
        digits.bytes().all(|c| c.is_ascii_hexdigit()).then_some(digits)
    };
    Provenance {
        bus: linked(device, "subsystem"),
        vendor: number("idVendor", "vendor"),
        product: number("idProduct", "device"),
        serial: usb
            .and_then(|usb| text(&usb.join("serial")))
            .map(|serial| plain(&serial))
            .filter(|serial| !serial.is_empty()),
        driver: linked(device, "driver"),
        path: device
            .strip_prefix("/sys/devices")
            .ok()
            .map(|path| path.to_string_lossy().into_owned()),
        physical: Some(stands_in_the_machine(device)),
    }
}

/// Whether the chain of devices behind this one ends in the machine: at a PCI device, or at one that the firmware
/// describes (ACPI, device tree). A port of `vhci_hcd` or `dummy_hcd` does not, whatever is plugged into it says it is.
fn stands_in_the_machine(device: &Path) -> bool {
    device.ancestors().any(|at| {
        let is_pci = fs::canonicalize(at.join("subsystem")).is_ok_and(|bus| bus.ends_with("bus/pci"));
        is_pci || at.join("firmware_node").exists() || at.join("of_node").exists()
    })
}

/// Letters, digits and a few marks: whatever a device or a driver calls itself ends up in settings, logs and evidence.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._- ".contains(*c))
        .take(64)
        .collect()
}

/// `usb:vendor:product:serial@port:interface` for a node whose device is a USB interface.
fn usb_name(interface: &Path) -> Option<String> {
    let device: PathBuf = interface.parent()?.to_owned();
    let vendor = text(&device.join("idVendor"))?;
    let product = text(&device.join("idProduct"))?;
    let serial = text(&device.join("serial")).unwrap_or_default();
    let port = interface.file_name()?.to_str()?;
    // Whatever a device calls itself ends up in settings and logs: one word, plain letters.
    let serial: String = serial
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
        .collect();
    Some(format!("usb:{vendor}:{product}:{serial}@{port}"))
}

fn text(path: &Path) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infrared_and_encoder_nodes_are_not_for_people() {
        for hidden in [b"GREY", b"Y16 ", b"Y10 ", b"Y12I", b"H264"] {
            assert!(!is_for_people(FourCC::new(hidden)), "{hidden:?}");
        }
        for shown in [b"MJPG", b"YUYV", b"NV12", b"UYVY", b"YU12", b"YV12"] {
            assert!(is_for_people(FourCC::new(shown)), "{shown:?}");
        }
    }

    #[test]
    fn a_usb_camera_is_named_by_device_and_port() {
        let dir = tempfile::tempdir().unwrap();
        let interface = dir.path().join("1-2/1-2:1.0");
        fs::create_dir_all(&interface).unwrap();
        let device = dir.path().join("1-2");
        fs::write(device.join("idVendor"), "046d\n").unwrap();
        fs::write(device.join("idProduct"), "0825\n").unwrap();
        assert_eq!(
            usb_name(&interface).unwrap(),
            "usb:046d:0825:@1-2:1.0",
            "no serial number"
        );
        fs::write(device.join("serial"), "AB 12/34\n").unwrap();
        assert_eq!(usb_name(&interface).unwrap(), "usb:046d:0825:AB1234@1-2:1.0");
    }

    /// A sysfs of its own: what the links of a real one lead to.
    fn linked(at: &Path, bus: &Path, link: &str) {
        fs::create_dir_all(bus).unwrap();
        fs::create_dir_all(at).unwrap();
        std::os::unix::fs::symlink(bus, at.join(link)).unwrap();
    }

    #[test]
    fn a_camera_on_a_real_bus_has_a_physical_parent_and_its_numbers() {
        let sys = tempfile::tempdir().unwrap();
        let controller = sys.path().join("pci0000:00/0000:00:14.0");
        linked(&controller, &sys.path().join("bus/pci"), "subsystem");
        let interface = controller.join("usb1/1-2/1-2:1.0");
        linked(&interface, &sys.path().join("bus/usb"), "subsystem");
        linked(&interface, &sys.path().join("drivers/uvcvideo"), "driver");
        let device = interface.parent().unwrap();
        fs::write(device.join("idVendor"), "046d\n").unwrap();
        fs::write(device.join("idProduct"), "0825\n").unwrap();
        fs::write(device.join("serial"), "AB 12/34\n").unwrap();
        let found = provenance_of(Some(&interface));
        assert_eq!(
            found,
            Provenance {
                bus: Some("usb".into()),
                vendor: Some("046d".into()),
                product: Some("0825".into()),
                serial: Some("AB 1234".into()),
                driver: Some("uvcvideo".into()),
                path: None,
                physical: Some(true),
            },
            "only the path is the real machine's"
        );
    }

    #[test]
    fn a_port_that_a_program_made_is_no_physical_parent() {
        let sys = tempfile::tempdir().unwrap();
        let interface = sys.path().join("platform/vhci_hcd.0/usb1/1-1/1-1:1.0");
        linked(&interface, &sys.path().join("bus/usb"), "subsystem");
        fs::write(interface.parent().unwrap().join("idVendor"), "046d\n").unwrap();
        let found = provenance_of(Some(&interface));
        assert_eq!(
            (found.vendor.as_deref(), found.physical),
            (Some("046d"), Some(false))
        );
    }

    #[test]
    fn a_device_the_firmware_describes_is_physical_and_a_node_without_a_device_is_not() {
        let sys = tempfile::tempdir().unwrap();
        let lens = sys.path().join("platform/csi.0");
        linked(&lens, &sys.path().join("firmware/csi"), "of_node");
        assert_eq!(provenance_of(Some(&lens)).physical, Some(true));
        let loopback = provenance_of(None);
        assert_eq!(
            (loopback.bus.as_deref(), loopback.physical),
            (Some("none"), Some(false))
        );
    }

    #[test]
    fn a_node_that_is_no_usb_interface_has_no_usb_name() {
        assert_eq!(usb_name(Path::new("/nowhere/vivid.0")), None);
    }
}
