//! Opening, leaving and walking through a case.

use station::Step;
use station::view::CaseView;
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn case_open(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.open_case().await?)
}

#[tauri::command]
pub(crate) async fn case_resume(opened: State<'_, Opened>, id: String) -> Answer<CaseView> {
    Ok(opened.booth()?.resume_case(&id).await?)
}

#[tauri::command]
pub(crate) async fn case_current(opened: State<'_, Opened>) -> Answer<Option<CaseView>> {
    Ok(opened.booth()?.current_case().await)
}

#[tauri::command]
pub(crate) async fn case_close(opened: State<'_, Opened>) -> Answer<()> {
    Ok(opened.booth()?.close_case().await?)
}

#[tauri::command]
pub(crate) async fn case_discard(opened: State<'_, Opened>) -> Answer<()> {
    Ok(opened.booth()?.discard_case().await?)
}

#[tauri::command]
pub(crate) async fn go_to(opened: State<'_, Opened>, step: Step) -> Answer<CaseView> {
    Ok(opened.booth()?.go_to(step).await?)
}
