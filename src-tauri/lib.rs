//! The booth's window: one web view, the commands it may call, the pictures it may pull, the notices it hears.
//!
//! What happens, in order: [`prepare_process`] sets the environment and the log; [`run`] opens the booth
//! (`station::Booth`) and a locked-down window (`window`) on the built pages. The page calls `commands`, pulls pictures
//! through `frames` and hears `events`. No rule about a case lives here: a command unpacks, asks the booth, returns.

mod booth;
mod commands;
mod dialogs;
mod dropped;
mod events;
mod frames;
mod options;
mod process;
mod window;

use tauri::Manager as _;

pub use options::Options;
pub use process::prepare_process;

/// Opens the window and returns when it was closed.
///
/// # Errors
/// The system gives us no window.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let mut settings = options.start_up().read();
    if let Ok(settings) = &mut settings {
        // The booth has to know: a kiosk remembers no officer.
        settings.kiosk |= options.kiosk;
    }
    let kiosk = settings.as_ref().map_or(options.kiosk, |settings| settings.kiosk);
    let mut builder = tauri::Builder::default();
    // First of all plugins, as it asks to be. In practice several windows may stand side by side.
    if settings.as_ref().is_ok_and(|settings| !settings.practice) {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::to_front(app)
        }));
    }
    let existing = options.existing();
    builder
        .invoke_handler(commands::handler())
        .on_window_event(dropped::take)
        .register_asynchronous_uri_scheme_protocol(frames::SCHEME, frames::answer)
        .setup(move |app| {
            let opened = tauri::async_runtime::block_on(booth::Opened::open(settings, existing));
            events::forward(app.handle(), &opened);
            app.manage(opened);
            window::open(app, kiosk)?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
