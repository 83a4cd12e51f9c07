//! The process around the window: what must be set before anything runs, and what it may say.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Turns WebKit's GPU buffers off. Where there is no GPU they cost two thirds of the frames.
const NO_GPU_BUFFERS: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Lets a WebDriver steer the window.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";
/// What the log holds, in the syntax of `tracing_subscriber::EnvFilter`.
const LOG: &str = "PROOFBOOTH_LOG";

/// Sets up the process: environment, log, and what is said of a panic.
///
/// Call it first: it changes the environment, which must not happen once there are threads.
pub fn prepare_process() {
    if cfg!(target_os = "linux") && std::env::var_os(NO_GPU_BUFFERS).is_none() && !has_gpu() {
        set(NO_GPU_BUFFERS, Some("1"));
    }
    // A released booth is steered by the person in front of it alone.
    if !cfg!(debug_assertions) {
        set(AUTOMATION, None);
    }
    log_to_stderr();
    station::leave_no_crash_dumps();
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        // Text put together at run time may hold what a person typed; text that stands in the source cannot.
        let words = panic.payload().downcast_ref::<&'static str>().copied();
        tracing::error!(at, words, "a defect");
    }));
}

/// Whether a WebDriver may steer this window: in debug only, and when it was started for that.
pub(crate) fn is_automated() -> bool {
    cfg!(debug_assertions) && std::env::var_os(AUTOMATION).is_some_and(|value| value == "true")
}

fn has_gpu() -> bool {
    let Ok(nodes) = std::fs::read_dir("/dev/dri") else {
        return false;
    };
    nodes
        .flatten()
        .any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
}

#[expect(
    unsafe_code,
    reason = "the environment is changed before the process has a second thread"
)]
fn set(name: &str, value: Option<&str>) {
    // SAFETY: `prepare_process` runs first in `main`, so no other thread reads the environment meanwhile.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new("warn"));
    // An error means that a log was set up already, which is as good.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
