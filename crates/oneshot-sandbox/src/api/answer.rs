//! Answers as they go out, whole or broken, and the ones that come from something in between.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame};
use serde_json::Value;

/// An answer to a call.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    content_type: &'static str,
    body: Bytes,
    /// Which request it is about, for the history of calls.
    pub(crate) request_pk: Option<u64>,
    allow: Option<HeaderValue>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string().into())
    }

    /// E.g. `404 Not Found`.
    pub(crate) fn status_line(status: u16) -> String {
        let known = StatusCode::from_u16(status).ok();
        let reason = known.and_then(|it| it.canonical_reason());
        format!("{status} {}", reason.unwrap_or_default())
    }

    /// A page of something between client and server.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self::new(status, "text/html", page.into())
    }

    /// Bytes that were asked for.
    pub(crate) fn bytes(content_type: &'static str, bytes: Bytes) -> Self {
        Self::new(200, content_type, bytes)
    }

    fn new(status: u16, content_type: &'static str, body: Bytes) -> Self {
        let status = StatusCode::from_u16(status).expect("each status is written in this crate");
        Self {
            status,
            content_type,
            body,
            request_pk: None,
            allow: None,
        }
    }

    /// Says which methods would have been right (RFC 9110, 15.5.6).
    pub(crate) fn allowing(mut self, methods: &[&str]) -> Self {
        self.allow = HeaderValue::from_str(&methods.join(", ")).ok();
        self
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
        if let Some(methods) = &self.allow {
            response.headers_mut().insert(header::ALLOW, methods.clone());
        }
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
