//! The pages a person looks at, the bytes they show, and the same as JSON for programs.

mod admin;
mod html;
mod inspect;
mod list;
mod media;
mod request;
mod signing;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use crate::kept::Request;
use crate::store::{Store, Which};

pub(crate) fn router() -> Router<Arc<Store>> {
    Router::new()
        .route("/", get(list::page))
        .route("/requests/{request_pk}", get(request::page))
        .route("/_sandbox/style.css", get(style))
        .route("/_sandbox/requests", get(inspect::requests))
        .route("/_sandbox/requests/{request_pk}", get(inspect::request))
        .route("/_sandbox/requests/{request_pk}/images/{name}", get(media::image))
        .route("/_sandbox/requests/{request_pk}/video", get(media::video))
        .route("/_sandbox/requests/{request_pk}/contract", get(media::contract))
        .route(
            "/_sandbox/requests/{request_pk}/documents/{uid}/{copy}",
            get(media::document),
        )
        .route("/_sandbox/calls", get(inspect::calls))
        .route("/_sandbox/webhooks", get(admin::webhooks))
        .route("/_sandbox/about", get(admin::about))
        .route("/_sandbox/ca.pem", get(admin::ca_pem))
        .route("/_sandbox/openapi.json", get(admin::openapi))
        .route("/_sandbox/clock", post(admin::clock))
        .route(
            "/_sandbox/faults",
            get(inspect::faults)
                .post(inspect::add_fault)
                .delete(inspect::clear_faults),
        )
}

async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("page/style.css"),
    )
        .into_response()
}

/// A path nothing is at.
pub(crate) async fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        axum::Json(json!({ "detail": "Not Found" })),
    )
        .into_response()
}

/// The request a path names.
fn find(store: &Store, pk: &str) -> Option<Request> {
    store.request(Which::Request(pk.parse().ok()?))
}
