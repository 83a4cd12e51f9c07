//! Recordings and clips that were cut off, overwritten, or are something else altogether.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use capture::clip::{Chapter, Clip, Tags};
use capture::recorder::{self, Options};
use capture::{CaptureError, Size};
use proptest::prelude::*;

use super::recorder_doubles::{RATE, drawn, number, record, steady};

/// A small recording of five fragments, and where each of them ends.
static RECORDING: LazyLock<(Vec<u8>, Vec<usize>)> = LazyLock::new(|| {
    let options = Options {
        fragment: Duration::from_millis(250),
        bitrate: 100_000,
        ..Options::default()
    };
    let (recording, bytes) = record(drawn(Size::new(96, 64), steady(40)), options);
    assert_eq!(recording.map(|recording| recording.frames), Ok(40));
    let mut ends = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
        if &bytes[at + 4..at + 8] == b"mdat" {
            ends.push(at + size);
        }
        at += size;
    }
    assert_eq!(ends.len(), 5);
    (bytes, ends)
});

fn recover(bytes: &[u8]) -> Result<u64, CaptureError> {
    recorder::recover(Cursor::new(bytes))
}

/// Everything a caller could do with a file; whatever it holds, nothing may panic.
fn use_all(bytes: &[u8]) {
    if let Ok(kept) = recover(bytes) {
        assert!(kept <= bytes.len() as u64);
    }
    let _whatever = recorder::faststart(Cursor::new(bytes), std::io::sink(), &Tags::default());
    if let Ok(mut clip) = Clip::open(Cursor::new(bytes.to_vec())) {
        for time in [0, 500, 1_000_000] {
            let _whatever = clip.frame_at(Duration::from_millis(time));
        }
    }
}

#[test]
fn cut_anywhere_everything_up_to_the_last_whole_fragment_is_kept() {
    let (bytes, ends) = &*RECORDING;
    // Every cut near the end of a box, where most goes wrong, and every 13th elsewhere.
    let edges: Vec<usize> = ["ftyp", "moov", "moof", "mdat"]
        .iter()
        .flat_map(|kind| {
            bytes
                .windows(4)
                .enumerate()
                .filter(move |(_, window)| *window == kind.as_bytes())
        })
        .map(|(at, _)| at)
        .collect();
    let near = |cut: usize| edges.iter().any(|edge| edge.abs_diff(cut) < 24);
    for cut in (0..=bytes.len()).filter(|&cut| cut % 13 == 0 || near(cut) || cut + 24 > bytes.len()) {
        let expected = ends.iter().rev().find(|&&end| end <= cut);
        match (recover(&bytes[..cut]), expected) {
            (Ok(kept), Some(&end)) => assert_eq!(kept, end as u64, "cut at {cut}"),
            (Err(CaptureError::BadMedia(_)), None) => {}
            (other, _) => panic!("cut at {cut}: {other:?}"),
        }
    }
}

#[test]
fn what_was_recovered_plays_to_its_last_frame() {
    let (bytes, ends) = &*RECORDING;
    for (fragment, &end) in ends.iter().enumerate() {
        let mut plain = Vec::new();
        let movie = recorder::faststart(Cursor::new(&bytes[..end]), &mut plain, &Tags::default())
            .unwrap()
            .movie;
        assert!(movie.frames >= 8 * (fragment as u64 + 1));
        for file in [bytes[..end].to_vec(), plain] {
            let mut clip = Clip::open(Cursor::new(file)).unwrap();
            assert_eq!(clip.movie().frames, movie.frames);
            clip.frame_at(RATE * movie.frames as u32)
                .expect("the last frame can be shown");
        }
    }
}

#[test]
fn a_tail_of_the_right_length_without_its_contents_is_cut_off() {
    let (bytes, ends) = &*RECORDING;
    // The file had grown, the pictures had not reached the disk.
    let mut zeroed = bytes.clone();
    let header = zeroed.windows(4).rposition(|window| window == b"mdat").unwrap() + 4;
    zeroed[header..].fill(0);
    assert_eq!(recover(&zeroed), Ok(ends[3] as u64));
    // Neither had the boxes.
    zeroed[ends[3]..].fill(0);
    assert_eq!(recover(&zeroed), Ok(ends[3] as u64));
    // Space reserved by the file system.
    let mut padded = bytes.clone();
    padded.resize(bytes.len() + 4096, 0);
    assert_eq!(recover(&padded), Ok(bytes.len() as u64));
}

#[test]
fn a_plain_file_is_whole_or_refused() {
    let (bytes, _) = &*RECORDING;
    let mut plain = Vec::new();
    recorder::faststart(Cursor::new(bytes), &mut plain, &Tags::default()).unwrap();
    assert_eq!(recover(&plain), Ok(plain.len() as u64));
    for cut in [0, 10, plain.len() / 4, plain.len() / 2, plain.len() - 1] {
        assert!(
            matches!(recover(&plain[..cut]), Err(CaptureError::BadMedia(_))),
            "cut at {cut}"
        );
    }
}

fn data(folder: &str) -> Vec<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(folder);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries
        .map(|entry| entry.expect("a folder that can be read").path())
        .filter(|path| path.is_file())
        .collect()
}

fn has_extension(path: &std::path::Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

#[test]
fn malformed_files_are_refused_or_survived() {
    for folder in [
        "malformed/mp4parse",
        "malformed/own",
        "malformed/image-rs",
        "malformed/jpeg-decoder",
    ] {
        let files = data(folder);
        assert!(!files.is_empty(), "{folder} is empty");
        for path in files {
            let bytes = std::fs::read(&path).unwrap();
            use_all(&bytes);
            if !has_extension(&path, "mp4") {
                let refused = matches!(Clip::open(Cursor::new(bytes)), Err(CaptureError::BadMedia(_)));
                assert!(refused, "{} is no video", path.display());
            }
        }
    }
}

#[test]
fn videos_of_other_makers_open_and_jumping_shows_what_playing_shows() {
    let files = data("video")
        .into_iter()
        .chain(data("clips"))
        .filter(|path| has_extension(path, "mp4"));
    let mut opened = 0;
    for path in files {
        let name = path.display();
        let file = std::fs::File::open(&path).unwrap();
        let mut clip = match Clip::open(std::io::BufReader::new(file)) {
            Ok(clip) => clip,
            Err(CaptureError::BadMedia(reason)) if reason.contains("not H.264") => continue,
            Err(error) => panic!("{name}: {error}"),
        };
        opened += 1;
        let movie = clip.movie().clone();
        let step = movie.duration / movie.frames as u32;
        let times: Vec<_> = (0..movie.frames.min(20))
            .map(|i| step * i as u32 + step / 2)
            .collect();
        let played: Vec<_> = times
            .iter()
            .map(|&time| clip.frame_at(time).expect("it plays"))
            .collect();
        for i in [played.len() - 1, 0, played.len() / 2, 3.min(played.len() - 1)] {
            assert_eq!(
                clip.frame_at(times[i]).unwrap(),
                played[i],
                "{name} at {:?}",
                times[i]
            );
        }
        let header = turbojpeg::read_header(&played[0]).unwrap();
        assert_eq!(
            (header.width as u32, header.height as u32),
            (movie.size.width, movie.size.height),
            "{name}"
        );
    }
    assert!(opened >= 3, "only {opened} of the videos there are H.264");
}

#[test]
fn going_back_and_forth_shows_the_right_frame() {
    let (bytes, _) = &*RECORDING;
    let (_, larger) = record(drawn(Size::new(320, 240), steady(130)), Options::default());
    assert!(bytes.len() < larger.len());
    let mut clip = Clip::open(Cursor::new(larger)).unwrap();
    for i in [0, 1, 2, 59, 60, 61, 62, 129, 5, 119, 120, 0, 129, 128] {
        let shown = clip.frame_at(RATE * i + RATE / 2).unwrap();
        assert_eq!(number(&shown), i);
    }
    assert_eq!(
        number(&clip.frame_at(Duration::from_secs(3600)).unwrap()),
        129,
        "past the end"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn overwritten_recordings_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        in_header in any::<bool>(),
        plain in any::<bool>(),
    ) {
        let (bytes, _) = &*RECORDING;
        let mut bytes = bytes.clone();
        if plain {
            let mut remuxed = Vec::new();
            let tags = Tags {
                chapters: vec![Chapter { at: RATE, title: "A title".into() }; 3],
            };
            recorder::faststart(Cursor::new(&bytes), &mut remuxed, &tags).unwrap();
            bytes = remuxed;
        }
        // Most of the sizes and counts stand in the first kilobyte.
        let length = if in_header { 1024 } else { bytes.len() };
        for (at, value) in changes {
            bytes[at.index(length)] = value;
        }
        use_all(&bytes);
    }

    #[test]
    fn a_cut_and_overwritten_tail_keeps_what_lies_before_it(
        fragment in 0_usize..4,
        at in any::<prop::sample::Index>(),
        garbage in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let (bytes, ends) = &*RECORDING;
        let cut = ends[fragment] + at.index(ends[fragment + 1] - ends[fragment]);
        let mut torn = bytes[..cut].to_vec();
        torn.extend(garbage);
        let kept = recover(&torn).unwrap();
        prop_assert!(kept >= ends[fragment] as u64, "{} of {}", kept, ends[fragment]);
        prop_assert!(Clip::open(Cursor::new(torn[..kept as usize].to_vec())).is_ok());
    }
}
