//! The `cam://` scheme: the pictures of the window.
//!
//! The page pulls "the newest picture after number n" and gets the camera's own JPEG bytes, or, after two seconds without
//! one, an empty answer. Nothing queues up in between, so a slow page is never behind by more than one picture. Stored
//! evidence, the pictures of a recorded video and the pages of documents come the same way. Only the window's own page is answered.

mod asked;

use std::borrow::Cow;
use std::time::Duration;

use station::view::ProblemView;
use station::{Booth, PreviewFrame, Problem};
use tauri::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, HeaderName,
    HeaderValue, ORIGIN, X_CONTENT_TYPE_OPTIONS,
};
use tauri::http::{Method, Request, Response, StatusCode};
use tauri::{Manager as _, UriSchemeContext, UriSchemeResponder, Wry};

use self::asked::Asked;
use crate::booth::Opened;
use crate::window;

/// The scheme's name; on Windows it appears as `http://cam.localhost`.
pub(crate) const SCHEME: &str = "cam";

/// How long a pull waits for a newer picture.
const PULL_PATIENCE: Duration = Duration::from_secs(2);

type Bytes = Cow<'static, [u8]>;

/// Answers the page, always, and nobody else.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let origin = window::our_origin(&app);
    if !is_allowed(context.webview_label(), &origin, &request) {
        return responder.respond(finish(plain(StatusCode::FORBIDDEN), &origin));
    }
    let Some(asked) = Asked::read(request.uri()) else {
        return responder.respond(finish(plain(StatusCode::NOT_FOUND), &origin));
    };
    // A task of its own, so that even a panic in it ends in an answer.
    let work = tauri::async_runtime::spawn(async move {
        match app.state::<Opened>().booth() {
            Ok(booth) => fetch(booth, asked).await,
            Err(problem) => failed(StatusCode::GONE, problem),
        }
    });
    tauri::async_runtime::spawn(async move {
        let response = work
            .await
            .unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR));
        responder.respond(finish(response, &origin));
    });
}

/// Only the window's own page may ask, and it only reads.
fn is_allowed(webview: &str, our_origin: &str, request: &Request<Vec<u8>>) -> bool {
    // Not every web view says where an image was asked for from; one that does must say it was us.
    let ours = request
        .headers()
        .get(ORIGIN)
        .is_none_or(|origin| origin == our_origin);
    webview == window::LABEL && request.method() == Method::GET && ours
}

async fn fetch(booth: &Booth, asked: Asked) -> Response<Bytes> {
    match asked {
        Asked::Preview { role, after } => match booth.preview(role, after, PULL_PATIENCE).await {
            Ok(Some(frame)) => picture(&frame),
            Ok(None) => plain(StatusCode::NO_CONTENT),
            Err(problem) => failed(StatusCode::GONE, problem),
        },
        Asked::Trial { after } => match booth.tried_picture(after, PULL_PATIENCE).await {
            Some(frame) => picture(&frame),
            None => plain(StatusCode::NO_CONTENT),
        },
        Asked::Object { case, object } => match booth.object(&case, &object).await {
            Ok(stored) => {
                let mut response = body(StatusCode::OK, stored.media_type, stored.bytes);
                insert(&mut response, SHA256, &stored.sha256);
                response
            }
            Err(problem) => failed(StatusCode::NOT_FOUND, problem),
        },
        Asked::ClipPicture { case, object, at_ms } => match booth.clip_frame(&case, &object, at_ms).await {
            Ok(jpeg) => body(StatusCode::OK, "image/jpeg", jpeg.to_vec()),
            Err(problem) => failed(StatusCode::NOT_FOUND, problem),
        },
        Asked::Page {
            case,
            object,
            page,
            width,
        } => match booth.paper_page(&case, &object, page, width).await {
            Ok(picture) => body(StatusCode::OK, "image/png", picture.png),
            Err(problem) => failed(StatusCode::NOT_FOUND, problem),
        },
    }
}

const SEQUENCE: HeaderName = HeaderName::from_static("x-sequence");
const CAPTURED_AT: HeaderName = HeaderName::from_static("x-captured-at");
const SHA256: HeaderName = HeaderName::from_static("x-sha256");

fn picture(frame: &PreviewFrame) -> Response<Bytes> {
    let mut response = body(StatusCode::OK, "image/jpeg", frame.jpeg.to_vec());
    insert(&mut response, SEQUENCE, &frame.sequence.to_string());
    insert(&mut response, CAPTURED_AT, &frame.captured_at.to_string());
    response
}

fn plain(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::default());
    *response.status_mut() = status;
    response
}

fn body(status: StatusCode, media_type: &str, bytes: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::Owned(bytes));
    *response.status_mut() = status;
    insert(&mut response, CONTENT_TYPE, media_type);
    response
}

fn failed(status: StatusCode, problem: Problem) -> Response<Bytes> {
    let json = serde_json::to_vec(&ProblemView::from(problem)).unwrap_or_default();
    body(status, "application/json", json)
}

/// What every answer carries: our page alone may read it, and nothing keeps it.
fn finish(mut response: Response<Bytes>, origin: &str) -> Response<Bytes> {
    insert(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    insert(
        &mut response,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        "x-sequence, x-captured-at, x-sha256",
    );
    insert(&mut response, CACHE_CONTROL, "no-store");
    insert(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Sets a header; a value that cannot stand in one is left out.
fn insert(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use station::{Code, TryAgain};

    use super::*;

    fn asked_by(webview: &str, method: Method, origin: Option<&str>) -> bool {
        let mut request = Request::new(Vec::new());
        *request.method_mut() = method;
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert(ORIGIN, HeaderValue::from_str(origin).expect("a header value"));
        }
        is_allowed(webview, "tauri://localhost", &request)
    }

    #[test]
    fn only_the_windows_own_page_is_answered() {
        assert!(asked_by("main", Method::GET, Some("tauri://localhost")));
        assert!(asked_by("main", Method::GET, None));
        assert!(
            !asked_by("other", Method::GET, Some("tauri://localhost")),
            "another web view"
        );
        assert!(
            !asked_by("main", Method::GET, Some("https://example.org")),
            "another page in ours"
        );
        assert!(
            !asked_by("main", Method::GET, Some("null")),
            "a frame without an origin"
        );
        assert!(
            !asked_by("main", Method::POST, Some("tauri://localhost")),
            "it only reads"
        );
    }

    #[test]
    fn every_answer_is_for_our_page_and_is_kept_nowhere() {
        for response in [
            plain(StatusCode::NO_CONTENT),
            body(StatusCode::OK, "image/jpeg", vec![1]),
        ] {
            let response = finish(response, "tauri://localhost");
            let header = |name| {
                response
                    .headers()
                    .get(name)
                    .and_then(|value: &HeaderValue| value.to_str().ok())
            };
            assert_eq!(header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("tauri://localhost"));
            assert_eq!(header(CACHE_CONTROL), Some("no-store"));
            assert!(header(ACCESS_CONTROL_EXPOSE_HEADERS).is_some_and(|names| names.contains("x-sequence")));
        }
    }

    #[test]
    fn a_camera_that_failed_says_why() {
        let response = failed(
            StatusCode::GONE,
            Problem::new(Code::CameraUnplugged, TryAgain::Now).because("error 19"),
        );
        assert_eq!(response.status(), StatusCode::GONE);
        let problem: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
        assert_eq!(problem["code"], "camera_unplugged");
        assert_eq!(problem["detail"], "error 19", "the driver's own words");
    }
}
