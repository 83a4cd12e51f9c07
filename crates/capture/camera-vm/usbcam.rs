//! `usbcam PORT [yuyv | nv12]`: a USB webcam made of software, plugged into this machine's `vhci_hcd`, for the kernel's
//! real `uvcvideo` driver (USB/IP protocol, USB Video Class 1.0, over a bulk endpoint). It offers MJPEG and YUY2, or the
//! one raw layout that is named, in a size that is no multiple of anything. What it shows is drawn beforehand, outside
//! the virtual machine, where that takes a second: `usbcam draw FILE`, found again as `/material`.
//!
//! Killing it is a real unplug. While `/tmp/usbcam-PORT.silent` exists it stays connected and sends nothing; while
//! `/tmp/usbcam-PORT.damaged` exists every frame stops half-way, while `/tmp/usbcam-PORT.limping` exists every third.
//! All of them are the same model with the same serial number, as cheap cameras are.

#![expect(clippy::print_stdout, reason = "its output is part of the scenario's log")]

mod descriptors;

use std::{
    collections::VecDeque,
    io::{Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use descriptors::configuration;
use turbojpeg::{Image, PixelFormat, Subsamp};

const JPEG_SIZES: [(u16, u16); 3] = [(1280, 720), (640, 360), (1920, 1080)];
const RAW_SIZE: (u16, u16) = (640, 360);
const ODD_SIZE: (u16, u16) = (642, 482);
/// Frame intervals in units of 100 ns: 30, 15 and 7.5 frames a second.
const INTERVALS: [u32; 3] = [333_333, 666_666, 1_333_333];
/// Bytes of one bulk transfer, header included.
const PAYLOAD: usize = 16_384;
/// Different pictures in the preview's size, and in the others. A sensor never repeats itself; with fewer, a frame
/// that breaks off would too often be completed by an older one of the very same picture.
const PREVIEW_PICTURES: usize = 31;
const OTHER_PICTURES: usize = 5;
const HIGH_SPEED: u32 = 3;
const EPIPE: u32 = -32_i32 as u32;
const ECONNRESET: u32 = -104_i32 as u32;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (port, kind) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["draw", file] => return Material::draw()?.write(file),
        [port] => (port, Kind::Usual),
        [port, "yuyv"] => (port, Kind::Yuyv),
        [port, "nv12"] => (port, Kind::Nv12),
        _ => anyhow::bail!("usbcam PORT [yuyv | nv12], or usbcam draw FILE"),
    };
    let port: u32 = port.parse()?;
    let (ours, kernels) = UnixStream::pair()?;
    let attach = format!("{port} {} {} {HIGH_SPEED}", kernels.as_raw_fd(), 0x1_0002 + port);
    let material = match kind {
        Kind::Usual => Material::read("/material")?,
        Kind::Yuyv | Kind::Nv12 => Material {
            jpegs: Vec::new(),
            raw: raw_pictures(kind, ODD_SIZE),
        },
    };
    std::fs::write("/sys/devices/platform/vhci_hcd.0/attach", attach).context("attach to vhci_hcd")?;
    drop(kernels);
    println!("usbcam {port}: plugged in");

    let (submit, requests) = sync_channel(64);
    let mut from_kernel = ours.try_clone()?;
    std::thread::spawn(move || {
        while let Ok(request) = Request::read(&mut from_kernel) {
            if submit.send(request).is_err() {
                return;
            }
        }
    });
    Webcam::new(ours, port, kind, material).serve(&requests)
}

/// What a camera offers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// MJPEG in three sizes and YUY2 in one.
    Usual,
    /// YUY2 in an odd size, and nothing else.
    Yuyv,
    /// NV12 in an odd size, and nothing else.
    Nv12,
}

/// A line that moves to the right, in luma.
fn raw_pictures(kind: Kind, (width, height): (u16, u16)) -> Vec<Vec<u8>> {
    let (width, height) = (usize::from(width), usize::from(height));
    let luma = |n: usize, at: usize| ((at + n * 20) % width * 255 / width) as u8;
    let picture = |n: usize| match kind {
        Kind::Nv12 => {
            let mut planes: Vec<u8> = (0..width * height).map(|at| luma(n, at)).collect();
            planes.resize(width * height * 3 / 2, 128);
            planes
        }
        Kind::Usual | Kind::Yuyv => (0..width * height).flat_map(|at| [luma(n, at), 128]).collect(),
    };
    (0..OTHER_PICTURES).map(picture).collect()
}

/// What the camera sees: a pattern that moves, in every size it offers.
struct Material {
    jpegs: Vec<Vec<Vec<u8>>>,
    raw: Vec<Vec<u8>>,
}

impl Material {
    fn draw() -> anyhow::Result<Self> {
        let mut jpegs = Vec::new();
        for (width, height) in JPEG_SIZES.map(|(w, h)| (usize::from(w), usize::from(h))) {
            let picture = |n: usize| {
                let mut noise = n as u32 + 1;
                let pixels: Vec<u8> = (0..width * height * 3)
                    .map(|i| {
                        let (x, y) = (i / 3 % width, i / 3 / width);
                        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        let shape = ((x + n * 40) / 64 * 9 + y / 64 * (i % 3 * 8 + 11)) as u8;
                        (shape / 2 + 40).wrapping_add((noise >> 29) as u8)
                    })
                    .collect();
                let image = Image {
                    pixels: &pixels[..],
                    width,
                    pitch: width * 3,
                    height,
                    format: PixelFormat::RGB,
                };
                turbojpeg::compress(image, 80, Subsamp::Sub2x1).map(|jpeg| jpeg.to_vec())
            };
            let count = if (width, height) == (1280, 720) {
                PREVIEW_PICTURES
            } else {
                OTHER_PICTURES
            };
            jpegs.push((0..count).map(picture).collect::<Result<_, _>>()?);
        }
        Ok(Self {
            jpegs,
            raw: raw_pictures(Kind::Usual, RAW_SIZE),
        })
    }

    /// The JPEGs one after the other, each behind its length; an empty one ends a size.
    fn write(&self, file: &str) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        for clip in &self.jpegs {
            for jpeg in clip {
                bytes.extend(u32::try_from(jpeg.len())?.to_le_bytes());
                bytes.extend(jpeg);
            }
            bytes.extend([0; 4]);
        }
        std::fs::write(file, bytes).context("the material")
    }

    fn read(file: &str) -> anyhow::Result<Self> {
        let bytes = std::fs::read(file).context("the material")?;
        let (mut rest, mut jpegs) = (&bytes[..], vec![Vec::new()]);
        while let Some((length, tail)) = rest.split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            let (jpeg, tail) = tail.split_at_checked(length).context("the material ends early")?;
            match (length, jpegs.last_mut()) {
                (1.., Some(clip)) => clip.push(jpeg.to_vec()),
                _ => jpegs.push(Vec::new()),
            }
            rest = tail;
        }
        jpegs.truncate(JPEG_SIZES.len());
        Ok(Self {
            jpegs,
            raw: raw_pictures(Kind::Usual, RAW_SIZE),
        })
    }

    fn picture(&self, format: u8, frame: u8, n: usize) -> &[u8] {
        let clip = if format == 2 || self.jpegs.is_empty() {
            &self.raw
        } else {
            &self.jpegs[usize::from(frame.max(1) - 1).min(JPEG_SIZES.len() - 1)]
        };
        &clip[n % clip.len()]
    }
}

/// One message of the kernel: a transfer to make, or one to take back.
struct Request {
    unlinks: Option<u32>,
    sequence: u32,
    to_host: bool,
    endpoint: u32,
    length: usize,
    setup: [u8; 8],
    data: Vec<u8>,
}

impl Request {
    fn read(from: &mut UnixStream) -> std::io::Result<Self> {
        let mut header = [0u8; 48];
        from.read_exact(&mut header)?;
        let word = |i: usize| {
            u32::from_be_bytes([
                header[i * 4],
                header[i * 4 + 1],
                header[i * 4 + 2],
                header[i * 4 + 3],
            ])
        };
        let (to_host, length) = (word(3) == 1, word(6) as usize);
        let is_unlink = word(0) == 2;
        let mut data = vec![0; if to_host || is_unlink { 0 } else { length }];
        from.read_exact(&mut data)?;
        let mut setup = [0; 8];
        setup.copy_from_slice(&header[40..]);
        let unlinks = is_unlink.then(|| word(5));
        Ok(Self {
            unlinks,
            sequence: word(1),
            to_host,
            endpoint: word(4),
            length,
            setup,
            data,
        })
    }
}

struct Webcam {
    to_kernel: UnixStream,
    port: u32,
    kind: Kind,
    material: Material,
    /// The stream's parameters as they were last agreed on (UVC 1.0, 4.3.1.1).
    probe: [u8; 26],
    /// Transfers the kernel waits for.
    waiting: VecDeque<(u32, usize)>,
    /// The rest of the picture that is being sent.
    sending: Option<VecDeque<Vec<u8>>>,
    sent: usize,
    toggle: u8,
    due: Instant,
}

impl Webcam {
    fn new(to_kernel: UnixStream, port: u32, kind: Kind, material: Material) -> Self {
        let mut probe = [0; 26];
        probe[2] = 1;
        probe[3] = 1;
        let mut camera = Self {
            to_kernel,
            port,
            kind,
            material,
            probe,
            waiting: VecDeque::new(),
            sending: None,
            sent: 0,
            toggle: 0,
            due: Instant::now(),
        };
        camera.agree(INTERVALS[0]);
        camera
    }

    fn serve(mut self, requests: &Receiver<Request>) -> anyhow::Result<()> {
        loop {
            let patience = Duration::from_millis(if self.waiting.is_empty() { 50 } else { 3 });
            match requests.recv_timeout(patience) {
                Ok(request) => self.answer(&request)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.stream()?;
        }
    }

    fn answer(&mut self, request: &Request) -> std::io::Result<()> {
        if let Some(unlinked) = request.unlinks {
            let before = self.waiting.len();
            self.waiting.retain(|(sequence, _)| *sequence != unlinked);
            let status = if self.waiting.len() < before {
                ECONNRESET
            } else {
                0
            };
            return self.reply(4, request.sequence, status, 0, &[]);
        }
        if request.endpoint == 1 {
            self.waiting.push_back((request.sequence, request.length));
            return Ok(());
        }
        let [
            kind,
            what,
            value_low,
            value_high,
            index_low,
            _,
            wanted_low,
            wanted_high,
        ] = request.setup;
        let answer = match (kind, what) {
            (0x80, 6) => self.descriptor(value_high, value_low),
            (0x80..=0x82, 0) => Some(vec![0, 0]),
            (0x80, 8) => Some(vec![1]),
            (0x81, 10) => Some(vec![0]),
            (0x00..=0x02, _) => Some(Vec::new()),
            (0x21, 1) if index_low == 1 => {
                let len = request.data.len().min(self.probe.len());
                self.probe[..len].copy_from_slice(&request.data[..len]);
                self.agree(u32::from_le_bytes([
                    self.probe[4],
                    self.probe[5],
                    self.probe[6],
                    self.probe[7],
                ]));
                (self.due, self.sending) = (Instant::now(), None);
                Some(Vec::new())
            }
            (0xa1, 0x81..=0x83 | 0x87) if index_low == 1 => Some(self.probe.to_vec()),
            (0xa1, 0x85) if index_low == 1 => Some(vec![26, 0]),
            (0xa1, 0x86) if index_low == 1 => Some(vec![3]),
            _ => None,
        };
        match answer {
            None => self.reply(3, request.sequence, EPIPE, 0, &[]),
            Some(mut answer) if request.to_host => {
                answer.truncate(usize::from(u16::from_le_bytes([wanted_low, wanted_high])));
                self.reply(3, request.sequence, 0, answer.len(), &answer)
            }
            Some(_) => self.reply(3, request.sequence, 0, request.length, &[]),
        }
    }

    /// Fills in what follows from format, size and rate.
    fn agree(&mut self, interval: u32) {
        let interval = INTERVALS
            .into_iter()
            .min_by_key(|known| known.abs_diff(interval))
            .unwrap_or(INTERVALS[0]);
        let index = usize::from(self.probe[3].max(1) - 1).min(JPEG_SIZES.len() - 1);
        let (width, height) = match self.kind {
            Kind::Usual if self.probe[2] == 2 => RAW_SIZE,
            Kind::Usual => JPEG_SIZES[index],
            Kind::Yuyv | Kind::Nv12 => ODD_SIZE,
        };
        self.probe[4..8].copy_from_slice(&interval.to_le_bytes());
        self.probe[18..22].copy_from_slice(&(u32::from(width) * u32::from(height) * 2).to_le_bytes());
        self.probe[22..26].copy_from_slice(&(PAYLOAD as u32).to_le_bytes());
    }

    fn told_to(&self, what: &str) -> bool {
        PathBuf::from(format!("/tmp/usbcam-{}.{what}", self.port)).exists()
    }

    /// Starts the next picture when it is due, and sends as much as the kernel has room for.
    fn stream(&mut self) -> std::io::Result<()> {
        let is_due = Instant::now() >= self.due && !self.waiting.is_empty();
        if self.sending.is_none() && is_due && !self.told_to("silent") {
            let mut picture = self.material.picture(self.probe[2], self.probe[3], self.sent);
            if self.told_to("damaged") || (self.told_to("limping") && self.sent.is_multiple_of(3)) {
                picture = &picture[..picture.len() / 2];
            }
            self.sending = Some(packets(picture, self.toggle));
            self.toggle ^= 1;
            self.sent += 1;
            let interval = u32::from_le_bytes([self.probe[4], self.probe[5], self.probe[6], self.probe[7]]);
            self.due = (self.due + Duration::from_nanos(u64::from(interval) * 100)).max(Instant::now());
        }
        while let (Some(rest), Some(&(sequence, room))) = (self.sending.as_mut(), self.waiting.front()) {
            let Some(mut packet) = rest.pop_front() else {
                self.sending = None;
                break;
            };
            // The kernel hangs up on more than it made room for; what is left comes with its next transfer.
            if packet.len() > room {
                rest.push_front(packet.split_off(room));
            }
            self.waiting.pop_front();
            self.reply(3, sequence, 0, packet.len(), &packet)?;
        }
        Ok(())
    }

    fn reply(
        &mut self,
        command: u32,
        sequence: u32,
        status: u32,
        length: usize,
        data: &[u8],
    ) -> std::io::Result<()> {
        let words = [command, sequence, 0, 0, 0, status, length as u32, 0, 0, 0, 0, 0];
        let mut message: Vec<u8> = words.into_iter().flat_map(u32::to_be_bytes).collect();
        message.extend_from_slice(data);
        self.to_kernel.write_all(&message)
    }

    fn descriptor(&self, kind: u8, index: u8) -> Option<Vec<u8>> {
        match kind {
            1 => Some(vec![
                18,
                1,
                0,
                2,
                0xef,
                2,
                1,
                64,
                0x6b,
                0x1d,
                2,
                self.kind as u8 + 1,
                0,
                1,
                1,
                2,
                3,
                1,
            ]),
            2 => Some(configuration(self.kind)),
            3 if index == 0 => Some(vec![4, 3, 9, 4]),
            3 => {
                let text = ["Proofbooth", "Sim UVC Camera", "0001"][usize::from(index.clamp(1, 3)) - 1];
                let mut descriptor = vec![u8::try_from(2 + text.len() * 2).ok()?, 3];
                descriptor.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                Some(descriptor)
            }
            _ => None,
        }
    }
}

/// A picture cut into bulk payloads, each behind its two bytes of header (UVC 1.0, 2.4.3.3).
fn packets(picture: &[u8], toggle: u8) -> VecDeque<Vec<u8>> {
    let last = picture.len().div_ceil(PAYLOAD - 2).max(1) - 1;
    let packet = |(i, part): (usize, &[u8])| {
        let end_of_frame = if i == last { 2 } else { 0 };
        [&[2, 0x80 | toggle | end_of_frame][..], part].concat()
    };
    picture.chunks(PAYLOAD - 2).enumerate().map(packet).collect()
}
