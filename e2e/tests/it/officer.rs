//! The officer's desk: with the keyboard alone, four eyes, and a refusal.

use anyhow::ensure;
use oneshot_sandbox::Status;

use crate::after::{OFFICER, RAO, sign_in, the_request};
use crate::page::ENTER;
use crate::stage::{Plan, Stage};
use crate::walk::{OPERATOR, SHORT, Walk};

/// WebDriver's code of the Escape key.
const ESCAPE: char = '\u{e00c}';

/// A case that waits for the officer, the booth at its first screen.
async fn waiting(stage: &Stage) -> anyhow::Result<()> {
    let mut walk = Walk::new(stage);
    walk.open().await?;
    walk.start().await?;
    walk.capture(SHORT).await?;
    walk.vouch().await?;
    walk.submit().await?;
    stage.page.press("finish").await?;
    stage.page.step("home").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_refuses_with_the_keyboard_alone() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    waiting(&stage).await?;

    page.tab_to("[data-action='desk-enter']").await?;
    page.key(ENTER).await?;
    page.step("desk-sign-in").await?;
    for (field, text) in [
        ("officer_name", OFFICER),
        ("rao", RAO),
        ("token", &stage.sandbox.token()),
    ] {
        page.tab_to(&format!("[data-field='{field}']")).await?;
        page.typed(text).await?;
    }
    page.key(ENTER).await?;
    page.step("desk").await?;
    page.wait("[data-action='desk-open']").await?;
    page.key('j').await?;
    page.key(ENTER).await?;
    page.wait("[data-step='desk-case'][data-standing='open']").await?;
    page.key('r').await?;
    page.wait("[data-action='desk-refuse-confirm']").await?;
    // The first of the common reasons.
    page.key('1').await?;
    page.wait("[data-field='reason']").await?;
    page.key(ENTER).await?;
    page.wait("[data-step='desk-case'][data-standing='refused']")
        .await?;
    let request = the_request(&stage)?;
    ensure!(request.status == Status::Cancelled, "{}", request.status);
    ensure!(
        request.refusal_reason.is_some_and(|reason| reason.len() > 5),
        "the reason arrived"
    );
    page.key(ESCAPE).await?;
    page.step("desk").await?;
    page.wait("[data-group='refused']").await?;
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_took_the_evidence_cannot_approve_it() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    waiting(&stage).await?;
    page.press("desk-enter").await?;
    page.step("desk-sign-in").await?;
    // The same person, typed a little differently.
    page.fill("officer_name", &OPERATOR.to_lowercase()).await?;
    page.fill("rao", RAO).await?;
    page.fill("token", &stage.sandbox.token()).await?;
    page.press("desk-sign-in").await?;
    page.press("desk-open").await?;
    page.press("desk-approve").await?;
    page.press("desk-approve-confirm").await?;
    page.problem("officer_is_operator").await?;
    let request = the_request(&stage)?;
    ensure!(request.status == Status::Review, "{}", request.status);
    ensure!(
        !stage
            .sandbox
            .history()
            .iter()
            .any(|call| call.path.ends_with("approve")),
        "the server was not even asked"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_opens_no_desk() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    page.press("desk-enter").await?;
    page.step("desk-sign-in").await?;
    page.fill("officer_name", OFFICER).await?;
    page.fill("token", "00000000-0000-4000-8000-000000000000").await?;
    page.press("desk-sign-in").await?;
    page.problem("officer_refused").await?;
    let listed = page.invoke("desk_list", serde_json::json!({})).await;
    ensure!(
        listed.is_err_and(|error| error.to_string().contains("officer_not_signed_in")),
        "nobody is signed in, nothing is listed"
    );
    let mut walk = Walk::new(&stage);
    page.press("back").await?;
    sign_in(&stage, &mut walk).await?;
    page.press("officer-sign-out").await?;
    page.step("home").await?;
    let listed = page.invoke("desk_list", serde_json::json!({})).await;
    ensure!(listed.is_err(), "who signed out sees nothing any more");
    stage.close().await
}
