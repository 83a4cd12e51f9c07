//! Before the first picture: the request, the consent, the document.

use station::Biometrics;
use station::view::{CaseView, DocumentView};
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn start_new(
    opened: State<'_, Opened>,
    mobile_phone: String,
    email: String,
) -> Answer<CaseView> {
    Ok(opened.booth()?.start_new(&mobile_phone, &email).await?)
}

#[tauri::command]
pub(crate) async fn start_existing(
    opened: State<'_, Opened>,
    request_pk: i64,
    videoid_pk: i64,
) -> Answer<CaseView> {
    Ok(opened.booth()?.start_existing(request_pk, videoid_pk).await?)
}

#[tauri::command]
pub(crate) async fn start_defer(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.start_defer().await?)
}

#[tauri::command]
pub(crate) async fn start_declare_none(opened: State<'_, Opened>) -> Answer<CaseView> {
    Ok(opened.booth()?.start_declare_none().await?)
}

#[tauri::command]
pub(crate) async fn consent_accept(
    opened: State<'_, Opened>,
    language: String,
    version: String,
    biometrics: Biometrics,
) -> Answer<CaseView> {
    Ok(opened
        .booth()?
        .accept_consent(&language, &version, biometrics)
        .await?)
}

#[tauri::command]
pub(crate) async fn document_choose(opened: State<'_, Opened>, document: DocumentView) -> Answer<CaseView> {
    Ok(opened.booth()?.choose_document(document).await?)
}
