//! Answers in the current dialect's envelope, and the ones that come from something in between.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame};
use serde_json::{Value, json};

use crate::store::random;

/// An answer to a call.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    content_type: &'static str,
    body: Bytes,
    /// Which request it is about, for the history of calls.
    pub(crate) request_pk: Option<u64>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string().into())
    }

    /// `{"detail": …}`, the shape of errors.
    pub(crate) fn detail(status: u16, message: impl Into<Value>) -> Self {
        Self::json(status, &json!({ "detail": message.into() }))
    }

    /// What is not there: 404, or the older specification's 400 with a 404 inside.
    pub(crate) fn not_found(message: &str, missing_is_400: bool) -> Self {
        if missing_is_400 {
            Self::json(400, &json!({ "status": "404 Not Found", "details": message }))
        } else {
            Self::detail(404, message)
        }
    }

    /// A back end's 412 in the text of a 500.
    pub(crate) fn wrapped_412(what: &str, error: &str) -> Self {
        // Written by hand: the back end's JSON has its keys in this order and a blank after each comma and colon.
        let inner = format!(
            r#"{{"code": "412", "id": "{:016x}", "error": "{error}"}}"#,
            random()
        );
        Self::detail(500, format!("{what}: {inner}"))
    }

    /// A page of something between client and server.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self::new(status, "text/html", page.into())
    }

    pub(crate) fn video(bytes: Bytes) -> Self {
        Self::new(200, "video/mp4", bytes)
    }

    fn new(status: u16, content_type: &'static str, body: Bytes) -> Self {
        let status = StatusCode::from_u16(status).expect("each status is written in this crate");
        Self {
            status,
            content_type,
            body,
            request_pk: None,
        }
    }

    pub(crate) fn about(mut self, request_pk: u64) -> Self {
        self.request_pk = Some(request_pk);
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let body = Body::from(self.body.clone());
        self.with_body(body)
    }

    /// The whole length announced, half of it sent.
    pub(crate) fn truncated(self) -> Response {
        let length = self.body.len();
        let part = self.body.slice(..length / 2);
        let mut response = self.with_body(super::breaking_off(part));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        response
    }

    pub(crate) fn emptied(self) -> Response {
        self.with_body(Body::empty())
    }

    fn with_body(&self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        response
    }
}

/// A body that fails after its first part.
pub(crate) struct BreakingOff {
    part: Option<Bytes>,
    flushed: bool,
}

impl BreakingOff {
    pub(crate) fn new(part: Bytes) -> Self {
        Self {
            part: Some(part),
            flushed: false,
        }
    }
}

impl HttpBody for BreakingOff {
    type Data = Bytes;
    type Error = BrokeOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokeOff>>> {
        match self.part.take() {
            Some(part) => Poll::Ready(Some(Ok(Frame::data(part)))),
            // One turn in between, in which the connection sends what it has.
            None if !self.flushed => {
                self.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(Some(Err(BrokeOff))),
        }
    }
}

/// Why the rest of a body does not come.
#[derive(Debug)]
pub(crate) struct BrokeOff;

impl fmt::Display for BrokeOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken off on purpose")
    }
}

impl std::error::Error for BrokeOff {}
