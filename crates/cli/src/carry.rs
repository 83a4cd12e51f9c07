//! `proofbooth export`, `import`, `take-back`, `device-key` and `identity`

use serde_json::json;
use station::view::ProblemView;
use station::{Booth, Export, Problem, Purpose};

use crate::arguments::{ExportOptions, ImportOptions, TakeBackOptions};
use crate::output::{Output, size};
use crate::status::identity as case_identity;
use crate::verify::key;

/// A case into a sealed bundle.
pub async fn export(booth: &Booth, options: &ExportOptions, output: &Output) -> Result<(), Problem> {
    let case = case_identity(booth, &options.case).await?;
    let purpose = if options.hand_over {
        Purpose::HandOver
    } else {
        Purpose::Copy
    };
    let export = Export {
        to: options.file.clone(),
        recipients: options.recipients.clone(),
        purpose,
        in_clear: options.in_clear,
    };
    let exported = booth.export(&case, &export).await?;
    output.value(&json!({
        "case": exported.case.id, "file": exported.file, "bytes": exported.bytes, "recipients": exported.recipients,
        "handed_over": options.hand_over, "stamped_at": exported.stamped_at,
        "not_stamped": exported.not_stamped.clone().map(ProblemView::from),
    }));
    output.line(&format!(
        "{}  {}  {}",
        exported.case.code,
        size(exported.bytes),
        exported.file.display()
    ));
    for recipient in &exported.recipients {
        output.line(&format!("  for      {recipient}"));
    }
    if options.in_clear {
        output.line("  not encrypted: whoever has this file sees all of it");
    }
    if let Some(problem) = &exported.not_stamped {
        let (sentence, action) = output.words.problem(problem);
        output.line(&format!("  no time stamp: {sentence} {action}"));
    }
    if options.hand_over {
        output.line("  handed over: nothing of this case goes out from here any more");
    }
    Ok(())
}

/// The case of a sealed bundle into this booth.
pub async fn import(booth: &Booth, options: &ImportOptions, output: &Output) -> Result<(), Problem> {
    let keys = options
        .keys
        .iter()
        .map(|text| Ok(key(text)?.to_string()))
        .collect::<Result<Vec<String>, Problem>>()?;
    let view = booth.import(&options.file, &keys).await?;
    output.value(&json!({ "case": view.id, "code": view.code, "step": view.step }));
    output.line(&format!(
        "{}  {}  taken in; `proofbooth deliver` sends what waits",
        view.code, view.id
    ));
    Ok(())
}

/// A case that was handed over is delivered from here again.
pub async fn take_back(booth: &Booth, options: &TakeBackOptions, output: &Output) -> Result<(), Problem> {
    let case = case_identity(booth, &options.case).await?;
    let view = booth.take_back(&case, options.nobody_has_it).await?;
    output.value(&json!({ "case": view.id, "code": view.code, "step": view.step }));
    output.line(&format!(
        "{}  taken back: {}",
        view.code,
        output.words.step(view.step)
    ));
    Ok(())
}

/// The key others verify this machine's bundles with.
pub async fn device_key(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let key = booth.device_key().await?;
    output.value(&json!({ "key": key.to_string(), "pem": key.to_pem() }));
    output.line(key.to_pem().trim_end());
    output.line(&key.to_string());
    Ok(())
}

/// The recipient others encrypt bundles to that are for this machine.
pub async fn recipient(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let recipient = booth.recipient().await?;
    output.value(&json!({ "recipient": recipient }));
    output.line(&recipient);
    Ok(())
}
