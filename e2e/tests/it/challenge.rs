//! The script in the window: a clip that answers what is asked, and one that does not.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::screen::{LARGE, PORTRAIT, SMALL, Size};
use crate::stage::{Plan, Stage};
use crate::walk::{Seen, Walk};

/// What the drawn person does, in this order; practice draws its nonces until it is asked for.
const ANSWERED: [&str; 4] = ["left", "blink", "right", "closer"];
/// A face that looks into the camera and does nothing else.
const FACE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/station/material/face.mjpeg"
);

fn plan(size: Size) -> Plan {
    Plan {
        size,
        eyes: "auto_capture = false\nchallenge = true\nread = false",
        ..Plan::default()
    }
}

/// To the live picture of the video.
async fn at_the_video(walk: &mut Walk<'_>) -> anyhow::Result<()> {
    let mut seen = Seen::default();
    walk.open().await?;
    walk.start().await?;
    walk.agree("identity_card").await?;
    walk.still("front", &mut seen).await?;
    walk.portrait().await?;
    walk.still("rear", &mut seen).await?;
    walk.still("selfie", &mut seen).await?;
    walk.fields().await
}

async fn answered(size: Size) -> anyhow::Result<()> {
    let stage = Stage::open(plan(size)).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    at_the_video(&mut walk).await?;
    page.step("video").await?;
    page.live().await?;
    page.press("video-begin").await?;
    page.wait("[data-testid='prompt'][data-prompt='front']").await?;
    page.shot("script-front").await?;
    // What is over stays in the list beside the picture; what is said of it passes.
    for (prompt, end) in [("front", "seen"), ("tilt", "time_passed"), ("back", "seen")] {
        page.wait(&format!(
            "[data-testid='asked'] [data-prompt='{prompt}'][data-end='{end}']"
        ))
        .await?;
    }
    page.shot("script-digits").await?;
    for motion in ANSWERED {
        page.wait(&format!("[data-testid='challenge'][data-motion='{motion}']"))
            .await?;
        page.shot(&format!("challenge-{motion}")).await?;
    }
    page.wait("[data-testid='challenge'][data-state='passed']")
        .await?;
    page.shot("challenge-passed").await?;
    // Then it was all.
    page.wait("[data-testid='prompt']:not([data-prompt])").await?;
    page.shot("script-over").await?;
    page.press("video-end").await?;
    page.wait("[data-testid='answer'][data-verdict='passed']").await?;
    for side in ["front", "back"] {
        page.wait(&format!(
            "[data-testid='script'] [data-prompt='{side}'][data-end='seen']"
        ))
        .await?;
    }
    // The contact sheet, and a jump to where the back was seen.
    page.wait("[data-testid='chapters'] li:last-child canvas[data-drawn='yes']")
        .await?;
    page.click("[data-testid='chapters'] [data-what='seen'][data-prompt='back'] button")
        .await?;
    page.wait("[data-testid='chapters'] .now[data-what='seen'][data-prompt='back']")
        .await?;
    page.shot("challenge-answered").await?;
    page.press("use").await?;
    page.step("review").await?;
    let case = walk
        .until(|case| {
            let checks = case["checks"].as_array()?;
            checks.iter().find(|it| it["check"] == "liveness")?["passed"].as_bool()
        })
        .await?;
    page.shot("challenge-review").await?;
    ensure!(case["similarity"]["level"].is_string(), "{}", case["similarity"]);
    walk.submit().await?;
    let requests = stage.sandbox.requests();
    let evidences = requests[0].evidences.as_ref().context("evidences arrived")?;
    let data = evidences.at(&["videoid_data"]).context("videoid_data")?;
    ensure!(
        data["security_checks"] == json!({ "liveliness": true }),
        "measured, and nothing else: {}",
        data["security_checks"]
    );
    stage.close_without_residue().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_what_is_asked_is_alive_for_the_reviewer() -> anyhow::Result<()> {
    answered(SMALL).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_challenge_on_a_kiosk_that_stands_upright() -> anyhow::Result<()> {
    answered(PORTRAIT).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_nothing_is_told_and_can_try_again() -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        cameras: format!("video = {FACE:?}"),
        ..plan(LARGE)
    })
    .await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    at_the_video(&mut walk).await?;
    page.step("video").await?;
    page.live().await?;
    page.press("video-begin").await?;
    page.wait("[data-testid='prompt'][data-prompt='front']").await?;
    // A person goes on by hand from what she does not show.
    page.press("video-next").await?;
    page.wait("[data-testid='asked'] [data-prompt='front'][data-end='went_on']")
        .await?;
    page.wait("[data-testid='asked'] [data-prompt='back'][data-end='missed']")
        .await?;
    page.shot("script-missed").await?;
    page.wait("[data-testid='challenge'][data-state='failed']")
        .await?;
    page.shot("challenge-failed").await?;
    page.press("video-end").await?;
    page.wait("[data-testid='answer'][data-verdict='failed']").await?;
    page.wait("[data-testid='script'] [data-prompt='front'][data-end='went_on']")
        .await?;
    page.wait("[data-testid='script'] [data-prompt='back'][data-end='missed']")
        .await?;
    page.shot("challenge-not-answered").await?;

    page.press("retake").await?;
    page.live().await?;
    page.press("video-begin").await?;
    page.wait("[data-testid='prompt'][data-prompt='front']").await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    // Nobody is kept: without what is asked it ends just the same, and that is said.
    page.press("video-end").await?;
    page.wait("[data-testid='answer']").await?;
    page.shot("challenge-ended-early").await?;
    page.press("use").await?;
    page.step("review").await?;
    walk.until(|case| Some(case["similarity"]["level"].is_string()))
        .await?;
    walk.submit().await?;
    let requests = stage.sandbox.requests();
    let evidences = requests[0].evidences.as_ref().context("evidences arrived")?;
    let said = evidences.at(&["videoid_data", "security_checks", "liveliness"]);
    ensure!(said != Some(&json!(true)), "nobody was seen alive: {said:?}");
    stage.close_without_residue().await
}
