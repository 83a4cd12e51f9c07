//! Behind the booth: what waits to be sent or goes to another machine, the doctor, the audit log. Nothing personal comes
//! back from here.

use station::doctor::Report;
use station::view::{
    AuditChain, AuditKind, AuditPage, CameraTrial, CarryKeys, HandedOver, QueueView, TakenIn,
};
use station::{Export, Purpose};
use tauri::{AppHandle, State};

use crate::booth::{Answer, Opened};
use crate::dialogs;

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
pub(crate) async fn carry_keys(opened: State<'_, Opened>) -> Answer<CarryKeys> {
    let booth = opened.booth()?;
    Ok(CarryKeys {
        device: booth.device_key().await?.to_string(),
        recipient: booth.recipient().await?,
    })
}

/// Hands a waiting case over to the machine of the settings, in a bundle a person finds a place for. `None` when they
/// found none.
#[tauri::command]
pub(crate) async fn queue_hand_over(
    app: AppHandle,
    opened: State<'_, Opened>,
    id: String,
    name: String,
) -> Answer<Option<HandedOver>> {
    let booth = opened.booth()?;
    let Some(to) = dialogs::place_for(&app, &name).await? else {
        return Ok(None);
    };
    let export = Export {
        to,
        recipients: Vec::new(),
        purpose: Purpose::HandOver,
        in_clear: false,
    };
    let exported = booth.export(&id, &export).await?;
    let file = exported.file.file_name().unwrap_or_default();
    Ok(Some(HandedOver {
        file: file.to_string_lossy().into_owned(),
        not_stamped: exported.not_stamped.map(Into::into),
        queue: booth.queue().await?,
    }))
}

/// Takes the case of a bundle in that a person picks. `None` when they picked none.
#[tauri::command]
pub(crate) async fn bundle_take_in(app: AppHandle, opened: State<'_, Opened>) -> Answer<Option<TakenIn>> {
    let booth = opened.booth()?;
    let Some(file) = dialogs::pick_bundle(&app).await? else {
        return Ok(None);
    };
    let case = booth.import(&file, &[]).await?;
    Ok(Some(TakenIn {
        code: case.code,
        queue: booth.queue().await?,
    }))
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

/// Tries out a camera for some seconds; its pictures are at `cam://localhost/trial` meanwhile.
#[tauri::command]
pub(crate) async fn camera_try(opened: State<'_, Opened>, camera: String) -> Answer<CameraTrial> {
    Ok(opened.booth()?.try_camera(&camera).await?)
}
