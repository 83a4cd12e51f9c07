//! A document: how many pages, how large, what they look like.

use bytes::Bytes;
use hayro::hayro_interpret::{InterpreterSettings, TransformExt as _};
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use crate::budget::{self, contained};
use crate::{PaperError, unpack};

/// The service takes a few megabytes; what is far beyond that is no paper to sign, bytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Each of them has to be read by a person.
const MOST_PAGES: usize = 5_000;
/// A side longer than this is asked for by mistake, or by a page that is all length, pixels.
const LONGEST_SIDE: f32 = 16_000.0;
/// Pixels of one picture: an A4 page at 400 dots an inch, twice.
const MOST_PIXELS: f32 = 32_000_000.0;

/// A document that can be shown.
pub struct Paper {
    pdf: Pdf,
}

/// A page as a picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Encoded, opaque.
    pub png: Vec<u8>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Page({}x{}, {} bytes)",
            self.width,
            self.height,
            self.png.len()
        )
    }
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({} pages)", self.pages())
    }
}

impl Paper {
    /// Reads a document. Its pages are not looked at yet.
    ///
    /// # Errors
    /// See [`PaperError`]; a document without pages is damaged.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self, PaperError> {
        let pdf = read(bytes.into())?;
        match pdf.pages().len() {
            0 => Err(PaperError::Damaged("it has no pages".to_owned())),
            1..=MOST_PAGES => Ok(Self { pdf }),
            _ => Err(PaperError::TooLarge),
        }
    }

    /// How many pages there are, at least one.
    #[must_use]
    pub fn pages(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// Width and height of a page as it is seen, points (1/72 inch). Pages are counted from 0.
    #[must_use]
    pub fn size(&self, page: u32) -> Option<(f32, f32)> {
        self.find(page).ok().map(|page| page.render_dimensions())
    }

    /// Draws a page on white, with its annotations (a visible signature is one), `width_px` pixels wide.
    ///
    /// Before it is drawn its work and memory are added up, without drawing; too much of either is refused. Forms
    /// are shown as they are filled in; nothing of the document is executed.
    ///
    /// # Errors
    /// [`PaperError::NoSuchPage`]; [`PaperError::TooComplex`] when it would take too much; [`PaperError::Damaged`] when
    /// it cannot be drawn at all. What cannot be drawn *in* a page is left out, as readers do.
    pub fn render(&self, page: u32, width_px: u32) -> Result<Page, PaperError> {
        let page = self.find(page)?;
        let (width_pt, height_pt) = page.render_dimensions();
        let width = f32::from(u16::try_from(width_px.max(1)).unwrap_or(u16::MAX));
        let height = (width * height_pt / width_pt).round().max(1.0);
        // Not `>`: a size that is no number has to end here too.
        let fits = width <= LONGEST_SIDE && height <= LONGEST_SIDE && width * height <= MOST_PIXELS;
        if !fits {
            return Err(PaperError::TooComplex);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers between 1 and 16,000"
        )]
        let (columns, rows) = (width as u16, height as u16);
        let scale = Affine::scale_non_uniform(f64::from(width / width_pt), f64::from(height / height_pt));
        let png = contained(|| {
            let transform = scale * page.initial_transform(true).to_kurbo();
            let settings = InterpreterSettings::default();
            unpack::check_page(page)?;
            budget::check(page, transform, (columns, rows), &settings)?;
            let mut context = RenderContext::new(columns, rows);
            let cache = RenderCache::new();
            render_into(
                page,
                &cache,
                &settings,
                &RenderSettings::default(),
                &mut context,
                transform,
            );
            context.flush();
            let mut pixels = Pixmap::new(columns, rows);
            let on_white = RasterizerSettings {
                target_init: TargetInit::Clear(WHITE),
                ..RasterizerSettings::default()
            };
            context.render_with(&mut pixels, &mut Resources::default(), on_white);
            pixels
                .into_png()
                .map_err(|error| PaperError::Damaged(error.to_string()))
        })?;
        Ok(Page {
            width: u32::from(columns),
            height: u32::from(rows),
            png,
        })
    }

    fn find(&self, page: u32) -> Result<&hayro::hayro_syntax::page::Page<'_>, PaperError> {
        usize::try_from(page)
            .ok()
            .and_then(|page| self.pdf.pages().get(page))
            .ok_or(PaperError::NoSuchPage)
    }
}

/// Reads a document's structure, which is all that signatures need.
pub(crate) fn read(bytes: Bytes) -> Result<Pdf, PaperError> {
    if bytes.len() > MOST_BYTES {
        return Err(PaperError::TooLarge);
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(PaperError::NotPdf);
    }
    if is_encrypted(&bytes) {
        return Err(PaperError::Encrypted);
    }
    unpack::check_structure(&bytes)?;
    contained(|| {
        Pdf::new(std::sync::Arc::new(bytes)).map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => PaperError::Encrypted,
            LoadPdfError::Decryption(_) => PaperError::Encrypted,
            LoadPdfError::Invalid => PaperError::Damaged("no document structure found".to_owned()),
        })
    })
}

/// Whether a trailer names how the document is encrypted. Trailers, and the streams in place of them, are never
/// compressed, so it can be seen from outside; a reader that knows the empty password would hide it.
fn is_encrypted(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    bytes.windows(KEY.len()).enumerate().any(|(at, window)| {
        window == KEY && {
            let after = bytes[at + KEY.len()..].trim_ascii_start();
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            after.starts_with(b"<<") || (digits > 0 && after[digits..].starts_with(b" "))
        }
    })
}
