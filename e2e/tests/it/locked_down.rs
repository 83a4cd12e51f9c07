//! What the page may not do, tried from inside the page.

use anyhow::ensure;
use serde_json::json;

use crate::stage::{Plan, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_reaches_the_booth_and_nothing_else() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;

    // The booth answers through its own door.
    ensure!(
        page.invoke("booth_view", json!({})).await?["practice"] == true,
        "a command that is granted"
    );

    // What was not granted is refused before it reaches anything.
    for command in [
        "plugin:event|emit",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
    ] {
        let refused = page
            .invoke(
                command,
                json!({ "event": "notice", "payload": null, "label": "x", "options": {} }),
            )
            .await;
        let said = refused.expect_err("it was let through").to_string();
        ensure!(
            said.contains("not allowed") || said.contains("not found"),
            "{command}: {said}"
        );
    }

    // No camera, no microphone: the booth's cameras are the booth's.
    let media = page
        .run(
            "await navigator.mediaDevices.getUserMedia({ video: true }); return 'given'",
            vec![],
        )
        .await;
    ensure!(media.is_err(), "the page was given a camera: {media:?}");

    // No network, not even the server's; no foreign script, no eval, no frame.
    let calls = stage.sandbox.history().len();
    for address in [
        stage.sandbox.base_url(),
        stage.sandbox.page_url(),
        "https://example.org/".to_owned(),
    ] {
        let fetched = page
            .run(
                "await fetch(given[0], { mode: 'no-cors' }); return 'reached'",
                vec![json!(address)],
            )
            .await;
        ensure!(fetched.is_err(), "{address} was reached");
    }
    ensure!(stage.sandbox.history().len() == calls, "the sandbox heard of it");
    let injected = page
        .run(
            "window.injected = false;
             const script = document.createElement('script');
             script.textContent = 'window.injected = true';
             document.head.append(script);
             try { new Function('window.injected = true')(); } catch { /* refused, as it should be */ }
             return window.injected;",
            vec![],
        )
        .await?;
    ensure!(injected == false, "a script of somebody else ran");

    // Nothing replaces the page, nothing opens beside it.
    let opened = page
        .run("return window.open('https://example.org/') !== null", vec![])
        .await?;
    ensure!(opened == false, "a second window opened");
    page.run(
        "location.href = 'https://example.org/'; await new Promise((go) => setTimeout(go, 300));",
        vec![],
    )
    .await?;
    ensure!(page.client.windows().await?.len() == 1, "one window");
    ensure!(
        page.client.current_url().await?.scheme() == "tauri",
        "{}",
        page.client.current_url().await?
    );
    page.step("home").await?;

    // The pictures' scheme answers what it is meant for.
    let statuses = page
        .run(
            "const ask = async (path, how) => (await fetch('cam://localhost/' + path, how)).status;
             return [await ask('object/../../etc/passwd'), await ask('elsewhere'), await ask('object/none/none')];",
            vec![],
        )
        .await?;
    ensure!(statuses == json!([404, 404, 404]), "{statuses}");
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_ends_at_the_first_window() -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        practice: false,
        ..Plan::default()
    })
    .await?;
    let ended = tokio::task::block_in_place(|| stage.start_again())?;
    ensure!(
        ended.is_some_and(|status| status.success()),
        "the second one stayed: {ended:?}"
    );
    stage.page.press("new-case").await?;
    stage.page.step("start").await?;
    stage.close().await
}
