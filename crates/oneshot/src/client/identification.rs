//! Create a request, send what identifies the person (section 3, 1 to 4).

use std::sync::Arc;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::{Client, Download};
use crate::call::Call;
use crate::dialect::bodies::{self, Part};
use crate::error::Error;
use crate::evidences::Evidences;
use crate::ids::Numbers;
use crate::reading;
use crate::record::{Created, NewRequest};
use crate::source::{BytesSource, Progress};
use crate::transport::{Payload, Responded};

impl Client {
    /// Makes a request. Each call makes a new one and may cost credit: after an error with
    /// [`crate::Outcome::Unknown`] there may be a request nobody has the number of.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn create_videoid(&self, request: &NewRequest) -> Result<Created, Error> {
        let body = bodies::create(&self.config, request);
        let path = self.dialect().create_path();
        let answer = self
            .post(Call::Create, path, body, self.config.timeouts.create)
            .await?;
        reading::created(&answer)
    }

    /// Sends the evidences. `progress` counts the bytes of the body.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. [`crate::ErrorKind::WrongState`] means the request is complete already.
    pub async fn upload_evidences(
        &self,
        numbers: Numbers,
        evidences: &Evidences,
        progress: Progress,
    ) -> Result<(), Error> {
        let pieces = bodies::evidences(evidences)?;
        let path = self.dialect().evidences_path(numbers);
        let json = "application/json".to_owned();
        let timeout = self.config.timeouts.evidences;
        self.stream(Call::Evidences, &path, json, pieces, progress, timeout)
            .await
            .map(drop)
    }

    /// Sends the video, an MP4 file. `progress` counts the bytes of the body: the video's and a few hundred more.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn upload_video(
        &self,
        numbers: Numbers,
        video: Arc<dyn BytesSource>,
        progress: Progress,
    ) -> Result<(), Error> {
        let part = Part {
            name: "video",
            file_name: "video.mp4",
            media_type: "video/mp4",
            source: video,
        };
        let path = self.dialect().upload_video_path(numbers);
        self.upload(Call::Video, &path, part, progress, self.config.timeouts.video)
            .await
            .map(drop)
    }

    /// Fetches the video back, to hold it against what was sent.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn download_video(&self, numbers: Numbers) -> Result<Download, Error> {
        let path = self.dialect().download_video_path(numbers);
        let timeout = self.config.timeouts.video;
        let outgoing = self.outgoing(Call::DownloadVideo, Method::GET, &path, Payload::None, timeout);
        let (response, sent) = outgoing.respond(&self.http).await?;
        let response = match response {
            Responded::Head(response) => response,
            Responded::Whole(answer) => return Err(answer.into_error(Call::DownloadVideo)),
        };
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if kind.contains("json") || kind.contains("text/") {
            // An error under HTTP 200; a JSON success is no video either.
            let answer = outgoing.read(response, &sent).await?;
            return Err(answer
                .into_success(Call::DownloadVideo)?
                .into_unexpected(Call::DownloadVideo));
        }
        let len = response.content_length();
        Ok(Download {
            outgoing,
            first: None,
            response,
            len,
        })
    }
}
