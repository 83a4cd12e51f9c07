//! `usbcam PORT`: a USB webcam made of software, plugged into this machine's `vhci_hcd`, for the kernel's real
//! `uvcvideo` driver (USB/IP protocol, USB Video Class 1.0, MJPEG and YUY2 over a bulk endpoint).
//!
//! Killing it is a real unplug. While `/tmp/usbcam-PORT.silent` exists it stays connected and sends nothing; while
//! `/tmp/usbcam-PORT.damaged` exists every frame stops half-way. All of them are the same model with the same serial
//! number, as cheap cameras are.

#![expect(clippy::print_stdout, reason = "its output is part of the scenario's log")]

use std::{
    collections::VecDeque,
    io::{Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use turbojpeg::{Image, PixelFormat, Subsamp};

const JPEG_SIZES: [(u16, u16); 3] = [(1280, 720), (640, 360), (1920, 1080)];
const RAW_SIZE: (u16, u16) = (640, 360);
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
    let port: u32 = std::env::args().nth(1).context("usbcam PORT")?.parse()?;
    let (ours, kernels) = UnixStream::pair()?;
    let attach = format!("{port} {} {} {HIGH_SPEED}", kernels.as_raw_fd(), 0x1_0002 + port);
    let material = Material::draw()?;
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
    Webcam::new(ours, port, material).serve(&requests)
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
        let (width, height) = (usize::from(RAW_SIZE.0), usize::from(RAW_SIZE.1));
        let line = |n: usize| {
            (0..width * height * 2).map(move |i| {
                if i % 2 == 1 {
                    128
                } else {
                    ((i / 2 + n * 20) % width) as u8
                }
            })
        };
        Ok(Self {
            jpegs,
            raw: (0..OTHER_PICTURES).map(|n| line(n).collect()).collect(),
        })
    }

    fn picture(&self, format: u8, frame: u8, n: usize) -> &[u8] {
        let clip = if format == 2 {
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
    fn new(to_kernel: UnixStream, port: u32, material: Material) -> Self {
        let mut probe = [0; 26];
        probe[2] = 1;
        probe[3] = 1;
        let mut camera = Self {
            to_kernel,
            port,
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
        let (width, height) = if self.probe[2] == 2 {
            RAW_SIZE
        } else {
            JPEG_SIZES[index]
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
            if self.told_to("damaged") {
                picture = &picture[..picture.len() / 2];
            }
            self.sending = Some(packets(picture, self.toggle));
            self.toggle ^= 1;
            self.sent += 1;
            let interval = u32::from_le_bytes([self.probe[4], self.probe[5], self.probe[6], self.probe[7]]);
            self.due = (self.due + Duration::from_nanos(u64::from(interval) * 100)).max(Instant::now());
        }
        while let (Some(rest), Some(&(sequence, _))) = (self.sending.as_mut(), self.waiting.front()) {
            let Some(packet) = rest.pop_front() else {
                self.sending = None;
                break;
            };
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
                18, 1, 0, 2, 0xef, 2, 1, 64, 0x6b, 0x1d, 2, 1, 0, 1, 1, 2, 3, 1,
            ]),
            2 => Some(configuration()),
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

/// The configuration descriptor: one control interface, one streaming interface (UVC 1.0, 3.7 to 3.9).
fn configuration() -> Vec<u8> {
    let camera_terminal = [18, 0x24, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0];
    let output_terminal = [9, 0x24, 3, 3, 1, 1, 0, 1, 0];
    let mut control = vec![13, 0x24, 1, 0, 1];
    control.extend((13 + camera_terminal.len() as u16 + output_terminal.len() as u16).to_le_bytes());
    control.extend(48_000_000_u32.to_le_bytes());
    control.extend([1, 1]);
    control.extend(camera_terminal);
    control.extend(output_terminal);

    let colour = [6, 0x24, 0x0d, 1, 1, 4];
    let mut formats = vec![11, 0x24, 6, 1, JPEG_SIZES.len() as u8, 1, 1, 0, 0, 0, 0];
    for (i, size) in JPEG_SIZES.into_iter().enumerate() {
        formats.extend(frame(7, i as u8 + 1, size));
    }
    formats.extend(colour);
    formats.extend([27, 0x24, 4, 2, 1]);
    formats.extend(*b"YUY2\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
    formats.extend([16, 1, 0, 0, 0, 0]);
    formats.extend(frame(5, 1, RAW_SIZE));
    formats.extend(colour);
    let mut streaming = vec![15, 0x24, 1, 2];
    streaming.extend((15 + formats.len() as u16).to_le_bytes());
    streaming.extend([0x81, 0, 3, 0, 0, 0, 1, 0, 0]);
    streaming.extend(formats);

    let mut inner = vec![8, 11, 0, 2, 14, 3, 0, 2, 9, 4, 0, 0, 0, 14, 1, 0, 2];
    inner.extend(control);
    inner.extend([9, 4, 1, 0, 1, 14, 2, 0, 0]);
    inner.extend(streaming);
    inner.extend([7, 5, 0x81, 2, 0, 2, 0]);
    let mut whole = vec![9, 2];
    whole.extend((9 + inner.len() as u16).to_le_bytes());
    whole.extend([2, 1, 0, 0x80, 250]);
    whole.extend(inner);
    whole
}

fn frame(subtype: u8, index: u8, (width, height): (u16, u16)) -> Vec<u8> {
    let pixels = u32::from(width) * u32::from(height);
    let mut frame = vec![26 + 4 * INTERVALS.len() as u8, 0x24, subtype, index, 0];
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    for value in [pixels * 16 * 5, pixels * 16 * 30, pixels * 2, INTERVALS[0]] {
        frame.extend(value.to_le_bytes());
    }
    frame.push(INTERVALS.len() as u8);
    frame.extend(INTERVALS.into_iter().flat_map(u32::to_le_bytes));
    frame
}
