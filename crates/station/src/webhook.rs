//! Webhooks: the server tells by itself that a request has moved. A hint, never a fact.
//!
//! What happens, in order: a POST on a path nobody can guess is read up to a small limit and answered at once; what it
//! says is put aside. One after the other the hints are looked at: the same one twice is passed over, and the state of
//! the request is read at the server. Only what is read there changes a case.
//!
//! Webhooks carry no signature and come in no order (One-Shot API, webhooks): whoever finds the path can make the booth
//! read a request's state, and nothing else. Nothing of what comes in is logged but numbers and documented words.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, StatusCode};
use evidence::{Code, Problem, Step, TryAgain};
use oneshot::RequestStatus;
use oneshot::webhook::{WebhookEvent, WebhookFormat};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::booth::Booth;
use crate::clock;
use crate::settings::{self, Settings};
use crate::view::ProblemView;

/// The longest body read: documented ones are a few hundred bytes.
const LONGEST: usize = 64 << 10;
/// How long the sender may take for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bodies read at once.
const AT_ONCE: usize = 16;
/// Hints that may wait; the rest is dropped, and found out by asking from time to time.
const WAITING: usize = 64;
/// Hints remembered, to tell a repeated one.
const REMEMBERED: usize = 1024;
/// The shortest path that is not guessed.
const SHORTEST_PATH: usize = 16;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// The path, with or without its slash in front; a random one where there is none.
    pub path: Option<String>,
}

impl From<&Settings> for Options {
    /// What `[server.webhook]` says; without it a free port on loopback and a random path.
    fn from(settings: &Settings) -> Self {
        let set = settings
            .server
            .as_ref()
            .and_then(|server| server.webhook.as_ref());
        set.map_or_else(
            || Self {
                address: SocketAddr::from(([127, 0, 0, 1], 0)),
                path: None,
            },
            |set| Self {
                address: set.listen,
                path: set.path.clone(),
            },
        )
    }
}

/// A hint, and what was found out because of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heard {
    /// When it was looked at, epoch milliseconds.
    pub at: i64,
    /// `a` or `b`: the form it came in.
    pub format: &'static str,
    /// The request it is about; some say none.
    pub request_pk: Option<i64>,
    /// The status it claims.
    pub claimed: String,
    /// What it calls itself, if that is a word of the documentation's kind.
    pub event_type: Option<String>,
    /// The same hint came before: nothing was read because of it.
    pub repeated: bool,
    /// The case of that request, if it is here.
    pub case: Option<String>,
    /// The status the server gives.
    pub server_status: Option<String>,
    /// Where the case stands now.
    pub step: Option<Step>,
    /// Why the status could not be read, or the case not be moved.
    pub problem: Option<ProblemView>,
}

/// Listens until it is stopped or dropped.
pub struct Listener {
    address: SocketAddr,
    path: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    looking: JoinHandle<()>,
}

impl Listener {
    /// The whole address webhooks are to be sent to. As good as a password: whoever has it can send hints.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more hints, looks at those that wait, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // An error here means that it is over already.
        let _ = (&mut self.serving).await;
        let _ = (&mut self.looking).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.serving.abort();
        self.looking.abort();
    }
}

/// What a connection needs.
struct Door {
    path: String,
    hints: mpsc::Sender<WebhookEvent>,
    reading: Semaphore,
}

/// Listens for webhooks, and calls `on_event` for each hint once it was looked at.
///
/// # Errors
/// The path is too easy to guess, or the address cannot be listened on.
pub async fn listen(
    booth: &Booth,
    options: Options,
    on_event: impl Fn(Heard) + Send + Sync + 'static,
) -> Result<Listener, Problem> {
    let path = match options.path {
        Some(path) => checked(&path)?,
        // Two random UUIDs: 244 bits nobody guesses.
        None => format!("/{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
    };
    let failed = |error: std::io::Error| {
        Problem::new(Code::ListenFailed, TryAgain::AfterChange).because(format!(
            "{}: {}",
            options.address,
            error.kind()
        ))
    };
    let listener = TcpListener::bind(options.address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (hints, waiting) = mpsc::channel(WAITING);
    let (stop, mut stopped) = watch::channel(false);
    let door = Arc::new(Door {
        path: path.clone(),
        hints,
        reading: Semaphore::new(AT_ONCE),
    });
    let router = Router::new().fallback(take).with_state(door);
    let serving = tokio::spawn(async move {
        let until_stopped = async move {
            // An error means that the listener is gone.
            let _ = stopped.changed().await;
        };
        let served = axum::serve(listener, router).with_graceful_shutdown(until_stopped);
        if let Err(error) = served.await {
            tracing::warn!(kind = %error.kind(), "the webhook listener ended");
        }
    });
    let looking = tokio::spawn(look_at(booth.clone(), waiting, on_event));
    Ok(Listener {
        address,
        path,
        stop,
        serving,
        looking,
    })
}

/// A path as it is compared: one slash in front, and long enough not to be guessed.
fn checked(path: &str) -> Result<String, Problem> {
    let bare = path.trim().trim_start_matches('/');
    let usable = bare
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/'));
    if !usable {
        return Err(settings::wrong(
            "webhook path: letters, digits, - _ . ~ and / only".to_owned(),
        ));
    }
    if bare.len() < SHORTEST_PATH {
        return Err(settings::wrong(format!(
            "webhook path: at least {SHORTEST_PATH} characters, so that nobody guesses it"
        )));
    }
    Ok(format!("/{bare}"))
}

/// Takes a hint in. Answers before anything is done about it.
async fn take(State(door): State<Arc<Door>>, request: Request<Body>) -> StatusCode {
    // To whoever does not know the path there is nothing here.
    if request.uri().path() != door.path {
        return StatusCode::NOT_FOUND;
    }
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let Ok(_turn) = door.reading.try_acquire() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let body = axum::body::to_bytes(request.into_body(), LONGEST);
    let body = match tokio::time::timeout(PATIENCE, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    match oneshot::webhook::parse(&body) {
        Ok(event) => {
            if door.hints.try_send(event).is_err() {
                tracing::warn!("too many webhooks wait: one is dropped");
            }
            StatusCode::OK
        }
        Err(fault) => {
            tracing::warn!(%fault, "a webhook could not be read");
            StatusCode::BAD_REQUEST
        }
    }
}

/// Looks at the hints, one after the other.
async fn look_at(booth: Booth, mut waiting: mpsc::Receiver<WebhookEvent>, on_event: impl Fn(Heard)) {
    let mut known = VecDeque::new();
    while let Some(event) = waiting.recv().await {
        let key = event.key();
        let repeated = known.contains(&key);
        let mut heard = Heard {
            at: clock::now().0,
            format: match event.format {
                WebhookFormat::A => "a",
                WebhookFormat::B => "b",
            },
            request_pk: event.request_pk.map(oneshot::RequestPk::get),
            claimed: word(&event.status),
            event_type: event.event_type.filter(|name| is_word(name)),
            repeated,
            case: None,
            server_status: None,
            step: None,
            problem: None,
        };
        if !repeated {
            if let Err(problem) = booth.take_hint(&mut heard).await {
                // A hint that could not be followed is no hint that came before: its repetition is looked at again.
                heard.problem = Some(problem.into());
            } else {
                known.push_back(key);
                if known.len() > REMEMBERED {
                    known.pop_front();
                }
            }
        }
        on_event(heard);
    }
}

/// A status as it may be shown and logged: anybody can write anything into a hint.
fn word(status: &RequestStatus) -> String {
    match status {
        RequestStatus::Other(word) if !is_word(word) => "?".to_owned(),
        status => status.as_str().to_owned(),
    }
}

fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

impl Booth {
    /// Reads what the server says of the request of a hint, and tells the case.
    async fn take_hint(&self, heard: &mut Heard) -> Result<(), Problem> {
        let Some(request_pk) = heard.request_pk else {
            return Ok(());
        };
        let Some(id) = self.case_of(request_pk).await? else {
            return Ok(());
        };
        heard.case = Some(id.to_string());
        let case = self.with_store(move |store| store.load(id)).await?;
        heard.step = Some(case.step());
        // A case on its way is followed by its delivery.
        if !case.is_after_submission() {
            return Ok(());
        }
        let looked = self.look_from_afar(id).await?;
        heard.server_status = Some(looked.status.as_str().to_owned());
        heard.step = Some(self.with_store(move |store| store.load(id)).await?.step());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_guessed_is_refused() {
        for wrong in [
            "",
            "/",
            "webhook",
            "/videoid",
            "0123456789abcde",
            "0123456789abcdef?x=1",
        ] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(
            checked("0123456789abcdef").expect("long enough"),
            "/0123456789abcdef"
        );
    }

    #[test]
    fn what_anybody_can_write_is_not_shown() {
        assert_eq!(word(&RequestStatus::from_word("VIDEOREVIEW")), "VIDEOREVIEW");
        assert_eq!(word(&RequestStatus::from_word("Alma Ejemplo")), "?");
        assert!(!is_word("alma"));
    }
}
