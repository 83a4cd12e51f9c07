//! What cameras do wrong, played to the real thread, watchdog and queues by a double that follows a script.

mod failures;
mod flow;
mod stills;

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use bytes::Bytes;
use parking_lot::Mutex;

use super::*;
use crate::{Fps, OfferedFormat, PixelFormat, Provenance, Size, SourceId, frame_source::RawFrame, specimens};

/// Long enough for any step on a busy machine; only a test that fails waits for so long.
const SOON: Duration = Duration::from_secs(20);
const PREVIEW: Size = Size::new(128, 72);
const LARGE: Size = Size::new(192, 108);

const QUICK: Patience = Patience {
    frame: Duration::from_millis(150),
    first_frame: Duration::from_millis(300),
    open: Duration::from_millis(600),
    vacate: Duration::from_millis(100),
};

/// Generous times for tests in which nothing falls silent.
const CALM: Patience = Patience {
    frame: SOON,
    first_frame: SOON,
    open: SOON,
    vacate: SOON,
};

fn offer(size: Size, pixel: PixelFormat) -> OfferedFormat {
    OfferedFormat {
        size,
        fps: Fps::whole(30),
        pixel,
    }
}

type OnStart = Box<dyn FnMut(OfferedFormat) -> Result<(), CaptureError> + Send>;
type OnFrame = Box<dyn FnMut(u32, OfferedFormat) -> Result<Bytes, CaptureError> + Send>;

/// A camera made of two closures: what happens on start, and what frame number n (from 1, counted anew with each
/// start) is.
struct Double {
    id: SourceId,
    formats: Vec<OfferedFormat>,
    on_start: OnStart,
    on_frame: OnFrame,
    format: OfferedFormat,
    frame: u32,
    panics_on_drop: bool,
}

impl Double {
    fn new(id: &str) -> Self {
        let format = offer(PREVIEW, PixelFormat::Mjpeg);
        Self {
            id: SourceId::new(format!("usb:test:{id}:@1")),
            formats: vec![format],
            on_start: Box::new(|_| Ok(())),
            on_frame: Box::new(|n, format| Ok(picture(n, format.size))),
            format,
            frame: 0,
            panics_on_drop: false,
        }
    }

    fn formats(mut self, formats: &[OfferedFormat]) -> Self {
        self.formats = formats.to_vec();
        self
    }

    fn on_start(
        mut self,
        on_start: impl FnMut(OfferedFormat) -> Result<(), CaptureError> + Send + 'static,
    ) -> Self {
        self.on_start = Box::new(on_start);
        self
    }

    fn on_frame(
        mut self,
        on_frame: impl FnMut(u32, OfferedFormat) -> Result<Bytes, CaptureError> + Send + 'static,
    ) -> Self {
        self.on_frame = Box::new(on_frame);
        self
    }

    fn open(self, patience: Patience) -> Result<Camera, CaptureError> {
        let want = Want {
            size: PREVIEW,
            fps: Fps::whole(30),
        };
        Camera::start("double", move || Box::new(self), want, patience)
    }
}

impl FrameSource for Double {
    fn describe(&mut self) -> Result<SourceInfo, CaptureError> {
        Ok(SourceInfo {
            id: self.id.clone(),
            name: "Double".into(),
            kind: SourceKind::Camera,
            synthetic: false,
            formats: self.formats.clone(),
            provenance: Provenance::default(),
        })
    }

    fn start(&mut self, format: OfferedFormat) -> Result<Delivered, CaptureError> {
        self.format = format;
        self.frame = 0;
        (self.on_start)(format)?;
        Ok(Delivered {
            size: format.size,
            fps: format.fps,
            pixel: format.pixel,
        })
    }

    fn next_frame(&mut self) -> Result<RawFrame, CaptureError> {
        // The pace of the double, far above a camera's so that tests are short.
        std::thread::sleep(Duration::from_millis(2));
        self.frame += 1;
        let bytes = (self.on_frame)(self.frame, self.format)?;
        Ok(RawFrame::now(bytes, self.format.pixel, self.format.size))
    }

    fn stop(&mut self) {}
}

impl Drop for Double {
    fn drop(&mut self) {
        assert!(
            !self.panics_on_drop,
            "the driver of this camera panics when it is closed"
        );
    }
}

/// Frame number n of a camera; every one differs from the one before.
fn picture(n: u32, size: Size) -> Bytes {
    specimens::jpeg(size.width as usize, size.height as usize, (n % 251) as u8)
}

/// A place in the driver where a thread stays until the test lets it go.
struct Trap {
    open: SyncSender<()>,
    wait: Arc<Mutex<Receiver<()>>>,
}

impl Trap {
    fn new() -> Self {
        let (open, wait) = sync_channel(1);
        Self {
            open,
            wait: Arc::new(Mutex::new(wait)),
        }
    }

    /// Blocks whoever calls the result until [`Trap::release`].
    fn step_into(&self) -> impl Fn() + Send + 'static {
        let wait = Arc::clone(&self.wait);
        move || {
            let _ = wait.lock().recv();
        }
    }

    fn release(&self) {
        self.open.send(()).unwrap();
    }
}

/// Waits until the camera has published frame `sequence` or a later one.
fn wait_for(camera: &Camera, sequence: u64) -> Arc<Frame> {
    camera
        .newest_after(sequence - 1, SOON)
        .unwrap()
        .expect("a frame in time")
}

/// Waits for the camera's end.
fn end_of(camera: &Camera) -> CaptureError {
    let mut seen = 0;
    loop {
        match camera.newest_after(seen, SOON) {
            Ok(Some(frame)) => seen = frame.sequence,
            Ok(None) => panic!("the camera neither delivers nor ends"),
            Err(error) => return error,
        }
    }
}
