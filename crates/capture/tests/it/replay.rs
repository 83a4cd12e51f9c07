//! A replay behaves like a camera: pace, order, stills, and a reason when there is nothing to play.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use capture::clip::Tags;
use capture::recorder::{self, Options, Stamp};
use capture::{Camera, CaptureError, Fps, FrameOrigin, Size, SourceKind, SourceSpec, Want, jpeg, picture};

use super::recorder_doubles::{RATE, SMALL, drawn as numbered, number, record};

const SOON: Duration = Duration::from_secs(20);

fn shared(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(path);
    assert!(path.exists(), "test data is missing: {}", path.display());
    path
}

fn clip(name: &str) -> PathBuf {
    shared("clips").join(name)
}

/// JPEGs drawn here, each of its own shade.
fn drawn(count: u8) -> Vec<Bytes> {
    let shade = |n: u8| {
        let pixels = vec![n * 20; 64 * 48];
        let format = turbojpeg::PixelFormat::GRAY;
        let image = turbojpeg::Image {
            pixels: &pixels[..],
            width: 64,
            pitch: 64,
            height: 48,
            format,
        };
        Bytes::copy_from_slice(
            &turbojpeg::compress(image, 80, turbojpeg::Subsamp::Gray).expect("a grey picture"),
        )
    };
    (0..count).map(shade).collect()
}

fn frames_of(camera: &Camera, count: usize) -> Vec<Bytes> {
    let frames = camera.subscribe(64);
    (0..count)
        .map(|_| {
            frames
                .recv_timeout(SOON)
                .expect("the camera goes on")
                .expect("a frame in time")
                .jpeg
                .clone()
        })
        .collect()
}

fn refused(path: &Path) -> CaptureError {
    Camera::open(&SourceSpec::Replay(path.to_owned()), Want::VIDEO).expect_err("nothing to play")
}

#[test]
fn every_clip_of_the_test_data_plays_its_own_pictures() {
    for name in [
        "doc_front_esp_dni_10fps.mjpg",
        "doc_rear_esp_dni_10fps.mjpg",
        "face_syn2_still_animated_10fps.mjpg",
    ] {
        let file = std::fs::read(clip(name)).unwrap();
        let pictures: Vec<&[u8]> = jpeg::split(&file).into_iter().map(|range| &file[range]).collect();
        let camera = Camera::open(&SourceSpec::Replay(clip(name)), Want::VIDEO.at(Fps::whole(100))).unwrap();
        assert!(
            camera.info().synthetic && camera.kind() == SourceKind::Replay,
            "{name}"
        );
        assert_eq!(camera.delivered().size, Size::new(1280, 720), "{name}");
        for frame in frames_of(&camera, 10) {
            assert!(
                pictures.contains(&&frame[..]),
                "{name}: a frame is not the file's own bytes"
            );
        }
        assert_eq!(camera.health().damaged, 0, "{name}");
    }
}

#[test]
fn frames_come_at_the_pace_that_was_asked_for() {
    let spec = SourceSpec::Clip {
        name: "pace".into(),
        frames: drawn(3).into(),
        fps: Fps::whole(50),
    };
    let camera = Camera::open(&spec, Want::VIDEO).unwrap();
    let frames = camera.subscribe(64);
    let first = frames.recv_timeout(SOON).unwrap().unwrap();
    let mut last = Arc::clone(&first);
    for _ in 0..25 {
        last = frames.recv_timeout(SOON).unwrap().unwrap();
    }
    // A busy machine may be late, but a schedule is never early, and its stamps are evenly spaced.
    let took = last.at - first.at;
    assert!(took >= Duration::from_millis(499), "{took:?}");
    assert!(last.at <= Instant::now());
}

#[test]
fn a_clip_from_memory_plays_in_order_and_from_the_start_again() {
    let pictures = drawn(4);
    let spec = SourceSpec::Clip {
        name: "demo".into(),
        frames: pictures.clone().into(),
        fps: Fps::whole(200),
    };
    let camera = Camera::open(&spec, Want::VIDEO).unwrap();
    assert_eq!(camera.info().id.as_str(), "clip:demo");
    let frames = frames_of(&camera, 9);
    let start = pictures.iter().position(|picture| *picture == frames[0]).unwrap();
    for (i, frame) in frames.iter().enumerate() {
        assert_eq!(*frame, pictures[(start + i) % 4], "frame {i}");
    }
}

#[test]
fn a_folder_plays_its_pictures_in_the_order_of_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = drawn(3);
    for (name, picture) in ["b.JPG", "a.jpg", "c.jpeg"].into_iter().zip([1, 0, 2]) {
        std::fs::write(dir.path().join(name), &pictures[picture]).unwrap();
    }
    std::fs::write(dir.path().join("notes.txt"), "not a picture").unwrap();
    let camera = Camera::open(
        &SourceSpec::Replay(dir.path().to_owned()),
        Want::VIDEO.at(Fps::whole(200)),
    )
    .unwrap();
    let frames = frames_of(&camera, 6);
    let start = pictures.iter().position(|picture| *picture == frames[0]).unwrap();
    for (i, frame) in frames.iter().enumerate() {
        assert_eq!(*frame, pictures[(start + i) % 3], "frame {i}");
    }
}

#[test]
fn a_single_picture_is_a_still_life_in_its_own_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("card.jpg");
    let picture = &drawn(8)[7];
    std::fs::write(&path, picture).unwrap();
    let camera = Camera::open(&SourceSpec::Replay(path), Want::VIDEO).unwrap();
    assert_eq!(frames_of(&camera, 2), [picture.clone(), picture.clone()]);
    let still = camera.still().unwrap();
    assert_eq!(
        (still.jpeg, still.origin, still.note),
        (picture.clone(), FrameOrigin::Device, None)
    );
    assert!(still.source.synthetic);
}

#[test]
fn a_png_is_encoded_once_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("card.png");
    image::RgbImage::from_pixel(33, 21, image::Rgb([200, 30, 30]))
        .save(&path)
        .unwrap();
    let camera = Camera::open(&SourceSpec::Replay(path), Want::VIDEO).unwrap();
    let frame = camera.newest_after(0, SOON).unwrap().unwrap();
    assert_eq!(
        (frame.origin, frame.size),
        (FrameOrigin::EncodedHere, Size::new(33, 21))
    );
    assert_eq!(camera.still().unwrap().origin, FrameOrigin::EncodedHere);
}

#[test]
fn a_still_of_a_replay_is_the_newest_frame_itself() {
    let path = clip("doc_front_esp_dni_10fps.mjpg");
    let file = std::fs::read(&path).unwrap();
    let camera = Camera::open(&SourceSpec::Replay(path), Want::VIDEO).unwrap();
    let still = camera.still().unwrap();
    assert!(
        jpeg::split(&file)
            .into_iter()
            .any(|range| file[range] == still.jpeg[..])
    );
    assert_eq!(picture::inspect(&still.jpeg).unwrap().size, still.size);
    assert_eq!(
        (still.size, still.preview_size),
        (Size::new(1280, 720), Size::new(1280, 720))
    );
}

#[test]
fn what_cannot_be_played_says_why() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        refused(&dir.path().join("missing.mjpeg")),
        CaptureError::NotFound(_)
    ));
    assert!(
        matches!(refused(dir.path()), CaptureError::BadMedia(_)),
        "an empty folder"
    );
    let empty = dir.path().join("empty.mjpeg");
    std::fs::write(&empty, b"").unwrap();
    assert!(matches!(refused(&empty), CaptureError::BadMedia(_)));
    assert!(matches!(
        refused(&shared("malformed/own/html_as_jpg.jpg")),
        CaptureError::BadMedia(_)
    ));
    assert!(matches!(
        refused(&shared("malformed/own/truncated_25.jpg")),
        CaptureError::BadMedia(_)
    ));
}

#[test]
fn a_damaged_clip_plays_what_is_sound_in_it() {
    let damaged = shared("malformed/own/mjpeg_stream_damaged.mjpg");
    let camera = Camera::open(&SourceSpec::Replay(damaged), Want::VIDEO.at(Fps::whole(200))).unwrap();
    for frame in frames_of(&camera, 8) {
        picture::inspect(&frame).expect("only sound pictures are published");
    }
    assert!(camera.health().damaged > 0, "what was thrown away is counted");
}

#[test]
fn a_multipart_clip_plays_without_its_headers() {
    let multipart = shared("malformed/own/mjpeg_multipart_no_length.mjpg");
    let camera = Camera::open(&SourceSpec::Replay(multipart), Want::VIDEO.at(Fps::whole(200))).unwrap();
    for frame in frames_of(&camera, 4) {
        picture::inspect(&frame).expect("a whole picture");
    }
}

#[test]
fn a_video_plays_at_its_own_pace_and_round_and_round() {
    let path = shared("video").join("intel_head-pose-face-detection-female.mp4");
    let clip = capture::clip::Clip::open(std::fs::File::open(&path).unwrap()).unwrap();
    let (times, movie) = (clip.times(), clip.movie().clone());
    let camera = Camera::open(&SourceSpec::Replay(path), Want::VIDEO).unwrap();
    assert!(camera.info().synthetic && camera.kind() == SourceKind::Replay);
    assert_eq!(camera.delivered().size, movie.size);
    let frames = camera.subscribe(64);
    let seen: Vec<Arc<capture::Frame>> = (0..times.len() + 3)
        .map(|_| frames.recv_timeout(SOON).unwrap().expect("a frame in time"))
        .collect();
    let (first, last) = (&seen[0], &seen[times.len() - 1]);
    let took = last.at - first.at;
    assert!(
        took + Duration::from_millis(1) >= times[times.len() - 1],
        "{took:?}"
    );
    assert!(seen.iter().all(|frame| frame.origin == FrameOrigin::EncodedHere));
    assert_eq!(camera.health().damaged, 0);
}

#[test]
fn our_own_recordings_play_as_a_camera_and_keep_their_times() {
    // A camera that hesitates, recorded with time and case in its pictures.
    let times: Vec<Duration> = (0..12)
        .map(|i| RATE * i + Duration::from_millis(if i < 6 { 0 } else { 250 }))
        .collect();
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    };
    let (recording, recorded) = record(numbered(SMALL, times.iter().copied()), options);
    recording.unwrap();
    let mut plain = Vec::new();
    recorder::faststart(std::io::Cursor::new(&recorded), &mut plain, &Tags::default()).unwrap();

    let folder = tempfile::tempdir().unwrap();
    for (name, file) in [("plain.mp4", plain), ("recorded.mp4", recorded)] {
        let path = folder.path().join(name);
        std::fs::write(&path, file).unwrap();
        let spec = SourceSpec::parse(&format!("replay:{}", path.display())).unwrap();
        let camera = Camera::open(&spec, Want::VIDEO).unwrap();
        assert!(camera.info().synthetic && camera.kind() == SourceKind::Replay);
        let frames = camera.subscribe(64);
        camera.rewind();
        // What was on its way before the first picture came again is not looked at.
        let mut seen: Vec<Arc<capture::Frame>> = Vec::new();
        while seen.len() < times.len() {
            let frame = frames.recv_timeout(SOON).unwrap().expect("a frame in time");
            if seen.is_empty() && number(&frame.jpeg) != 0 {
                continue;
            }
            if number(&frame.jpeg) == 0 {
                seen.clear();
            }
            seen.push(frame);
        }
        for (i, (frame, &time)) in seen.iter().zip(&times).enumerate() {
            assert_eq!(number(&frame.jpeg), i as u32, "{name}: in order");
            // A machine that is too busy takes up the pace anew, later and never earlier.
            let after = frame.at - seen[0].at;
            assert!(
                after + Duration::from_millis(1) >= time,
                "{name}: {i} after {after:?}, not {time:?}"
            );
        }
    }
}

#[test]
fn a_replay_that_is_asked_to_begins_anew() {
    let pictures = drawn(8);
    let spec = SourceSpec::Clip {
        name: "again".into(),
        frames: pictures.clone().into(),
        fps: Fps::whole(20),
    };
    let camera = Camera::open(&spec, Want::VIDEO).unwrap();
    let frames = camera.subscribe(64);
    let next = || {
        frames
            .recv_timeout(SOON)
            .unwrap()
            .expect("a frame in time")
            .jpeg
            .clone()
    };
    while next() != pictures[2] {}
    camera.rewind();
    // One more may have been on its way.
    let after: Vec<Bytes> = (0..3).map(|_| next()).collect();
    assert!(after[..2].contains(&pictures[0]), "from the first picture on");
}

#[test]
fn a_video_that_is_none_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("torn.mp4");
    std::fs::write(&path, b"not a video at all").unwrap();
    assert!(matches!(refused(&path), CaptureError::BadMedia(_)));
}
