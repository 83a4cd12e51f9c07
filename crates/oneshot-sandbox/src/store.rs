//! The requests the sandbox holds, in memory, and how their state changes.

mod papers;
mod review;
mod shelf;
mod signing;
mod uploads;

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::{Map, Value};

use crate::fault::{Fault, Faults, Operation};
use crate::kept::{Call, Change, Request, Status, Upload};
use crate::notary::Notary;
use crate::settings::{Dialect, Settings, WebhookFormat, WebhookTarget};
use crate::webhook::Messenger;

pub(crate) use papers::Removed;
pub(crate) use shelf::{Image, Shelf, Token, key, new_uid, with_dashes};
pub(crate) use signing::{NoCode, Unlock};

/// The first ids given, one even and one odd, and two further each time: so they never meet, however many there are, and
/// mixing the two up is caught.
const FIRST_REQUEST_PK: u64 = 45_836;
const FIRST_VIDEOID_PK: u64 = 16_673;
/// Calls remembered; the oldest go first.
const MOST_CALLS: usize = 5_000;

/// Everything that changes while the server runs.
pub(crate) struct Store {
    settings: Settings,
    state: Mutex<State>,
    /// How far the sandbox's clock is ahead of the machine's, milliseconds.
    ahead: AtomicI64,
    notary: Notary,
    messenger: Messenger,
    /// The token of the first officer, made at start.
    token: String,
}

#[derive(Default)]
struct State {
    /// Oldest first.
    requests: VecDeque<Request>,
    created: u64,
    calls: VecDeque<Call>,
    received: u64,
    faults: Faults,
    shelf: Shelf,
}

/// Which request a call is about. The dialects name it by different ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Request(u64),
    Videoid(u64),
}

impl Which {
    fn is(self, request: &Request) -> bool {
        match self {
            Self::Request(pk) => request.request_pk == pk,
            Self::Videoid(pk) => request.videoid_pk == pk,
        }
    }
}

/// Why a call is not carried out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No request has this id.
    NotFound,
    /// It is complete already, or stands elsewhere; its `request_pk`.
    State(u64),
}

/// What creating a request takes.
pub(crate) struct NewRequest {
    pub(crate) body: Value,
    pub(crate) upload: Upload,
    pub(crate) dialect: Dialect,
    pub(crate) registration_authority: String,
    pub(crate) webhook_url: Option<String>,
}

impl Store {
    pub(crate) fn new(settings: Settings, messenger: Messenger) -> Self {
        let token = shelf::new_uid();
        let shelf = Shelf::begin(&settings, &token);
        Self {
            settings,
            state: Mutex::new(State {
                shelf,
                ..State::default()
            }),
            ahead: AtomicI64::new(0),
            notary: Notary::default(),
            messenger,
            token,
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn notary(&self) -> &Notary {
        &self.notary
    }

    pub(crate) fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The time by the sandbox's own clock.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// How far the sandbox's clock is ahead of the machine's.
    pub(crate) fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead.load(Ordering::Relaxed).unsigned_abs())
    }

    /// Sets the sandbox's clock forward. What is due by then happens.
    pub(crate) fn advance_clock(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // A hundred years are enough, and leave room for every sum made with it.
        let most = 100 * 365 * 24 * 3600 * 1000;
        let _ = self
            .ahead
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |ahead| {
                Some(ahead.saturating_add(by).min(most))
            });
        self.settle();
    }

    /// Opens a request and returns it.
    pub(crate) fn create(&self, new: NewRequest) -> Request {
        let mut state = self.state.lock();
        let at = new.upload.at;
        let mut request = Request {
            request_pk: FIRST_REQUEST_PK + 2 * state.created,
            videoid_pk: FIRST_VIDEOID_PK + 2 * state.created,
            scratchcard: format!("{:07}", random() % 10_000_000),
            video_identifier: format!("{:016x}{:016x}", random(), random()),
            status: Status::Pending,
            history: Vec::new(),
            create: new.body,
            create_upload: new.upload,
            evidences: None,
            video: None,
            review_due: None,
            dialect: new.dialect,
            registration_authority: new.registration_authority,
            evidences_taken: 0,
            videos_taken: 0,
            validations: 0,
            approvals: 0,
            refusals: 0,
            cancellations: 0,
            updates: 0,
            otps_sent: 0,
            wrong_codes: 0,
            documents_taken: 0,
            signatures: 0,
            documents: Vec::new(),
            contract: None,
            refusal_reason: None,
            approved_by: None,
            reviewed_by: None,
            certificate: None,
            amended: Map::new(),
            webhook_url: new.webhook_url,
            code: None,
            turn: Arc::default(),
        };
        self.entered(&mut request, at, None, "created");
        state.created += 1;
        state.requests.push_back(request.clone());
        self.forget_the_oldest(&mut state);
        request
    }

    /// Requests created since the start, those forgotten too.
    pub(crate) fn created(&self) -> u64 {
        self.state.lock().created
    }

    /// What a call that changes a request holds until it is done, so that two of them never meet.
    pub(crate) fn turn(&self, which: Which) -> Option<Arc<tokio::sync::Mutex<()>>> {
        let state = self.state.lock();
        let request = state.requests.iter().find(|request| which.is(request))?;
        Some(Arc::clone(&request.turn))
    }

    /// Looks at a request, or changes it, with nobody else in between.
    pub(crate) fn with<T>(
        &self,
        which: Which,
        act: impl FnOnce(&mut Request) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut state = self.state.lock();
        self.settle_all(&mut state);
        let request = state.requests.iter_mut().find(|request| which.is(request));
        let answer = act(request.ok_or(Refused::NotFound)?);
        self.forget_the_oldest(&mut state);
        answer
    }

    fn enter(&self, request: &mut Request, at: Timestamp, status: Status, cause: &'static str) {
        if request.status != status {
            let before = request.status;
            request.status = status;
            self.entered(request, at, Some(before), cause);
        }
    }

    /// Notes the state a request is in, and tells whom it concerns.
    fn entered(&self, request: &mut Request, at: Timestamp, before: Option<Status>, cause: &'static str) {
        let status = request.status;
        request.history.push(Change { at, status, cause });
        let mut authorities = self.settings.registration_authorities.iter();
        let authority = authorities.find(|it| it.id == request.registration_authority);
        let theirs = authority.and_then(|it| it.webhook.clone());
        // The older specification has an address for tests on each request, and tells it in its own words.
        let own = request.webhook_url.clone().map(|url| WebhookTarget {
            url,
            format: WebhookFormat::A,
        });
        for target in theirs.into_iter().chain(own) {
            self.messenger.tell(&target, request, before, at);
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

    /// Brings requests whose processing is over into their state.
    pub(crate) fn settle(&self) {
        self.settle_all(&mut self.state.lock());
    }

    fn settle_all(&self, state: &mut State) {
        let now = self.now();
        for request in &mut state.requests {
            if let Some(due) = request.review_due.filter(|due| *due <= now) {
                request.review_due = None;
                self.enter(request, due, Status::Review, "processed");
            }
        }
    }

    /// All requests held, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut state = self.state.lock();
        self.settle_all(&mut state);
        state.requests.iter().cloned().collect()
    }

    pub(crate) fn request(&self, which: Which) -> Option<Request> {
        self.with(which, |request| Ok(request.clone())).ok()
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

/// Some number. Nothing secret hangs on it.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(())
}
