//! Behind the booth: what waits to be sent, the doctor, the audit log. Nothing personal comes back from here.

use station::doctor::Report;
use station::view::{AuditChain, AuditKind, AuditPage, QueueView};
use tauri::State;

use crate::booth::{Answer, Opened};

#[tauri::command]
pub(crate) async fn queue_view(opened: State<'_, Opened>) -> Answer<QueueView> {
    Ok(opened.booth()?.queue().await?)
}

/// Sends a waiting case now; what waits then. The case itself is shown to nobody.
#[tauri::command]
pub(crate) async fn queue_send(opened: State<'_, Opened>, id: String) -> Answer<QueueView> {
    let booth = opened.booth()?;
    booth.send_now(&id).await?;
    Ok(booth.queue().await?)
}

#[tauri::command]
pub(crate) async fn audit_page(
    opened: State<'_, Opened>,
    before: Option<u64>,
    kind: Option<AuditKind>,
) -> Answer<AuditPage> {
    Ok(opened.booth()?.audit_page(before, kind).await?)
}

#[tauri::command]
pub(crate) async fn audit_chain(opened: State<'_, Opened>) -> Answer<AuditChain> {
    Ok(opened.booth()?.audit_chain().await?)
}

#[tauri::command]
pub(crate) async fn doctor_examine(opened: State<'_, Opened>) -> Answer<Report> {
    Ok(opened.examine().await)
}
