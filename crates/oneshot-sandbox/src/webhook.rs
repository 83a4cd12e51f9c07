//! Telling others of changes, as the vendor's back end does: one POST for each, not signed, not promised to arrive.
//!
//! Changes are told in the order they happened, one after the other. Who does not answer in time holds up the next, so
//! what waits is bounded; what comes on top of that is dropped and said in the log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request as HttpRequest, Uri, header};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use jiff::fmt::strtime;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::kept::{Delivery, Request, Status};
use crate::settings::{Settings, WebhookFormat, WebhookTarget};

/// Changes that may wait to be told.
const MOST_WAITING: usize = 1_000;
/// Deliveries remembered; the oldest go first.
const MOST_DELIVERIES: usize = 5_000;
/// Bytes of an answer that are read. They are not looked at.
const MOST_ANSWER: usize = 64 * 1024;

/// A change on its way.
struct Event {
    request_pk: u64,
    url: String,
    body: Value,
}

/// Takes changes to tell.
pub(crate) struct Messenger {
    waiting: mpsc::Sender<Event>,
    deliveries: Arc<Mutex<VecDeque<Delivery>>>,
    /// Changes taken and not yet told, or given up on.
    untold: Arc<AtomicUsize>,
}

/// Tells them.
pub(crate) struct Courier {
    waiting: mpsc::Receiver<Event>,
    deliveries: Arc<Mutex<VecDeque<Delivery>>>,
    untold: Arc<AtomicUsize>,
    timeout: Duration,
    attempts: u32,
    allow_other_machines: bool,
}

/// A messenger, and the courier who works until it is gone.
pub(crate) fn pair(settings: &Settings) -> (Messenger, Courier) {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    let deliveries = Arc::default();
    let untold = Arc::<AtomicUsize>::default();
    let messenger = Messenger {
        waiting: sender,
        deliveries: Arc::clone(&deliveries),
        untold: Arc::clone(&untold),
    };
    let courier = Courier {
        waiting: receiver,
        deliveries,
        untold,
        timeout: settings.webhook_timeout,
        attempts: settings.webhook_retries.saturating_add(1),
        allow_other_machines: settings.allow_other_machines,
    };
    (messenger, courier)
}

impl Messenger {
    /// Has `target` told that a request has entered its state.
    pub(crate) fn tell(
        &self,
        target: &WebhookTarget,
        request: &Request,
        before: Option<Status>,
        at: Timestamp,
    ) {
        let event = Event {
            request_pk: request.request_pk,
            url: target.url.clone(),
            body: match target.format {
                WebhookFormat::A => format_a(request, before, at),
                WebhookFormat::B => format_b(request, at),
            },
        };
        self.untold.fetch_add(1, Ordering::Relaxed);
        if self.waiting.try_send(event).is_err() {
            self.untold.fetch_sub(1, Ordering::Relaxed);
            tracing::debug!(
                request = request.request_pk,
                "a webhook is dropped, too many wait"
            );
        }
    }

    /// Whether a change waits to be told.
    pub(crate) fn untold(&self) -> bool {
        self.untold.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().iter().cloned().collect()
    }
}

/// The older form. Its moment has no zone and six digits of fraction.
fn format_a(request: &Request, before: Option<Status>, at: Timestamp) -> Value {
    json!({
        "status": request.status.word(),
        "date": stamp("%Y-%m-%dT%H:%M:%S%.6f", at),
        // What a first message says there is not documented.
        "previous_status": before.map(Status::word),
        "request": request.request_pk,
        "registration_authority": number(&request.registration_authority),
    })
}

/// The newer form.
fn format_b(request: &Request, at: Timestamp) -> Value {
    let event = match request.status {
        Status::Pending => "REQUEST_CREATED",
        // A validation has no event of its own in the vendor's list.
        Status::Incomplete | Status::Review | Status::Created => "VIDEOID_UPDATED",
        Status::Error => "VIDEOID_FAILED",
        Status::EnrollReady => "REQUEST_APPROVED",
        Status::Issued => "REQUEST_ENROLLED",
        Status::Cancelled if request.refusals > 0 => "VIDEOID_REFUSED",
        Status::Cancelled => "REQUEST_CANCELED",
    };
    let certificates: Vec<Value> = request.certificate.iter().map(certificate).collect();
    json!({
        "event_type": event,
        "sent_at": stamp("%Y%m%d%H%M%S", at),
        "request": {
            "status": request.status.word(),
            "profile": request.field("profile"),
            "registration_authority": number(&request.registration_authority),
            "scratchcard": request.scratchcard,
            "pk": request.request_pk,
        },
        "certificates": certificates,
    })
}

/// A certificate as webhooks and records show it.
pub(crate) fn certificate(certificate: &crate::Certificate) -> Value {
    json!({
        "status": "VALID",
        "serial_number": certificate.serial_number,
        "valid_from": stamp("%Y%m%d %H:%M:%S", certificate.valid_from),
        "valid_to": stamp("%Y%m%d %H:%M:%S", certificate.valid_to),
    })
}

fn number(authority: &str) -> Value {
    authority.parse::<u64>().map_or(Value::Null, Value::from)
}

/// A moment, UTC, in one of the vendor's ways of writing it.
pub(crate) fn stamp(format: &str, at: Timestamp) -> String {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    strtime::format(format, &at).expect("each format is written in this crate")
}

impl Courier {
    /// Tells what comes, until nobody can send any more.
    pub(crate) async fn work(mut self) {
        while let Some(event) = self.waiting.recv().await {
            for attempt in 1..=self.attempts {
                let posted = tokio::time::timeout(self.timeout, self.post(&event)).await;
                let status = posted.unwrap_or_default();
                self.note(&event, attempt, status);
                if status.is_some_and(|status| (200..300).contains(&status)) {
                    break;
                }
            }
            self.untold.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn note(&self, event: &Event, attempt: u32, status: Option<u16>) {
        let mut deliveries = self.deliveries.lock();
        deliveries.push_back(Delivery {
            at: Timestamp::now(),
            request_pk: event.request_pk,
            url: event.url.clone(),
            body: event.body.clone(),
            attempt,
            status,
        });
        if deliveries.len() > MOST_DELIVERIES {
            deliveries.pop_front();
        }
    }

    /// The status answered. `None`: the address cannot be used, or nobody is there.
    async fn post(&self, event: &Event) -> Option<u16> {
        let uri: Uri = event.url.parse().ok()?;
        if uri.scheme_str() != Some("http") {
            return None;
        }
        let host = uri.host()?;
        let address = (host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80));
        let mut known = tokio::net::lookup_host(address).await.ok()?;
        // What the sandbox is sent stays on this machine, unless it was said otherwise.
        let address = known.find(|it| it.ip().is_loopback() || self.allow_other_machines)?;
        let stream = TcpStream::connect(address).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .ok()?;
        let path = uri.path_and_query().map_or("/", |it| it.as_str());
        let request = HttpRequest::post(path)
            .header(header::HOST, uri.authority()?.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "proofbooth-sandbox")
            .header(header::CONNECTION, "close")
            .body(Full::new(Bytes::from(event.body.to_string())))
            .ok()?;
        let answer = async {
            let mut answer = sender.send_request(request).await.ok()?;
            let mut came = 0;
            while let Some(Ok(frame)) = answer.frame().await {
                came += frame.data_ref().map_or(0, Bytes::len);
                if came > MOST_ANSWER {
                    break;
                }
            }
            Some(answer.status().as_u16())
        };
        let mut answer = std::pin::pin!(answer);
        // The connection has to be driven while the answer is waited for, and is closed with it.
        tokio::select! {
            status = &mut answer => status,
            _ = connection => answer.await,
        }
    }
}
