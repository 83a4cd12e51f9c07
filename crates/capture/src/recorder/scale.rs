//! Making a picture smaller, and putting it into the middle of a given size.
//!
//! Every pixel of the result is the average of the area it covers (a box filter), so nothing shimmers and thin strokes
//! of print do not vanish. Both passes work in 16 bits with weights that add up to 256.

use super::planes::Planes;
use crate::Size;

/// The size a picture of `size` gets so that it fits into `largest`, its shape kept. An upright picture is held
/// against `largest` turned upright. Never larger than it was; both sides even.
pub(super) fn fitted(size: Size, largest: Size) -> Size {
    let upright = size.height > size.width;
    let landscape = largest.width >= largest.height;
    let bounds = if upright == landscape {
        Size::new(largest.height, largest.width)
    } else {
        largest
    };
    within(size, bounds)
}

/// As [`fitted`], with the bounds as they are.
pub(super) fn within(size: Size, bounds: Size) -> Size {
    let (w, h) = (u64::from(size.width), u64::from(size.height));
    let (bw, bh) = (u64::from(bounds.width), u64::from(bounds.height));
    let (w, h) = if w <= bw && h <= bh {
        (w, h)
    } else if w * bh >= h * bw {
        (bw, h * bw / w)
    } else {
        (w * bh / h, bh)
    };
    // Cannot truncate: no side grew.
    Size::new((w as u32).max(2) & !1, (h as u32).max(2) & !1)
}

/// Puts pictures of changing sizes into one size. Keeps its tables between frames of the same size.
pub(super) struct Fit {
    fitted: Planes,
    tables: Option<Tables>,
}

struct Tables {
    from: Size,
    inner: Size,
    luma: (Axis, Axis),
    chroma: (Axis, Axis),
}

impl Fit {
    pub(super) fn new(to: Size) -> Self {
        Self {
            fitted: Planes::black(to),
            tables: None,
        }
    }

    /// The one size.
    pub(super) fn size(&self) -> Size {
        self.fitted.size()
    }

    /// `planes` in the middle of the one size, on black, made smaller where needed.
    pub(super) fn apply<'a>(&'a mut self, planes: &'a mut Planes) -> &'a mut Planes {
        let (from, to) = (planes.size(), self.size());
        if from == to {
            return planes;
        }
        let tables = match self.tables.take() {
            Some(tables) if tables.from == from => tables,
            _ => {
                self.fitted = Planes::black(to);
                Tables::new(from, within(from, to))
            }
        };
        // Even, so that chroma lands on whole samples.
        let left = (((to.width - tables.inner.width) / 2) & !1) as usize;
        let top = (((to.height - tables.inner.height) / 2) & !1) as usize;
        let width = to.width as usize;
        let [y, u, v] = self.fitted.split_mut();
        let [from_y, from_u, from_v] = planes.split();
        tables
            .luma
            .1
            .reduce(&tables.luma.0, from_y, &mut y[top * width + left..], width);
        let (left, top, width) = (left / 2, top / 2, width / 2);
        for (from, to) in [(from_u, u), (from_v, v)] {
            tables
                .chroma
                .1
                .reduce(&tables.chroma.0, from, &mut to[top * width + left..], width);
        }
        self.tables = Some(tables);
        &mut self.fitted
    }
}

impl Tables {
    fn new(from: Size, inner: Size) -> Self {
        let axes = |shift: u32| {
            (
                Axis::new((from.width >> shift) as usize, (inner.width >> shift) as usize),
                Axis::new((from.height >> shift) as usize, (inner.height >> shift) as usize),
            )
        };
        Self {
            from,
            inner,
            luma: axes(0),
            chroma: axes(1),
        }
    }
}

/// For each place along one side of the result: where it begins in the source, and the weights from there on.
struct Axis {
    source: usize,
    taps: Vec<(usize, Vec<u16>)>,
}

impl Axis {
    fn new(source: usize, target: usize) -> Self {
        let taps = (0..target)
            .map(|i| {
                // In units of 1/target of a source pixel: this one covers [i * source, (i + 1) * source).
                let (start, end) = (i * source, (i + 1) * source);
                let first = start / target;
                let last = (end - 1) / target;
                let mut weights: Vec<u16> = (first..=last)
                    .map(|p| {
                        let covered = end.min((p + 1) * target) - start.max(p * target);
                        (covered * 256 / source) as u16
                    })
                    .collect();
                // What rounding down left over goes to the middle, so that a flat area keeps its value exactly.
                let missing = 256 - weights.iter().sum::<u16>();
                let middle = weights.len() / 2;
                weights[middle] += missing;
                (first, weights)
            })
            .collect();
        Self { source, taps }
    }

    /// Reduces a whole plane: `self` is the vertical axis, `across` the horizontal one.
    fn reduce(&self, across: &Axis, from: &[u8], to: &mut [u8], stride: usize) {
        let width = across.source;
        let mut row = vec![0_u16; width];
        for (line, (first, weights)) in self.taps.iter().enumerate() {
            row.fill(0);
            for (source, &weight) in from.chunks_exact(width).skip(*first).zip(weights) {
                for (sum, &pixel) in row.iter_mut().zip(source) {
                    *sum += u16::from(pixel) * weight;
                }
            }
            let out = &mut to[line * stride..][..across.taps.len()];
            for (out, (first, weights)) in out.iter_mut().zip(&across.taps) {
                let sum: u32 = row[*first..]
                    .iter()
                    .zip(weights)
                    .map(|(&sum, &weight)| u32::from(sum) * u32::from(weight))
                    .sum();
                *out = ((sum + (1 << 15)) >> 16) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pictures_keep_their_shape_and_never_grow() {
        let largest = Size::new(1280, 720);
        for (from, to) in [
            ((1920, 1080), (1280, 720)),
            ((3840, 2160), (1280, 720)),
            ((1280, 960), (960, 720)),
            ((640, 480), (640, 480)),
            ((1080, 1920), (720, 1280)),
            ((641, 481), (640, 480)),
            ((1281, 1), (1280, 2)),
        ] {
            assert_eq!(
                fitted(Size::new(from.0, from.1), largest),
                Size::new(to.0, to.1),
                "{from:?}"
            );
        }
    }

    #[test]
    fn a_smaller_picture_stands_in_the_middle_on_black() {
        let mut small = Planes::black(Size::new(4, 4));
        for plane in small.split_mut() {
            plane.fill(200);
        }
        let mut fit = Fit::new(Size::new(8, 4));
        let out = fit.apply(&mut small);
        let [y, u, _] = out.split();
        assert_eq!(&y[..8], [16, 16, 200, 200, 200, 200, 16, 16]);
        assert_eq!(&u[..4], [128, 200, 200, 128]);
    }

    #[test]
    fn halving_averages_four_pixels() {
        let mut big = Planes::black(Size::new(4, 4));
        big.split_mut()[0].copy_from_slice(&[0, 100, 40, 40, 100, 200, 40, 40, 8, 8, 0, 0, 8, 8, 0, 4]);
        let mut fit = Fit::new(Size::new(2, 2));
        let out = fit.apply(&mut big);
        assert_eq!(out.split()[0], [100, 40, 8, 1]);
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat(
            (w, h) in (2_u32..80, 2_u32..80), (tw, th) in (2_u32..80, 2_u32..80), value in 0_u8..=255
        ) {
            let mut flat = Planes::black(Size::new(w, h));
            for plane in flat.split_mut() {
                plane.fill(value);
            }
            let to = Size::new(tw & !1, th & !1);
            let inner = within(flat.size(), to);
            let mut fit = Fit::new(to);
            let out = fit.apply(&mut flat);
            prop_assert_eq!(out.size(), to);
            let filled = out.split()[0].iter().filter(|&&p| p == value).count() as u64;
            let black = if value == 16 { to.area() - inner.area() } else { 0 };
            prop_assert_eq!(filled, inner.area() + black);
        }
    }
}
