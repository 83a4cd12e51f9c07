//! The API itself: from the head of a call to its answer.
//!
//! In order: which dialect and which call is meant, the fault waiting for it, the body (in full, with its limit), the
//! call, the answer. Once a body is there the call is carried out, whether or not anybody still waits for the answer.

mod amend;
mod answer;
mod ask;
mod create;
mod documents;
mod evidences;
mod form;
mod images;
mod metadata;
mod multipart;
mod officer;
mod openapi;
mod otp;
mod read;
mod receive;
mod review;
mod routes;
mod saved;
mod sign;
mod stamps;
mod table;
mod tokens;
mod video;
mod voice;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;

use crate::fault::{Fault, Operation};
use crate::server::hang_up;
use crate::store::Store;
use answer::Answer;
use ask::Asked;
use receive::Unreceived;
use voice::Voice;

pub(crate) use openapi::describe;

/// Answers one call.
pub(crate) async fn call(State(store): State<Arc<Store>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let served = routes::dialect(&path).filter(|(dialect, _)| store.settings().dialects.serve(*dialect));
    let Some((dialect, rest)) = served else {
        return crate::page::not_found().await;
    };
    let voice = Voice::new(dialect, store.settings());
    let found = routes::find(voice, head.method.as_str(), rest);
    let operation = found.as_ref().ok().map(|(route, _)| route.operation);
    let (number, fault) = store.call(head.method.to_string(), path.clone(), operation);
    if fault == Some(Fault::DropBefore) {
        return hang_up();
    }
    let pace = match fault {
        Some(Fault::SlowRead { bytes_per_second }) => Some(bytes_per_second),
        _ => None,
    };
    let answer = match receive::receive(&head.headers, body, store.settings().body_limit, pace).await {
        Ok(received) => match (found, fault.and_then(|fault| instead(voice, fault))) {
            (Err(answer), _) | (_, Some(answer)) => answer,
            (Ok((route, values)), None) => {
                let query = head.uri.query().unwrap_or_default();
                let asked = Asked::new(Arc::clone(&store), voice, route, &values, query, received);
                finish(asked, number).await
            }
        },
        Err(Unreceived::TooLarge) => Answer::html(413, "413 Request Entity Too Large"),
        Err(Unreceived::BrokeOff) => return hang_up(),
    };
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

/// Carries a call out on a task of its own: a server does not stop working because somebody hung up.
async fn finish(asked: Asked, number: u64) -> Answer {
    let voice = asked.voice;
    let working = tokio::spawn(async move {
        let store = Arc::clone(&asked.store);
        let upload = matches!(
            asked.route.operation,
            Operation::UploadEvidences | Operation::UploadVideo
        );
        let answer = carry_out(asked).await.unwrap_or_else(|refusal| refusal);
        // What was carried out is known even to who does not wait.
        store.call_went(number, answer.request_pk, None);
        let delay = store.settings().processing_delay;
        if upload && !delay.is_zero() {
            // Nobody may look for a while, and yet whom it concerns is told when processing is over.
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                store.settle();
            });
        }
        answer
    });
    working
        .await
        .unwrap_or_else(|_| voice.refuse(500, "Internal Server Error"))
}

/// The answer given instead of carrying the call out.
fn instead(voice: Voice, fault: Fault) -> Option<Answer> {
    match fault {
        Fault::Html502 => Some(Answer::html(502, "502 Bad Gateway")),
        Fault::Html413 => Some(Answer::html(413, "413 Request Entity Too Large")),
        Fault::Html200 => Some(Answer::html(200, "Sign in to the network")),
        Fault::Status422 => Some(form::unprocessable()),
        Fault::Wrapped412 => Some(voice.knob_412()),
        Fault::Delay(_)
        | Fault::DropBefore
        | Fault::DropAfter
        | Fault::TruncatedBody
        | Fault::EmptyBody
        | Fault::SlowRead { .. } => None,
    }
}

async fn carry_out(asked: Asked) -> Result<Answer, Answer> {
    let turn = asked.turn();
    // One call at a time changes a request: a second signature waits, and then finds the first.
    let _mine = match turn {
        Some(turn) => Some(turn.lock_owned().await),
        None => None,
    };
    match asked.route.operation {
        Operation::CreateVideoid => create::create(asked),
        Operation::ClassicCreate => create::classic(&asked),
        Operation::UploadEvidences => evidences::upload(asked).await,
        Operation::UploadVideo => video::upload(asked).await,
        Operation::DownloadVideo => video::download(&asked),
        Operation::GetRequest => read::request(&asked),
        Operation::Validate => review::validate(&asked).await,
        Operation::Approve => review::approve(&asked).await,
        Operation::Refuse => review::refuse(&asked),
        Operation::UpdateRequest => amend::update(&asked),
        Operation::CancelRequest => amend::cancel(&asked),
        Operation::UploadDocument => documents::upload(asked).await,
        Operation::ListDocuments => documents::list(&asked),
        Operation::GetDocument => documents::get(&asked),
        Operation::DeleteDocument => documents::delete(&asked),
        Operation::DeleteDocuments => documents::delete_all(&asked),
        Operation::Contract => documents::contract(&asked),
        Operation::GenerateOtp => otp::generate(&asked),
        Operation::Sign => sign::sign(&asked).await,
        Operation::AsyncStatus => read::async_status(&asked),
        Operation::CreateToken => tokens::create(&asked),
        Operation::GetToken => tokens::get(&asked),
        Operation::DeleteToken => tokens::delete(&asked),
        Operation::ListTokens => Ok(tokens::list(&asked)),
        Operation::UploadImage => images::upload(&asked).await,
        Operation::GetImage => images::get(&asked),
        Operation::DeleteImage => images::delete(&asked),
        Operation::ListImages => Ok(images::list(&asked)),
        Operation::DeleteImages => Ok(images::delete_all(&asked)),
        Operation::ReadSettings => Ok(saved::read(&asked)),
        Operation::SaveSettings => saved::save(&asked),
        Operation::Hello => Ok(asked.voice.done("Hello")),
        Operation::Version => Ok(saved::version(&asked)),
        Operation::SaveMetadata => metadata::save(&asked),
        Operation::GetMetadata => metadata::get(&asked),
        Operation::DeleteMetadata => metadata::delete(&asked),
        Operation::ListMetadata => Ok(metadata::list(&asked)),
        Operation::DeleteAllMetadata => Ok(metadata::delete_all(&asked)),
    }
}

/// Does heavy work away from the connections. A decoder that gives up on its input must not take the server with it.
async fn aside<T: Send + 'static>(
    voice: Voice,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Answer> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| voice.refuse(500, "Internal Server Error"))
}

/// Half of an answer, and then the connection breaks: a body that fails after what it was given.
fn breaking_off(part: bytes::Bytes) -> Body {
    Body::new(answer::BreakingOff::new(part))
}

/// A wait long enough for `bytes` at `bytes_per_second`.
fn wait_for(bytes: usize, bytes_per_second: u32) -> Duration {
    Duration::from_secs_f64(bytes as f64 / f64::from(bytes_per_second.max(1)))
}
