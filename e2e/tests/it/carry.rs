//! A case that leaves a booth in a sealed bundle and is sent by an office.

use std::path::Path;

use anyhow::{Context as _, ensure};
use oneshot_sandbox::{Fault, Operation, Status};
use station::{Booth, Problem, Settings};

use crate::dialog;
use crate::stage::{Plan, Stage};
use crate::walk::{SHORT, Walk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_handed_over_in_the_window_and_sent_by_the_office() -> anyhow::Result<()> {
    let office = tempfile::tempdir()?;
    let recipient = opened(office.path(), "")
        .await?
        .recipient()
        .await
        .map_err(|problem| said(&problem))?;
    let stage = Stage::open(Plan {
        general: format!("[export]\nrecipients = [{recipient:?}]"),
        ..Plan::default()
    })
    .await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    walk.capture(SHORT).await?;
    stage
        .sandbox
        .fail_next(Operation::UploadEvidences, Fault::Html413);
    page.press("submit").await?;
    page.step("failed").await?;
    page.press("leave").await?;
    page.press("leave-keep").await?;

    page.step("home").await?;
    page.press("operator-enter").await?;
    let device = page.text("[data-testid='device-key']").await?;
    let code = page.text("[data-testid='queue-entry'] .code").await?;
    page.press("queue-hand-over").await?;
    page.wait("[data-action='hand-over-confirm']").await?;
    page.shot("operator-4-hand-over").await?;
    page.press("hand-over-confirm").await?;
    let bundle = stage.folder().join("stick.pbx");
    dialog::answer(&stage, dialog::SAVE, &bundle).await?;
    let told = page.text("[data-testid='carried']").await?;
    ensure!(told.contains(&code) && told.contains("stick.pbx"), "{told}");
    ensure!(
        !page.shows("[data-testid='queue-entry']").await?,
        "nothing of it waits here any more"
    );
    page.shot("operator-5-handed-over").await?;

    page.press("bundle-take-in").await?;
    dialog::answer(&stage, dialog::OPEN, &bundle).await?;
    page.problem("bundle_locked").await?;

    let server = stage.sandbox.base_url();
    let more = format!(
        "[import]\ndevices = [{device:?}]\n[server]\nbase_url = {server:?}\nregistration_authority = \"139\"\n\
         profile = \"PFnubeQAFCiudadano\"\n"
    );
    let booth = opened(office.path(), &more).await?;
    booth
        .import(&bundle, &[])
        .await
        .map_err(|problem| said(&problem))?;
    booth.deliver_waiting().await.map_err(|problem| said(&problem))?;
    let requests = stage.sandbox.requests();
    let [request] = requests.as_slice() else {
        anyhow::bail!("{} requests for one case", requests.len());
    };
    ensure!(request.status == Status::Review, "it ended {}", request.status);
    ensure!(
        (request.evidences_taken, request.videos_taken) == (1, 1),
        "taken {} and {} times",
        request.evidences_taken,
        request.videos_taken
    );
    stage.close().await
}

/// The office's booth; `more` is added to its settings.
async fn opened(folder: &Path, more: &str) -> anyhow::Result<Booth> {
    let text = format!("practice = true\n[cameras]\nreplay_only = true\n[delivery]\nqueue = false\n{more}");
    let mut settings = Settings::parse(&text).map_err(|problem| said(&problem))?;
    settings.data_dir = Some(folder.to_owned());
    Booth::open(settings)
        .await
        .map_err(|problem| said(&problem))
        .context("the office opens")
}

fn said(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.code.as_str())
}
