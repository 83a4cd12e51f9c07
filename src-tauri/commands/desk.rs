//! The registration officer's desk.

use station::view::{CaseView, DeskEntry, OfficerView, SignIn};
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn officer_view(opened: State<'_, Opened>) -> Answer<OfficerView> {
    Ok(opened.booth()?.officer())
}

#[tauri::command]
pub(crate) async fn officer_sign_in(opened: State<'_, Opened>, sign_in: SignIn) -> Answer<OfficerView> {
    Ok(opened.booth()?.officer_sign_in(sign_in).await?)
}

#[tauri::command]
pub(crate) async fn officer_sign_out(opened: State<'_, Opened>) -> Answer<OfficerView> {
    Ok(opened.booth()?.officer_sign_out())
}

#[tauri::command]
pub(crate) async fn desk_list(opened: State<'_, Opened>) -> Answer<Vec<DeskEntry>> {
    Ok(opened.booth()?.desk_list().await?)
}

#[tauri::command]
pub(crate) async fn desk_refresh(opened: State<'_, Opened>) -> Answer<Vec<DeskEntry>> {
    Ok(opened.booth()?.desk_refresh().await?)
}

#[tauri::command]
pub(crate) async fn desk_open(opened: State<'_, Opened>, id: String) -> Answer<CaseView> {
    Ok(opened.booth()?.desk_open(&id).await?)
}

#[tauri::command]
pub(crate) async fn desk_fetch(
    opened: State<'_, Opened>,
    request_pk: i64,
    videoid_pk: i64,
) -> Answer<CaseView> {
    Ok(opened.booth()?.desk_fetch(request_pk, videoid_pk).await?)
}

#[tauri::command]
pub(crate) async fn desk_approve(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.approve().await?)
}

#[tauri::command]
pub(crate) async fn desk_refuse(opened: State<'_, Opened>, reason: String) -> Answer<CaseView> {
    Ok(opened.booth()?.refuse(&reason).await?)
}
