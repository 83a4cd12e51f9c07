//! What makes a recording evidence: one take, its gaps told, its pictures hashed, time and case in each of them.

use std::io::Cursor;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use capture::Size;
use capture::clip::{Clip, Tags};
use capture::recorder::stamp::Stamped;
use capture::recorder::{self, Ended, Gap, NOTICED, Options, Recorder, Recording, Stamp};

use super::recorder_doubles::{Frames, Memory, RATE, SMALL, close, drawn, frame, record, steady};
use super::recorder_scene as scene;

fn stamped() -> Options {
    Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    }
}

#[test]
fn the_pictures_of_the_file_are_those_that_were_encoded() {
    let (recording, bytes) = record(drawn(SMALL, steady(70)), Options::default());
    let recording = recording.unwrap();
    let mut plain = Vec::new();
    let remuxed = recorder::faststart(Cursor::new(&bytes), &mut plain, &Tags::default()).unwrap();
    assert_eq!(remuxed.stream_sha256, recording.stream_sha256);

    // Somebody else's word for it.
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in [("recorded.mp4", &bytes), ("plain.mp4", &plain)] {
        let path = folder.path().join(name);
        std::fs::write(&path, file).unwrap();
        let output = Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-i"])
            .arg(&path)
            .args(["-map", "0:v", "-c", "copy", "-f", "hash", "-"])
            .output()
            .expect("ffmpeg is there: `cargo xtask test` installs it");
        let said = String::from_utf8_lossy(&output.stdout).to_lowercase();
        assert_eq!(
            said.trim(),
            format!("sha256={}", recording.stream_sha256),
            "{name}"
        );
    }

    // A bit that flipped on the way to the plain file shows.
    let mut flipped = bytes;
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let other = recorder::faststart(Cursor::new(&flipped), std::io::sink(), &Tags::default()).unwrap();
    assert_ne!(other.stream_sha256, recording.stream_sha256);
}

#[test]
fn each_time_without_a_picture_is_listed() {
    // Frames are lost, and the camera stalls twice: once for a moment, once noticeably.
    let pauses = [(0, 0), (10, 450), (20, 0), (30, 800), (40, 1_500)];
    let times = (0..50).map(|i| {
        let paused: u64 = pauses
            .iter()
            .filter(|(from, _)| i > *from)
            .map(|(_, millis)| millis)
            .sum();
        RATE * i + Duration::from_millis(paused)
    });
    let times: Vec<_> = times.collect();
    let (recording, bytes) = record(drawn(SMALL, times.iter().copied()), Options::default());
    let recording = recording.unwrap();
    let listed = [(30, 800), (40, 1_500)];
    assert_eq!(recording.gaps.len(), 2, "{:?}", recording.gaps);
    for (gap, (before, millis)) in recording.gaps.iter().zip(listed) {
        assert!(close(gap.at, times[before]), "{gap:?}");
        assert!(close(gap.length, RATE + Duration::from_millis(millis)), "{gap:?}");
        assert!(gap.length > NOTICED);
    }
    assert!(close(recording.longest_gap, recording.gaps[1].length));
    let clip = Clip::open(Cursor::new(bytes)).unwrap();
    for (shown, gap) in clip.gaps().iter().zip(&recording.gaps) {
        assert!(
            shown.at == gap.at && close(shown.length, gap.length),
            "the file shows the same"
        );
    }
    assert_eq!(clip.gaps().len(), 2);
    assert_eq!(clip.pauses().count(), 49);
    assert_eq!(
        recording.lasted, recording.duration,
        "nobody knows better when the camera failed"
    );
}

/// Ends a recording of which the last picture was captured `before` now.
fn ended(before: Duration) -> Recording {
    let began = Instant::now()
        .checked_sub(before + RATE * 29)
        .expect("the machine has been up for longer");
    let clock = (began, SystemTime::now());
    let frames = (0..30).map(|i| frame(clock, u64::from(i) + 1, RATE * i, SMALL, scene::jpeg(SMALL, i)));
    let feed = Frames {
        left: frames.collect(),
        then: None,
    };
    Recorder::start(feed, Box::new(Memory::default()), Options::default())
        .expect("an encoder")
        .stop()
        .expect("a recording")
}

#[test]
fn a_camera_that_had_stalled_when_the_end_was_asked_for_left_a_gap() {
    let stalled = ended(Duration::from_secs(3));
    assert_eq!(stalled.ended, Ended::Asked);
    let [Gap { at, length }] = stalled.gaps[..] else {
        panic!("{:?}", stalled.gaps)
    };
    assert!(close(at, RATE * 29));
    assert!(length >= Duration::from_secs(3));
    assert_eq!(stalled.lasted, at + length, "the clock counts to the end");
    assert!(
        close(stalled.duration, RATE * 29 + Duration::from_millis(200)),
        "the file does not"
    );
}

#[test]
fn the_last_picture_is_shown_until_the_end() {
    let recording = ended(Duration::from_millis(120));
    // A machine that is busy may be late to ask; the picture is then shown for its longest.
    let late = recording.lasted.saturating_sub(RATE * 29);
    let shown = recording.duration.saturating_sub(RATE * 29);
    assert!(
        close(shown, late.min(Duration::from_millis(200))),
        "{shown:?} of {late:?}"
    );
    assert!(late >= Duration::from_millis(120));
}

#[test]
fn time_and_case_can_be_read_in_every_picture() {
    // At the rate and the size of a real recording, of frames with sensor noise that the encoder has to pay for.
    let size = Size::new(1280, 720);
    let (recording, bytes) = record(drawn(size, steady(60)), stamped());
    let recording = recording.unwrap();
    assert!(recording.stamped);
    let first = recording.started_utc.duration_since(UNIX_EPOCH).unwrap();
    let mut clip = Clip::open(Cursor::new(bytes)).unwrap();
    for time in clip.times() {
        let Stamped { at, code } = clip.stamp_at(time).unwrap().expect("a stamp that can be read");
        assert_eq!(code, "3HSY");
        // Of the capture, to the tenth; times in the file are whole ticks.
        let said = at.duration_since(UNIX_EPOCH).unwrap();
        let off = (first + time).as_secs_f64() - said.as_secs_f64();
        assert!((-0.001..0.101).contains(&off), "{off} at {time:?}");
    }
}

#[test]
fn upright_and_small_pictures_have_a_stamp_that_fits() {
    for (width, height) in [(720, 1280), (640, 480), (320, 240)] {
        let (recording, bytes) = record(drawn(Size::new(width, height), steady(12)), stamped());
        assert!(recording.unwrap().stamped);
        let mut clip = Clip::open(Cursor::new(bytes)).unwrap();
        for time in clip.times() {
            let stamp = clip.stamp_at(time).unwrap();
            assert_eq!(
                stamp.map(|stamp| stamp.code).as_deref(),
                Some("3HSY"),
                "{width}x{height}"
            );
        }
    }
    let (tiny, bytes) = record(drawn(Size::new(96, 64), steady(3)), stamped());
    assert!(!tiny.unwrap().stamped, "what was not drawn is not claimed");
    assert_eq!(
        Clip::open(Cursor::new(bytes)).unwrap().stamp_at(Duration::ZERO),
        Ok(None)
    );
    let (without, bytes) = record(drawn(SMALL, steady(3)), Options::default());
    assert!(!without.unwrap().stamped);
    assert_eq!(
        Clip::open(Cursor::new(bytes)).unwrap().stamp_at(Duration::ZERO),
        Ok(None)
    );
}

#[test]
fn a_clock_that_is_set_back_while_it_is_recorded_does_not_show_in_the_pictures() {
    let clock = (
        Instant::now().checked_sub(Duration::from_secs(60)).unwrap(),
        SystemTime::now(),
    );
    let frames = (0..40_u32).map(|i| {
        let wall = if i < 20 {
            clock.1
        } else {
            clock.1 - Duration::from_secs(3_600)
        };
        frame(
            (clock.0, wall),
            u64::from(i) + 1,
            RATE * i,
            SMALL,
            scene::jpeg(SMALL, i),
        )
    });
    let (_, bytes) = record(frames.collect(), stamped());
    let mut clip = Clip::open(Cursor::new(bytes)).unwrap();
    let times: Vec<_> = clip
        .times()
        .into_iter()
        .map(|time| clip.stamp_at(time).unwrap().expect("a stamp").at)
        .collect();
    assert!(times.is_sorted(), "never backwards");
    let length = times[39].duration_since(times[0]).unwrap();
    assert!(length <= RATE * 39 + Duration::from_millis(100));
}
