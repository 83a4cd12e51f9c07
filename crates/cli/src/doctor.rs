//! `proofbooth doctor`, `proofbooth doctor cameras`

use serde_json::json;
use station::doctor::{self, Verdict};
use station::{Code, Problem, StartUp, TryAgain};

use crate::arguments::{DoctorLook, DoctorOptions};
use crate::output::Output;

/// Examines this machine, or its cameras closely; opens no booth.
pub async fn run(start_up: StartUp, options: &DoctorOptions, output: &Output) -> Result<(), Problem> {
    let report = match options.only {
        None => doctor::examine(start_up).await,
        Some(DoctorLook::Cameras) => doctor::examine_cameras(start_up).await,
    };
    let mut about = None;
    for finding in &report.findings {
        output.value(&json!(finding));
        // Closely, each thing is told in several lines: under its name.
        let name = finding.values.get("camera").filter(|_| options.only.is_some());
        if let Some(name) = name.filter(|name| about != Some(*name)) {
            output.line(name);
            about = Some(name);
        }
        let (subject, sentence, action) = output.words.finding(finding);
        let mark = match finding.verdict {
            Verdict::Fine => '\u{2713}',
            Verdict::Warning => '!',
            Verdict::Failed => '\u{2717}',
        };
        output.line(&format!("{mark} {subject:<22} {sentence}"));
        if finding.verdict != Verdict::Fine {
            output.line(&format!("  {:<22} {action}", ""));
            if let Some(detail) = finding
                .problem
                .as_ref()
                .and_then(|problem| problem.detail.as_ref())
            {
                output.line(&format!("  {:<22} [{detail}]", ""));
            }
        }
    }
    let failed = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Failed)
        .count();
    if failed > 0 {
        let told = format!("{failed} of {}", report.findings.len());
        return Err(Problem::new(Code::NotFit, TryAgain::AfterChange).because(told));
    }
    Ok(())
}
