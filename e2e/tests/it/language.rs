//! The window speaks Spanish where it is told to.

use anyhow::ensure;
use fantoccini::Locator;

use crate::stage::{Plan, Stage};
use crate::walk::Walk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booth_in_spain_speaks_spanish() -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        general: "language = \"es\"".to_owned(),
        ..Plan::default()
    })
    .await?;
    let page = &stage.page;
    let text = async || page.text("body").await;
    let mut walk = Walk::new(&stage);
    ensure!(
        page.client
            .find(Locator::Css("html"))
            .await?
            .attr("lang")
            .await?
            .as_deref()
            == Some("es"),
        "says so"
    );
    walk.open().await?;
    ensure!(text().await?.contains("Teléfono"), "{}", text().await?);
    walk.start().await?;
    page.step("consent").await?;
    let spanish = text().await?;
    ensure!(
        spanish.contains("acept") && !spanish.contains(" the "),
        "{spanish}"
    );

    // The person in front of it may want another language: the text to accept changes with it.
    page.press("language-en").await?;
    page.step("consent").await?;
    page.wait("html[lang='en']").await?;
    page.wait("[role='region'][lang='en']").await?;
    ensure!(text().await?.contains(" the "), "{}", text().await?);
    stage.close().await
}
