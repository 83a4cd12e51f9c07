//! Reading back what the server has.

use std::time::Duration;

use evidence::{Case, Code, DeliveryEvent, Leg, Origin, Problem, Role, Standing, TryAgain};
use oneshot::{ErrorKind, RequestRecord, RequestStatus};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::Call;
use super::body::PICTURES;
use crate::follow::Pauses;
use crate::signing::standing;
use crate::{clock, problems};

/// How long the server may take to say `VIDEOREVIEW`, unless the settings say otherwise: it may process the video first.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between the first two looks; each pause after that is half as long again, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often something is looked for before it is said not to have arrived.
const LOOKS: u32 = 3;
/// How often the video is read back before a person is troubled.
const COMPARISONS: u32 = 3;

/// Whether a request in this state takes evidence. `VIDEOINCOMPLETE` is ambiguous (One-Shot API, state machine): the
/// evidence itself decides then.
pub(super) const fn takes_evidence(status: &RequestStatus) -> bool {
    matches!(
        status,
        RequestStatus::VideoPending | RequestStatus::VideoIncomplete
    )
}

/// In review, or past it.
const fn has_everything(record: &RequestRecord) -> bool {
    matches!(
        standing(record),
        Some(Standing::InReview | Standing::Ready | Standing::Issued)
    )
}

/// Whether the server has what the answer to a call was lost for. It may still be working on that call: "no" is believed
/// only after several looks.
pub(super) async fn has_arrived(call: &Call<'_>, case: &Case, leg: Leg) -> Result<bool, Problem> {
    let mut pauses = Pauses::new(FIRST_PAUSE, LONGEST_PAUSE);
    for _ in 1..LOOKS {
        if is_there(call, case, leg).await? {
            return Ok(true);
        }
        tokio::time::sleep(pauses.take()).await;
    }
    is_there(call, case, leg).await
}

/// Whether the server has a leg now, as it was sent from here.
pub(super) async fn is_there(call: &Call<'_>, case: &Case, leg: Leg) -> Result<bool, Problem> {
    let unknown = |error: &oneshot::Error| Problem {
        try_again: TryAgain::FindOutFirst,
        ..problems::from_call(error)
    };
    let record = call
        .client
        .read_request(call.request_pk())
        .await
        .map_err(|error| unknown(&error))?;
    if has_everything(&record) {
        return Ok(true);
    }
    match leg {
        Leg::Evidences => Ok(record.evidences_present && pictures_are_ours(call, case).await?),
        // The request does not say whether it has a video: the video itself is asked for, and has to be ours.
        Leg::Video => {
            let ours = case.exhibits.get(&Role::Video).map(|video| video.sha256.clone());
            match read_back(call).await {
                Ok(theirs) => Ok(ours == Some(theirs)),
                Err(error) if error.kind == ErrorKind::NotFound => Ok(false),
                Err(error) => Err(unknown(&error)),
            }
        }
    }
}

/// That the pictures at the server are those of the case. Asked only for a request whose numbers a person typed: one we
/// created has nobody else's.
async fn pictures_are_ours(call: &Call<'_>, case: &Case) -> Result<bool, Problem> {
    if case.origin != Some(Origin::Existing) {
        return Ok(true);
    }
    let held = call
        .client
        .read_evidence(call.request_pk())
        .await
        .map_err(|error| Problem {
            try_again: TryAgain::FindOutFirst,
            ..problems::from_call(&error)
        })?;
    let other = PICTURES.iter().any(|(role, slot)| {
        // A server that shows no pictures says nothing about whose they are.
        let (Some(ours), Some(theirs)) = (case.exhibits.get(role), held.images.get(slot)) else {
            return false;
        };
        ours.sha256 != hex::encode(Sha256::digest(theirs))
    });
    if other {
        return Err(Problem::new(Code::RequestWrongState, TryAgain::AfterChange)
            .because("the server has other pictures than were taken here"));
    }
    Ok(true)
}

/// Reads the video back and compares it with what was recorded, unless the settings say not to: what the officer will see
/// is what was taken here.
async fn compare_video(call: &Call<'_>) -> Result<(), Problem> {
    let settings = &call.booth.0.settings;
    if !settings.server.as_ref().is_none_or(|server| server.verify_video) {
        tracing::warn!("the server's copy of the video is not compared: verify_video = false");
        return Ok(());
    }
    let case = call.desk.case().await;
    let ours = case.exhibits.get(&Role::Video).map(|video| video.sha256.clone());
    let mut pauses = Pauses::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut looks = 0;
    let theirs = loop {
        looks += 1;
        match read_back(call).await {
            Ok(sha256) => break Some(sha256),
            Err(error) if looks < COMPARISONS && error.retry() != oneshot::Retry::Never => {
                tokio::time::sleep(pauses.take()).await;
            }
            Err(error) => return Err(problems::from_call(&error)),
        }
    };
    if ours == theirs {
        Ok(())
    } else {
        Err(Problem::new(Code::EvidenceRejected, TryAgain::AfterChange)
            .because("the server has another video than was sent"))
    }
}

/// SHA-256 of the server's video, in hex.
async fn read_back(call: &Call<'_>) -> Result<String, oneshot::Error> {
    let download = call.client.download_video(call.both()).await?;
    let (sha256, _) = download.sha256().await?;
    Ok(hex::encode(sha256))
}

/// Reads the request until the server says that it has everything.
pub(super) async fn wait(call: &Call<'_>) -> Result<(), Problem> {
    let patience = call
        .booth
        .0
        .settings
        .server
        .as_ref()
        .and_then(|server| server.review_patience_s);
    let until = Instant::now() + patience.map_or(PATIENCE, Duration::from_secs);
    let mut pauses = Pauses::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let problem = match call.client.read_request(call.request_pk()).await {
            Ok(record) if has_everything(&record) => {
                compare_video(call).await?;
                let status = record.status.as_str().to_owned();
                return call
                    .happened(DeliveryEvent::Confirmed {
                        status,
                        at: clock::now(),
                    })
                    .await;
            }
            Ok(record) if record.status == RequestStatus::VideoError => {
                return Err(Problem::new(Code::EvidenceRejected, TryAgain::AfterChange).because("VIDEOERROR"));
            }
            Ok(record) if record.status == RequestStatus::Cancelled => {
                let reason = record.refusal_reason.filter(|reason| !reason.is_empty());
                return Err(Problem::new(Code::RequestCancelled, TryAgain::AfterChange)
                    .because(reason.unwrap_or_else(|| "CANCELLED".to_owned())));
            }
            Ok(record) => {
                Problem::new(Code::ReviewPending, TryAgain::Later).because(record.status.as_str().to_owned())
            }
            Err(error) if matches!(error.retry(), oneshot::Retry::Never) => {
                return Err(problems::from_call(&error));
            }
            Err(error) => problems::from_call(&error),
        };
        let pause = pauses.take();
        if Instant::now() + pause > until {
            return Err(problem);
        }
        tokio::time::sleep(pause).await;
    }
}
