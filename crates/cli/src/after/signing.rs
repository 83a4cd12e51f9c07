//! `proofbooth documents`, `contract`, `code`, `sign`, `fetch` and `delete`.

use std::io::Read;
use std::path::Path;

use serde_json::json;
use station::view::{CaseView, SignedView, UnlockInput};
use station::{Booth, Code, Problem, Step, TryAgain};

use super::stands;
use crate::arguments::{CodeOptions, ContractOptions, DocumentsOptions, FetchOptions, SignOptions};
use crate::output::Output;
use crate::status::resume;

/// Adds, removes and uploads documents.
pub async fn documents(booth: &Booth, options: &DocumentsOptions, output: &Output) -> Result<(), Problem> {
    let mut view = approved(booth, &options.case).await?;
    for paper in &options.removed {
        view = booth.paper_remove(paper).await?;
    }
    for file in &options.files {
        view = booth.paper_add(file).await?;
    }
    if !options.keep {
        view = booth.papers_upload().await?;
    }
    let papers = view.signing.as_ref().map(|signing| &signing.papers);
    stands(&view, json!({ "documents": papers }), output);
    for paper in papers.into_iter().flatten() {
        output.line(&format!(
            "  {}  {} pages, {} bytes  {}",
            paper.id, paper.pages, paper.bytes, paper.file_name
        ));
    }
    Ok(())
}

/// Fetches the contract, and notes that it was read.
pub async fn contract(booth: &Booth, options: &ContractOptions, output: &Output) -> Result<(), Problem> {
    approved(booth, &options.case).await?;
    let mut view = booth.contract_fetch().await?;
    if let Some(path) = &options.save {
        write(path, &booth.contract_bytes().await?)?;
    }
    if options.read {
        for object in unread(&view) {
            view = booth.mark_read(&object).await?;
        }
    }
    let contract = view.signing.as_ref().and_then(|signing| signing.contract.clone());
    stands(&view, json!({ "contract": contract }), output);
    Ok(())
}

/// Has a one-time code sent.
pub async fn code(booth: &Booth, options: &CodeOptions, output: &Output) -> Result<(), Problem> {
    approved(booth, &options.case).await?;
    let view = booth.code_request(options.by.into()).await?;
    let code = view.signing.as_ref().map(|signing| signing.code.clone());
    stands(&view, json!({ "code_sent": code }), output);
    Ok(())
}

/// Signs.
pub async fn sign(booth: &Booth, options: &SignOptions, output: &Output) -> Result<(), Problem> {
    let unlock = match (&options.code, &options.unlock_type) {
        (_, Some(kind)) => UnlockInput::External {
            kind: kind.clone(),
            value: options.unlock_value.clone().unwrap_or_default(),
            secret: typed(options.unlock_secret.as_deref().unwrap_or_default())?,
        },
        (Some(code), None) => UnlockInput::Code { code: typed(code)? },
        (None, None) => return Err(Problem::new(Code::CodeMissing, TryAgain::AfterChange)),
    };
    approved(booth, &options.case).await?;
    let view = booth.sign(unlock).await?;
    let signed_at = view.signing.as_ref().and_then(|signing| signing.signed_at);
    stands(&view, json!({ "signed_at": signed_at }), output);
    Ok(())
}

/// Fetches and checks the signed documents.
pub async fn fetch(booth: &Booth, options: &FetchOptions, output: &Output) -> Result<(), Problem> {
    let view = approved(booth, &options.case).await?;
    // A case that is over has its copies; the server has none any more.
    let view = if view.step == Step::Closed {
        view
    } else {
        booth.signed_fetch().await?
    };
    let papers = view
        .signing
        .as_ref()
        .map(|signing| signing.papers.clone())
        .unwrap_or_default();
    let mut saved = Vec::new();
    if let Some(folder) = &options.into {
        for paper in papers.iter().filter(|paper| paper.signed.is_some()) {
            let (name, bytes) = booth.signed_bytes(&paper.id).await?;
            let path = folder.join(&name);
            write(&path, &bytes)?;
            saved.push(path);
        }
    }
    stands(&view, json!({ "documents": papers, "saved": saved }), output);
    for paper in &papers {
        if let Some(signed) = &paper.signed {
            output.line(&format!("  {}  {}", verdict(signed), paper.file_name));
            output.line(&format!(
                "      signed by {}, certificate {} of {}",
                signed.signer, signed.certificate, signed.issuer
            ));
        }
    }
    Ok(())
}

/// Deletes the documents at the server, and proves it.
pub async fn delete(booth: &Booth, case: &str, output: &Output) -> Result<(), Problem> {
    approved(booth, case).await?;
    let view = booth.server_delete().await?;
    let deleted_at = view.signing.as_ref().and_then(|signing| signing.deleted_at);
    stands(&view, json!({ "deleted_at": deleted_at }), output);
    Ok(())
}

/// The case, where the server says it stands: it may have been approved elsewhere since.
async fn approved(booth: &Booth, case: &str) -> Result<CaseView, Problem> {
    let view = resume(booth, case).await?;
    match view.step {
        Step::Submitted => booth.refresh_status().await,
        _ => Ok(view),
    }
}

/// What the person has not read yet.
pub fn unread(view: &CaseView) -> Vec<String> {
    let Some(signing) = &view.signing else {
        return Vec::new();
    };
    let contract = signing.contract.iter().filter(|contract| !contract.read);
    let papers = signing.papers.iter().filter(|paper| !paper.read);
    contract
        .map(|contract| contract.object.clone())
        .chain(papers.map(|paper| paper.object.clone()))
        .collect()
}

/// A signed copy in a word or two.
pub fn verdict(signed: &SignedView) -> &'static str {
    match (signed.good, signed.trusted) {
        (false, _) => "NOT IN ORDER",
        (true, Some(true)) => "in order",
        (true, _) => "in order, issuer not checked",
    }
}

/// A secret as typed, or the first line of standard input.
fn typed(text: &str) -> Result<String, Problem> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().take(4096).read_to_string(&mut line);
    match read {
        Ok(_) => Ok(line.lines().next().unwrap_or_default().trim().to_owned()),
        Err(_) => Err(Problem::new(Code::CodeMissing, TryAgain::AfterChange)),
    }
}

/// Writes a file that is not there yet.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    use std::io::Write;

    let written = std::fs::File::create_new(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::StoreFull,
            _ => Code::StoreFailed,
        };
        Problem::new(code, TryAgain::AfterChange).because(error.kind().to_string())
    })
}
