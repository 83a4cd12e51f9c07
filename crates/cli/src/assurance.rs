//! `proofbooth assurance`

use station::{AssuredCheck, AssuredScore, AssuredScript, Booth, Problem, Stands};

use crate::output::Output;
use crate::status;
use crate::words::key;

/// The assurance statement of a case; as JSON its canonical form.
pub async fn run(booth: &Booth, case: &str, output: &Output) -> Result<(), Problem> {
    let statement = booth.assurance(&status::identity(booth, case).await?).await?;
    output.canonical(&statement.to_canonical()?);
    for check in &statement.checks {
        output.line(&format!(
            "  {:<44} {}",
            output.words.check(check.check),
            said(check, output)
        ));
    }
    let likeness = &statement.similarity;
    let level = match (
        likeness.level,
        likeness.cosine,
        likeness.threshold,
        likeness.why_not,
    ) {
        (Some(level), Some(cosine), Some(threshold), _) => {
            format!("{level} of 100 (cosine {cosine}, threshold {threshold})")
        }
        (_, _, _, Some(why)) => output.words.assurance("why_not", &key(&why)).to_owned(),
        _ => likeness.reported.clone().unwrap_or_default(),
    };
    let by = likeness
        .attested_by
        .as_ref()
        .map(|by| format!(", {by}"))
        .unwrap_or_default();
    output.line(&format!(
        "  {:<44} {level}{by}",
        output.words.assurance("title", "similarity")
    ));
    for error in &likeness.errors {
        output.line(&format!(
            "    {} {:.1} % (at most {:.1} %, {} pairs: {})",
            output.words.assurance("error", &key(&error.kind)),
            error.rate * 100.0,
            error.at_most * 100.0,
            error.pairs,
            error.measured_on
        ));
    }
    if let Some(script) = &statement.script {
        asked(script, output);
    }
    if let Some(operator) = &statement.operator {
        let word = if operator.flagged { "flagged" } else { "other" };
        let text = output.words.assurance("operator", word);
        let text = text.replace("{name}", &operator.operator);
        output.line(&format!(
            "  {}",
            text.replace("{cosine}", &format!("{:.4}", operator.cosine))
        ));
    }
    if !statement.operators_missing.is_empty() {
        let text = output.words.assurance("operator", "missing");
        output.line(&format!(
            "  {}",
            text.replace("{files}", &statement.operators_missing.join(", "))
        ));
    }
    quality("selfie", &statement.selfie, output);
    quality("portrait", &statement.portrait, output);
    output.line(&format!("  {}", output.words.assurance("limits", "liveness")));
    Ok(())
}

/// What was asked for in the video, a line for each prompt.
fn asked(script: &AssuredScript, output: &Output) {
    let word = if script.drawn { "drawn" } else { "unlike" };
    let text = output.words.assurance("script", word);
    output.line(&format!(
        "  {:<44} {}",
        output.words.assurance("title", "script"),
        text.replace("{bits}", &script.bits.to_string())
    ));
    for step in &script.steps {
        let end = step.end.map_or_else(|| "open".to_owned(), |end| key(&end));
        let what = format!(
            "{} {}",
            output.words.what(step.prompt),
            step.digits.as_deref().unwrap_or_default()
        );
        output.line(&format!(
            "    {:<42} {}",
            what.trim_end(),
            output.words.went(&end)
        ));
    }
}

/// How good the picture of a face is, a line for each thing that was measured.
fn quality(title: &str, scores: &[AssuredScore], output: &Output) {
    if !scores.is_empty() {
        output.line(&format!("  {}", output.words.assurance("title", title)));
    }
    for score in scores {
        let named = |group: &str, or: &str| match output.words.assurance(group, &score.name) {
            "" => or.to_owned(),
            text => text.to_owned(),
        };
        let mark = match score.good {
            Some(true) => "\u{2713}",
            Some(false) => "\u{2717}",
            None => "-",
        };
        let value = named("unit", "{value}").replace("{value}", &score.value.to_string());
        output.line(&format!(
            "    {mark} {:<40} {value}",
            named("quality", &score.name)
        ));
    }
}

fn said(check: &AssuredCheck, output: &Output) -> String {
    let result = |passed: bool| if passed { "\u{2713}" } else { "\u{2717}" };
    match &check.stands {
        Stands::Measured {
            passed,
            method,
            score,
            threshold,
            ..
        } => format!("{} {score} / {threshold}  {method}", result(*passed)),
        Stands::Attested { passed, by, .. } => format!("{} {by}", result(*passed)),
        Stands::Reported { passed } => format!("{} -", result(*passed)),
        Stands::Nothing { why } => format!("- {}", output.words.assurance("why_not", &key(why))),
    }
}
