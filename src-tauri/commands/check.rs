//! Fields and checks: what a person confirms and vouches for.

use station::view::{CaseView, FieldValue};
use station::{Assurance, Check, SimilarityWord};
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn fields_confirm(
    opened: State<'_, Opened>,
    fields: Vec<FieldValue>,
    operator: String,
) -> Answer<CaseView> {
    Ok(opened.booth()?.confirm_fields(fields, &operator).await?)
}

#[tauri::command]
pub(crate) async fn check_attest(
    opened: State<'_, Opened>,
    check: Check,
    passed: Option<bool>,
    operator: String,
) -> Answer<CaseView> {
    Ok(opened.booth()?.attest(check, passed, &operator).await?)
}

#[tauri::command]
pub(crate) async fn similarity_judge(
    opened: State<'_, Opened>,
    word: Option<SimilarityWord>,
    operator: String,
) -> Answer<CaseView> {
    Ok(opened.booth()?.judge_similarity(word, &operator).await?)
}

/// What was checked of the case on the screen, and on what each thing stands.
#[tauri::command]
pub(crate) async fn case_assurance(opened: State<'_, Opened>) -> Answer<Assurance> {
    Ok(opened.booth()?.assurance_on_screen().await?)
}
