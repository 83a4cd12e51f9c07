//! The file that is delivered, as it is seen by those who never heard of us: ffprobe and ffmpeg.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use capture::Size;
use capture::clip::{Chapter, Clip, Tags};
use capture::recorder::{self, Options, Stamp};

use super::recorder_doubles::{SMALL, close, drawn, record, steady};

/// What a program printed; whatever it warns of is a failure.
fn output(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(["-hide_banner", "-v", "warning"])
        .args(arguments)
        .arg(file)
        .output()
        .expect("ffmpeg and ffprobe are there: `cargo xtask test` installs them");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaints}", file.display());
    assert!(complaints.is_empty(), "{}: {complaints}", file.display());
    String::from_utf8(output.stdout).expect("text")
}

fn position(bytes: &[u8], kind: &[u8; 4]) -> Option<usize> {
    bytes.windows(4).position(|window| window == kind)
}

fn chapters() -> Tags {
    let chapter = |millis, title: &str| Chapter {
        at: Duration::from_millis(millis),
        title: title.to_owned(),
    };
    Tags {
        chapters: vec![
            chapter(0, "Begin"),
            chapter(400, "Turn your head to your left"),
            chapter(1_733, "Dése la vuelta"),
        ],
    }
}

#[test]
fn the_remuxed_file_holds_the_same_samples_and_ffprobe_agrees_with_both() {
    let (_, bytes) = record(drawn(SMALL, steady(95)), Options::default());
    let mut plain = Vec::new();
    let remuxed = recorder::faststart(Cursor::new(&bytes), &mut plain, &chapters()).unwrap();
    assert_eq!(remuxed.movie.bytes, plain.len() as u64);
    assert!(
        position(&plain, b"moov") < position(&plain, b"mdat"),
        "the index comes first"
    );
    assert_eq!(position(&plain, b"moof"), None);

    let folder = tempfile::tempdir().unwrap();
    let probed = [("recorded.mp4", &bytes), ("plain.mp4", &plain)].map(|(name, bytes)| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let entries = "packet=pts,size,flags,data_hash:stream=codec_name,width,height,time_base,color_range,color_space,pix_fmt";
        output(
            "ffprobe",
            &["-select_streams", "v", "-show_data_hash", "sha256", "-show_entries", entries, "-of", "compact"],
            &path,
        )
    });
    let [recorded, plain] = &probed;
    let packets = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with("packet"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!((packets(recorded).len(), packets(plain).len()), (95, 95));
    for (recorded, plain) in packets(recorded).iter().zip(packets(plain)) {
        assert_eq!(*recorded, plain, "time, size, flags and bytes of every sample");
    }
    for text in &probed {
        let stream = text.lines().find(|line| line.starts_with("stream")).unwrap();
        for fact in [
            "codec_name=h264",
            "width=320",
            "height=240",
            "color_range=tv",
            "color_space=smpte170m",
            "1/90000",
        ] {
            assert!(stream.contains(fact), "{fact} in {stream}");
        }
    }
}

#[test]
fn chapters_are_in_the_file_for_everybody() {
    let (recording, bytes) = record(drawn(SMALL, steady(60)), Options::default());
    let mut plain = Vec::new();
    let remuxed = recorder::faststart(Cursor::new(&bytes), &mut plain, &chapters()).unwrap();
    assert_eq!(remuxed.movie.chapters, chapters().chapters);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.mp4");
    std::fs::write(&path, &plain).unwrap();
    let listed = output(
        "ffprobe",
        &[
            "-show_chapters",
            "-show_entries",
            "chapter=start_time:chapter_tags=title:format=duration",
            "-of",
            "compact",
        ],
        &path,
    );
    for line in [
        "start_time=0.000000|tag:title=Begin",
        "start_time=0.400000|tag:title=Turn your head to your left",
        "start_time=1.733000|tag:title=Dése la vuelta",
    ] {
        assert!(listed.contains(line), "{line} in {listed}");
    }
    let duration = listed
        .lines()
        .find_map(|line| line.strip_prefix("format|duration="))
        .and_then(|seconds| seconds.parse().ok())
        .map(Duration::from_secs_f64)
        .expect("a duration");
    assert!(close(duration, recording.unwrap().duration), "{duration:?}");
    // Every picture can be decoded: nothing moved that the index points at.
    let decoded = ["-nostdin", "-i", path.to_str().unwrap(), "-f", "null"];
    output("ffmpeg", &decoded, Path::new("-"));

    // Our own reader, and the pictures behind the longer header.
    let mut clip = Clip::open(Cursor::new(plain)).unwrap();
    assert_eq!(clip.movie(), &remuxed.movie);
    assert!(clip.frame_at(duration).is_ok());
    // A file without chapters says so.
    let mut without = Vec::new();
    recorder::faststart(Cursor::new(&bytes), &mut without, &Tags::default()).unwrap();
    assert_eq!(position(&without, b"udta"), None);
    assert_eq!(Clip::open(Cursor::new(without)).unwrap().movie().chapters, []);
}

#[test]
fn more_chapters_than_a_file_can_list_are_refused_before_anything_is_written() {
    let (_, bytes) = record(drawn(SMALL, steady(3)), Options::default());
    let many = Tags {
        chapters: vec![chapters().chapters[0].clone(); 256],
    };
    let mut plain = Vec::new();
    assert!(recorder::faststart(Cursor::new(&bytes), &mut plain, &many).is_err());
    assert!(plain.is_empty());
    let most = Tags {
        chapters: many.chapters[..255].to_vec(),
    };
    let remuxed = recorder::faststart(Cursor::new(&bytes), &mut plain, &most).unwrap();
    assert_eq!(remuxed.movie.chapters.len(), 255);
    assert!(Clip::open(Cursor::new(plain)).is_ok());
}

/// Shows a video at its first and at its last picture, and says what it saw. The page counts as loaded once both are
/// decoded, or cannot be.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><p id="said"></p>
<script>
  const say = (text) => (document.getElementById('said').textContent += `[${text}]`);
  const shown = (video) => say(`SHOWN ${video.videoWidth}x${video.videoHeight} ${video.duration.toFixed(2)}`);
  const failed = (video) => say(`FAILED ${video.error.code} ${video.error.message}`);
</script>
<video muted preload="auto" src="plain.mp4" onloadeddata="shown(this)" onerror="failed(this)"></video>
<video muted preload="auto" src="plain.mp4#t=2.9" onloadeddata="shown(this)" onerror="failed(this)"></video>"#;

/// Chromium has to be installed: `cargo xtask browser` sees to that.
#[test]
#[ignore = "needs Chromium, which is large: `cargo xtask browser`"]
fn chromium_plays_it() {
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    };
    let (recording, bytes) = record(drawn(Size::new(1280, 720), steady(90)), options);
    let mut plain = Vec::new();
    recorder::faststart(Cursor::new(&bytes), &mut plain, &chapters()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plain.mp4"), plain).unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, PAGE).unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .args(["--dump-dom", page.to_str().unwrap()])
        .output()
        .expect("chromium is there: `cargo xtask browser` installs it");
    let said = String::from_utf8_lossy(&output.stdout);
    let seconds = recording.unwrap().duration.as_secs_f64();
    let shown = format!("[SHOWN 1280x720 {seconds:.2}]");
    assert_eq!(said.matches(&shown).count(), 2, "{shown}: {said}");
}
