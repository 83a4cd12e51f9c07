//! One opened microphone: its thread, its level, its subscribers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::level::{Level, Meter};
use super::source::{MicrophoneInfo, SoundSource, SoundSpec};
use super::{Block, SoundError, SoundFeed};
use crate::sources::guarded;

/// A system that does not answer for this long does not answer.
const OPEN: Duration = Duration::from_secs(5);
/// A microphone that is open delivers all the time: nothing for this long and it has failed.
const STUCK: Duration = Duration::from_secs(3);
/// How often the thread looks whether it is still wanted.
const TURN: Duration = Duration::from_millis(100);
/// Blocks that may wait for the recorder: with blocks of 10 ms, more than five seconds.
const WAITING: usize = 512;

/// A microphone, or its replay twin, that is delivering sound. Dropping it never blocks.
pub struct Microphone {
    info: MicrophoneInfo,
    shared: Arc<Shared>,
}

struct Shared {
    wanted: AtomicBool,
    level: Mutex<Level>,
    outlets: Mutex<Vec<Outlet>>,
    failure: Mutex<Option<SoundError>>,
}

struct Outlet {
    sender: SyncSender<Arc<Block>>,
    lost: Arc<AtomicU64>,
}

impl Microphone {
    /// Opens a source of sound and returns once it has been started.
    ///
    /// # Errors
    /// [`SoundError::NotBuilt`], [`NotFound`](SoundError::NotFound), [`Busy`](SoundError::Busy),
    /// [`Denied`](SoundError::Denied), [`Stuck`](SoundError::Stuck) when the system does not answer; for a replay
    /// [`Read`](SoundError::Read) and [`BadMedia`](SoundError::BadMedia).
    pub fn open(spec: &SoundSpec) -> Result<Self, SoundError> {
        let shared = Arc::new(Shared {
            wanted: AtomicBool::new(true),
            level: Mutex::default(),
            outlets: Mutex::default(),
            failure: Mutex::default(),
        });
        let (answer, opened) = sync_channel(1);
        let (spec, weak) = (spec.clone(), Arc::downgrade(&shared));
        std::thread::Builder::new()
            .name("microphone".into())
            .spawn(move || {
                let started = guarded(|| {
                    let mut source = spec.build()?;
                    source.start().map(|info| (source, info))
                });
                match started.map_err(driver).and_then(|started| started) {
                    Ok((source, info)) => {
                        if answer.send(Ok(info)).is_ok() {
                            listen(source, &weak);
                        }
                    }
                    Err(error) => drop(answer.send(Err(error))),
                }
            })
            .map_err(|error| SoundError::Driver(format!("no thread: {}", error.kind())))?;
        // Should the system never answer, its thread is left behind: nothing can wake it.
        let info = opened.recv_timeout(OPEN).map_err(|_| SoundError::Stuck(OPEN))??;
        Ok(Self { info, shared })
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &MicrophoneInfo {
        &self.info
    }

    /// How loud it is.
    #[must_use]
    pub fn level(&self) -> Level {
        *self.shared.level.lock()
    }

    /// Why no more sound comes; `None` while it does.
    #[must_use]
    pub fn failure(&self) -> Option<SoundError> {
        self.shared.failure.lock().clone()
    }

    /// Every block from now on, in order, through a bounded queue.
    #[must_use]
    pub fn subscribe(&self) -> SoundSubscription {
        let (sender, blocks) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let mut outlets = self.shared.outlets.lock();
        // A microphone that has failed has no thread that would ever let go of the sender.
        if self.shared.failure.lock().is_none() {
            outlets.push(Outlet {
                sender,
                lost: Arc::clone(&lost),
            });
        }
        SoundSubscription {
            blocks,
            lost,
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.shared.wanted.store(false, Ordering::Release);
    }
}

impl std::fmt::Debug for Microphone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Microphone").field("id", &self.info.id).finish()
    }
}

/// A bounded queue of blocks. Ends with the microphone's failure after the blocks that came before it.
pub struct SoundSubscription {
    blocks: Receiver<Arc<Block>>,
    lost: Arc<AtomicU64>,
    shared: Arc<Shared>,
}

impl SoundSubscription {
    /// Blocks missed so far because the queue was full.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Acquire)
    }
}

impl SoundFeed for SoundSubscription {
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Block>>, SoundError> {
        match self.blocks.recv_timeout(timeout) {
            Ok(block) => Ok(Some(block)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(self.shared.failure.lock().clone().unwrap_or(SoundError::Closed))
            }
        }
    }
}

/// The thread's work: until it fails, or nobody wants it any more.
fn listen(mut source: Box<dyn SoundSource>, shared: &Weak<Shared>) {
    let mut meter = Meter::default();
    let mut newest = Instant::now();
    let failure = loop {
        let Some(shared) = shared
            .upgrade()
            .filter(|shared| shared.wanted.load(Ordering::Acquire))
        else {
            break SoundError::Closed;
        };
        match guarded(|| source.next(TURN))
            .map_err(driver)
            .and_then(|next| next)
        {
            Ok(Some(block)) => {
                newest = Instant::now();
                meter.add(&block);
                *shared.level.lock() = meter.level();
                let block = Arc::new(block);
                shared.outlets.lock().retain(|outlet| outlet.offer(&block));
            }
            Ok(None) if newest.elapsed() >= STUCK => break SoundError::Stuck(STUCK),
            Ok(None) => {}
            Err(error) => break error,
        }
    };
    if let Some(shared) = shared.upgrade() {
        if failure != SoundError::Closed {
            tracing::warn!(error = %failure, "the microphone failed");
        }
        // The failure first: whoever finds the queue closed asks for it.
        let mut outlets = shared.outlets.lock();
        *shared.failure.lock() = Some(failure);
        *shared.level.lock() = Level::default();
        outlets.clear();
    }
    if guarded(move || drop(source)).is_err() {
        tracing::warn!("the microphone could not be closed properly");
    }
}

impl Outlet {
    /// Queues a block without waiting. False when nobody listens any more.
    fn offer(&self, block: &Arc<Block>) -> bool {
        match self.sender.try_send(Arc::clone(block)) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.lost.fetch_add(1, Ordering::AcqRel);
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

fn driver(error: crate::CaptureError) -> SoundError {
    SoundError::Driver(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_tone_arrives_at_a_microphones_pace_with_its_level() {
        let spec = SoundSpec::Generated {
            hertz: 440.0,
            amplitude: 0.5,
        };
        let microphone = Microphone::open(&spec).unwrap();
        assert!(microphone.info().synthetic);
        let mut feed = microphone.subscribe();
        let began = Instant::now();
        let mut samples = 0;
        let mut last: Option<Instant> = None;
        while samples < 14_400 {
            let block = feed.next(Duration::from_secs(2)).unwrap().expect("a block");
            if let Some(last) = last {
                assert_eq!(block.at - last, Duration::from_millis(10), "block after block");
            }
            last = Some(block.at);
            samples += block.samples.len();
        }
        assert!(
            began.elapsed() >= Duration::from_millis(250),
            "not faster than it sounds"
        );
        let level = microphone.level();
        assert!((level.peak_dbfs + 6.0).abs() < 0.2, "{level:?}");
        assert_eq!(feed.lost(), 0);
        drop(microphone);
        let ended = (0..100).find_map(|_| feed.next(Duration::from_millis(100)).err());
        assert_eq!(ended, Some(SoundError::Closed));
    }

    #[test]
    fn a_source_that_cannot_be_opened_says_why() {
        let missing = SoundSpec::Replay("nowhere.wav".into());
        assert_eq!(
            Microphone::open(&missing).unwrap_err(),
            SoundError::Read(std::io::ErrorKind::NotFound)
        );
    }
}
