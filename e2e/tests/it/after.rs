//! The way from the review to the deletion, screen by screen: the officer's part and the person's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use oneshot_sandbox::{Request, Status};
use serde_json::Value;

use crate::page::ENTER;
use crate::stage::Stage;
use crate::walk::Walk;
use crate::{dialog, drop};

/// The officer of the sandbox.
pub const OFFICER: &str = "P. Moreau";
pub const RAO: &str = "1400";
/// What is signed: the practice agreement, two pages.
pub const AGREEMENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/station/material/agreement.pdf"
);

/// The number of the one request there is.
pub fn the_request(stage: &Stage) -> anyhow::Result<Request> {
    let mut requests = stage.sandbox.requests();
    ensure!(requests.len() == 1, "one case, one request: {requests:?}");
    requests.pop().context("one")
}

/// From the booth's first screen to the officer's list.
pub async fn sign_in(stage: &Stage, walk: &mut Walk<'_>) -> anyhow::Result<()> {
    let page = &stage.page;
    page.step("home").await?;
    page.press("desk-enter").await?;
    page.step("desk-sign-in").await?;
    page.fill("officer_name", OFFICER).await?;
    page.fill("rao", RAO).await?;
    page.fill("token", &stage.sandbox.token()).await?;
    walk.shot("desk-sign-in").await?;
    page.press("desk-sign-in").await?;
    page.step("desk").await
}

/// Looks at the case from the list, section by section, and approves it.
pub async fn approve(stage: &Stage, walk: &mut Walk<'_>) -> anyhow::Result<()> {
    let page = &stage.page;
    page.wait("[data-group='waiting'] [data-action='desk-open']")
        .await?;
    walk.shot("desk").await?;
    page.press("desk-open").await?;
    page.wait("[data-step='desk-case'][data-standing='open']").await?;
    for section in ["document", "faces", "details", "video", "assurance", "files"] {
        page.press_where("desk-section", &format!("[data-value='{section}']"))
            .await?;
        walk.shot(&format!("desk-{section}")).await?;
    }
    page.press("desk-approve").await?;
    walk.shot("desk-approve").await?;
    page.press("desk-approve-confirm").await?;
    page.wait("[data-step='desk-case'][data-standing='approved']")
        .await?;
    walk.shot("desk-approved").await?;
    page.press("desk-continue").await
}

/// How a document comes into the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Picked in the system's dialog.
    Picked,
    /// Dragged from another program.
    Dropped,
}

/// Brings and uploads the agreement.
pub async fn documents(stage: &Stage, walk: &mut Walk<'_>, brought: Brought) -> anyhow::Result<()> {
    let page = &stage.page;
    page.step("documents").await?;
    walk.shot("documents-empty").await?;
    match brought {
        Brought::Picked => {
            page.press("papers-pick").await?;
            dialog::answer(stage, dialog::OPEN, Path::new(AGREEMENT)).await?;
        }
        Brought::Dropped => drop::file(stage, Path::new(AGREEMENT)).await?,
    }
    page.wait("[data-action='paper-remove']").await?;
    walk.shot("documents").await?;
    page.press("papers-upload").await?;
    page.step("reading").await
}

/// Reads contract and agreement to their ends, as a person does who only ever presses Enter.
pub async fn read(stage: &Stage, walk: &mut Walk<'_>) -> anyhow::Result<()> {
    let page = &stage.page;
    page.wait("img[src*='/page/']").await?;
    let drawn = "const img = document.querySelector(\"img[src*='/page/']\"); await img.decode();
                 return [img.naturalWidth, img.naturalHeight];";
    let size = page.run(drawn, vec![]).await?;
    ensure!(
        size[0].as_u64() > Some(200) && size[1].as_u64() > size[0].as_u64(),
        "an upright page is drawn: {size}"
    );
    walk.shot("reading").await?;
    for _ in 0..80 {
        if page.case().await?["step"] == "code" {
            return page.step("code").await;
        }
        page.key(ENTER).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    anyhow::bail!("Enter does not lead to the end of the reading")
}

/// Has the code sent, tries a wrong one, and signs with the right one.
pub async fn sign(stage: &Stage, walk: &mut Walk<'_>) -> anyhow::Result<()> {
    let page = &stage.page;
    walk.shot("code").await?;
    page.press("code-ask").await?;
    page.wait("[data-field='code']").await?;
    let sent = stage
        .sandbox
        .otp(the_request(stage)?.request_pk)
        .context("a code was sent")?;
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    page.fill("code", wrong).await?;
    page.press("sign").await?;
    page.problem("code_wrong").await?;
    walk.shot("code-wrong").await?;
    page.fill("code", &sent).await?;
    page.press("sign").await?;
    page.step("signed").await
}

/// Looks at the verdict, saves the copy to `folder`, and has the server's deleted.
pub async fn finish(stage: &Stage, walk: &mut Walk<'_>, folder: &Path) -> anyhow::Result<()> {
    let page = &stage.page;
    page.wait("[data-action='signed-save']").await?;
    let case = page.case().await?;
    let copy = &case["signing"]["papers"][0]["signed"];
    ensure!(
        copy["good"] == true && copy["trusted"] == true && copy["is_holder"] == true,
        "the copy is what the person is owed: {copy:#}"
    );
    walk.shot("signed").await?;
    let saved = folder.join("agreement.pdf");
    page.press("signed-save").await?;
    dialog::answer(stage, dialog::SAVE, &saved).await?;
    until_saved(&saved, copy).await?;
    page.press("server-delete").await?;
    walk.shot("delete").await?;
    page.press("delete-confirm").await?;
    page.step("closed").await?;
    walk.shot("closed").await
}

/// The whole way, from the screen that says the server has everything.
pub async fn whole_way(
    stage: &Stage,
    walk: &mut Walk<'_>,
    brought: Brought,
    folder: &Path,
) -> anyhow::Result<()> {
    stage.page.press("finish").await?;
    sign_in(stage, walk).await?;
    approve(stage, walk).await?;
    documents(stage, walk, brought).await?;
    read(stage, walk).await?;
    sign(stage, walk).await?;
    finish(stage, walk, folder).await?;
    let request = the_request(stage)?;
    ensure!(request.status == Status::Issued, "{}", request.status);
    let counted = [
        request.evidences_taken,
        request.videos_taken,
        request.approvals,
        request.otps_sent,
        request.documents_taken,
        request.signatures,
    ];
    ensure!(counted == [1; 6], "each thing happened once: {counted:?}");
    ensure!(
        request
            .documents
            .iter()
            .all(|document| document.original.is_none() && document.signed.is_none()),
        "nothing is left at the server"
    );
    Ok(())
}

/// Where signed documents are left for an independent validator: `cargo xtask test --only signatures` reads it.
pub fn kept(stage: &Stage, name: &str) -> anyhow::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../artifacts/signed/window-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    std::fs::write(folder.join("ca.pem"), stage.sandbox.ca_pem())?;
    Ok(folder)
}

async fn until_saved(path: &Path, copy: &Value) -> anyhow::Result<()> {
    for _ in 0..200 {
        let length = std::fs::metadata(path).map(|data| data.len()).ok();
        if length.is_some() && length == copy["bytes"].as_u64() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("the signed copy was not saved")
}
