//! Each thing that can go wrong ends in a sentence that says so, with the case kept and a way on.

use std::net::TcpListener;

use anyhow::{Context as _, ensure};
use oneshot_sandbox::{Fault, Operation, Sandbox, Status};
use serde_json::json;

use crate::dialog;
use crate::stage::{Plan, Stage};
use crate::walk::{SHORT, Seen, Walk};

fn creations(sandbox: &Sandbox) -> usize {
    sandbox
        .history()
        .iter()
        .filter(|call| call.operation == Some(Operation::CreateVideoid))
        .count()
}

/// Opens the window with a camera for the document and stands before it.
async fn before_the_camera(plan: Plan) -> anyhow::Result<Stage> {
    let stage = Stage::open(plan).await?;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    walk.agree("identity_card").await?;
    stage.page.step("front").await?;
    Ok(stage)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_camera() -> anyhow::Result<()> {
    let plan = Plan {
        practice: false,
        ..Plan::default()
    };
    let stage = before_the_camera(plan).await?;
    stage.page.problem("camera_none").await?;
    ensure!(
        stage.page.case().await?["step"] == "front",
        "the case is kept where it is"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_that_vanished_and_came_back() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let clip = folder.path().join("card.mjpeg");
    let away = folder.path().join("away");
    std::fs::copy(
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../crates/station/material/front.mjpeg"
        ),
        &clip,
    )?;
    let plan = Plan {
        cameras: format!("front = {clip:?}"),
        ..Plan::default()
    };
    let stage = Stage::open(plan).await?;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    // Listed when the window opened, gone when it is needed.
    std::fs::rename(&clip, &away)?;
    walk.agree("identity_card").await?;
    stage.page.problem("camera_missing").await?;
    ensure!(
        stage.page.shows("[data-testid='camera-looking']").await?,
        "the booth looks for it"
    );
    ensure!(
        stage.page.case().await?["step"] == "front",
        "the case is kept where it is"
    );
    std::fs::rename(&away, &clip)?;
    // Nobody presses anything: the booth goes on when it is there again.
    stage.page.live().await?;
    ensure!(
        !stage.page.shows("[data-problem]").await?,
        "nothing is wrong any more"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_that_is_no_video() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let clip = folder.path().join("letter.mjpeg");
    std::fs::write(&clip, b"Dear Madam, there are no pictures in here.")?;
    let plan = Plan {
        cameras: format!("front = {clip:?}"),
        ..Plan::default()
    };
    let stage = before_the_camera(plan).await?;
    let said = stage.page.text("[data-problem$='_unreadable']").await?;
    ensure!(said.contains("damaged"), "{said}");
    ensure!(
        !stage.page.shows("[data-action='take']:not([disabled])").await?,
        "there is nothing to take"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_picture() -> anyhow::Result<()> {
    let stage = before_the_camera(Plan::default()).await?;
    let page = &stage.page;
    let folder = stage.folder().join("pictures");
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("letter.jpg"), b"Dear Madam, this is no picture.")?;

    page.press("choose-file").await?;
    dialog::answer(&stage, dialog::OPEN, &folder.join("letter.jpg")).await?;
    page.problem("picture_unreadable").await?;
    ensure!(
        page.case().await?["step"] == "front",
        "the case is kept where it is"
    );

    // A person who thinks better of it is back where they were.
    page.press("choose-file").await?;
    dialog::cancel(&stage, dialog::OPEN).await?;
    page.live().await?;
    page.press("take").await?;
    page.wait("[data-action='use']").await?;
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_server_at_first_and_one_in_the_end() -> anyhow::Result<()> {
    // Nobody listens there until later.
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let plan = Plan {
        base_url: Some(format!("http://{address}/oneshot/api/v1")),
        ..Plan::default()
    };
    let stage = Stage::open(plan).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    page.problem("server_unreachable").await?;
    page.press("start-defer").await?;
    walk.capture(SHORT).await?;
    page.press("submit").await?;
    page.step("failed").await?;
    page.problem("server_unreachable").await?;

    let settings = oneshot_sandbox::Settings {
        listen: address,
        ..oneshot_sandbox::Settings::default()
    };
    let sandbox = Sandbox::start(settings).await?;
    page.press("submit-again").await?;
    page.step("submitted").await?;
    let requests = sandbox.requests();
    ensure!(
        requests.len() == 1 && requests[0].status == Status::Review,
        "{requests:?}"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_the_request() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    for (fault, code) in [
        (Fault::Html200, "not_the_service"),
        (Fault::Status422, "data_refused"),
        (Fault::Html413, "too_large"),
    ] {
        stage.sandbox.fail_next(Operation::CreateVideoid, fault);
        walk.start().await?;
        page.problem(code).await.with_context(|| fault.to_string())?;
        ensure!(
            stage.sandbox.requests().is_empty(),
            "{fault}: nothing was created"
        );
    }
    // It works again: the same button leads on.
    walk.start().await?;
    page.step("consent").await?;
    ensure!(stage.sandbox.requests().len() == 1, "one request");
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_registration_authority() -> anyhow::Result<()> {
    for authority in ["44", "999"] {
        let stage = Stage::open(Plan {
            registration_authority: authority,
            ..Plan::default()
        })
        .await?;
        let mut walk = Walk::new(&stage);
        walk.open().await?;
        walk.start().await?;
        stage
            .page
            .problem("wrong_registration_authority")
            .await
            .context(authority)?;
        stage.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_never_makes_a_second_request() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    stage
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::DropAfter);
    walk.start().await?;
    page.problem("request_uncertain").await?;
    ensure!(
        !page
            .shows("[data-action='start-defer'], [data-action='start-new']")
            .await?,
        "no way to ask again blindly"
    );
    ensure!(creations(&stage.sandbox) == 1, "it was asked once");

    // The program is asked past the page: it refuses as well.
    let again = page
        .invoke(
            "start_new",
            json!({ "mobilePhone": "+34600000000", "email": "x@example.org" }),
        )
        .await;
    ensure!(again.is_err(), "a second request was asked for");
    ensure!(creations(&stage.sandbox) == 1, "it was asked once");

    // A person looks at the server, finds the request, and types its numbers.
    let request = stage
        .sandbox
        .requests()
        .into_iter()
        .next()
        .context("it was created")?;
    page.press_where("start-kind", "[data-to='existing']").await?;
    page.fill("request_pk", &request.request_pk.to_string()).await?;
    page.fill("videoid_pk", &request.videoid_pk.to_string()).await?;
    page.press("start-existing").await?;
    walk.capture(SHORT).await?;
    walk.submit().await?;
    ensure!(creations(&stage.sandbox) == 1, "one request to the end");
    ensure!(
        stage.sandbox.requests()[0].status == Status::Review,
        "and it is complete"
    );
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_fails_in_every_way_arrives_once() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    walk.capture(SHORT).await?;
    let mut button = "submit";
    for (operation, fault, code) in [
        (Operation::UploadEvidences, Fault::Html413, "too_large"),
        (Operation::UploadEvidences, Fault::Status422, "data_refused"),
        (Operation::UploadEvidences, Fault::Html200, "not_the_service"),
        (Operation::UploadVideo, Fault::Html413, "too_large"),
        (Operation::UploadVideo, Fault::Html502, "server_fault"),
    ] {
        stage.sandbox.fail_next(operation, fault);
        page.press(button).await?;
        page.problem(code)
            .await
            .with_context(|| format!("{operation} {fault}"))?;
        page.step("failed").await?;
        button = "submit-again";
    }
    // The answer to a video that arrived is lost: it is looked up, not sent again.
    stage.sandbox.fail_next(Operation::UploadVideo, Fault::DropAfter);
    page.press(button).await?;
    page.step("submitted").await?;
    let videos = stage
        .sandbox
        .history()
        .iter()
        .filter(|call| call.operation == Some(Operation::UploadVideo))
        .count();
    ensure!(videos == 3, "two refused, one taken; {videos} were sent");
    ensure!(creations(&stage.sandbox) == 1, "one request");
    ensure!(stage.sandbox.requests()[0].status == Status::Review, "complete");
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_too_short_to_show_anything() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;
    let mut walk = Walk::new(&stage);
    walk.open().await?;
    walk.start().await?;
    let mut seen = Seen::default();
    walk.agree("passport").await?;
    walk.still("front", &mut seen).await?;
    walk.portrait().await?;
    // A passport has no rear.
    walk.still("selfie", &mut seen).await?;
    walk.fields().await?;
    page.step("video").await?;
    page.live().await?;
    page.press("video-begin").await?;
    // The page does not offer to end it yet; the program is asked past the page.
    page.wait("[data-action='video-end'][disabled]").await?;
    let refused = page
        .invoke("video_end", json!({}))
        .await
        .expect_err("nothing can be seen on it")
        .to_string();
    ensure!(refused.contains("recording_too_short"), "{refused}");
    // The page hears of it too, and the next one is long enough.
    page.wait("[data-action='video-begin']").await?;
    walk.video(SHORT, &mut seen).await?;
    page.step("review").await?;
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_window_loses_no_case() -> anyhow::Result<()> {
    let stage = before_the_camera(Plan::default()).await?;
    let page = &stage.page;
    let id = page.case().await?["id"].as_str().context("a case")?.to_owned();
    page.press("take").await?;
    page.wait("[data-action='use']").await?;
    page.press("use").await?;
    page.step("portrait").await?;
    // The page is loaded anew: it shows what the booth has open.
    page.client.refresh().await?;
    page.step("portrait").await?;
    page.press("leave").await?;
    page.press("leave-keep").await?;
    page.step("home").await?;
    page.press_where("case-resume", &format!("[data-to='{id}']"))
        .await?;
    page.step("portrait").await?;
    stage.close().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_cannot_work() -> anyhow::Result<()> {
    let plan = Plan {
        general: "langauge = \"es\"".to_owned(),
        ..Plan::default()
    };
    let stage = Stage::open(plan).await?;
    let said = stage.page.problem("settings_wrong").await?;
    ensure!(
        said.contains("line 3") && said.contains("langauge"),
        "it says where: {said}"
    );
    ensure!(
        !stage.page.shows("[data-action='new-case']").await?,
        "no case begins in a booth that cannot work"
    );
    stage.close().await
}
