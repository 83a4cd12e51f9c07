//! `proofbooth status`

use serde_json::json;
use station::view::{CaseView, RequestView};
use station::{Booth, Code, Problem, TryAgain};

use crate::output::{Output, describe, role_name};
use crate::words::key;

/// The cases kept here, or one case and what the server says of its request.
pub async fn run(booth: &Booth, case: Option<&str>, output: &Output) -> Result<(), Problem> {
    match case {
        Some(case) => one(booth, case, output).await,
        None => all(booth, output).await,
    }
}

async fn all(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let cases = booth.cases().await?;
    for case in &cases {
        output.value(&json!(case));
        let request = case
            .request_pk
            .map_or_else(|| "no request".to_owned(), |pk| format!("request {pk}"));
        output.line(&format!(
            "{}  {:<12} {request:<16} {}",
            case.code,
            output.words.step(case.step),
            case.id
        ));
    }
    if cases.is_empty() {
        output.line("no cases");
    }
    Ok(())
}

async fn one(booth: &Booth, case: &str, output: &Output) -> Result<(), Problem> {
    let view = peek(booth, case).await?;
    let server = match view.request {
        RequestView::Known { request_pk, .. } => Some(booth.request_status(request_pk).await),
        _ => None,
    };
    let status = server.as_ref().and_then(|status| status.as_ref().ok());
    output.value(&json!({
        "case": view.id, "code": view.code, "step": view.step, "request": view.request, "server_status": status,
        "exhibits": view.exhibits, "problem": view.problem,
    }));
    output.line(&format!("case {}  {}", view.code, view.id));
    output.line(&format!("  step     {}", output.words.step(view.step)));
    if let RequestView::Known {
        request_pk,
        videoid_pk,
    } = view.request
    {
        output.line(&format!("  request  {request_pk}, videoid {videoid_pk}"));
    }
    for exhibit in &view.exhibits {
        output.line(&format!("  {:<8} {}", role_name(exhibit.role), describe(exhibit)));
    }
    if let Some(problem) = &view.problem {
        output.line(&format!("  problem  {}", key(&problem.code)));
    }
    match server {
        Some(Ok(status)) => output.line(&format!("  server   {status}")),
        Some(Err(problem)) => return Err(problem),
        None => {}
    }
    Ok(())
}

/// Puts a case on the screen, and so goes on with whatever it was doing.
pub async fn resume(booth: &Booth, case: &str) -> Result<CaseView, Problem> {
    booth.resume_case(&identity(booth, case).await?).await
}

/// Looks at a case without touching it.
async fn peek(booth: &Booth, case: &str) -> Result<CaseView, Problem> {
    booth.look_at(&identity(booth, case).await?).await
}

/// A case's identity from itself or from its four-character code.
pub async fn identity(booth: &Booth, case: &str) -> Result<String, Problem> {
    let cases = booth.cases().await?;
    let mut found = cases
        .into_iter()
        .filter(|kept| kept.id == case || kept.code.eq_ignore_ascii_case(case));
    match (found.next(), found.next()) {
        (Some(kept), None) => Ok(kept.id),
        // Two cases with one code: only the identity tells them apart.
        _ => Err(Problem::new(Code::CaseUnknown, TryAgain::AfterChange)),
    }
}
