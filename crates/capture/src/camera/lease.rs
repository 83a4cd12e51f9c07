//! One thread at a time per device within this program.
//!
//! The driver layer shares one handle among all that open the same device in a process, so a second stream on it
//! is refused as busy although nobody else has the camera. A camera that is closed leaves its device a frame later;
//! whoever opens it again waits for that. One whose thread was left behind may never leave: then the honest answer
//! is "silent", not "another program has it".

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::{CaptureError, SourceId};

static HELD: Mutex<Option<HashMap<SourceId, Arc<AtomicBool>>>> = Mutex::new(None);
static VACATED: Condvar = Condvar::new();

/// Held by a camera thread for as long as it may touch the device.
pub(super) struct Lease(SourceId);

impl Lease {
    /// Takes the device, waiting up to `patience` for a thread that is already on its way out.
    pub fn take(id: &SourceId, leaving: Arc<AtomicBool>, patience: Duration) -> Result<Self, CaptureError> {
        let until = Instant::now() + patience;
        let mut held = HELD.lock();
        loop {
            match held.get_or_insert_default().get(id) {
                None => break,
                Some(holder) if !holder.load(Ordering::Acquire) => return Err(CaptureError::Busy),
                Some(_) if Instant::now() >= until => return Err(CaptureError::Silent(patience)),
                Some(_) => {}
            }
            VACATED.wait_until(&mut held, until);
        }
        held.get_or_insert_default().insert(id.clone(), leaving);
        Ok(Self(id.clone()))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        HELD.lock().get_or_insert_default().remove(&self.0);
        VACATED.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(leaving: bool) -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(leaving))
    }

    #[test]
    fn a_camera_in_use_here_is_busy_at_once() {
        let id = SourceId::new("usb:lease:busy:@1");
        let _held = Lease::take(&id, flag(false), Duration::ZERO).unwrap();
        let again = Lease::take(&id, flag(false), Duration::from_secs(60));
        assert_eq!(again.err(), Some(CaptureError::Busy));
    }

    #[test]
    fn a_closed_camera_can_be_opened_again_as_soon_as_its_thread_has_left() {
        let id = SourceId::new("usb:lease:again:@1");
        let held = Lease::take(&id, flag(true), Duration::ZERO).unwrap();
        let waiting = std::thread::spawn({
            let id = id.clone();
            move || Lease::take(&id, flag(false), Duration::from_secs(60)).map(|_| ())
        });
        drop(held);
        assert_eq!(waiting.join().unwrap(), Ok(()));
    }

    #[test]
    fn a_thread_left_behind_in_the_driver_is_not_another_program() {
        let id = SourceId::new("usb:lease:stuck:@1");
        let _stuck = Lease::take(&id, flag(true), Duration::ZERO).unwrap();
        let patience = Duration::from_millis(10);
        let again = Lease::take(&id, flag(false), patience);
        assert_eq!(again.err(), Some(CaptureError::Silent(patience)));
    }
}
