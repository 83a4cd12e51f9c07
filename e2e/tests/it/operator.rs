//! Behind the booth: what waits, the checks, the log.

use std::time::Duration;

use anyhow::ensure;
use oneshot_sandbox::{Fault, Operation};

use crate::page::{ENTER, Page};
use crate::screen::{LARGE, PORTRAIT, SMALL, Size};
use crate::stage::{Plan, Stage};
use crate::walk::{PERSON, SHORT, Walk};

/// WebDriver's code of the Escape key.
const ESCAPE: char = '\u{e00c}';

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_the_booth_on_a_small_screen() -> anyhow::Result<()> {
    behind(SMALL, "en").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_the_booth_on_a_large_screen() -> anyhow::Result<()> {
    behind(LARGE, "es").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_kiosk_that_stands_upright() -> anyhow::Result<()> {
    behind(PORTRAIT, "es").await
}

/// A case the server refused waits; with the keyboard alone it is seen, sent, and found in the log.
async fn behind(size: Size, language: &str) -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        size,
        // Slow enough to be seen on its way.
        general: format!("language = {language:?}\n[delivery]\nmost_kbit_s = 1600"),
        ..Plan::default()
    })
    .await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    page.key('b').await?;
    page.step("start").await?;
    ensure!(
        !page.shows("[data-action='operator-enter']").await?,
        "not out of a case"
    );
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
    page.tab_to("[data-action='operator-enter']").await?;
    page.key(ENTER).await?;
    page.wait("[data-step='operator'][data-page='queue']").await?;
    page.wait("[data-testid='queue-entry'][data-state='stopped']")
        .await?;
    page.problem("too_large").await?;
    legible(page, "queue").await?;
    page.shot("operator-1-queue").await?;
    page.tab_to("[data-action='queue-send']").await?;
    page.key(ENTER).await?;
    while !page
        .text("[data-state='sending'] [data-testid='queue-progress']")
        .await?
        .contains(" · ")
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    page.shot("operator-1-queue-sending").await?;
    gone(page, "[data-testid='queue-entry']").await?;
    ensure!(stage.sandbox.requests()[0].evidences.is_some(), "it was sent");

    page.key('2').await?;
    page.wait("[data-testid='verdict'][data-value]").await?;
    for subject in ["disk", "vault", "audit_log", "server", "camera"] {
        page.wait(&format!("[data-testid='finding'][data-subject='{subject}']"))
            .await?;
    }
    page.wait("[data-testid='finding'][data-subject='vault'][data-verdict='fine']")
        .await?;
    legible(page, "checks").await?;
    page.shot("operator-2-checks").await?;

    page.key('3').await?;
    page.wait("[data-testid='chain'][data-value='holds']").await?;
    page.wait("[data-what='case_delivered']").await?;
    page.wait("[data-what='delivery_stopped']").await?;
    legible(page, "log").await?;
    page.shot("operator-3-log").await?;
    page.tab_to("[data-action='log-kind'][data-value='booth']")
        .await?;
    page.key(ENTER).await?;
    gone(page, "[data-what='case_delivered']").await?;
    page.wait("[data-what='started']").await?;

    // Each camera is tried out, one after the other; the first is enough here.
    page.key('4').await?;
    page.wait("[data-testid='trials'][data-value='trying']").await?;
    page.wait("[data-testid='camera'][data-tried='true'] [data-testid='finding']")
        .await?;
    legible(page, "cameras").await?;
    page.shot("operator-4-cameras").await?;

    page.key(ESCAPE).await?;
    page.step("home").await?;
    page.shot("operator-4-home").await?;
    stage.close().await
}

/// Waits until nothing is there any more that `selector` finds.
async fn gone(page: &Page, selector: &str) -> anyhow::Result<()> {
    for _ in 0..300 {
        if !page.shows(selector).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{selector} is still there")
}

/// Nothing is cut off sideways, nothing has no word, and nothing says who the person is.
async fn legible(page: &Page, name: &str) -> anyhow::Result<()> {
    let text = page.text("[data-step='operator']").await?;
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',').collect();
    for (_, _, personal) in PERSON {
        ensure!(!words.contains(&personal), "{name}: {personal} in {text}");
    }
    ensure!(
        !text.contains("operator.") && !text.contains("undefined"),
        "{name}: {text}"
    );
    let cut = page
        .run(
            "return [...document.querySelectorAll('[data-step=\"operator\"] *')]
               .filter((it) => it.getBoundingClientRect().right > innerWidth + 1
                 || it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX === 'hidden'
                    && !it.matches('.unseen, .scrolls'))
               .map((it) => it.outerHTML.slice(0, 120));",
            vec![],
        )
        .await?;
    ensure!(
        cut.as_array().is_some_and(Vec::is_empty),
        "{name}: cut off: {cut}"
    );
    Ok(())
}
