//! `cargo xtask material`: the cards, the face and the clips that practice mode shows, drawn from the templates
//! beside this file. What comes out is committed: this runs when somebody changes a drawing.
//!
//! Order: the stage is set (both sides of the card, desk, room), then each clip is drawn frame by frame and packed
//! as a chain of JPEGs, then `material.json` says what was printed where.

#[cfg(feature = "material")]
mod acted;
#[cfg(any(feature = "material", test))]
mod agreement;
#[cfg(feature = "material")]
mod card;
#[cfg(feature = "material")]
mod clips;
#[cfg(feature = "material")]
mod drawing;
#[cfg(any(feature = "material", test))]
mod mrz;
#[cfg(feature = "material")]
mod pack;
#[cfg(feature = "material")]
mod person;
#[cfg(feature = "material")]
mod pose;
#[cfg(feature = "material")]
mod specimen;

#[cfg(feature = "material")]
pub use pack::draw;

/// Draws the material, with the program that has what drawing takes.
#[cfg(not(feature = "material"))]
pub fn draw() -> anyhow::Result<()> {
    crate::machine::set_up(&[
        crate::machine::Need::Crates,
        crate::machine::Need::Drawing,
        crate::machine::Need::Ffmpeg,
    ])?;
    crate::command::Call::cargo("run --release --package xtask --features material -- material").run()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::mrz::check_digit;

    fn folder() -> PathBuf {
        crate::root().join("crates/station/material")
    }

    fn words() -> String {
        fs::read_to_string(folder().join("material.json")).unwrap()
    }

    #[test]
    fn each_committed_clip_has_the_frames_that_the_words_say() {
        let words = words();
        let clips: Vec<&str> = words.lines().filter(|line| line.contains(".mjpeg")).collect();
        assert_eq!(clips.len(), 3, "front, rear, face");
        assert!(words.contains("\"file\": \"video.mp4\"") && folder().join("video.mp4").is_file());
        for line in clips {
            let after = |key: &str| line.split(&format!("\"{key}\": ")).nth(1).unwrap();
            let file = after("file").split('"').nth(1).unwrap();
            let said: usize = after("frames").split(',').next().unwrap().parse().unwrap();
            let bytes = fs::read(folder().join(file)).unwrap();
            assert!(
                bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]),
                "{file} is whole JPEGs"
            );
            // Where one picture ends and the next begins; inside a picture no FF is followed by D9.
            let borders = bytes
                .windows(4)
                .filter(|w| **w == [0xff, 0xd9, 0xff, 0xd8])
                .count();
            assert_eq!(borders + 1, said, "{file}");
        }
    }

    #[test]
    fn the_printed_zone_holds_to_its_check_digits() {
        let words = words();
        let lines: Vec<&str> = words
            .lines()
            .map(|line| line.trim().trim_end_matches(',').trim_matches('"'))
            .filter(|line| line.len() == 30 && line.contains('<'))
            .collect();
        let [first, second, third] = lines[..] else {
            panic!("three lines, not {lines:?}")
        };
        let holds = |line: &str, from: usize, to: usize| {
            assert_eq!(
                line[to..].chars().next(),
                Some(check_digit(&line[from..to])),
                "{line}, {from} to {to}"
            );
        };
        holds(first, 5, 14);
        holds(second, 0, 6);
        holds(second, 8, 14);
        let composite = [&first[5..30], &second[0..7], &second[8..15], &second[18..29]].concat();
        assert_eq!(second.chars().last(), Some(check_digit(&composite)));
        assert!(third.starts_with("SAMPLE<MUESTRA<<ALMA<"));
    }
}
