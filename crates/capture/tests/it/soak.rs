//! A booth runs for weeks: what a recording took is given back when it is over. `cargo xtask bench soak` does the same
//! for half an hour, at full size.

use std::io::{self, Cursor};
use std::process::Command;
use std::time::{Duration, Instant};

use capture::clip::Tags;
use capture::recorder::{self, Options, Recorder, Stamp};
use capture::{Camera, Fps, SourceSpec, Want};

use super::recorder_doubles::{Memory, SMALL};
use super::recorder_scene as scene;

/// Bytes of memory, threads, and open files of this process.
fn in_use() -> (u64, u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("this is Linux");
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
            .expect("a number")
    };
    let open = std::fs::read_dir("/proc/self/fd").expect("this is Linux").count();
    (number("VmRSS:") << 10, number("Threads:"), open as u64)
}

/// One recording, from the first frame to the delivered file.
fn record(camera: &Camera) {
    let file = Memory::default();
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        fragment: Duration::from_millis(100),
        ..Options::default()
    };
    let recorder =
        Recorder::start(camera.subscribe(64), Box::new(file.clone()), options).expect("an encoder");
    // Frames are counted, not seconds: a busy machine takes longer and does the same.
    while recorder.progress().frames < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let recording = recorder.stop().expect("a recording");
    let remuxed = recorder::faststart(Cursor::new(file.bytes()), io::sink(), &Tags::default());
    assert_eq!(remuxed.expect("a file").stream_sha256, recording.stream_sha256);
}

/// Has a process of its own, so that nothing but the recordings is counted.
#[test]
#[ignore = "run by the test below"]
fn recordings_in_a_process_of_their_own() {
    let frames = (0..30).map(|number| scene::jpeg(SMALL, number)).collect();
    let clip = SourceSpec::Clip {
        name: "drawn".into(),
        frames,
        fps: Fps::whole(100),
    };
    let camera = Camera::open(&clip, Want::VIDEO.at(Fps::whole(100))).unwrap();
    // The preview goes on all the time.
    let watched = || {
        camera
            .newest_after(0, Duration::from_secs(5))
            .unwrap()
            .expect("a frame")
    };
    // The allocator keeps what it was given for a while, so the least of many looks is what is really needed.
    let least = |rounds: u32| {
        let used = (0..rounds).map(|_| {
            record(&camera);
            in_use()
        });
        used.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.min(b.2)))
            .expect("a round")
    };
    least(20);
    watched();
    let (memory, threads, open) = least(20);
    let (memory_now, ..) = least(20);
    watched();
    // Threads that were joined may take a moment to disappear from the system's list.
    let deadline = Instant::now() + Duration::from_secs(10);
    while in_use().1 > threads && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (_, threads_now, open_now) = in_use();
    assert_eq!((threads_now, open_now), (threads, open), "threads and open files");
    let more = memory_now.saturating_sub(memory);
    assert!(more <= 5 << 20, "{more} bytes more after twenty recordings");
}

#[test]
fn recordings_leave_no_memory_no_thread_and_no_open_file_behind() {
    let own = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "soak::recordings_in_a_process_of_their_own",
            "--ignored",
            "--nocapture",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&own.stdout);
    assert!(
        own.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&own.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
}
