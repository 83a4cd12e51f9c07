//! The keyboard alone is enough.

use std::time::Duration;

use anyhow::ensure;
use oneshot_sandbox::Status;

use crate::page::{DOWN, ENTER};
use crate::stage::{Plan, Stage};
use crate::walk::{EMAIL, PERSON, PHONE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_case_without_a_mouse() -> anyhow::Result<()> {
    let stage = Stage::open(Plan::default()).await?;
    let page = &stage.page;

    page.tab_to("[data-action='new-case']").await?;
    page.key(ENTER).await?;
    page.step("start").await?;
    page.tab_to("[data-field='mobile_phone']").await?;
    page.typed(PHONE).await?;
    page.tab_to("[data-field='email']").await?;
    page.typed(EMAIL).await?;
    page.key(ENTER).await?;

    page.step("consent").await?;
    // From the first of the two to the second: faces are not compared.
    page.tab_to("[data-action='biometrics'] input").await?;
    page.key(DOWN).await?;
    page.tab_to("[data-action='consent-check'] input").await?;
    page.key(' ').await?;
    page.tab_to("[data-action='accept']").await?;
    page.key(ENTER).await?;

    page.step("document").await?;
    page.tab_to("[data-action='document-next']").await?;
    page.key(ENTER).await?;

    for role in ["front", "rear", "selfie"] {
        page.step(role).await?;
        page.live().await?;
        page.tab_to("[data-action='take']").await?;
        page.key(' ').await?;
        page.tab_to("[data-action='use']").await?;
        page.key(ENTER).await?;
        if role == "front" {
            page.step("portrait").await?;
            page.tab_to("[data-action='portrait-use']").await?;
            page.key(ENTER).await?;
        }
    }

    page.step("fields").await?;
    for (field, _, value) in PERSON {
        if matches!(field, "mobile_phone" | "email") {
            // Said at the start already.
            continue;
        }
        page.tab_to(&format!("[data-field='{field}']")).await?;
        page.typed(value).await?;
    }
    page.tab_to("[data-action='fields-confirm']").await?;
    page.key(ENTER).await?;

    page.step("video").await?;
    page.live().await?;
    page.tab_to("[data-action='video-begin']").await?;
    page.key(ENTER).await?;
    page.wait("[data-action='video-end']").await?;
    tokio::time::sleep(Duration::from_millis(2600)).await;
    page.tab_to("[data-action='video-end']").await?;
    page.key(ENTER).await?;
    page.tab_to("[data-action='use']").await?;
    page.key(ENTER).await?;

    page.step("review").await?;
    page.tab_to("[data-action='submit']").await?;
    page.key(ENTER).await?;
    page.step("submitted").await?;

    let requests = stage.sandbox.requests();
    ensure!(
        requests.len() == 1 && requests[0].status == Status::Review,
        "{requests:?}"
    );
    let evidences = requests[0]
        .evidences
        .as_ref()
        .expect("a complete request has them");
    for (_, name, said) in PERSON {
        ensure!(
            evidences.field(name) == Some(said),
            "{name}: {:?}",
            evidences.field(name)
        );
    }
    ensure!(
        evidences
            .at(&["videoid_data", "security_checks"])
            .is_none_or(|it| it == &serde_json::json!({})),
        "nobody vouched, nothing is claimed"
    );
    ensure!(
        evidences.at(&["videoid_data", "similarity_level"]).is_none(),
        "nobody judged, and nothing was compared"
    );
    stage.close().await
}
