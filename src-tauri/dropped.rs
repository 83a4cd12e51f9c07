//! Files dropped on the window: documents to be signed, while the case stands where they are picked.
//!
//! The page never sees a path: the system gives the files to us, and what becomes of them is told by a notice.

use station::Step;
use station::view::Notice;
use tauri::{DragDropEvent, Emitter as _, Manager as _, WindowEvent};

use crate::booth::Opened;
use crate::commands::signing::take_dropped;
use crate::events::NOTICE;
use crate::window;

/// Takes what was dropped; anything else that happens to the window is not ours.
pub(crate) fn take(dropped_on: &tauri::Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event else {
        return;
    };
    if dropped_on.label() != window::LABEL {
        return;
    }
    let (app, paths) = (dropped_on.app_handle().clone(), paths.clone());
    tauri::async_runtime::spawn(async move {
        let opened = app.state::<Opened>();
        let Ok(booth) = opened.booth() else { return };
        let here = booth.current_case().await.map(|case| case.step);
        if here != Some(Step::Documents) {
            return;
        }
        if let Err(problem) = take_dropped(booth, &paths).await {
            let refused = Notice::Refused {
                problem: problem.into(),
            };
            // Only a web view that is gone does not take an event.
            let _ = app.emit_to(window::LABEL, NOTICE, refused);
        }
    });
}
