//! `proofbooth submit`, and the end of `capture` and `practice`.

use std::collections::BTreeMap;

use indicatif::ProgressBar;
use serde_json::json;
use station::view::{CaseView, Notice, RequestView};
use station::{Booth, Problem, Step};
use tokio::sync::broadcast::error::RecvError;

use crate::output::{Output, Stopwatch, describe, role_name};
use crate::status::resume;
use crate::words::key;

/// Delivers a case that was captured before.
pub async fn submit(booth: &Booth, case: &str, output: &Output) -> Result<(), Problem> {
    let view = resume(booth, case).await?;
    let view = match view.step {
        // Resuming it went on with it already.
        Step::Submitting => wait(booth, output).await?,
        Step::Submitted => view,
        _ => deliver(booth, output).await?,
    };
    summary(booth, &view, output);
    Ok(())
}

/// Submits the case on the screen and waits for the server's word.
pub async fn deliver(booth: &Booth, output: &Output) -> Result<CaseView, Problem> {
    let mut watch = Stopwatch::start();
    booth.submit().await?;
    let view = wait(booth, output).await?;
    output.step(Step::Submitting, watch.lap(), "");
    Ok(view)
}

async fn wait(booth: &Booth, output: &Output) -> Result<CaseView, Problem> {
    let mut notices = booth.notices();
    let mut bars: BTreeMap<String, ProgressBar> = BTreeMap::new();
    loop {
        // Looked at first: the end may have come before anybody listened.
        let Some(view) = booth.current_case().await else {
            return Err(gone());
        };
        match (view.step, view.problem.clone()) {
            (Step::Submitting, _) => {}
            (Step::Failed, Some(problem)) => return Err(from_view(problem)),
            _ => return Ok(view),
        }
        match notices.recv().await {
            Ok(Notice::Upload { upload }) => {
                let what = key(&upload.leg);
                let bar = bars
                    .entry(what.clone())
                    .or_insert_with(|| output.bytes_bar(&what));
                bar.set_length(upload.total);
                bar.set_position(upload.sent);
                if upload.sent == upload.total {
                    bar.finish_and_clear();
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Err(gone()),
        }
    }
}

/// Request number, server's status, and what was sent.
pub fn summary(booth: &Booth, view: &CaseView, output: &Output) {
    let RequestView::Known {
        request_pk,
        videoid_pk,
    } = view.request
    else {
        return;
    };
    let status = view
        .delivery
        .as_ref()
        .and_then(|delivery| delivery.status.clone())
        .unwrap_or_default();
    let sent: Vec<_> = view
        .exhibits
        .iter()
        .map(|exhibit| json!({ "name": role_name(exhibit.role), "bytes": exhibit.bytes, "sha256": exhibit.sha256 }))
        .collect();
    let page = booth.sandbox().map(oneshot_sandbox::Sandbox::page_url);
    output.value(&json!({
        "case": view.id, "request_pk": request_pk, "videoid_pk": videoid_pk, "status": status, "sent": sent,
        "sandbox_page": page,
    }));
    output.line("");
    output.line(&format!(
        "  request {request_pk} · videoid {videoid_pk} · {status}"
    ));
    output.line("");
    for exhibit in &view.exhibits {
        output.line(&format!("  {:<9} {}", role_name(exhibit.role), exhibit.sha256));
        output.line(&format!(
            "            {} bytes, {}",
            exhibit.bytes,
            describe(exhibit)
        ));
    }
}

/// A problem as it came in a view.
pub fn from_view(view: station::view::ProblemView) -> Problem {
    let mut problem = Problem::new(view.code, view.try_again);
    if let Some(detail) = view.detail {
        problem = problem.because(detail);
    }
    if let Some(field) = view.field {
        problem = problem.about(field);
    }
    problem
}

fn gone() -> Problem {
    Problem::new(station::Code::CaseUnknown, station::TryAgain::AfterChange)
}
