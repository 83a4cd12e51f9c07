//! The requests the sandbox holds, in memory, and how their state changes.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;

use crate::fault::{Fault, Faults, Operation};
use crate::kept::{Call, Change, Evidences, Request, Status, Upload, Video};
use crate::settings::Settings;

/// The first ids given. The ranges are apart, so that mixing the two ids up is caught.
const FIRST_REQUEST_PK: u64 = 45_836;
const FIRST_VIDEOID_PK: u64 = 16_673;
/// Calls remembered; the oldest go first.
const MOST_CALLS: usize = 5_000;

/// Everything that changes while the server runs.
pub(crate) struct Store {
    settings: Settings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Oldest first.
    requests: VecDeque<Request>,
    created: u64,
    calls: VecDeque<Call>,
    received: u64,
    faults: Faults,
}

/// Why an upload is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No request has this id.
    NotFound,
    /// It is complete already; its `request_pk`.
    Complete(u64),
}

impl Store {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: Mutex::default(),
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Opens a request and returns it.
    pub(crate) fn create(&self, body: Value, upload: Upload) -> Request {
        let mut state = self.state.lock();
        let at = upload.at;
        let request = Request {
            request_pk: FIRST_REQUEST_PK + state.created,
            videoid_pk: FIRST_VIDEOID_PK + state.created,
            scratchcard: format!("{:07}", random() % 10_000_000),
            video_identifier: format!("{:016x}{:016x}", random(), random()),
            status: Status::Pending,
            history: vec![Change {
                at,
                status: Status::Pending,
                cause: "created",
            }],
            create: body,
            create_upload: upload,
            evidences: None,
            video: None,
            review_due: None,
        };
        state.created += 1;
        state.requests.push_back(request.clone());
        self.forget_the_oldest(&mut state);
        request
    }

    /// Whether evidences may be uploaded: `request_pk`, or why not.
    pub(crate) fn may_take_evidences(&self, videoid_pk: u64) -> Result<u64, Refused> {
        self.upload(videoid_pk, |request| {
            takes_evidences(request).map(|()| request.request_pk)
        })
    }

    /// Keeps evidences and returns `request_pk`.
    pub(crate) fn take_evidences(&self, videoid_pk: u64, evidences: Evidences) -> Result<u64, Refused> {
        self.upload(videoid_pk, |request| {
            takes_evidences(request)?;
            let at = evidences.upload.at;
            request.evidences = Some(evidences);
            self.advance(request, at, "evidences received");
            Ok(request.request_pk)
        })
    }

    /// Whether a video may be uploaded: `request_pk`, or why not.
    pub(crate) fn may_take_video(&self, videoid_pk: u64) -> Result<u64, Refused> {
        self.upload(videoid_pk, |request| {
            takes_video(request).map(|()| request.request_pk)
        })
    }

    /// Keeps a video and returns `request_pk`.
    pub(crate) fn take_video(&self, videoid_pk: u64, video: Video) -> Result<u64, Refused> {
        self.upload(videoid_pk, |request| {
            takes_video(request)?;
            let at = video.upload.at;
            request.video = Some(video);
            self.advance(request, at, "video received");
            Ok(request.request_pk)
        })
    }

    fn upload<T>(
        &self,
        videoid_pk: u64,
        act: impl FnOnce(&mut Request) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut state = self.state.lock();
        settle(&mut state);
        let request = state
            .requests
            .iter_mut()
            .find(|request| request.videoid_pk == videoid_pk);
        let answer = act(request.ok_or(Refused::NotFound)?);
        self.forget_the_oldest(&mut state);
        answer
    }

    /// Enters the state that follows from what is held.
    fn advance(&self, request: &mut Request, at: Timestamp, cause: &'static str) {
        if !request.problems().is_empty() {
            enter(request, at, Status::Error, "something uploaded cannot be used");
        } else if !request.missing().is_empty() {
            enter(request, at, Status::Incomplete, cause);
        } else if self.settings.processing_delay.is_zero() {
            enter(request, at, Status::Review, "everything received");
        } else {
            enter(
                request,
                at,
                Status::Incomplete,
                "everything received, being processed",
            );
            request.review_due = Some(
                at.saturating_add(self.settings.processing_delay)
                    .unwrap_or(Timestamp::MAX),
            );
        }
    }

    fn forget_the_oldest(&self, state: &mut State) {
        let bytes = |state: &State| state.requests.iter().map(Request::bytes_kept).sum::<u64>();
        while state.requests.len() > 1
            && (state.requests.len() > self.settings.keep_requests || bytes(state) > self.settings.keep_bytes)
        {
            state.requests.pop_front();
        }
    }

    /// All requests held, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut state = self.state.lock();
        settle(&mut state);
        state.requests.iter().cloned().collect()
    }

    pub(crate) fn request(&self, request_pk: u64) -> Option<Request> {
        let mut state = self.state.lock();
        settle(&mut state);
        state
            .requests
            .iter()
            .find(|request| request.request_pk == request_pk)
            .cloned()
    }

    pub(crate) fn request_of_videoid(&self, videoid_pk: u64) -> Option<Request> {
        let mut state = self.state.lock();
        settle(&mut state);
        state
            .requests
            .iter()
            .find(|request| request.videoid_pk == videoid_pk)
            .cloned()
    }

    /// Notes that a call came in, and takes the fault that waits for it.
    pub(crate) fn call(
        &self,
        method: String,
        path: String,
        operation: Option<Operation>,
    ) -> (u64, Option<Fault>) {
        let mut state = self.state.lock();
        let number = state.received;
        state.received += 1;
        let fault = operation.and_then(|operation| state.faults.take(operation));
        let at = Timestamp::now();
        state.calls.push_back(Call {
            number,
            at,
            method,
            path,
            operation,
            request_pk: None,
            status: None,
            fault,
        });
        if state.calls.len() > MOST_CALLS {
            state.calls.pop_front();
        }
        (number, fault)
    }

    /// Notes which request call `number` was about, and with what it is answered.
    pub(crate) fn call_went(&self, number: u64, request_pk: Option<u64>, status: Option<u16>) {
        let mut state = self.state.lock();
        if let Some(call) = state.calls.iter_mut().rfind(|call| call.number == number) {
            call.request_pk = request_pk;
            call.status = status;
        }
    }

    /// The calls remembered, oldest first.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.state.lock().calls.iter().cloned().collect()
    }

    pub(crate) fn fail_next(&self, operation: Operation, fault: Fault) {
        self.state.lock().faults.add(operation, fault);
    }

    pub(crate) fn clear_faults(&self) {
        self.state.lock().faults.clear();
    }

    pub(crate) fn faults_waiting(&self) -> Vec<(Operation, Fault)> {
        self.state.lock().faults.waiting()
    }
}

/// Write-once: complete evidences are never replaced, whether or not the video is there already. Incomplete or unusable
/// ones may be sent again (no source says either; our choice).
fn takes_evidences(request: &Request) -> Result<(), Refused> {
    match &request.evidences {
        Some(evidences) if evidences.complete() => Err(Refused::Complete(request.request_pk)),
        _ => Ok(()),
    }
}

/// A video may be replaced until everything is there (no source says; our choice).
fn takes_video(request: &Request) -> Result<(), Refused> {
    if request.status == Status::Review || request.review_due.is_some() {
        return Err(Refused::Complete(request.request_pk));
    }
    Ok(())
}

fn enter(request: &mut Request, at: Timestamp, status: Status, cause: &'static str) {
    if request.status != status {
        request.status = status;
        request.history.push(Change { at, status, cause });
    }
}

/// Brings requests whose processing is over into their state. Done whenever one looks, so there is no timer to stop.
fn settle(state: &mut State) {
    let now = Timestamp::now();
    for request in &mut state.requests {
        if let Some(due) = request.review_due.filter(|due| *due <= now) {
            request.review_due = None;
            enter(request, due, Status::Review, "processed");
        }
    }
}

/// Some number. Nothing secret hangs on it.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(())
}
