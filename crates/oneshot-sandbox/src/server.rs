//! The connections, from accepting one to closing it.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request as HttpRequest, Response};
use axum::routing::any;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::fault::{Fault, Operation};
use crate::kept::{Call, Delivery, Request};
use crate::settings::Settings;
use crate::store::{Store, Which};
use crate::{api, guard, page, webhook};

/// How long calls under way may take to end after [`Sandbox::stop`].
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a connection may take to send the head of a call.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// A running sandbox. Dropping it closes every connection at once and forgets everything it holds.
pub struct Sandbox {
    store: Arc<Store>,
    address: SocketAddr,
    stopping: watch::Sender<bool>,
    serving: JoinHandle<()>,
    telling: JoinHandle<()>,
}

impl Sandbox {
    /// Starts listening. Needs a tokio runtime with its I/O and time enabled, and runs on it.
    ///
    /// # Errors
    /// Where the address cannot be listened on; [`io::ErrorKind::PermissionDenied`] where other machines could reach it
    /// and [`Settings::allow_other_machines`] is off.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        if !settings.listen.ip().is_loopback() && !settings.allow_other_machines {
            let reason = format!(
                "{} can be reached by other machines; the sandbox is for this one",
                settings.listen
            );
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
        }
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let (messenger, courier) = webhook::pair(&settings);
        let store = Arc::new(Store::new(settings, messenger));
        let telling = tokio::spawn(courier.work());
        let (stopping, stop) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, router(Arc::clone(&store)), stop));
        tracing::debug!(%address, "the One-Shot sandbox listens");
        Ok(Self {
            store,
            address,
            stopping,
            serving,
            telling,
        })
    }

    /// The prefix a client of the current dialect is configured with, e.g. `http://127.0.0.1:40001/oneshot/api/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/oneshot/api/v1", self.reachable())
    }

    /// The prefix a client of the legacy dialect is configured with, e.g. `http://127.0.0.1:40001/api/v1`.
    #[must_use]
    pub fn legacy_base_url(&self) -> String {
        format!("http://{}/api/v1", self.reachable())
    }

    /// The token of the first officer, made at the start: a UUID with dashes. Its 32 digits alone will do too.
    #[must_use]
    pub fn token(&self) -> String {
        self.store.token().to_owned()
    }

    /// The code that was sent to a request's person and is waiting to be typed in; `None` if none is, or it is no longer
    /// good.
    #[must_use]
    pub fn otp(&self, request_pk: u64) -> Option<String> {
        self.store.code(Which::Request(request_pk))
    }

    /// The throw-away root that all certificates of this sandbox come from, PEM.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.store.notary().ca_pem()
    }

    /// Requests created since the start, those forgotten too.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.store.created()
    }

    /// Every attempt to tell somebody of a change, oldest first (the newest 5000).
    #[must_use]
    pub fn webhooks(&self) -> Vec<Delivery> {
        self.store.messenger().deliveries()
    }

    /// Sets the sandbox's own clock forward: what spaces codes, what ends them, and what processing takes. Certificates
    /// and signatures keep to the machine's.
    pub fn advance_clock(&self, by: Duration) {
        self.store.advance_clock(by);
    }

    /// The page that shows a person what arrived, e.g. `http://127.0.0.1:40001/`.
    #[must_use]
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.reachable())
    }

    /// The page of one request.
    #[must_use]
    pub fn request_page_url(&self, request_pk: u64) -> String {
        format!("http://{}/requests/{request_pk}", self.reachable())
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address to call it by: one that listens on all is called on loopback.
    fn reachable(&self) -> SocketAddr {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }

    /// The requests held, oldest first, with everything that was sent.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.store.requests()
    }

    /// One request.
    #[must_use]
    pub fn request(&self, request_pk: u64) -> Option<Request> {
        self.store.request(Which::Request(request_pk))
    }

    /// Every call of the API received, oldest first (the newest 5000).
    #[must_use]
    pub fn history(&self) -> Vec<Call> {
        self.store.calls()
    }

    /// The next call of this kind meets this fault. Several wait in the order they were set, one for each call.
    pub fn fail_next(&self, operation: Operation, fault: Fault) {
        self.store.fail_next(operation, fault);
    }

    /// Forgets all faults still waiting.
    pub fn clear_faults(&self) {
        self.store.clear_faults();
    }

    /// Takes no more calls, lets those under way end (two seconds at most), and closes.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        // An error here means that it is over already.
        let _ = (&mut self.serving).await;
        // What changed last is still told, if somebody listens.
        let all_told = async {
            while self.store.messenger().untold() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, all_told).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Takes the connections with it: they live in the task's own set.
        self.serving.abort();
        self.telling.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn router(store: Arc<Store>) -> Router {
    Router::new()
        .route("/oneshot/api/v1", any(api::call))
        .route("/oneshot/api/v1/{*path}", any(api::call))
        .route("/api/v1", any(api::call))
        .route("/api/v1/{*path}", any(api::call))
        .merge(page::router())
        .fallback(page::not_found)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&store),
            guard::guard,
        ))
        .with_state(store)
}

async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stop.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, or a connection that is gone again: the next one may do.
                    tracing::debug!(%error, "the sandbox could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let all_over = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(PATIENCE, all_over).await.is_err() {
        tracing::debug!("the sandbox closes connections in the middle of a call");
    }
}

/// Says, attached to an answer, that the connection shall be closed instead of sending it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

impl fmt::Display for HangUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hung up without an answer")
    }
}

impl std::error::Error for HangUp {}

/// An "answer" that closes the connection.
pub(crate) fn hang_up() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HangUp);
    response
}

async fn connection(stream: TcpStream, router: Router, mut stop: watch::Receiver<bool>) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: HttpRequest<Incoming>| {
        let answer = router.call(request);
        async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            match response.extensions().get::<HangUp>() {
                Some(hang_up) => Err(*hang_up),
                None => Ok(response),
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the sandbox ended early");
    }
}
