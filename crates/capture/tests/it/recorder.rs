//! The identification video from the first frame to the delivered file.

use std::collections::VecDeque;
use std::io::{Cursor, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use capture::clip::{Clip, Tags};
use capture::recorder::{self, Ended, Options, Recorder};
use capture::{Camera, CaptureError, Fps, Frame, Size, SourceSpec, Want};
use turbojpeg::PixelFormat;

use super::recorder_doubles::{
    Call, Frames, Memory, RATE, SMALL, clock, close, drawn, frame, number, record, steady,
};
use super::recorder_scene as scene;

#[test]
fn times_in_the_video_are_those_of_the_capture() {
    // A camera that hesitates: 30 fps, a stall of 1.4 s, then 10 fps.
    let times: Vec<_> = steady(40)
        .chain((0..20).map(|i| RATE * 39 + Duration::from_millis(1_400 + 100 * i)))
        .collect();
    let (recording, bytes) = record(drawn(SMALL, times.iter().copied()), Options::default());
    let recording = recording.unwrap();
    assert_eq!(recording.frames, 60);
    assert_eq!(recording.dropped, 0);
    assert_eq!(recording.size, SMALL);
    assert_eq!(recording.bytes, bytes.len() as u64);
    assert_eq!(recording.ended, Ended::CameraFailed(CaptureError::Unplugged));
    assert!(close(recording.longest_gap, Duration::from_millis(1_400)));
    // The last picture is shown for as long as the one before it.
    let end = times[59] + Duration::from_millis(100);
    assert!(close(recording.duration, end), "{:?}", recording.duration);

    let mut plain = Vec::new();
    let delivered = recorder::faststart(Cursor::new(&bytes), &mut plain, &Tags::default())
        .unwrap()
        .movie;
    for file in [bytes, plain] {
        let mut clip = Clip::open(Cursor::new(file)).unwrap();
        assert_eq!((clip.movie().frames, clip.movie().size), (60, SMALL));
        assert_eq!(clip.movie().codec, delivered.codec);
        assert!(close(clip.movie().duration, end));
        for (i, &time) in times.iter().enumerate() {
            let shown = clip.frame_at(time + Duration::from_millis(5)).unwrap();
            assert_eq!(number(&shown), i as u32, "at {time:?}");
        }
    }
}

#[test]
fn stopping_keeps_everything_captured_until_then() {
    let sink = Memory::default();
    let feed = Frames {
        left: drawn(SMALL, steady(45)),
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(sink.clone()), Options::default()).unwrap();
    // Asked at once: all 45 frames were captured before, none has been encoded yet.
    let recording = recorder.stop().unwrap();
    assert_eq!((recording.frames, recording.ended), (45, Ended::Asked));
    assert_eq!(recording.bytes, sink.bytes().len() as u64);
}

#[test]
fn frames_captured_after_the_end_was_asked_for_are_left_out() {
    let mut frames = drawn(SMALL, steady(10));
    let later = (Instant::now() + Duration::from_secs(60), SystemTime::now());
    frames.push_back(frame(later, 11, Duration::ZERO, SMALL, scene::jpeg(SMALL, 10)));
    let feed = Frames {
        left: frames,
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(Memory::default()), Options::default()).unwrap();
    assert_eq!(recorder.stop().unwrap().frames, 10);
}

#[test]
fn it_ends_by_itself_at_the_limit() {
    let options = Options {
        limit: Duration::from_secs(1),
        ..Options::default()
    };
    let (recording, _) = record(drawn(SMALL, steady(60)), options);
    let recording = recording.unwrap();
    assert_eq!(recording.ended, Ended::LimitReached);
    assert_eq!(
        recording.frames, 31,
        "the frames of the first second, its end included"
    );
}

#[test]
fn every_fragment_is_one_write_and_one_sync() {
    let sink = Memory::default();
    let feed = Frames {
        left: drawn(SMALL, steady(75)),
        then: Some(CaptureError::Unplugged),
    };
    let recorder = Recorder::start(feed, Box::new(sink.clone()), Options::default()).unwrap();
    while !recorder.is_finished() {
        std::thread::yield_now();
    }
    assert_eq!(recorder.progress().frames, 75);
    recorder.stop().unwrap();
    let calls = sink.calls.lock().clone();
    // Two whole seconds and the rest.
    assert_eq!(calls.len(), 6, "{calls:?}");
    assert!(
        calls
            .chunks(2)
            .all(|pair| matches!(pair, [Call::Write(_), Call::Sync])),
        "{calls:?}"
    );
}

#[test]
fn a_camera_that_stalls_does_not_keep_its_last_second_in_memory() {
    // Captured just now: the second is over a moment after the frames end.
    let now = (Instant::now(), SystemTime::now());
    let left = (0..5).map(|i| frame(now, u64::from(i) + 1, RATE * i, SMALL, scene::jpeg(SMALL, i)));
    let sink = Memory::default();
    let options = Options {
        fragment: Duration::from_millis(300),
        ..Options::default()
    };
    let feed = Frames {
        left: left.collect(),
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(sink.clone()), options).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while recorder.progress().bytes == 0 {
        assert!(
            Instant::now() < deadline,
            "nothing was written while the camera stalled"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    // What a power cut would leave right now: everything but the newest frame.
    let clip = Clip::open(Cursor::new(sink.bytes())).unwrap();
    assert_eq!(clip.movie().frames, 4);
    assert_eq!(recorder.stop().unwrap().frames, 5);
}

#[test]
fn without_a_usable_frame_there_is_a_reason_instead_of_a_recording() {
    let (gone, bytes) = record(VecDeque::new(), Options::default());
    assert_eq!(gone, Err(CaptureError::Unplugged));
    assert!(bytes.is_empty());

    let feed = Frames {
        left: VecDeque::new(),
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(Memory::default()), Options::default()).unwrap();
    assert!(matches!(recorder.stop(), Err(CaptureError::Silent(_))));

    let damaged = (0..3).map(|i| {
        frame(
            clock(),
            i + 1,
            RATE * i as u32,
            SMALL,
            Bytes::from_static(b"\xff\xd8 no picture \xff\xd9"),
        )
    });
    let feed = Frames {
        left: damaged.collect(),
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(Memory::default()), Options::default()).unwrap();
    assert_eq!(recorder.stop(), Err(CaptureError::Damaged(3)));
}

#[test]
fn frames_that_are_missing_or_damaged_are_counted() {
    let mut frames = drawn(SMALL, steady(30));
    let broken = Frame {
        jpeg: frames[10].jpeg.slice(..600),
        ..(*frames[10]).clone()
    };
    frames[10] = Arc::new(broken);
    frames.remove(20);
    frames.remove(20);
    let (recording, bytes) = record(frames, Options::default());
    let recording = recording.unwrap();
    assert_eq!(
        (recording.frames, recording.dropped, recording.damaged),
        (27, 2, 1)
    );
    assert!(close(recording.longest_gap, RATE * 3));
    // The picture before is shown until the next whole one.
    let mut clip = Clip::open(Cursor::new(bytes)).unwrap();
    let at = |clip: &mut Clip, i: u32| number(&clip.frame_at(RATE * i + RATE / 2).unwrap());
    assert_eq!((at(&mut clip, 10), at(&mut clip, 11)), (9, 11));
    assert_eq!((at(&mut clip, 21), at(&mut clip, 22)), (19, 22));
}

#[test]
fn a_full_disk_ends_it_and_keeps_what_was_written() {
    let (_, whole) = record(drawn(SMALL, steady(120)), Options::default());
    let sink = Memory::with_room(whole.len() * 2 / 3);
    let feed = Frames {
        left: drawn(SMALL, steady(120)),
        then: None,
    };
    let recorder = Recorder::start(feed, Box::new(sink.clone()), Options::default()).unwrap();
    while !recorder.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(recorder.stop(), Err(CaptureError::Write(ErrorKind::StorageFull)));
    let bytes = sink.bytes();
    let kept = recorder::recover(Cursor::new(&bytes)).unwrap();
    assert!(
        kept < bytes.len() as u64,
        "the fragment that did not fit is cut off"
    );
    let clip = Clip::open(Cursor::new(bytes[..kept as usize].to_vec())).unwrap();
    assert!(clip.movie().frames >= 31, "{:?}", clip.movie());
}

#[test]
fn larger_frames_are_recorded_at_720p_and_a_change_of_size_keeps_the_first() {
    let clock = clock();
    let sizes = [(1920, 1080), (1920, 1080), (640, 480), (1920, 1080), (1280, 720)];
    let frames = sizes.iter().zip(0_u32..).map(|(&(width, height), i)| {
        let size = Size::new(width, height);
        frame(clock, u64::from(i) + 1, RATE * i, size, scene::jpeg(size, i))
    });
    let (recording, bytes) = record(frames.collect(), Options::default());
    let recording = recording.unwrap();
    assert_eq!((recording.size, recording.frames), (Size::new(1280, 720), 5));
    assert_eq!(recording.delivered, Size::new(1920, 1080));
    let mut clip = Clip::open(Cursor::new(bytes)).unwrap();
    for i in [0, 1, 3, 4] {
        let picture = clip.frame_at(RATE * i + RATE / 2).unwrap();
        let header = turbojpeg::read_header(&picture).unwrap();
        assert_eq!((header.width, header.height), (1280, 720));
        assert_eq!(number(&picture), i);
    }
    // The small one stands in the middle on black.
    let small = clip.frame_at(RATE * 2 + RATE / 2).unwrap();
    let gray = turbojpeg::decompress(&small, PixelFormat::GRAY).unwrap();
    let at = |x: usize, y: usize| gray.pixels[y * gray.pitch + x];
    assert!(
        at(40, 360) < 24 && at(1240, 360) < 24 && at(640, 40) < 24,
        "bars are black"
    );
    assert!(at(640, 400) > 40, "the picture is there");
}

#[test]
fn a_camera_is_recorded_while_it_is_watched() {
    let frames = (0..30).map(|number| scene::jpeg(SMALL, number)).collect();
    let clip = SourceSpec::Clip {
        name: "drawn".into(),
        frames,
        fps: Fps::whole(30),
    };
    let camera = Camera::open(&clip, Want::VIDEO).unwrap();
    let sink = Memory::default();
    let recorder = Recorder::start(camera.subscribe(30), Box::new(sink.clone()), Options::default()).unwrap();
    let (mut watched, mut newest) = (0, 0);
    while recorder.progress().elapsed < Duration::from_millis(1_500) {
        if let Some(frame) = camera.newest_after(newest, Duration::from_secs(5)).unwrap() {
            newest = frame.sequence;
            watched += 1;
        }
    }
    drop(camera);
    let recording = recorder.stop().unwrap();
    assert_eq!(recording.dropped, 0, "{recording:?}");
    // On a busy machine a frame may come late, but it comes, and with its own time.
    let rate = recording.frames as f64 / recording.duration.as_secs_f64();
    assert!(
        (10.0..=31.0).contains(&rate),
        "{rate} frames a second: {recording:?}"
    );
    assert!(watched > 20, "only {watched} frames were seen in the preview");
    let movie = Clip::open(Cursor::new(sink.bytes())).unwrap().movie().clone();
    assert_eq!((movie.frames, movie.bytes), (recording.frames, recording.bytes));
    assert!(close(movie.duration, recording.duration));
}
