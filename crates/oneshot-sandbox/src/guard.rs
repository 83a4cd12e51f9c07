//! Who may ask at all, and what every answer says to a browser.
//!
//! A page of the open web can make a browser on this machine call loopback. So a call must name a loopback host (DNS
//! rebinding shows its own name), a browser may not send from another site, and no answer may be framed or embedded
//! elsewhere.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::Store;

const HEADERS: [(header::HeaderName, &str); 8] = [
    (header::SERVER, "proofbooth-sandbox"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
];

pub(crate) async fn guard(State(store): State<Arc<Store>>, request: Request, next: Next) -> Response {
    let others = store.settings().allow_other_machines;
    let mut response = if !host_is_ours(request.uri(), request.headers(), others) {
        refuse("This host name is not served here")
    } else if !origin_is_ours(request.headers(), others) {
        refuse("Another site's page may not call the sandbox")
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refuse(why: &str) -> Response {
    (StatusCode::FORBIDDEN, axum::Json(json!({ "detail": why }))).into_response()
}

fn host_is_ours(uri: &Uri, headers: &HeaderMap, others: bool) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts
        .next()
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<Uri>().ok());
    let named = host
        .as_ref()
        .and_then(Uri::host)
        .is_some_and(|host| is_ours(host, others));
    named && hosts.next().is_none() && uri.host().is_none_or(|host| is_ours(host, others))
}

/// `Origin` is sent by browsers with calls that can change something; other clients have none.
fn origin_is_ours(headers: &HeaderMap, others: bool) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // The port counts too: another program's page on this machine is another site.
    let same = origin
        .as_ref()
        .and_then(Uri::authority)
        .map(|authority| authority.as_str())
        == host;
    same && origin
        .as_ref()
        .and_then(Uri::host)
        .is_some_and(|host| is_ours(host, others))
}

/// Loopback by name or number. Where other machines are allowed, any number will do: rebinding needs a name.
fn is_ours(host: &str, others: bool) -> bool {
    let number = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    match number {
        Ok(number) => number.is_loopback() || others,
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>, expect: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        let allowed =
            host_is_ours(&Uri::from_static("/"), &headers, false) && origin_is_ours(&headers, false);
        assert_eq!(allowed, expect, "host {host}, origin {origin:?}");
    }

    #[test]
    fn only_loopback_is_served() {
        check("127.0.0.1:4000", None, true);
        check("localhost:4000", None, true);
        check("LOCALHOST", None, true);
        check("[::1]:4000", None, true);
        check("127.0.0.1.evil.example:4000", None, false);
        check("evil.example", None, false);
        check("localhost.evil.example", None, false);
        check("192.168.1.4:4000", None, false);
        check("user@127.0.0.1", None, true);
        check("", None, false);
    }

    #[test]
    fn only_its_own_pages_may_send() {
        check("127.0.0.1:4000", Some("http://127.0.0.1:4000"), true);
        check("127.0.0.1:4000", Some("http://127.0.0.1:5000"), false);
        check("127.0.0.1:4000", Some("https://evil.example"), false);
        check("127.0.0.1:4000", Some("null"), false);
    }
}
