//! What a program of another process needs to know of the sandbox, and its clock.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::kept::Delivery;
use crate::store::Store;

/// `GET /_sandbox/about`
pub(crate) async fn about(State(store): State<Arc<Store>>, headers: HeaderMap) -> Json<Value> {
    let host = host(&headers);
    Json(json!({
        "name": "proofbooth-sandbox",
        "base_url": format!("http://{host}/oneshot/api/v1"),
        "legacy_base_url": format!("http://{host}/api/v1"),
        "page": format!("http://{host}/"),
        "token": store.token(),
        "now": store.now().to_string(),
        "ahead_s": store.ahead().as_secs(),
        "created": store.created(),
    }))
}

/// `GET /_sandbox/ca.pem`
pub(crate) async fn ca_pem(State(store): State<Arc<Store>>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/x-pem-file")],
        store.notary().ca_pem(),
    )
        .into_response()
}

/// `GET /_sandbox/openapi.json`
pub(crate) async fn openapi(State(store): State<Arc<Store>>, headers: HeaderMap) -> Json<Value> {
    Json(crate::api::describe(store.settings(), &host(&headers)))
}

/// `POST /_sandbox/clock {"advance_s": 60}`
pub(crate) async fn clock(State(store): State<Arc<Store>>, Json(body): Json<Value>) -> Response {
    let Some(seconds) = body.get("advance_s").and_then(Value::as_u64) else {
        let said = json!({ "detail": "advance_s is a whole number of seconds" });
        return (StatusCode::BAD_REQUEST, Json(said)).into_response();
    };
    store.advance_clock(Duration::from_secs(seconds));
    Json(json!({ "now": store.now().to_string(), "ahead_s": store.ahead().as_secs() })).into_response()
}

/// `GET /_sandbox/webhooks`
pub(crate) async fn webhooks(State(store): State<Arc<Store>>) -> Json<Value> {
    let show = |it: &Delivery| {
        json!({
            "at": it.at.to_string(),
            "request_pk": it.request_pk,
            "url": it.url,
            "body": it.body,
            "attempt": it.attempt,
            "status": it.status,
        })
    };
    Json(store.messenger().deliveries().iter().map(show).collect())
}

/// The name it was called by. The guard let it pass, so it is one of this machine.
fn host(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.unwrap_or_default().to_owned()
}
