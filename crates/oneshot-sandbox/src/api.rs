//! The API itself: from the head of a call to its answer.
//!
//! In order: which call is meant, the fault waiting for it, the body (in full, with its limit), the call, the answer.

mod answer;
mod create;
mod evidences;
mod form;
mod read;
mod receive;
mod video;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;

use crate::fault::{Fault, Operation};
use crate::server::hang_up;
use crate::store::Store;
use answer::Answer;
use receive::{Received, Unreceived};

/// A call that exists. Its ids are still text: what is no number is the call's own answer.
#[derive(Debug, PartialEq, Eq)]
enum Route<'a> {
    Create,
    Evidences(&'a str),
    UploadVideo(&'a str),
    DownloadVideo(&'a str),
    Request(&'a str),
}

impl<'a> Route<'a> {
    /// The call meant by a path below any of the prefixes, with or without a slash at its end. No such path answers 404;
    /// such a path by another method 405.
    fn find(method: &Method, path: &'a str) -> Result<Self, Answer> {
        let path = path.strip_prefix("/oneshot").unwrap_or(path);
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        // The vendor's rendered samples double the prefix.
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["videoid"]) => Ok(Self::Create),
            ("POST", ["videoid", pk, "evidences"]) => Ok(Self::Evidences(pk)),
            ("POST", ["videoid", pk, "video"]) => Ok(Self::UploadVideo(pk)),
            ("GET", ["videoid", pk, "video"]) => Ok(Self::DownloadVideo(pk)),
            ("GET", ["request", pk]) => Ok(Self::Request(pk)),
            (_, ["videoid"] | ["videoid", _, "evidences" | "video"] | ["request", _]) => {
                Err(Answer::detail(405, "Method Not Allowed"))
            }
            _ => Err(Answer::detail(404, "Not Found")),
        }
    }

    fn operation(&self) -> Operation {
        match self {
            Self::Create => Operation::CreateVideoid,
            Self::Evidences(_) => Operation::UploadEvidences,
            Self::UploadVideo(_) => Operation::UploadVideo,
            Self::DownloadVideo(_) => Operation::DownloadVideo,
            Self::Request(_) => Operation::GetRequest,
        }
    }
}

/// Answers one call.
pub(crate) async fn call(State(store): State<Arc<Store>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let route = Route::find(&head.method, &path);
    let operation = route.as_ref().ok().map(Route::operation);
    let (number, fault) = store.call(head.method.to_string(), path.clone(), operation);
    if fault == Some(Fault::DropBefore) {
        return hang_up();
    }
    let pace = match fault {
        Some(Fault::SlowRead { bytes_per_second }) => Some(bytes_per_second),
        _ => None,
    };
    let answer = match receive::receive(&head.headers, body, store.settings().body_limit, pace).await {
        Ok(received) => match (route, fault.and_then(instead)) {
            (Err(answer), _) | (_, Some(answer)) => answer,
            (Ok(route), None) => carry_out(&store, &route, received).await,
        },
        Err(Unreceived::TooLarge) => Answer::html(413, "413 Request Entity Too Large"),
        Err(Unreceived::BrokeOff) => return hang_up(),
    };
    // Before the answer is held back: what was carried out is known even to who does not wait.
    store.call_went(number, answer.request_pk, None);
    match fault {
        Some(Fault::DropAfter) => return hang_up(),
        Some(Fault::Delay(delay)) => tokio::time::sleep(delay).await,
        _ => {}
    }
    store.call_went(number, answer.request_pk, Some(answer.status.as_u16()));
    match fault {
        Some(Fault::TruncatedBody) => answer.truncated(),
        Some(Fault::EmptyBody) => answer.emptied(),
        _ => answer.into_response(),
    }
}

/// The answer given instead of carrying the call out.
fn instead(fault: Fault) -> Option<Answer> {
    match fault {
        Fault::Html502 => Some(Answer::html(502, "502 Bad Gateway")),
        Fault::Html413 => Some(Answer::html(413, "413 Request Entity Too Large")),
        Fault::Html200 => Some(Answer::html(200, "Sign in to the network")),
        Fault::Status422 => {
            let mut form = form::Form::default();
            form.missing(&["body", "email"]);
            form.answer().err()
        }
        Fault::Wrapped412 => Some(Answer::wrapped_412(
            "Cannot carry out the call",
            "Invalid request status",
        )),
        Fault::Delay(_)
        | Fault::DropBefore
        | Fault::DropAfter
        | Fault::TruncatedBody
        | Fault::EmptyBody
        | Fault::SlowRead { .. } => None,
    }
}

async fn carry_out(store: &Arc<Store>, route: &Route<'_>, received: Received) -> Answer {
    let answer = match route {
        Route::Create => create::create(store, received),
        Route::Evidences(pk) => evidences::upload(store, pk, received).await,
        Route::UploadVideo(pk) => video::upload(store, pk, received).await,
        Route::DownloadVideo(pk) => video::download(store, pk),
        Route::Request(pk) => read::request(store, pk),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

/// The number in a path.
fn id(name: &str, text: &str) -> Result<u64, Answer> {
    text.parse().map_err(|_| {
        let mut form = form::Form::default();
        form.wrong(
            &["path", name],
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        );
        form.refusal()
    })
}

/// Decodes what was uploaded away from the connections. A decoder that gives up on its input must not take the
/// server with it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Answer> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Answer::detail(500, "Internal Server Error"))
}

/// Half of an answer, and then the connection breaks: a body that fails after what it was given.
fn breaking_off(part: bytes::Bytes) -> Body {
    Body::new(answer::BreakingOff::new(part))
}

/// A wait long enough for `bytes` at `bytes_per_second`.
fn wait_for(bytes: usize, bytes_per_second: u32) -> Duration {
    Duration::from_secs_f64(bytes as f64 / f64::from(bytes_per_second.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_and_slash_leads_to_the_same_call() {
        for prefix in ["/oneshot/api/v1", "/api/v1", "/oneshot/api/v1/api/v1"] {
            for slash in ["", "/"] {
                let find = |method: Method, path: &str| {
                    let path = format!("{prefix}/{path}{slash}");
                    Route::find(&method, &path)
                        .map(|route| route.operation())
                        .map_err(|answer| answer.status.as_u16())
                };
                assert_eq!(find(Method::POST, "videoid"), Ok(Operation::CreateVideoid));
                assert_eq!(
                    find(Method::POST, "videoid/16673/evidences"),
                    Ok(Operation::UploadEvidences)
                );
                assert_eq!(
                    find(Method::POST, "videoid/16673/video"),
                    Ok(Operation::UploadVideo)
                );
                assert_eq!(
                    find(Method::GET, "videoid/16673/video"),
                    Ok(Operation::DownloadVideo)
                );
                assert_eq!(find(Method::GET, "request/45836"), Ok(Operation::GetRequest));
                assert_eq!(find(Method::PUT, "videoid"), Err(405));
                assert_eq!(find(Method::POST, "videoid/16673/approve"), Err(404));
                assert_eq!(find(Method::GET, "videoid//video/x"), Err(404));
            }
        }
    }
}
