//! The page of one request: everything that arrived, for a person to look at.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::html::{Html, plain, size, when};
use super::list::table_of_calls;
use super::signing;
use crate::kept::{Evidences, Request, Status, Upload, Video};
use crate::store::Store;

/// The pictures in the order they are taken.
const PICTURES: [&str; 4] = [
    "document_front",
    "document_rear",
    "document_photo",
    "document_owner",
];
/// The checks the vendor's guides list. One that is not sent was not measured, and is shown as that.
const CHECKS: [&str; 7] = [
    "otp_validation",
    "documents_match",
    "data_integrity",
    "document_notcopy",
    "document_notexpired",
    "document_notunderage",
    "liveliness",
];

pub(crate) async fn page(State(store): State<Arc<Store>>, Path(request_pk): Path<String>) -> Response {
    let Some(request) = super::find(&store, &request_pk) else {
        let mut page = Html::begin(store.settings(), "No such request", false);
        page.raw(
            "<header><h1>No such request</h1><p class=\"sub\">It was never here, or has been forgotten. ",
        );
        page.raw("<a href=\"/\">All requests</a></p></header>");
        return page.end_not_found();
    };
    // Not while it is there to be watched: loading again would stop the video. The phone is looked at for its code.
    let moving = match request.status {
        Status::Pending | Status::Incomplete => request.video.is_none(),
        Status::EnrollReady => true,
        _ => false,
    };
    let mut page = Html::begin(
        store.settings(),
        &format!("Request {}", request.request_pk),
        moving,
    );
    page.raw("<header><p class=\"sub\"><a href=\"/\">All requests</a></p><h1>Request ")
        .text(request.request_pk);
    page.raw(" ")
        .status(request.status)
        .raw("</h1><p class=\"sub\">VideoID ")
        .text(request.videoid_pk);
    page.raw(" · created ")
        .time(request.create_upload.at)
        .raw("</p></header>");
    state(&mut page, &request);
    signing::phone(&mut page, &store, &request);
    signing::documents(&mut page, &request);
    if let Some(evidences) = &request.evidences {
        pictures(&mut page, &request, evidences);
    }
    if let Some(video) = &request.video {
        footage(&mut page, &request, video);
    }
    page.raw("<div class=\"columns\">");
    if let Some(evidences) = &request.evidences {
        fields(&mut page, evidences);
        checks(&mut page, evidences);
        acceptance(&mut page, evidences);
    }
    section(
        &mut page,
        "Created with",
        request.create.as_object(),
        |name, value| (name.to_owned(), plain(value)),
    );
    signing::officer(&mut page, &request);
    uploads(&mut page, &request);
    history(&mut page, &request);
    signing::counters(&mut page, &request);
    page.raw("</div><section class=\"card\"><h2>Calls</h2>");
    let calls = store.calls();
    table_of_calls(
        &mut page,
        calls
            .iter()
            .filter(|call| call.request_pk == Some(request.request_pk)),
    );
    page.raw("</section>");
    page.end()
}

fn state(page: &mut Html, request: &Request) {
    let problems = request.problems();
    let missing = request.missing();
    if problems.is_empty() && missing.is_empty() && request.review_due.is_none() {
        return;
    }
    page.raw("<section class=\"card notice\">");
    for problem in problems {
        page.raw("<p><strong>Cannot be used:</strong> ")
            .text(problem)
            .raw("</p>");
    }
    if !missing.is_empty() {
        page.raw("<p><strong>Still missing:</strong> ")
            .text(missing.join(", "))
            .raw("</p>");
    }
    if let Some(due) = request.review_due {
        page.raw("<p><strong>Being processed</strong> until ")
            .time(due)
            .raw("</p>");
    }
    page.raw("</section>");
}

fn pictures(page: &mut Html, request: &Request, evidences: &Evidences) {
    page.raw("<section class=\"card\"><h2>Pictures</h2><div class=\"pictures\">");
    let known = PICTURES
        .iter()
        .copied()
        .filter(|name| evidences.pictures.contains_key(*name));
    let others = evidences
        .pictures
        .keys()
        .map(String::as_str)
        .filter(|name| !PICTURES.contains(name));
    for name in known.chain(others) {
        let picture = &evidences.pictures[name];
        page.raw("<figure>");
        match &picture.look {
            Ok(look) => {
                let address = format!(
                    "/_sandbox/requests/{}/images/{}",
                    request.request_pk,
                    url_part(name)
                );
                page.raw("<a href=\"")
                    .text(&address)
                    .raw("\"><img alt=\"")
                    .text(name)
                    .raw("\" src=\"")
                    .text(&address);
                page.raw("\"></a><figcaption><strong>")
                    .text(name)
                    .raw("</strong> ");
                page.text(format_args!(
                    "{} × {}, {}",
                    look.width,
                    look.height,
                    look.format.media_type()
                ));
            }
            Err(problem) => {
                page.raw("<span class=\"nothing\">no picture</span><figcaption><strong>")
                    .text(name);
                page.raw("</strong> ").text(problem);
            }
        }
        page.raw(", ")
            .text(size(picture.bytes.len() as u64))
            .raw("</figcaption></figure>");
    }
    page.raw("</div></section>");
}

fn footage(page: &mut Html, request: &Request, video: &Video) {
    page.raw("<section class=\"card\"><h2>Video</h2>");
    match &video.footage {
        Ok(footage) => {
            page.raw("<video controls preload=\"metadata\" src=\"/_sandbox/requests/")
                .text(request.request_pk);
            page.raw("/video\"></video><p class=\"sub\">");
            page.text(format_args!("{} × {}, ", footage.width, footage.height));
            page.text(format_args!(
                "{} frames in {:.2} s, ",
                footage.frames,
                footage.duration.as_secs_f64()
            ));
            page.raw(if footage.sound {
                "with sound, "
            } else {
                "no sound, "
            });
            page.raw(match (footage.fragmented, footage.faststart) {
                (true, _) => "in fragments, ",
                (false, true) => "index first, ",
                (false, false) => "index last, ",
            });
        }
        Err(problem) => {
            page.raw("<p class=\"sub\">").text(problem).raw(", ");
        }
    }
    page.text(size(video.bytes.len() as u64)).raw("</p></section>");
}

/// A table of an object's members, as `show` says them.
fn section(
    page: &mut Html,
    title: &'static str,
    members: Option<&Map<String, Value>>,
    show: impl Fn(&str, &Value) -> (String, String),
) {
    page.raw("<section class=\"card\"><h2>")
        .raw(title)
        .raw("</h2><table><tbody>");
    for (name, value) in members.into_iter().flatten() {
        let (name, value) = show(name, value);
        page.row(&name, value);
    }
    page.raw("</tbody></table></section>");
}

fn fields(page: &mut Html, evidences: &Evidences) {
    let fields = evidences
        .at(&["videoid_data", "ocr_data"])
        .and_then(Value::as_object);
    section(page, "Fields", fields, |name, value| {
        (name.to_owned(), plain(value))
    });
}

fn checks(page: &mut Html, evidences: &Evidences) {
    let sent = evidences
        .at(&["videoid_data", "security_checks"])
        .and_then(Value::as_object);
    let others = sent
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .filter(|name| !CHECKS.contains(name));
    page.raw("<section class=\"card\"><h2>Checks</h2><table><tbody>");
    for name in CHECKS.into_iter().chain(others) {
        page.raw("<tr><th scope=\"row\">").text(name).raw("</th>");
        page.raw(
            match sent.and_then(|sent| sent.get(name)).and_then(Value::as_bool) {
                Some(true) => "<td>passed</td></tr>",
                Some(false) => "<td class=\"failed\">failed</td></tr>",
                None => "<td class=\"absent\">not sent</td></tr>",
            },
        );
    }
    let similarity = evidences.at(&["videoid_data", "similarity_level"]);
    page.row(
        "similarity_level",
        similarity.map_or_else(|| "not sent".to_owned(), plain),
    );
    page.raw("</tbody></table></section>");
}

fn acceptance(page: &mut Html, evidences: &Evidences) {
    let acceptance = evidences.at(&["acceptance"]).and_then(Value::as_object);
    section(page, "Acceptance", acceptance, |name, value| {
        let moment = value
            .as_i64()
            .filter(|_| name == "date")
            .and_then(|it| Timestamp::from_millisecond(it).ok());
        let value = moment.map_or_else(
            || plain(value),
            |moment| format!("{} ({})", plain(value), when(moment)),
        );
        (name.to_owned(), value)
    });
}

fn uploads(page: &mut Html, request: &Request) {
    page.raw("<section class=\"card\"><h2>How it came</h2><table><tbody>");
    let evidences = request
        .evidences
        .as_ref()
        .map(|evidences| ("Evidences", &evidences.upload));
    let video = request.video.as_ref().map(|video| ("Video", &video.upload));
    for (name, upload) in [Some(("New request", &request.create_upload)), evidences, video]
        .into_iter()
        .flatten()
    {
        page.row(name, line(upload));
    }
    page.raw("</tbody></table></section>");
}

fn line(upload: &Upload) -> String {
    let announced = if upload.content_length().is_some() {
        "length announced"
    } else {
        "in chunks"
    };
    let agent = upload.user_agent().unwrap_or("no user agent");
    format!(
        "{}, {announced}, by {agent}, at {}",
        size(upload.body_bytes),
        when(upload.at)
    )
}

fn history(page: &mut Html, request: &Request) {
    page.raw("<section class=\"card\"><h2>States</h2><ol class=\"states\">");
    for change in &request.history {
        page.raw("<li>")
            .status(change.status)
            .raw(" <span>")
            .text(change.cause)
            .raw("</span> ")
            .time(change.at);
        page.raw("</li>");
    }
    page.raw("</ol></section>");
}

/// A name as one segment of a path: everything but letters, digits and `_` as its bytes in hex (RFC 3986, 2.1).
fn url_part(name: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    name.bytes().map(encode).collect()
}
