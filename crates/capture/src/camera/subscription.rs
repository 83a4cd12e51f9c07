//! Every frame, in order, for somebody who must not miss one: the recorder.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::Duration,
};

use super::shared::Shared;
use crate::{CaptureError, Frame};

/// A bounded queue of frames. Ends with the camera's error after the frames that came before it.
pub struct Subscription {
    frames: Receiver<Arc<Frame>>,
    dropped: Arc<AtomicU64>,
    shared: Arc<Shared>,
}

impl Subscription {
    pub(super) fn new(shared: &Arc<Shared>, capacity: usize) -> Self {
        let (sender, frames) = sync_channel(capacity.max(1));
        let dropped = Arc::new(AtomicU64::new(0));
        shared.attach(Outlet {
            sender,
            dropped: Arc::clone(&dropped),
        });
        Self {
            frames,
            dropped,
            shared: Arc::clone(shared),
        }
    }

    /// Waits for the next frame; `None` when the time is up.
    ///
    /// # Errors
    /// The camera's failure once every frame before it was received; [`CaptureError::Closed`] when the camera was
    /// dropped.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        match self.frames.recv_timeout(timeout) {
            Ok(frame) => Ok(Some(frame)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.shared.failure().unwrap_or(CaptureError::Closed)),
        }
    }

    /// How many frames this consumer missed so far because its queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("dropped", &self.dropped())
            .finish_non_exhaustive()
    }
}

/// The camera's end of a subscription.
pub(super) struct Outlet {
    sender: SyncSender<Arc<Frame>>,
    dropped: Arc<AtomicU64>,
}

impl Outlet {
    /// Queues a frame without waiting. False when nobody listens any more.
    pub fn offer(&self, frame: &Arc<Frame>, missed: &mut u64) -> bool {
        match self.sender.try_send(Arc::clone(frame)) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.dropped.fetch_add(1, Ordering::AcqRel);
                *missed += 1;
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}
