//! The whole case in the real window; what arrived at the server is what the person saw.

use std::net::IpAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use oneshot_sandbox::{Fault, Operation, Request, Status};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::after::{self, Brought};
use crate::screen::{LARGE, PORTRAIT, SMALL, Size};
use crate::stage::{Plan, Stage};
use crate::walk::{OPERATOR, PERSON, Seen, Walk, exhibit, pictures_shown};

/// A replay from a file runs at this rate.
const FRAMES_A_SECOND: f64 = 30.0;
const CLIP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/station/material/face.mjpeg"
);
/// Long enough that 2 % of it are more than the time of a few frames.
const LENGTH: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_case_on_a_small_screen() -> anyhow::Result<()> {
    walk(SMALL, "current", Brought::Picked).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_case_on_a_large_screen() -> anyhow::Result<()> {
    walk(LARGE, "legacy", Brought::Dropped).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_case_on_a_kiosk_that_stands_upright() -> anyhow::Result<()> {
    walk(PORTRAIT, "current", Brought::Picked).await
}

async fn walk(size: Size, dialect: &'static str, brought: Brought) -> anyhow::Result<()> {
    let plan = Plan {
        size,
        dialect,
        cameras: format!("video = {CLIP:?}"),
        ..Plan::default()
    };
    let stage = Stage::open(plan).await?;
    let mut walk = Walk::with_shots(&stage);
    walk.open().await?;
    walk.start().await?;
    let seen = walk.capture(LENGTH).await?;
    let reviewed = pictures_shown(&stage.page).await?;
    walk.vouch().await?;
    let case = stage.page.case().await?;
    // The server will not take it at first; then it takes its time. So both screens are seen as well.
    stage
        .sandbox
        .fail_next(Operation::UploadEvidences, Fault::Html413);
    stage.page.press("submit").await?;
    stage.page.step("failed").await?;
    stage.page.problem("too_large").await?;
    walk.shot("failed").await?;
    let slowly = Fault::SlowRead {
        bytes_per_second: 1_500_000,
    };
    stage.sandbox.fail_next(Operation::UploadVideo, slowly);
    stage.page.press("submit-again").await?;
    stage.page.step("submitting").await?;
    walk.shot("submitting").await?;
    stage.page.step("submitted").await?;
    walk.shot("submitted").await?;

    let requests = stage.sandbox.requests();
    ensure!(requests.len() == 1, "one case, one request: {requests:?}");
    let request = &requests[0];
    ensure!(request.status == Status::Review, "{}", request.status);
    let receipt = stage.page.text("[data-step='submitted']").await?;
    ensure!(
        receipt.contains(&request.request_pk.to_string()),
        "the receipt names the request: {receipt}"
    );

    pictures_are_those_shown(request, &seen, &reviewed, &case)?;
    fields_and_checks_are_those_given(request)?;
    acceptance_is_complete(request)?;
    video_is_that_recorded(&stage, request, &seen, &case)?;
    ensure!(
        request.problems().is_empty() && request.missing().is_empty(),
        "{:?}",
        request.problems()
    );

    let signed = after::kept(&stage, &format!("{dialect}-{size}"))?;
    after::whole_way(&stage, &mut walk, brought, &signed).await?;
    stage.close_without_residue().await
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn pictures_are_those_shown(
    request: &Request,
    seen: &Seen,
    reviewed: &std::collections::BTreeSet<String>,
    case: &Value,
) -> anyhow::Result<()> {
    let pictures = &request.evidences.as_ref().context("evidences arrived")?.pictures;
    ensure!(pictures.len() == 4, "four pictures: {:?}", pictures.keys());
    for (name, role) in [
        ("document_front", "front"),
        ("document_rear", "rear"),
        ("document_photo", "portrait"),
        ("document_owner", "selfie"),
    ] {
        let sent = hash(&pictures.get(name).with_context(|| format!("no {name}"))?.bytes);
        ensure!(
            exhibit(case, role)?["sha256"] == sent.as_str(),
            "{name} is what was accepted"
        );
        ensure!(reviewed.contains(&sent), "{name} is what the review showed");
        ensure!(
            exhibit(case, role)?["synthetic"] == (role != "portrait"),
            "a replay is marked as one; a cut is no replay"
        );
        if let Some((_, shown)) = seen.pictures.iter().find(|(it, _)| *it == role) {
            ensure!(*shown == sent, "{name} is what was shown when it was taken");
        }
    }
    ensure!(seen.pictures.len() == 3, "three pictures were taken and shown");
    Ok(())
}

fn fields_and_checks_are_those_given(request: &Request) -> anyhow::Result<()> {
    let evidences = request.evidences.as_ref().context("evidences arrived")?;
    for (_, name, said) in PERSON {
        ensure!(
            evidences.field(name) == Some(said),
            "{name}: {:?}",
            evidences.field(name)
        );
    }
    ensure!(
        evidences.field("id_document_type") == Some("IDC"),
        "the kind of document"
    );
    ensure!(
        evidences.field("id_document_country") == Some("ES"),
        "the country of the document"
    );
    let data = evidences.at(&["videoid_data"]).context("videoid_data")?;
    ensure!(
        data["security_checks"] == serde_json::json!({ "document_notcopy": true }),
        "only what {OPERATOR} vouched for is claimed: {}",
        data["security_checks"]
    );
    ensure!(data["similarity_level"] == "high", "{}", data["similarity_level"]);
    Ok(())
}

fn acceptance_is_complete(request: &Request) -> anyhow::Result<()> {
    let evidences = request.evidences.as_ref().context("evidences arrived")?;
    let acceptance = evidences
        .at(&["acceptance"])
        .and_then(Value::as_object)
        .context("acceptance")?;
    let text = |key: &str| acceptance.get(key).and_then(Value::as_str).unwrap_or_default();
    for key in [
        "description",
        "url-doc-privacypolicy",
        "url-doc-termsconditions",
        "url-web-videoid",
        "user-agent",
    ] {
        ensure!(!text(key).is_empty(), "{key} is missing");
    }
    ensure!(
        text("url-doc-privacypolicy").starts_with("https://"),
        "an address"
    );
    ensure!(
        text("url-doc-termsconditions").starts_with("https://"),
        "an address"
    );
    ensure!(
        text("user-agent").starts_with("Proofbooth/"),
        "{}",
        text("user-agent")
    );
    ensure!(
        text("ip").parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        "the route to this server: {}",
        text("ip")
    );
    ensure!(text("booth") == "Window test", "which booth");
    ensure!(
        text("text-language") == "en" && !text("text-version").is_empty(),
        "which text"
    );
    ensure!(
        text("text-sha256").len() == 64,
        "its hash: {}",
        text("text-sha256")
    );
    let date = acceptance
        .get("date")
        .and_then(Value::as_i64)
        .context("date is a number")?;
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)?
        .as_millis();
    let age = i128::try_from(now)? - i128::from(date);
    ensure!(
        (0..600_000).contains(&age),
        "the moment of acceptance in milliseconds, {age} ms ago"
    );
    ensure!(
        acceptance.keys().all(|key| !key.contains('_')),
        "keys have hyphens: {:?}",
        acceptance.keys().collect::<Vec<_>>()
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures, for whoever reads the run")]
fn video_is_that_recorded(stage: &Stage, request: &Request, seen: &Seen, case: &Value) -> anyhow::Result<()> {
    let video = request.video.as_ref().context("a video arrived")?;
    ensure!(
        exhibit(case, "video")?["sha256"] == hash(&video.bytes).as_str(),
        "the video that was accepted"
    );
    ensure!(
        video.upload.content_length() == Some(video.upload.body_bytes),
        "its length was announced"
    );

    // Another program decodes every frame: it plays.
    let file = stage.folder().join("arrived.mp4");
    std::fs::write(&file, &video.bytes)?;
    let probe = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-count_frames",
            "-select_streams",
            "v:0",
            "-of",
            "json",
        ])
        .args([
            "-show_entries",
            "stream=codec_name,width,height,nb_read_frames,duration",
        ])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .context("ffprobe")?;
    let complaints = String::from_utf8_lossy(&probe.stderr);
    ensure!(probe.status.success() && complaints.is_empty(), "{complaints}");
    let probe: Value = serde_json::from_slice(&probe.stdout)?;
    let stream = &probe["streams"][0];
    let number = |key: &str| {
        stream[key]
            .as_str()
            .and_then(|it| it.parse::<f64>().ok())
            .unwrap_or_default()
    };
    ensure!(stream["codec_name"] == "h264", "{stream}");
    ensure!(stream["width"] == 1280 && stream["height"] == 720, "{stream}");

    let wall = seen.recorded.as_secs_f64();
    let (frames, duration) = (number("nb_read_frames"), number("duration"));
    println!("video: {wall:.3} s between begin and end; {duration:.3} s, {frames} frames arrived");
    ensure!(
        (duration - wall).abs() <= 0.02 * wall,
        "{duration} s of video for {wall} s"
    );
    let expected = FRAMES_A_SECOND * wall;
    ensure!(
        (frames - expected).abs() <= 0.02 * expected,
        "{frames} frames in {wall} s at {FRAMES_A_SECOND} a second"
    );
    Ok(())
}
