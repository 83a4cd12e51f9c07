//! The first page: the requests held, newest first, and the latest calls.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::html::{Html, size};
use crate::kept::{Call, Request};
use crate::store::Store;

/// Calls shown on the first page.
const CALLS_SHOWN: usize = 20;

pub(crate) async fn page(State(store): State<Arc<Store>>, headers: HeaderMap) -> Response {
    let requests = store.requests();
    let mut page = Html::begin(store.settings(), "One-Shot sandbox", true);
    page.raw("<header><h1>One-Shot sandbox</h1><p class=\"sub\">");
    page.text(match requests.len() {
        0 => "No request yet".to_owned(),
        1 => "1 request".to_owned(),
        many => format!("{many} requests, newest first"),
    });
    page.raw("</p></header>");
    if requests.is_empty() {
        // The guard let this host pass, so it is a name of this machine.
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        page.raw("<section class=\"card empty\"><p>What a client sends appears here. Its base URL is</p><p><code>http://");
        page.text(host).raw("/oneshot/api/v1</code></p></section>");
    }
    page.raw("<ul class=\"requests\">");
    for request in requests.iter().rev() {
        entry(&mut page, request);
    }
    page.raw("</ul>");
    let faults = store.faults_waiting();
    if !faults.is_empty() {
        page.raw("<section class=\"card\"><h2>Faults waiting</h2><table><tbody>");
        for (operation, fault) in faults {
            page.row(operation.name(), fault);
        }
        page.raw("</tbody></table></section>");
    }
    let calls = store.calls();
    if !calls.is_empty() {
        page.raw("<section class=\"card\"><h2>Latest calls</h2>");
        table_of_calls(&mut page, calls.iter().rev().take(CALLS_SHOWN));
        page.raw("</section>");
    }
    page.end()
}

fn entry(page: &mut Html, request: &Request) {
    page.raw("<li class=\"card\"><a href=\"/requests/")
        .text(request.request_pk)
        .raw("\"><span class=\"thumbs\">");
    let evidences = request.evidences.as_ref();
    for name in ["document_front", "document_owner"] {
        let picture = evidences.and_then(|evidences| evidences.pictures.get(name));
        if picture.is_some_and(|picture| picture.look.is_ok()) {
            page.raw("<img alt=\"\" src=\"/_sandbox/requests/")
                .text(request.request_pk)
                .raw("/images/");
            page.text(name).raw("\">");
        } else {
            page.raw("<span class=\"nothing\"></span>");
        }
    }
    page.raw("</span><span class=\"who\"><strong>Request ")
        .text(request.request_pk)
        .raw("</strong><span>");
    let field = |name| {
        evidences
            .and_then(|evidences| evidences.field(name))
            .unwrap_or_default()
    };
    let name = format!(
        "{} {} {}",
        field("given_name"),
        field("surname_1"),
        field("surname_2")
    );
    page.text(if name.trim().is_empty() {
        "No evidences yet"
    } else {
        name.trim()
    });
    page.raw("</span></span><span class=\"facts\">")
        .status(request.status)
        .raw("<span>");
    page.time(request.create_upload.at)
        .raw("</span><span>")
        .text(size(request.bytes_kept()));
    page.raw("</span></span></a></li>");
}

pub(crate) fn table_of_calls<'a>(page: &mut Html, calls: impl Iterator<Item = &'a Call>) {
    page.raw("<table class=\"calls\"><thead><tr><th>When</th><th>Call</th><th>Answer</th><th>Fault</th></tr></thead><tbody>");
    for call in calls {
        page.raw("<tr><td>")
            .time(call.at)
            .raw("</td><td><code>")
            .text(&call.method)
            .raw(" ")
            .text(&call.path);
        page.raw("</code></td><td>");
        match call.status {
            Some(status) => page.text(status),
            None => page.text("none"),
        };
        page.raw("</td><td>");
        if let Some(fault) = call.fault {
            page.text(fault);
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table>");
}
