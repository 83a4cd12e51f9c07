//! What a request's page shows from the approval on: the practice phone, the documents, the officer.

use super::html::{Html, size};
use super::inspect;
use crate::kept::{DocumentCopy, Request, Status};
use crate::store::Store;

/// The phone the code was "sent" to. Nothing was sent: this is where it is read.
pub(super) fn phone(page: &mut Html, store: &Store, request: &Request) {
    if request.status != Status::EnrollReady {
        return;
    }
    page.raw("<section class=\"card phone\"><h2>Practice phone ")
        .text(request.field("mobile_phone_number").unwrap_or_default())
        .raw("</h2>");
    match (&request.code, store.good_code(request)) {
        (Some(sent), Some(good)) => {
            page.raw("<p class=\"code\">").text(&good.digits).raw("</p>");
            page.raw("<p class=\"sub\">Shown here instead of being sent, ")
                .time(sent.sent_at)
                .raw("</p>");
        }
        (Some(_), None) => {
            page.raw("<p class=\"sub\">The last code is no longer good.</p>");
        }
        (None, _) => {
            page.raw("<p class=\"sub\">No code yet.</p>");
        }
    }
    page.raw("</section>");
}

/// Contract and documents, to be saved.
pub(super) fn documents(page: &mut Html, request: &Request) {
    if request.contract.is_none() && request.documents.is_empty() {
        return;
    }
    page.raw("<section class=\"card\"><h2>Documents</h2><table><tbody>");
    let root = format!("/_sandbox/requests/{}", request.request_pk);
    if let Some(contract) = &request.contract {
        page.raw("<tr><th scope=\"row\">Contract</th><td><a href=\"")
            .text(format_args!("{root}/contract"))
            .raw("\">");
        page.raw(if request.signatures > 0 {
            "signed"
        } else {
            "to sign"
        })
        .raw("</a> ")
        .text(size(contract.len() as u64))
        .raw("</td></tr>");
    }
    for document in &request.documents {
        page.raw("<tr><th scope=\"row\">")
            .text(&document.file_name)
            .raw("</th><td>");
        for copy in [DocumentCopy::Original, DocumentCopy::Signed] {
            if let Some(bytes) = document.copy(copy) {
                page.raw("<a href=\"")
                    .text(format_args!("{root}/documents/{}/{}", document.uid, copy.word()))
                    .raw("\">")
                    .text(copy.word())
                    .raw("</a> ")
                    .text(size(bytes.len() as u64))
                    .raw(" ");
            }
        }
        if document.original.is_none() && document.signed.is_none() {
            page.raw("<span class=\"absent\">deleted</span>");
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table>");
    if let Some(certificate) = &request.certificate {
        page.raw("<p class=\"sub\">Certificate ")
            .text(&certificate.serial_number)
            .raw(" until ")
            .time(certificate.valid_to)
            .raw(", issued by <a href=\"/_sandbox/ca.pem\">this sandbox</a> and trusted by nobody</p>");
    }
    page.raw("</section>");
}

/// Who reviewed it, and what came of it.
pub(super) fn officer(page: &mut Html, request: &Request) {
    let Some((rao, name)) = &request.reviewed_by else {
        return;
    };
    page.raw("<section class=\"card\"><h2>Officer</h2><table><tbody>");
    page.row("Reviewed by", format_args!("{name} ({rao})"));
    if let Some((rao, name)) = &request.approved_by {
        page.row("Approved by", format_args!("{name} ({rao})"));
    }
    if let Some(reason) = &request.refusal_reason {
        page.row("Refused because", reason);
    }
    page.raw("</tbody></table></section>");
}

/// What really happened, whether or not the answers arrived.
pub(super) fn counters(page: &mut Html, request: &Request) {
    page.raw("<section class=\"card\"><h2>What happened</h2><table><tbody>");
    for (name, count) in inspect::counters(request) {
        if count > 0 {
            page.row(&name.replace('_', " "), count);
        }
    }
    page.raw("</tbody></table></section>");
}
