//! The pages a person looks at, the bytes they show, and the same as JSON for programs.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::Store;

pub(crate) fn router() -> Router<Arc<Store>> {
    Router::new()
}

/// A path nothing is at.
pub(crate) async fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        axum::Json(json!({ "detail": "Not Found" })),
    )
        .into_response()
}
