//! Everything the booth says without being asked goes to the page as one event, `notice`.

use station::view::Notice;
use tauri::{AppHandle, Emitter as _};
use tokio::sync::broadcast::error::RecvError;

use crate::booth::Opened;
use crate::window;

/// The event's name.
pub(crate) const NOTICE: &str = "notice";

/// Passes notices on for as long as the booth speaks.
pub(crate) fn forward(app: &AppHandle, opened: &Opened) {
    let Ok(booth) = opened.booth() else { return };
    let (app, booth) = (app.clone(), booth.clone());
    let mut notices = booth.notices();
    tauri::async_runtime::spawn(async move {
        loop {
            let notice = match notices.recv().await {
                Ok(notice) => notice,
                // The page fell behind. Progress is told anew anyway; the case must be, or the page stays at an old one.
                Err(RecvError::Lagged(_)) => match booth.current_case().await {
                    Some(case) => Notice::Case { case: Box::new(case) },
                    None => continue,
                },
                Err(RecvError::Closed) => break,
            };
            if app.emit_to(window::LABEL, NOTICE, notice).is_err() {
                // Only a web view that is gone does not take an event.
                break;
            }
        }
    });
}
