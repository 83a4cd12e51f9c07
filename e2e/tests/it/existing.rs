//! A request that was created elsewhere, given on the command line.

use anyhow::ensure;
use serde_json::json;

use crate::stage::{Plan, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_numbers_on_the_command_line_open_its_case() -> anyhow::Result<()> {
    let stage = Stage::open(Plan {
        arguments: ["--request-pk", "45836", "--videoid-pk", "16673"]
            .map(str::to_owned)
            .into(),
        first_step: "consent",
        ..Plan::default()
    })
    .await?;
    let request = stage.page.case().await?["request"].clone();
    ensure!(
        request == json!({ "state": "known", "request_pk": 45836, "videoid_pk": 16673 }),
        "{request}"
    );
    ensure!(stage.sandbox.history().is_empty(), "no request is created");
    stage.close().await
}
