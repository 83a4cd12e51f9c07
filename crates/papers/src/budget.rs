//! What a page would take to draw, added up before it is drawn.
//!
//! A page of a few bytes can ask for years of work: forms that draw forms that draw forms, a line of a billion dashes,
//! a full-page fill, a million times. So the page is gone through once on a device that draws nothing and only
//! counts, with the weights below.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect, Shape};

use crate::{PaperError, unpack};

/// What a page may cost: about the corners of all its paths. A page full of text comes to some ten thousand.
const MOST_WORK: f64 = 3_000_000.0;
/// A form, a clip: everything inside is drawn into a shape of its own.
const CLIP: f64 = 20.0;
/// Pixels that are painted for the price of one corner of a path.
const PAINTED: f64 = 2_000.0;
/// Pixels of a group that are laid over the page for that price.
const LAID_OVER: f64 = 500.0;
/// Pixels of an image that are decoded for that price.
const DECODED: f64 = 500.0;

/// Refuses a page that would cost too much.
pub(crate) fn check<'a>(
    page: &'a Page<'a>,
    transform: Affine,
    (columns, rows): (u16, u16),
    settings: &InterpreterSettings,
) -> Result<(), PaperError> {
    let target = Rect::new(0.0, 0.0, f64::from(columns), f64::from(rows));
    let cache = InterpreterCache::new();
    let mut context = Context::new(transform, target, &cache, page.xref(), settings.clone());
    let mut budget = Budget {
        left: MOST_WORK,
        target,
    };
    interpret_page(page, &mut context, &mut budget);
    Ok(())
}

/// Carries `PaperError` up through an interpreter that cannot be told to stop.
struct Stop(PaperError);

/// Does what touches the bytes of a document that nobody vouches for.
///
/// A panic of the reader or renderer ends here: they are large, fed by strangers, and a picture less must not take the
/// booth down with a case on the screen. It is also how [`Budget`] stops the interpreter.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, PaperError>) -> Result<T, PaperError> {
    // What was half done is dropped with the closure; the document itself is only read.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(panic) => Err(match panic.downcast::<Stop>() {
            Ok(stop) => stop.0,
            Err(_) => PaperError::Damaged("it cannot be drawn".to_owned()),
        }),
    }
}

/// Counts instead of drawing.
struct Budget {
    left: f64,
    target: Rect,
}

impl Budget {
    fn spend(&mut self, work: f64) {
        self.left -= work;
        if self.left.is_nan() || self.left <= 0.0 {
            stop(PaperError::TooComplex);
        }
    }

    /// Pixels of the page that `shape` may touch.
    fn area(&self, shape: Rect) -> f64 {
        let visible = shape.intersect(self.target);
        if visible.width() > 0.0 && visible.height() > 0.0 {
            visible.area()
        } else {
            0.0
        }
    }

    fn whole(&self) -> f64 {
        self.target.area()
    }

    fn path(&mut self, path: &BezPath, transform: Affine, mode: Option<&DrawMode>) {
        let corners = f64::from(u32::try_from(path.elements().len()).unwrap_or(u32::MAX));
        let area = self.area(transform.transform_rect_bbox(path.bounding_box()));
        self.spend(1.0 + corners + area / PAINTED);
        if let Some(DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke)) = mode
            && !stroke.dash_array.is_empty()
        {
            let period: f64 = stroke.dash_array.iter().map(|dash| f64::from(dash.abs())).sum();
            let pieces = f64::from(u32::try_from(stroke.dash_array.len()).unwrap_or(u32::MAX));
            // Inexact on purpose: this is about orders of magnitude.
            let length: f64 = path.segments().map(|segment| segment_length(&segment)).sum();
            if period > 0.0 {
                self.spend(pieces * length / period);
            }
        }
    }
}

/// The way along the control points, which is at least as long as the curve.
fn segment_length(segment: &hayro::kurbo::PathSeg) -> f64 {
    use hayro::kurbo::PathSeg;
    match segment {
        PathSeg::Line(line) => line.p0.distance(line.p1),
        PathSeg::Quad(quad) => quad.p0.distance(quad.p1) + quad.p1.distance(quad.p2),
        PathSeg::Cubic(cubic) => {
            cubic.p0.distance(cubic.p1) + cubic.p1.distance(cubic.p2) + cubic.p2.distance(cubic.p3)
        }
    }
}

fn stop(why: PaperError) -> ! {
    // Not `panic!`: nothing went wrong here, so nothing is reported and no message printed.
    resume_unwind(Box::new(Stop(why)))
}

impl Budget {
    fn paint<'a>(&mut self, paint: &Paint<'a>, transform: Affine, is_stroke: bool)
    where
        Self: Device<'a>,
    {
        if let Paint::Pattern(pattern) = paint
            && let Pattern::Tiling(tiling) = &**pattern
        {
            self.spend(10.0);
            let _ = tiling.interpret(self, transform * tiling.matrix, is_stroke);
        }
    }

    fn mask<'a>(&mut self, mask: Option<&SoftMask<'a>>)
    where
        Self: Device<'a>,
    {
        if let Some(mask) = mask {
            self.spend(10.0);
            mask.interpret(self);
        }
    }
}

impl<'a> Device<'a> for Budget {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.path(path, props.transform, Some(mode));
        self.mask(props.soft_mask.as_ref());
        self.paint(&props.paint, props.transform, matches!(mode, DrawMode::Stroke(_)));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(CLIP);
        self.path(&clip.path, Affine::IDENTITY, None);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        let whole = self.whole();
        self.spend(whole / LAID_OVER);
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.mask(props.soft_mask.as_ref());
        self.paint(&props.paint, props.transform, matches!(mode, DrawMode::Stroke(_)));
        for glyph in run.glyphs() {
            self.spend(1.0);
            if let Glyph::Type3(drawing) = &**glyph {
                drawing.interpret(self, props.transform, glyph.transform(), &props.paint);
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let place = props
            .transform
            .transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        let area = self.area(place);
        self.spend(1.0 + width * height / DECODED + area / PAINTED);
        let stream = match &image {
            Image::Stencil(stencil) => unpack::check_stream(stencil.stream()),
            Image::Raster(raster) => unpack::check_stream(raster.stream()),
        };
        if let Err(error) = stream {
            stop(error);
        }
        self.mask(props.soft_mask.as_ref());
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
