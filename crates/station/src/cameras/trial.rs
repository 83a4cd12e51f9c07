//! A camera tried out by itself, before anybody needs it.

use std::sync::Arc;
use std::time::Duration;

use capture::{Camera, CaptureError, Frame};
use evidence::{Code, Problem, TryAgain};

use super::Cameras;
use crate::view::CameraView;

/// So long somebody waits who asks for a camera that is not being tried out.
const NONE_TRIED: Duration = Duration::from_millis(200);

/// A camera that is being tried out. Dropping it gives it back.
pub(crate) struct Trial<'a> {
    cameras: &'a Cameras,
    pub camera: Arc<Camera>,
}

impl Cameras {
    /// Opens a camera to try it out: no step's camera is open beside it.
    ///
    /// # Errors
    /// There is no such camera, it may not be used here, or it cannot be opened.
    pub async fn try_out(&self, id: &str) -> Result<Trial<'_>, Problem> {
        let entry = self.catalogue.lock().entry(id);
        let entry = entry.ok_or_else(|| Problem::new(Code::CameraMissing, TryAgain::AfterChange))?;
        // It may be the very one, and two cameras at once are too much for some USB ports.
        let last = self.lent.lock().await.take();
        drop(last);
        let camera = Arc::new(self.open(&entry).await?);
        *self.tried.lock() = Some(Arc::clone(&camera));
        Ok(Trial {
            cameras: self,
            camera,
        })
    }

    /// The newest frame of the camera that is being tried out after `after`; `None` where none is, or none came within
    /// `timeout`.
    pub async fn tried_frame(&self, after: u64, timeout: Duration) -> Option<Arc<Frame>> {
        let tried = self.tried.lock().clone();
        let Some(camera) = tried else {
            // Whoever asks in a loop is not to spin.
            tokio::time::sleep(NONE_TRIED.min(timeout)).await;
            return None;
        };
        let waited = tokio::task::spawn_blocking(move || camera.newest_after(after, timeout)).await;
        waited.unwrap_or(Err(CaptureError::Closed)).ok().flatten()
    }

    /// What is known of one source.
    pub fn view_of(&self, id: &str) -> Option<CameraView> {
        self.catalogue.lock().entry(id).map(|entry| entry.view)
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        self.cameras.tried.lock().take();
    }
}
