//! The video of a request: up, and down again.

use super::answer::Answer;
use super::ask::Asked;
use super::multipart::{self, Part};
use super::voice::Voice;
use crate::footage::Footage;
use crate::kept::Video;
use crate::store::Refused;

pub(crate) async fn upload(asked: Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let mut parts = multipart::files(voice, &asked.received, "video")?;
    if parts.is_empty() && voice.is_legacy() {
        return Err(no_video(voice));
    }
    if parts.is_empty() {
        return Err(multipart::missing(voice, "video"));
    }
    // Nothing is copied: the video stays a piece of the form it came in.
    let Part {
        bytes,
        file_name,
        content_type,
        ..
    } = parts.swap_remove(0);
    let refused = |refused| refusal(voice, refused);
    asked.store.may_take_video(which).map_err(refused)?;
    if bytes.is_empty() {
        return Err(no_video(voice));
    }
    let seen = bytes.clone();
    let footage = super::aside(voice, move || Footage::read(&seen)).await?;
    let video = Video {
        upload: asked.received.upload,
        bytes,
        file_name,
        content_type,
        footage,
    };
    let request_pk = asked.store.take_video(which, video).map_err(refused)?;
    Ok(voice.done("Videoid video upload completed").about(request_pk))
}

fn no_video(voice: Voice) -> Answer {
    voice.refuse(400, "No video file provided")
}

fn refusal(voice: Voice, refused: Refused) -> Answer {
    match refused {
        Refused::NotFound => voice.refuse(404, "Request not found"),
        Refused::State(pk) => {
            let what = format!("Cannot upload video for Request {pk}");
            let error = "Invalid VideoId status 'COMPLETE'";
            voice.wrapped(&what, 412, error, 412).about(pk)
        }
    }
}

pub(crate) fn download(asked: &Asked) -> Result<Answer, Answer> {
    let not_found = || asked.voice.not_found("Request not found");
    let request = asked.store.request(asked.which()?).ok_or_else(not_found)?;
    let pk = request.request_pk;
    // A request that has no video yet: the vendor lists only this one sentence.
    let video = request.video.ok_or_else(|| not_found().about(pk))?;
    Ok(Answer::bytes("video/mp4", video.bytes).about(pk))
}
