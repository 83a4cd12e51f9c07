//! `proofbooth queue`, `proofbooth deliver`, `proofbooth purge`

use serde_json::json;
use station::{Booth, Code, Problem, Step, TryAgain};

use crate::delivery::from_view;
use crate::output::Output;
use crate::status::identity;
use crate::words::key;

/// What was submitted and is not delivered.
pub async fn list(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let queue = booth.queue().await?;
    for entry in &queue.entries {
        output.value(&json!(entry));
        let place = entry
            .position
            .map_or_else(|| "-".to_owned(), |place| place.to_string());
        let what = entry.problem.as_ref().map(|problem| key(&problem.code));
        let next = entry
            .next_at
            .and_then(|at| jiff::Timestamp::from_millisecond(at).ok())
            .map(|at| format!("  not before {}", at.strftime("%Y-%m-%d %H:%M:%S UTC")));
        output.line(&format!(
            "{place:>3}  {}  {}{}",
            entry.code,
            what.unwrap_or_default(),
            next.unwrap_or_default()
        ));
        if let (None, Some(problem)) = (entry.position, &entry.problem) {
            let problem = from_view(problem.clone());
            output.line(&format!("     {}", output.words.problem(&problem).1));
        }
    }
    if queue.entries.is_empty() {
        output.line("nothing waits");
    }
    Ok(())
}

/// Sends what waits: every case once, or for as long as the program runs.
pub async fn deliver(booth: &Booth, stay: bool, output: &Output) -> Result<(), Problem> {
    if stay {
        output.line("delivering what waits; Ctrl-C ends it");
        // An error here means that no signal can be waited for: then there is nothing to stay for.
        let _ = tokio::signal::ctrl_c().await;
        return Ok(());
    }
    let mut worst = None;
    for view in booth.deliver_waiting().await? {
        output.value(
            &json!({ "case": view.id, "code": view.code, "step": view.step, "problem": view.problem }),
        );
        output.line(&format!("{}  {}", view.code, output.words.step(view.step)));
        if view.step != Step::Submitted
            && let Some(problem) = view.problem
        {
            worst = Some(from_view(problem));
        }
    }
    let stuck = booth
        .queue()
        .await?
        .entries
        .into_iter()
        .filter(|entry| entry.position.is_none())
        .count();
    if stuck > 0 {
        output.line(&format!(
            "{stuck} wait for a person: `proofbooth queue` says what to do"
        ));
    }
    worst.map_or(Ok(()), Err)
}

/// Removes what is over its time, or one case's evidence now.
pub async fn purge(booth: &Booth, case: Option<&str>, output: &Output) -> Result<(), Problem> {
    let Some(case) = case else {
        let next = booth.purge_due().await?;
        output.value(&json!({ "next_at": next }));
        return Ok(());
    };
    let view = booth.purge_now(&identity(booth, case).await?).await?;
    let removed_at = view.kept.and_then(|kept| kept.removed_at);
    output.value(&json!({ "case": view.id, "removed_at": removed_at }));
    if removed_at.is_none() {
        return Err(Problem::new(Code::OutOfOrder, TryAgain::AfterChange));
    }
    output.line(&format!(
        "{}  removed; the proof of its delivery is kept",
        view.code
    ));
    Ok(())
}
