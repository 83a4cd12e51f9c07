//! What the camera thread, its watchdog and everybody else share, behind one lock.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};

use super::{Health, Patience, Still, subscription::Outlet};
use crate::{CaptureError, Delivered, Frame, OfferedFormat, SourceInfo};

/// The rate is measured over this much of the past.
const RATE_WINDOW: Duration = Duration::from_secs(3);
/// Enough for 120 frames a second over the window; the rest would only be forgotten again.
const RATE_SAMPLES: usize = 360;

pub(super) struct Shared {
    pub patience: Patience,
    state: Mutex<State>,
    /// A frame, a still, a start or a failure: whatever somebody may wait for.
    changed: Condvar,
    /// The watchdog's deadline moved closer, or there is nothing to watch any more.
    watch: Condvar,
    /// The thread is on its way out, or left behind: the next one may wait for the device.
    leaving: Arc<AtomicBool>,
    /// Somebody wants a replay to begin anew.
    rewind: AtomicBool,
}

struct State {
    running: Option<(SourceInfo, OfferedFormat, Delivered)>,
    newest: Option<Arc<Frame>>,
    /// The newest frame's bytes as the device wrote them.
    newest_own: Bytes,
    /// The last sign of life, and how long the next may take.
    beat: Instant,
    allowance: Duration,
    failure: Option<CaptureError>,
    still: StillSlot,
    outlets: Vec<Outlet>,
    frames: u64,
    damaged: u64,
    damaged_in_a_row: u32,
    dropped: u64,
    arrivals: VecDeque<Instant>,
    last_error: Option<CaptureError>,
}

enum StillSlot {
    Idle,
    Wanted,
    Taken(Result<Box<Still>, CaptureError>),
}

impl Shared {
    pub fn new(patience: Patience) -> Self {
        Self {
            patience,
            state: Mutex::new(State {
                running: None,
                newest: None,
                newest_own: Bytes::new(),
                beat: Instant::now(),
                allowance: patience.open,
                failure: None,
                still: StillSlot::Idle,
                outlets: Vec::new(),
                frames: 0,
                damaged: 0,
                damaged_in_a_row: 0,
                dropped: 0,
                arrivals: VecDeque::new(),
                last_error: None,
            }),
            changed: Condvar::new(),
            watch: Condvar::new(),
            leaving: Arc::new(AtomicBool::new(false)),
            rewind: AtomicBool::new(false),
        }
    }

    pub fn ask_to_rewind(&self) {
        self.rewind.store(true, Ordering::Relaxed);
    }

    // --- for the camera thread ---

    /// A sign of life: the next may take `allowance`. False when the thread has to leave.
    pub fn beat(&self, allowance: Duration) -> bool {
        let mut state = self.state.lock();
        state.beat = Instant::now();
        if state.allowance != allowance {
            state.allowance = allowance;
            self.watch.notify_all();
        }
        state.failure.is_none()
    }

    /// Whether it was asked to begin anew since this was looked at last.
    pub fn rewind_wanted(&self) -> bool {
        self.rewind.swap(false, Ordering::Relaxed)
    }

    /// The device was started, or started again in another format.
    pub fn running(&self, info: &SourceInfo, asked: OfferedFormat, delivered: Delivered) {
        self.state.lock().running = Some((info.clone(), asked, delivered));
        self.changed.notify_all();
    }

    /// Publishes a sound frame. `own` are the bytes as the device wrote them.
    pub fn publish(&self, mut frame: Frame, own: Bytes) {
        let mut state = self.state.lock();
        if state.failure.is_some() {
            return;
        }
        if let Some(before) = &state.newest {
            // Drivers' stamps jitter; sample times must not run backwards.
            frame.at = frame.at.max(before.at);
        }
        state.frames += 1;
        frame.sequence = state.frames;
        let frame = Arc::new(frame);
        let mut missed = 0;
        state.outlets.retain(|outlet| outlet.offer(&frame, &mut missed));
        state.dropped += missed;
        state.newest = Some(frame);
        state.newest_own = own;
        state.damaged_in_a_row = 0;
        if state.arrivals.len() == RATE_SAMPLES {
            state.arrivals.pop_front();
        }
        state.arrivals.push_back(Instant::now());
        self.changed.notify_all();
    }

    /// Counts a frame that is not fit to be seen, and says how many came in a row.
    pub fn damaged(&self, why: CaptureError) -> u32 {
        let mut state = self.state.lock();
        state.damaged += 1;
        state.damaged_in_a_row += 1;
        state.last_error = Some(why);
        state.damaged_in_a_row
    }

    /// Remembers something that went wrong without ending the camera.
    pub fn note(&self, error: CaptureError) {
        self.state.lock().last_error = Some(error);
    }

    /// Ends the camera. The first reason stays.
    pub fn fail(&self, error: CaptureError) {
        Self::end(&mut self.state.lock(), error);
        self.tell_everybody();
    }

    pub fn still_wanted(&self) -> bool {
        matches!(self.state.lock().still, StillSlot::Wanted)
    }

    pub fn hand_over(&self, still: Result<Still, CaptureError>) {
        self.state.lock().still = StillSlot::Taken(still.map(Box::new));
        self.changed.notify_all();
    }

    /// The newest frame together with the bytes as the device wrote them.
    pub fn newest_own(&self) -> Option<(Arc<Frame>, Bytes)> {
        let state = self.state.lock();
        state
            .newest
            .clone()
            .map(|frame| (frame, state.newest_own.clone()))
    }

    pub fn leaving(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.leaving)
    }

    // --- for the watchdog ---

    /// Returns once the camera has ended; ends it when the thread shows no life for longer than it may.
    pub fn watch(&self) {
        let mut state = self.state.lock();
        while state.failure.is_none() {
            let deadline = state.beat + state.allowance;
            if Instant::now() >= deadline {
                let silence = state.allowance;
                Self::end(&mut state, CaptureError::Silent(silence));
                drop(state);
                tracing::warn!(?silence, "camera thread left behind");
                self.tell_everybody();
                return;
            }
            self.watch.wait_until(&mut state, deadline);
        }
    }

    // --- for everybody else ---

    pub fn close(&self) {
        Self::end(&mut self.state.lock(), CaptureError::Closed);
        self.tell_everybody();
    }

    pub fn wait_until_running(&self) -> Result<SourceInfo, CaptureError> {
        let mut state = self.state.lock();
        loop {
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            if let Some((info, ..)) = &state.running {
                return Ok(info.clone());
            }
            self.changed.wait(&mut state);
        }
    }

    /// What was asked for and what the driver made of it.
    pub fn stream(&self) -> Option<(OfferedFormat, Delivered)> {
        let state = self.state.lock();
        let (_, asked, delivered) = state.running.as_ref()?;
        Some((*asked, *delivered))
    }

    pub fn latest(&self) -> Option<Arc<Frame>> {
        self.state.lock().newest.clone()
    }

    pub fn failure(&self) -> Option<CaptureError> {
        self.state.lock().failure.clone()
    }

    pub fn newest_after(&self, sequence: u64, until: Instant) -> Result<Option<Arc<Frame>>, CaptureError> {
        let mut state = self.state.lock();
        loop {
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            if let Some(frame) = state.newest.as_ref().filter(|frame| frame.sequence > sequence) {
                return Ok(Some(Arc::clone(frame)));
            }
            if self.changed.wait_until(&mut state, until).timed_out() && Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    pub fn still(&self) -> Result<Still, CaptureError> {
        let mut state = self.state.lock();
        // One at a time: a second caller waits for the first one's picture to be taken away.
        let mut asked = false;
        loop {
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            match std::mem::replace(&mut state.still, StillSlot::Idle) {
                StillSlot::Idle if !asked => {
                    state.still = StillSlot::Wanted;
                    asked = true;
                }
                StillSlot::Taken(still) if asked => {
                    self.changed.notify_all();
                    return still.map(|still| *still);
                }
                other => state.still = other,
            }
            self.changed.wait(&mut state);
        }
    }

    pub fn attach(&self, outlet: Outlet) {
        let mut state = self.state.lock();
        if state.failure.is_none() {
            state.outlets.push(outlet);
        }
    }

    pub fn health(&self) -> Health {
        let state = self.state.lock();
        let now = Instant::now();
        let recent = state
            .arrivals
            .iter()
            .filter(|at| now.duration_since(**at) <= RATE_WINDOW);
        let (count, oldest) = (recent.clone().count(), recent.min());
        // From the first arrival in the window until now: a camera that stops is seen to slow down at once.
        let fps = oldest.map_or(0.0, |oldest| {
            let newest = state.arrivals.back().copied().unwrap_or(now);
            let mut span = newest.duration_since(*oldest);
            let quiet = now.duration_since(newest);
            let usual = span
                .checked_div(u32::try_from(count).unwrap_or(1).saturating_sub(1))
                .unwrap_or_default();
            if quiet > usual * 2 {
                span += quiet;
            }
            if span.is_zero() {
                0.0
            } else {
                (count as f64 - 1.0) / span.as_secs_f64()
            }
        });
        Health {
            frames: state.frames,
            damaged: state.damaged,
            dropped: state.dropped,
            fps,
            last_error: state
                .failure
                .clone()
                .filter(|e| *e != CaptureError::Closed)
                .or(state.last_error.clone()),
        }
    }

    fn end(state: &mut State, error: CaptureError) {
        if state.failure.is_none() {
            state.failure = Some(error);
        }
        state.outlets.clear();
        state.newest_own = Bytes::new();
    }

    fn tell_everybody(&self) {
        self.leaving.store(true, Ordering::Release);
        self.changed.notify_all();
        self.watch.notify_all();
    }
}
