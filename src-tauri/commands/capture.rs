//! Stills, the document's corners, the cut-out portrait, and the video.

use station::view::CaseView;
use station::{Corners, Crop};
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn still_take(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.take_still().await?)
}

#[tauri::command]
pub(crate) async fn capture_use(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.use_capture().await?)
}

#[tauri::command]
pub(crate) async fn capture_retake(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.retake_capture().await?)
}

#[tauri::command]
pub(crate) async fn document_outline(opened: State<'_, Opened>, corners: Corners) -> Answer<CaseView> {
    Ok(opened.booth()?.outline_document(corners).await?)
}

#[tauri::command]
pub(crate) async fn portrait_cut(opened: State<'_, Opened>, crop: Crop) -> Answer<CaseView> {
    Ok(opened.booth()?.cut_portrait(crop).await?)
}

#[tauri::command]
pub(crate) async fn video_begin(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.begin_video().await?)
}

#[tauri::command]
pub(crate) async fn video_end(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.end_video().await?)
}

#[tauri::command]
pub(crate) async fn video_next(opened: State<'_, Opened>, number: u32) -> Answer<()> {
    opened.booth()?.next_prompt(number).await;
    Ok(())
}
