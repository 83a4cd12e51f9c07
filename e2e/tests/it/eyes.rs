//! The booth's eyes in the window: a card is held before the camera, its pictures are taken by themselves, and what it says
//! stands in the fields for a person to confirm.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::page::Page;
use crate::stage::{Plan, Stage};
use crate::walk::{Seen, Walk, exhibit};

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
    walk.still("selfie", &mut Seen::default()).await?;

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
    for role in ["front", "rear"] {
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

/// What the program holds for a field.
fn value<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    let fields = case["fields"].as_array().context("a list").ok()?;
    fields.iter().find(|field| field["key"] == key)?["value"].as_str()
}
