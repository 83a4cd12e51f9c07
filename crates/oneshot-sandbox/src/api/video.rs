//! `POST videoid/{videoid_pk}/video` and `GET` of the same.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{Request, header};
use serde_json::json;

use super::answer::Answer;
use super::form::Form;
use super::receive::Received;
use crate::footage::Footage;
use crate::kept::Video;
use crate::store::{Refused, Store};

pub(crate) async fn upload(store: &Arc<Store>, pk: &str, received: Received) -> Result<Answer, Answer> {
    let videoid_pk = super::id("videoid_pk", pk)?;
    let part = part(&received).await?;
    store.may_take_video(videoid_pk).map_err(refusal)?;
    if part.bytes.is_empty() {
        return Err(Answer::detail(400, "No video file provided"));
    }
    let bytes = part.bytes.clone();
    let footage = super::aside(move || Footage::read(&bytes)).await?;
    let Part {
        bytes,
        file_name,
        content_type,
    } = part;
    let video = Video {
        upload: received.upload,
        bytes,
        file_name,
        content_type,
        footage,
    };
    let request_pk = store.take_video(videoid_pk, video).map_err(refusal)?;
    let answer = json!({ "status": "success", "message": "Videoid video upload completed" });
    Ok(Answer::json(200, &answer).about(request_pk))
}

fn refusal(refused: Refused) -> Answer {
    match refused {
        Refused::NotFound => Answer::detail(404, "Request not found"),
        Refused::Complete(request_pk) => {
            let what = format!("Cannot upload video for Request {request_pk}");
            Answer::wrapped_412(&what, "Invalid VideoId status 'COMPLETE'").about(request_pk)
        }
    }
}

/// The part named `video`.
struct Part {
    bytes: bytes::Bytes,
    file_name: Option<String>,
    content_type: Option<String>,
}

async fn part(received: &Received) -> Result<Part, Answer> {
    let missing = || {
        let mut form = Form::default();
        form.missing(&["body", "video"]);
        form.refusal()
    };
    let content_type = received.content_type().unwrap_or_default();
    let request = Request::builder().header(header::CONTENT_TYPE, content_type);
    let mut request = request
        .body(Body::from(received.body.clone()))
        .map_err(|_| missing())?;
    // Its size has been checked where it was received.
    axum::extract::DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| missing())?;
    let unreadable = |_| Answer::detail(400, "There was an error parsing the body");
    while let Some(field) = parts.next_field().await.map_err(unreadable)? {
        // Without a filename it is a field of text and no file.
        if field.name() == Some("video") && field.file_name().is_some() {
            let file_name = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(str::to_owned);
            let bytes = field.bytes().await.map_err(unreadable)?;
            return Ok(Part {
                bytes,
                file_name,
                content_type,
            });
        }
    }
    Err(missing())
}

pub(crate) fn download(store: &Store, pk: &str) -> Result<Answer, Answer> {
    let videoid_pk = super::id("videoid_pk", pk)?;
    let not_found = || Answer::not_found("Request not found", store.settings().quirks.missing_is_400);
    let request = store.request_of_videoid(videoid_pk).ok_or_else(not_found)?;
    // A request that has no video yet: the vendor lists only this one sentence.
    let video = request
        .video
        .ok_or_else(|| not_found().about(request.request_pk))?;
    Ok(Answer::video(video.bytes).about(request.request_pk))
}
