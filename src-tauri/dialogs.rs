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
    let chosen = show(app, move |dialog| {
        dialog.add_filter("JPEG, PNG", &filter).pick_file()
    })
    .await?;
    Ok(chosen.map(path))
}

/// Asks for a sealed bundle; `None` when the person cancelled.
///
/// # Errors
/// The window is gone.
pub(crate) async fn pick_bundle(app: &AppHandle) -> Result<Option<PathBuf>, Problem> {
    let chosen = show(app, |dialog| {
        dialog.add_filter("Proofbooth", &["pbx", "PBX"]).pick_file()
    })
    .await?;
    Ok(chosen.map(path))
}

/// Asks for documents to be signed; none when the person cancelled.
///
/// # Errors
/// The window is gone.
pub(crate) async fn pick_papers(app: &AppHandle) -> Result<Vec<PathBuf>, Problem> {
    let chosen = show(app, |dialog| {
        dialog.add_filter("PDF", &["pdf", "PDF"]).pick_files()
    })
    .await?;
    Ok(chosen.unwrap_or_default().into_iter().map(path).collect())
}

/// Asks where a file shall be, suggesting a name; `None` when the person cancelled.
///
/// # Errors
/// The window is gone.
pub(crate) async fn place_for(app: &AppHandle, name: &str) -> Result<Option<PathBuf>, Problem> {
    let name = name.to_owned();
    let chosen = show(app, move |dialog| dialog.set_file_name(name).save_file()).await?;
    Ok(chosen.map(path))
}

fn path(file: FileHandle) -> PathBuf {
    file.path().to_owned()
}

/// Opens a dialog over our window and waits for the person. Dialogs begin on the main thread: macOS allows no other.
async fn show<Shown, Chosen>(
    app: &AppHandle,
    open: impl FnOnce(AsyncFileDialog) -> Shown + Send + 'static,
) -> Result<Chosen, Problem>
where
    Shown: Future<Output = Chosen> + Send + 'static,
{
    let gone = || Problem::new(Code::Internal, TryAgain::Now).because("the window is gone");
    let (opened, shown) = tokio::sync::oneshot::channel();
    let window = app.get_webview_window(window::LABEL).ok_or_else(gone)?;
    let on_main = move || {
        // Nobody waits any more: then nobody needs the dialog.
        let _ = opened.send(open(AsyncFileDialog::new().set_parent(&window)));
    };
    app.run_on_main_thread(on_main).map_err(|_| gone())?;
    Ok(shown.await.map_err(|_| gone())?.await)
}
