//! A screen of our own: X server, window manager, session bus.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::children::{Child, Program};

/// Pixels across and down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u32, pub u32);

/// A laptop or a small kiosk.
pub const SMALL: Size = Size(1280, 800);
/// A desk.
pub const LARGE: Size = Size(1920, 1080);
/// A kiosk that stands upright.
pub const PORTRAIT: Size = Size(1080, 1920);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.0, self.1)
    }
}

/// An X server of its own with a window manager, and a session bus of its own. Nothing of the desktop is touched.
pub struct Screen {
    display: String,
    bus: String,
    pixels: Pixels,
    // Fields are dropped in this order: the server last.
    _openbox: Child,
    _dbus: Child,
    _xvfb: Child,
}

impl Screen {
    pub fn start(size: Size, folder: &Path) -> anyhow::Result<Self> {
        // The server picks a free display by itself and prints its number.
        let xvfb = Program {
            name: "Xvfb",
            arguments: format!(
                "-displayfd 1 -screen 0 {size}x24 -nolisten tcp -noreset -nocursor -fbdir {}",
                folder.display()
            )
            .split(' ')
            .map(str::to_owned)
            .collect(),
            ..Program::default()
        };
        let (xvfb, number) = Child::start_and_hear(&xvfb, folder)?;
        let display = format!(":{number}");
        let dbus = Program {
            name: "dbus-daemon",
            arguments: ["--session", "--nofork", "--print-address=1"]
                .map(str::to_owned)
                .to_vec(),
            ..Program::default()
        };
        let (dbus, bus) = Child::start_and_hear(&dbus, folder)?;
        let openbox = Program {
            name: "openbox",
            arguments: vec!["--sm-disable".to_owned()],
            environment: vec![("DISPLAY".to_owned(), display.clone())],
        };
        let openbox = Child::start(&openbox, folder)?;
        let pixels = Pixels(folder.join("Xvfb_screen0"));
        Ok(Self {
            display,
            bus,
            pixels,
            _openbox: openbox,
            _dbus: dbus,
            _xvfb: xvfb,
        })
    }

    /// Its name.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// What a program needs to show its window here.
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("DISPLAY", &self.display),
            ("DBUS_SESSION_BUS_ADDRESS", &self.bus),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .to_vec()
    }

    /// What is on it.
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }
}

/// What is on a screen: the server keeps it in a file of the X Window Dump format (X11/XWDFile.h). WebDriver's own
/// screenshots wait for ever where WebKit draws without a GPU, and this is what a person sees.
#[derive(Clone)]
pub struct Pixels(PathBuf);

impl Pixels {
    /// The picture as PNG.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        let dump = std::fs::read(&self.0)?;
        let word = |index: usize| {
            let bytes = dump.get(index * 4..index * 4 + 4).context("a whole header")?;
            anyhow::Ok(u32::from_be_bytes(bytes.try_into()?) as usize)
        };
        let (header, width, height, per_pixel, per_line, colours) =
            (word(0)?, word(4)?, word(5)?, word(11)?, word(12)?, word(19)?);
        ensure!(per_pixel == 32 && word(7)? == 0, "32 bits a pixel, blue first");
        let rows = dump.get(header + colours * 12..).context("pixels")?;
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in rows.chunks_exact(per_line).take(height) {
            for pixel in row.chunks_exact(4).take(width) {
                rgb.extend([pixel[2], pixel[1], pixel[0]]);
            }
        }
        let picture = image::RgbImage::from_raw(width.try_into()?, height.try_into()?, rgb)
            .context("a whole picture")?;
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png)?;
        Ok(png.into_inner())
    }
}
