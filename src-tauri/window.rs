//! The one window, and what its web view may not do.

use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{App, AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

use crate::process;

/// The window's label: the capability, the notices and `cam://` are for it alone.
pub(crate) const LABEL: &str = "main";

/// Opens the window on the page.
///
/// # Errors
/// The system gives us none.
pub(crate) fn open(app: &App, kiosk: bool) -> tauri::Result<()> {
    let development = development_page(app.handle());
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Proofbooth")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 720.0)
        .center()
        .fullscreen(kiosk)
        .decorations(!kiosk)
        // The page is the booth's own; nothing else is ever shown in its place.
        .on_navigation(move |url| is_our_page(url, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // The camera is ours, not the page's; it needs nothing else either.
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .devtools(cfg!(debug_assertions))
        .zoom_hotkeys_enabled(false)
        // What one customer typed is not offered to the next.
        .general_autofill_enabled(false)
        // Nothing of the page stays on the disk. A WebDriver cannot steer such a window.
        .incognito(!process::is_automated())
        .build()?;
    Ok(())
}

/// Brings the window to the front: somebody started the program a second time.
pub(crate) fn to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // Each of these fails only where the window system does not know it; the others still help.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The origin the page is loaded from, as it stands in an `Origin` header.
pub(crate) fn our_origin(app: &AppHandle) -> String {
    match development_page(app) {
        Some(url) => url.origin().ascii_serialization(),
        None if cfg!(windows) => "http://tauri.localhost".to_owned(),
        None => "tauri://localhost".to_owned(),
    }
}

/// Where the pages come from while they are being worked on.
fn development_page(app: &AppHandle) -> Option<Url> {
    app.config().build.dev_url.clone().filter(|_| tauri::is_dev())
}

fn is_our_page(url: &Url, development: Option<&Url>) -> bool {
    let packed = if cfg!(windows) {
        url.scheme() == "http" && url.host_str() == Some("tauri.localhost")
    } else {
        url.scheme() == "tauri" && url.host_str() == Some("localhost")
    };
    packed || development.is_some_and(|page| page.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().expect("an address")
    }

    #[cfg(not(windows))]
    #[test]
    fn only_the_page_itself_is_ever_shown() {
        assert!(is_our_page(&url("tauri://localhost/index.html"), None));
        for elsewhere in [
            "https://tauri.localhost/",
            "tauri://elsewhere/index.html",
            "https://example.org/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "about:blank",
            "http://localhost:5173/",
            "cam://localhost/object/a/b",
        ] {
            assert!(!is_our_page(&url(elsewhere), None), "{elsewhere}");
        }
    }

    #[test]
    fn while_working_on_the_page_its_own_server_is_let_through() {
        let page = url("http://localhost:5173");
        assert!(is_our_page(&url("http://localhost:5173/index.html"), Some(&page)));
        assert!(!is_our_page(&url("http://localhost:8080/"), Some(&page)));
    }

    fn configuration() -> serde_json::Value {
        serde_json::from_str(include_str!("../tauri.conf.json")).expect("JSON")
    }

    #[test]
    fn the_page_loads_from_here_and_nowhere_else() {
        let csp = configuration()["app"]["security"]["csp"].clone();
        let sources = |directive: &str| csp[directive].as_str().map(str::to_owned).unwrap_or_default();
        assert_eq!(sources("default-src"), "'none'", "what is not named is refused");
        // Without `ipc:` here Tauri falls back to a slower way without a word.
        assert_eq!(
            sources("connect-src"),
            "ipc: http://ipc.localhost cam: http://cam.localhost"
        );
        assert_eq!(sources("img-src"), "'self' cam: http://cam.localhost");
        let directives = csp.as_object().expect("directives").keys();
        for directive in directives
            .map(String::as_str)
            .filter(|it| !["connect-src", "img-src"].contains(it))
        {
            assert!(
                ["'self'", "'none'"].contains(&sources(directive).as_str()),
                "{directive}"
            );
        }
    }

    #[test]
    fn the_page_has_no_more_power_than_it_needs() {
        let configuration = configuration();
        let app = &configuration["app"];
        assert_eq!(app["withGlobalTauri"], false);
        assert_eq!(app["security"]["freezePrototype"], true);
        assert_eq!(app["security"]["capabilities"], serde_json::json!(["main"]));
        assert_eq!(
            app["windows"],
            serde_json::json!([]),
            "`open` above makes the window, with its refusals"
        );
        assert_eq!(configuration["build"]["removeUnusedCommands"], true);
        assert!(
            configuration["build"].get("devUrl").is_none(),
            "a server's address has no place in the product"
        );
    }
}
