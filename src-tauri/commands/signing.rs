//! From the approval to the end: documents, contract, code, signature, copies, deletion.

use std::path::Path;

use station::view::{CaseView, UnlockInput};
use station::{Booth, Code, CodeMethod, Problem, TryAgain};
use tauri::{AppHandle, Manager as _, State};

use super::delivery::unwritten;
use crate::booth::{Answer, Opened};
use crate::{dialogs, window};

#[tauri::command]
pub(crate) async fn status_refresh(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.refresh_status().await?)
}

/// Asks for documents and takes them one by one. The first that cannot be taken ends it; those before it are kept.
#[tauri::command]
pub(crate) async fn papers_pick(app: AppHandle, opened: State<'_, Opened>) -> Answer<CaseView> {
    let booth = opened.booth()?;
    for path in dialogs::pick_papers(&app).await? {
        booth.paper_add(&path).await?;
    }
    on_screen(booth).await
}

/// Takes what was dropped on the window.
pub(crate) async fn take_dropped(booth: &Booth, paths: &[impl AsRef<Path>]) -> Result<(), Problem> {
    for path in paths {
        booth.paper_add(path.as_ref()).await?;
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn paper_remove(opened: State<'_, Opened>, paper: String) -> Answer<CaseView> {
    Ok(opened.booth()?.paper_remove(&paper).await?)
}

#[tauri::command]
pub(crate) async fn papers_upload(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.papers_upload().await?)
}

#[tauri::command]
pub(crate) async fn contract_fetch(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.contract_fetch().await?)
}

#[tauri::command]
pub(crate) async fn paper_read(opened: State<'_, Opened>, object: String) -> Answer<CaseView> {
    Ok(opened.booth()?.mark_read(&object).await?)
}

#[tauri::command]
pub(crate) async fn code_request(opened: State<'_, Opened>, method: CodeMethod) -> Answer<CaseView> {
    Ok(opened.booth()?.code_request(method).await?)
}

#[tauri::command]
pub(crate) async fn sign(opened: State<'_, Opened>, unlock: UnlockInput) -> Answer<CaseView> {
    Ok(opened.booth()?.sign(unlock).await?)
}

#[tauri::command]
pub(crate) async fn signed_fetch(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.signed_fetch().await?)
}

/// Saves a signed copy where the person says. False when they cancelled.
#[tauri::command]
pub(crate) async fn signed_save(app: AppHandle, opened: State<'_, Opened>, paper: String) -> Answer<bool> {
    let (name, bytes) = opened.booth()?.signed_bytes(&paper).await?;
    let Some(path) = dialogs::place_for(&app, &name).await? else {
        return Ok(false);
    };
    tokio::fs::write(path, bytes)
        .await
        .map_err(|error| unwritten(&error))?;
    Ok(true)
}

/// Opens the system's print dialog on what the page has laid out.
#[tauri::command]
pub(crate) async fn signed_print(app: AppHandle) -> Answer<()> {
    let gone = |why: &str| Problem::new(Code::Internal, TryAgain::Now).because(why);
    let window = app
        .get_webview_window(window::LABEL)
        .ok_or_else(|| gone("the window is gone"))?;
    Ok(window
        .print()
        .map_err(|_| gone("the system has no way to print"))?)
}

#[tauri::command]
pub(crate) async fn server_delete(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.server_delete().await?)
}

async fn on_screen(booth: &Booth) -> Answer<CaseView> {
    booth
        .current_case()
        .await
        .ok_or_else(|| Problem::new(Code::CaseUnknown, TryAgain::AfterChange).into())
}
