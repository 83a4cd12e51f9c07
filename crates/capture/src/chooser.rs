//! Which of a device's formats to ask for.
//!
//! The device's own list is read with exact rates and the choice is made here: a driver asked for something it does
//! not have answers with something else, and nokhwa reads 7.5 as 15.

use std::cmp::Reverse;

use crate::{OfferedFormat, PixelFormat, Want};

/// Below this rate movement cannot be followed, and a preview feels broken.
const LOWEST_FLUID: f64 = 14.5;

/// Formats for preview and video, best first.
///
/// In this order: a rate the driver layer can express (a whole number of frames a second); a fluid rate; not above
/// the wanted size, as one encoder thread does not keep up with 1080p; the size closest to the wanted one; the rate
/// closest to the wanted one; JPEG before raw pixels, because its bytes go to the preview as they are.
pub(crate) fn for_video(offered: &[OfferedFormat], want: Want) -> Vec<OfferedFormat> {
    let mut usable: Vec<_> = offered
        .iter()
        .copied()
        .filter(|f| f.fps.as_whole().is_some())
        .collect();
    usable.sort_by_key(|f| {
        let rate = f.fps.per_second();
        let area = f.size.area();
        let too_large = f.size.width > want.size.width || f.size.height > want.size.height;
        // Far below the wanted size is worse than above it: 320x240 helps nobody.
        let too_small = area * 4 < want.size.area();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a difference of rates in thousandths"
        )]
        let off_rate = ((rate - want.fps.per_second()).abs() * 1000.0) as i64;
        (
            rate < LOWEST_FLUID.min(want.fps.per_second()),
            too_small,
            too_large,
            area.abs_diff(want.size.area()),
            off_rate,
            preference(f.pixel),
            // Two formats alike in all that: any fixed order will do.
            (f.size, f.fps.num),
        )
    });
    usable.dedup();
    usable
}

/// The format for a still: the most pixels the device offers, as JPEG if it has any JPEG at all, so that the still
/// is the device's own bytes. `None` when nothing is larger than what is being delivered already.
pub(crate) fn for_still(offered: &[OfferedFormat], delivered: crate::Delivered) -> Option<OfferedFormat> {
    let usable = || offered.iter().copied().filter(|f| f.fps.as_whole().is_some());
    let has_jpeg = usable().any(|f| f.pixel == PixelFormat::Mjpeg);
    usable()
        .filter(|f| !has_jpeg || f.pixel == PixelFormat::Mjpeg)
        .max_by_key(|f| (f.size.area(), Reverse(preference(f.pixel)), f.fps.num))
        .filter(|best| {
            let gains_jpeg = best.pixel == PixelFormat::Mjpeg && delivered.pixel != PixelFormat::Mjpeg;
            let gains_pixels = best.size.area() > delivered.size.area();
            gains_pixels || (gains_jpeg && best.size.area() == delivered.size.area())
        })
}

fn preference(pixel: PixelFormat) -> u8 {
    match pixel {
        PixelFormat::Mjpeg => 0,
        PixelFormat::Nv12 => 1,
        PixelFormat::Yuyv => 2,
        PixelFormat::Rgb24 => 3,
        PixelFormat::Bgr24 => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Delivered, Fps, Size};
    use PixelFormat::{Mjpeg, Yuyv};

    fn offer(pixel: PixelFormat, width: u32, height: u32, num: u32, den: u32) -> OfferedFormat {
        OfferedFormat {
            size: Size::new(width, height),
            fps: Fps::new(num, den),
            pixel,
        }
    }

    fn check(offered: &[OfferedFormat], expect: &str) {
        let best = for_video(offered, Want::VIDEO).first().map(ToString::to_string);
        assert_eq!(best.as_deref().unwrap_or("nothing"), expect);
    }

    #[test]
    fn the_usual_webcam_gives_720p_jpeg_at_30() {
        check(
            &[
                offer(Yuyv, 640, 480, 30, 1),
                offer(Yuyv, 1280, 720, 10, 1),
                offer(Mjpeg, 1920, 1080, 30, 1),
                offer(Mjpeg, 1280, 720, 60, 1),
                offer(Mjpeg, 1280, 720, 30, 1),
            ],
            "Mjpeg 1280x720@30",
        );
    }

    #[test]
    fn a_slideshow_in_720p_loses_to_video_in_vga() {
        check(
            &[offer(Yuyv, 1280, 720, 10, 1), offer(Yuyv, 640, 480, 30, 1)],
            "Yuyv 640x480@30",
        );
    }

    #[test]
    fn a_thumbnail_loses_to_a_larger_picture_than_wanted() {
        check(
            &[offer(Mjpeg, 320, 240, 30, 1), offer(Mjpeg, 1920, 1080, 30, 1)],
            "Mjpeg 1920x1080@30",
        );
    }

    #[test]
    fn rates_the_driver_layer_cannot_express_are_never_chosen() {
        check(
            &[offer(Mjpeg, 1280, 720, 15, 2), offer(Mjpeg, 1280, 720, 15, 1)],
            "Mjpeg 1280x720@15",
        );
        check(&[offer(Mjpeg, 1280, 720, 30_000, 1001)], "nothing");
    }

    #[test]
    fn raw_pixels_at_the_same_size_and_rate_lose_to_jpeg() {
        check(
            &[offer(Yuyv, 1280, 720, 30, 1), offer(Mjpeg, 1280, 720, 30, 1)],
            "Mjpeg 1280x720@30",
        );
    }

    #[test]
    fn a_still_is_the_largest_jpeg_even_if_raw_is_larger() {
        let offered = [
            offer(Yuyv, 2592, 1944, 2, 1),
            offer(Mjpeg, 1920, 1080, 30, 1),
            offer(Mjpeg, 1280, 720, 30, 1),
        ];
        let now = Delivered {
            size: Size::new(1280, 720),
            fps: Fps::whole(30),
            pixel: Mjpeg,
        };
        assert_eq!(
            for_still(&offered, now).unwrap().to_string(),
            "Mjpeg 1920x1080@30"
        );
        let at_its_best = Delivered {
            size: Size::new(1920, 1080),
            ..now
        };
        assert_eq!(for_still(&offered, at_its_best), None);
    }
}
