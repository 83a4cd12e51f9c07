//! The evidence under a passphrase: chosen once, typed at every start.

use anyhow::ensure;
use fantoccini::Locator;
use serde_json::json;

use crate::page::ENTER;
use crate::screen::{LARGE, PORTRAIT, SMALL, Size};
use crate::stage::{PASSPHRASE, Plan, Stage};

fn locked(size: Size, language: &str) -> Plan {
    Plan {
        size,
        general: format!("language = {language:?}"),
        vault: "passphrase",
        ..Plan::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_is_chosen_once_and_asked_for_at_every_start() -> anyhow::Result<()> {
    let stage = Stage::open(locked(SMALL, "en")).await?;
    let page = &stage.page;

    // The first of all: nothing is kept yet. The keyboard is in the field already.
    page.problem("passphrase_unset").await?;
    page.shot("unlock-1-choose").await?;
    page.wait("[data-field='passphrase']:focus").await?;
    page.typed(PASSPHRASE).await?;
    page.tab_to("[data-field='passphrase_again']").await?;
    page.typed("correct house").await?;
    page.key(ENTER).await?;
    page.wait("[data-field='passphrase'][aria-invalid='true']")
        .await?;
    page.shot("unlock-2-differs").await?;
    ensure!(empty(&stage).await?, "a slip is typed anew");

    page.typed("short").await?;
    page.tab_to("[data-field='passphrase_again']").await?;
    page.typed("short").await?;
    page.key(ENTER).await?;
    page.problem("passphrase_short").await?;

    page.typed(PASSPHRASE).await?;
    page.tab_to("[data-field='passphrase_again']").await?;
    page.typed(PASSPHRASE).await?;
    page.key(ENTER).await?;
    page.wait("[data-action='new-case']").await?;
    let kept = page
        .run("return document.documentElement.outerHTML", vec![])
        .await?;
    ensure!(
        !kept.as_str().unwrap_or_default().contains(PASSPHRASE),
        "it does not stay on the page"
    );

    // The next day.
    let stage = stage.started_again().await?;
    let page = &stage.page;
    page.problem("vault_locked").await?;
    ensure!(
        !page.shows("[data-field='passphrase_again']").await?,
        "there is one: it is not chosen again"
    );
    page.shot("unlock-3-locked").await?;
    page.typed("correct house").await?;
    page.key(ENTER).await?;
    page.problem("passphrase_wrong").await?;
    page.shot("unlock-4-wrong").await?;
    // A page that is loaded anew asks again, and does not say that the booth cannot work.
    let shut = page.invoke("booth_view", json!({})).await?;
    ensure!(shut["problem"]["code"] == "vault_locked", "{shut}");
    page.typed(PASSPHRASE).await?;
    page.key(ENTER).await?;
    page.wait("[data-action='new-case']").await?;
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_booth_speaks_its_language_and_can_be_examined() -> anyhow::Result<()> {
    for size in [LARGE, PORTRAIT] {
        let stage = Stage::open(locked(size, "es")).await?;
        let page = &stage.page;
        page.wait("html[lang='es']").await?;
        page.problem("passphrase_unset").await?;
        page.shot("unlock-1-choose").await?;
        page.tab_to("[data-action='check-enter']").await?;
        page.key(ENTER).await?;
        page.wait("[data-step='operator'][data-page='checks']").await?;
        page.wait("[data-testid='verdict'][data-value]").await?;
        page.shot("unlock-5-examined").await?;
        stage.close().await?;
    }
    Ok(())
}

/// Whether nothing is left in the fields.
async fn empty(stage: &Stage) -> anyhow::Result<bool> {
    for field in stage
        .page
        .client
        .find_all(Locator::Css("[type='password']"))
        .await?
    {
        if field.prop("value").await?.is_some_and(|text| !text.is_empty()) {
            return Ok(false);
        }
    }
    Ok(true)
}
