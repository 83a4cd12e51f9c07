//! The thread between the encoder and the disk.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use super::{Progress, Sink};
use crate::CaptureError;

/// Fragments that may wait for the disk, one second each, before the encoder has to wait too.
const QUEUE: usize = 8;

/// Writes fragments, each with one `write` and one `sync`.
pub(super) struct Writer {
    queue: SyncSender<Vec<u8>>,
    thread: JoinHandle<Result<u64, CaptureError>>,
}

impl Writer {
    pub(super) fn start(sink: Box<dyn Sink>, progress: Arc<Mutex<Progress>>) -> Result<Self, CaptureError> {
        let (queue, fragments) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("recording-writer".into())
            .spawn(move || write(sink, &fragments, &progress))
            .map_err(|error| CaptureError::Write(error.kind()))?;
        Ok(Self { queue, thread })
    }

    /// Hands a fragment over. `false` when the sink has failed; [`Self::finish`] says how.
    #[must_use]
    pub(super) fn hand_over(&self, fragment: Vec<u8>) -> bool {
        self.queue.send(fragment).is_ok()
    }

    /// Whether the sink has failed and nothing more will be written.
    pub(super) fn has_failed(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until everything handed over is in the sink. The bytes written, or why not all of them were.
    pub(super) fn finish(self) -> Result<u64, CaptureError> {
        drop(self.queue);
        self.thread
            .join()
            .unwrap_or(Err(CaptureError::Write(std::io::ErrorKind::Other)))
    }
}

fn write(
    mut sink: Box<dyn Sink>,
    fragments: &Receiver<Vec<u8>>,
    progress: &Mutex<Progress>,
) -> Result<u64, CaptureError> {
    let mut bytes = 0;
    for fragment in fragments {
        sink.write_all(&fragment)
            .and_then(|()| sink.sync())
            .map_err(|error| CaptureError::Write(error.kind()))?;
        bytes += fragment.len() as u64;
        progress.lock().bytes = bytes;
    }
    Ok(bytes)
}
