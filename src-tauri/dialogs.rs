//! The system's file dialogs.

use std::path::PathBuf;

use rfd::{AsyncFileDialog, FileHandle};
use station::{Code, Problem, TryAgain};
use tauri::{AppHandle, Manager as _};

use crate::window;

/// Asks for a picture; `None` when the person cancelled.
///
/// # Errors
/// The window is gone.
pub(crate) async fn pick_picture(app: &AppHandle) -> Result<Option<PathBuf>, Problem> {
    let filter = ["jpg", "jpeg", "png", "JPG", "JPEG", "PNG"];
    show(app, move |dialog| {
        dialog.add_filter("JPEG, PNG", &filter).pick_file()
    })
    .await
}

/// Asks where the receipt shall be; `None` when the person cancelled.
///
/// # Errors
/// The window is gone.
pub(crate) async fn place_for_receipt(app: &AppHandle) -> Result<Option<PathBuf>, Problem> {
    show(app, |dialog| dialog.set_file_name("receipt.txt").save_file()).await
}

/// Opens a dialog over our window and waits for the person. Dialogs begin on the main thread: macOS allows no other.
async fn show<Shown>(
    app: &AppHandle,
    open: impl FnOnce(AsyncFileDialog) -> Shown + Send + 'static,
) -> Result<Option<PathBuf>, Problem>
where
    Shown: Future<Output = Option<FileHandle>> + Send + 'static,
{
    let gone = || Problem::new(Code::Internal, TryAgain::Now).because("the window is gone");
    let (opened, shown) = tokio::sync::oneshot::channel();
    let window = app.get_webview_window(window::LABEL).ok_or_else(gone)?;
    let on_main = move || {
        // Nobody waits any more: then nobody needs the dialog.
        let _ = opened.send(open(AsyncFileDialog::new().set_parent(&window)));
    };
    app.run_on_main_thread(on_main).map_err(|_| gone())?;
    let chosen = shown.await.map_err(|_| gone())?.await;
    Ok(chosen.map(|file| file.path().to_owned()))
}
