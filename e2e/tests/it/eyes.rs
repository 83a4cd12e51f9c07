//! The booth's eyes in the window: a card and a face are held before the camera, their pictures are taken by themselves, and
//! what the card says stands in the fields for a person to confirm.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::page::Page;
use crate::screen::{LARGE, PORTRAIT, SMALL, Size};
use crate::stage::{Plan, Stage};
use crate::walk::{Walk, exhibit};

/// Clips of ten pictures a second; a replay plays thirty.
const SLOWER: usize = 3;
/// What the card in them says.
const READ: [(&str, &str); 2] = [("given_name", "CARMEN"), ("serial_number", "99999999R")];
/// It prints both surnames on one line: where the second begins, a person has to say.
const TYPED: [(&str, &str); 2] = [("first_surname", "ESPAÑOLA"), ("second_surname", "ESPAÑOLA")];

/// A clip of the test data at the pace it was made at; none, said aloud, where it is not there.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn clip(name: &str, into: &Path) -> anyhow::Result<Option<PathBuf>> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/clips")
        .join(format!("{name}_10fps.mjpg"));
    let Ok(bytes) = std::fs::read(&from) else {
        eprintln!("SKIPPED: no clip at {}", from.display());
        return Ok(None);
    };
    let start = [0xff, 0xd8, 0xff];
    let starts: Vec<usize> = (0..bytes.len() - start.len())
        .filter(|&at| bytes[at..].starts_with(&start))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let slowly: Vec<u8> = starts
        .iter()
        .zip(ends)
        .flat_map(|(&from, to)| bytes[from..to].repeat(SLOWER))
        .collect();
    let path = into.join(format!("{name}.mjpeg"));
    std::fs::write(&path, slowly)?;
    Ok(Some(path))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_taken_and_read_without_a_hand() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let clip = |name| clip(name, folder.path());
    let (Some(front), Some(rear)) = (clip("doc_front_esp_dni")?, clip("doc_rear_esp_dni")?) else {
        return Ok(());
    };
    let stage = Stage::open(Plan {
        eyes: "auto_capture = true\nread = true",
        cameras: format!("front = {front:?}\nrear = {rear:?}"),
        ..Plan::default()
    })
    .await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    walk.agree("identity_card").await?;

    taken_by_itself(page, "front").await?;
    walk.portrait().await?;
    taken_by_itself(page, "rear").await?;
    selfie_by_itself(page).await?;

    page.step("fields").await?;
    // The back may still be being read.
    walk.until(|case| {
        let fields = case["fields"].as_array()?.iter();
        let both = fields.filter(|field| field["read"]["source"] == "both").count();
        Some(both == READ.len())
    })
    .await?;
    for (field, said) in READ {
        page.wait(&format!("[data-testid='read-{field}'][data-state='same'] canvas"))
            .await?;
        let shown = format!("return document.querySelector(\"[data-field='{field}']\").value");
        let shown = page.client.execute(&shown, vec![]).await?;
        ensure!(shown == said, "{field}: {shown}");
    }
    page.shot("eyes-5-fields").await?;
    let before = page.case().await?;
    ensure!(
        READ.iter().all(|(key, _)| value(&before, key) == Some("")),
        "nothing is taken over before a person confirmed it"
    );
    for (field, said) in TYPED {
        page.fill(field, said).await?;
    }
    page.press("fields-confirm").await?;
    page.step("video").await?;
    let after = page.case().await?;
    ensure!(
        READ.iter()
            .chain(&TYPED)
            .all(|&(key, said)| value(&after, key) == Some(said)),
        "what was confirmed"
    );
    for role in ["front", "rear", "selfie"] {
        ensure!(exhibit(&after, role)?["by_itself"] == true, "{role}");
    }
    stage.close_without_residue().await
}

/// Waits until the outline is drawn and the picture was taken, and uses it.
async fn taken_by_itself(page: &Page, role: &str) -> anyhow::Result<()> {
    page.step(role).await?;
    page.wait("[data-testid='sight'] polygon.line").await?;
    page.shot(&format!("eyes-{}-{role}", if role == "front" { 1 } else { 3 }))
        .await?;
    page.wait("[data-action='corner'][data-value='0']").await?;
    page.shot(&format!(
        "eyes-{}-{role}-taken",
        if role == "front" { 2 } else { 4 }
    ))
    .await?;
    page.press("use").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_selfie_is_taken_without_a_hand() -> anyhow::Result<()> {
    without_a_hand(SMALL).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_selfie_is_taken_without_a_hand_at_a_desk() -> anyhow::Result<()> {
    without_a_hand(LARGE).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_selfie_is_taken_without_a_hand_on_an_upright_screen() -> anyhow::Result<()> {
    without_a_hand(PORTRAIT).await
}

/// The camera of the selfie shows no face at first, and then one.
async fn without_a_hand(size: Size) -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        size,
        eyes: "auto_capture = true\nread = false",
        cameras: "selfie = \"clip:practice-rear\"".to_owned(),
        ..Plan::default()
    })
    .await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    walk.agree("passport").await?;
    taken_by_itself(page, "front").await?;
    walk.portrait().await?;

    page.step("selfie").await?;
    page.live().await?;
    page.wait("[data-testid='sight'][data-cause='no_face'] ellipse")
        .await?;
    one_text(page).await?;
    page.shot("selfie-1-hint").await?;
    let choice = json!({ "role": "selfie", "camera": "clip:practice-face" });
    page.invoke("camera_choose", choice).await?;
    selfie_by_itself(page).await?;
    page.step("fields").await?;
    ensure!(exhibit(&page.case().await?, "selfie")?["by_itself"] == true);
    stage.close_without_residue().await
}

/// Waits until a selfie was taken, and uses it.
async fn selfie_by_itself(page: &Page) -> anyhow::Result<()> {
    page.step("selfie").await?;
    // The moment passes in half a second: who looks too late sees what was taken.
    page.wait("[data-testid='sight'] .moment, [data-action='use']")
        .await?;
    page.shot("selfie-2-holding").await?;
    page.wait("[data-action='use']").await?;
    page.shot("selfie-3-taken").await?;
    page.press("use").await
}

/// What is said on the picture is what is said beside it.
async fn one_text(page: &Page) -> anyhow::Result<()> {
    let texts = "return [document.querySelector('[data-testid=sight] .words')?.textContent,
                         document.querySelector('.instruction')?.textContent]";
    let texts = page.client.execute(texts, vec![]).await?;
    ensure!(texts[0].is_string() && texts[0] == texts[1], "{texts}");
    Ok(())
}

/// What the program holds for a field.
fn value<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    let fields = case["fields"].as_array().context("a list").ok()?;
    fields.iter().find(|field| field["key"] == key)?["value"].as_str()
}
