//! Submitting, the receipt, and what stays here afterwards.

use std::io;

use station::view::CaseView;
use station::{Code, Problem, TryAgain};
use tauri::{AppHandle, State};

use crate::booth::{Answer, Opened};
use crate::dialogs;

#[tauri::command]
pub(crate) async fn submit(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.submit().await?)
}

#[tauri::command]
pub(crate) async fn evidence_purge(opened: State<'_, Opened>, id: String) -> Answer<CaseView> {
    Ok(opened.booth()?.purge_now(&id).await?)
}

#[tauri::command]
pub(crate) async fn receipt_save(app: AppHandle, opened: State<'_, Opened>) -> Answer<bool> {
    let text = opened.booth()?.receipt_text().await?;
    let Some(path) = dialogs::place_for(&app, "receipt.txt").await? else {
        return Ok(false);
    };
    tokio::fs::write(path, text)
        .await
        .map_err(|error| unwritten(&error))?;
    Ok(true)
}

pub(super) fn unwritten(error: &io::Error) -> Problem {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::StoreFull,
        _ => Code::StoreFailed,
    };
    Problem::new(code, TryAgain::AfterChange).because(error.kind().to_string())
}
