//! The booth itself and its cameras.

use station::view::{BoothView, CameraSearch, ConsentText};
use station::{Role, Secret};
use tauri::{AppHandle, State};

use crate::booth::{Answer, Opened};
use crate::events;

#[tauri::command]
pub(crate) async fn booth_view(opened: State<'_, Opened>) -> Answer<BoothView> {
    Ok(opened.view().await?)
}

/// Tries the passphrase of the evidence kept here; the booth as it is then.
#[tauri::command]
pub(crate) async fn booth_unlock(
    app: AppHandle,
    opened: State<'_, Opened>,
    passphrase: String,
) -> Answer<BoothView> {
    if opened.unlock(Secret::from(passphrase)).await? {
        events::forward(&app, &opened);
    }
    Ok(opened.view().await?)
}

#[tauri::command]
pub(crate) async fn consent_text(opened: State<'_, Opened>, language: String) -> Answer<ConsentText> {
    Ok(opened.booth()?.consent_text(&language))
}

#[tauri::command]
pub(crate) async fn cameras_refresh(opened: State<'_, Opened>) -> Answer<BoothView> {
    Ok(opened.booth()?.refresh_cameras().await?)
}

#[tauri::command]
pub(crate) async fn camera_choose(
    opened: State<'_, Opened>,
    role: Role,
    camera: String,
) -> Answer<BoothView> {
    Ok(opened.booth()?.choose_camera(role, &camera).await?)
}

#[tauri::command]
pub(crate) async fn microphone_choose(opened: State<'_, Opened>, microphone: String) -> Answer<BoothView> {
    Ok(opened.booth()?.choose_microphone(&microphone).await?)
}

#[tauri::command]
pub(crate) async fn camera_restart(opened: State<'_, Opened>) -> Answer<()> {
    opened.booth()?.restart_camera();
    Ok(())
}

/// Looks once for a camera that failed.
#[tauri::command]
pub(crate) async fn camera_look(opened: State<'_, Opened>, role: Role) -> Answer<CameraSearch> {
    Ok(opened.booth()?.look_for_camera(role).await)
}
