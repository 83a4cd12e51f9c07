//! Evidences and video, and the states they lead to.

use jiff::{SignedDuration, Timestamp};

use super::{Refused, Store, Which};
use crate::kept::{Evidences, Request, Status, Video};

impl Store {
    /// Whether evidences may be uploaded: `request_pk`, or why not.
    pub(crate) fn may_take_evidences(&self, which: Which) -> Result<u64, Refused> {
        self.with(which, |request| {
            takes_evidences(request).map(|()| request.request_pk)
        })
    }

    /// Keeps evidences and returns `request_pk`.
    pub(crate) fn take_evidences(&self, which: Which, evidences: Evidences) -> Result<u64, Refused> {
        self.with(which, |request| {
            takes_evidences(request)?;
            let at = evidences.upload.at;
            request.evidences = Some(evidences);
            request.evidences_taken += 1;
            self.advance(request, at, "evidences received");
            Ok(request.request_pk)
        })
    }

    /// Whether a video may be uploaded: `request_pk`, or why not.
    pub(crate) fn may_take_video(&self, which: Which) -> Result<u64, Refused> {
        self.with(which, |request| takes_video(request).map(|()| request.request_pk))
    }

    /// Keeps a video and returns `request_pk`.
    pub(crate) fn take_video(&self, which: Which, video: Video) -> Result<u64, Refused> {
        self.with(which, |request| {
            takes_video(request)?;
            let at = video.upload.at;
            request.video = Some(video);
            request.videos_taken += 1;
            self.advance(request, at, "video received");
            Ok(request.request_pk)
        })
    }

    /// Enters the state that follows from what is held.
    fn advance(&self, request: &mut Request, at: Timestamp, cause: &'static str) {
        if !request.problems().is_empty() {
            self.enter(request, at, Status::Error, "something uploaded cannot be used");
        } else if !request.missing().is_empty() {
            self.enter(request, at, Status::Incomplete, cause);
        } else if self.settings().processing_delay.is_zero() {
            self.enter(request, at, Status::Review, "everything received");
        } else {
            self.enter(
                request,
                at,
                Status::Incomplete,
                "everything received, being processed",
            );
            let delay =
                SignedDuration::try_from(self.settings().processing_delay).unwrap_or(SignedDuration::MAX);
            request.review_due = Some(self.now().saturating_add(delay).unwrap_or(Timestamp::MAX));
        }
    }
}

/// Write-once: complete evidences are never replaced, whether or not the video is there already. Incomplete or unusable
/// ones may be sent again (no source says either; our choice).
fn takes_evidences(request: &Request) -> Result<(), Refused> {
    match &request.evidences {
        Some(evidences) if evidences.complete() => Err(Refused::State(request.request_pk)),
        _ if !takes_uploads(request) => Err(Refused::State(request.request_pk)),
        _ => Ok(()),
    }
}

/// A video may be replaced until everything is there (no source says; our choice).
fn takes_video(request: &Request) -> Result<(), Refused> {
    if takes_uploads(request) {
        Ok(())
    } else {
        Err(Refused::State(request.request_pk))
    }
}

/// Not once it is complete, or over.
fn takes_uploads(request: &Request) -> bool {
    matches!(
        request.status,
        Status::Pending | Status::Incomplete | Status::Error
    ) && request.review_due.is_none()
}
