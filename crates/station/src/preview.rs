//! The booth's cameras as a person meets them: the live picture, the choice of one, another try.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use capture::Camera;
use evidence::{Problem, Role};

use crate::view::{BoothView, CameraSearch};
use crate::{Booth, clock, problems};

/// A frame for the preview.
#[derive(Debug, Clone)]
pub struct PreviewFrame {
    /// Ask for what comes after it.
    pub sequence: u64,
    /// When it was captured, epoch milliseconds.
    pub captured_at: i64,
    /// The camera's own JPEG.
    pub jpeg: Bytes,
}

/// Sequence numbers of one opening; the opening's number stands above them.
const OPENING: u64 = 1 << 32;

impl Booth {
    /// The newest frame of the camera of `role` after `after`; `None` when none came within `timeout`.
    ///
    /// # Errors
    /// The camera failed.
    pub async fn preview(
        &self,
        role: Role,
        after: u64,
        timeout: Duration,
    ) -> Result<Option<PreviewFrame>, Problem> {
        let loan = self.0.cameras.lend(role).await?;
        self.attend_sound(role);
        self.watch(role, &loan.camera, loan.generation * OPENING).await;
        let after = if after / OPENING == loan.generation {
            after % OPENING
        } else {
            0
        };
        let camera = Arc::clone(&loan.camera);
        let waited = tokio::task::spawn_blocking(move || camera.newest_after(after, timeout)).await;
        let frame = match waited.map_err(|_| problems::internal("the preview broke"))? {
            Ok(frame) => frame,
            Err(error) => {
                let problem = problems::from_clip(&error);
                self.0.cameras.failed(role, problem.clone());
                return Err(problem);
            }
        };
        Ok(frame.map(|frame| PreviewFrame {
            sequence: loan.generation * OPENING + frame.sequence,
            captured_at: clock::from_system(frame.utc).0,
            jpeg: frame.jpeg.clone(),
        }))
    }

    /// Looks at the live picture of a document or a face for as long as somebody else does.
    async fn watch(&self, role: Role, camera: &Arc<Camera>, opening: u64) {
        let Ok(desk) = self.desk() else { return };
        if matches!(role, Role::Front | Role::Rear | Role::Selfie) && desk.shows_live(role).await {
            self.0.eyes.watch.attend(self, desk.id, role, camera, opening);
        }
    }

    /// Looks for cameras and microphones again.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn refresh_cameras(&self) -> Result<BoothView, Problem> {
        let booth = self.clone();
        let look = move || {
            booth.0.cameras.refresh();
            booth.0.sounds.refresh(&booth.0.settings);
        };
        tokio::task::spawn_blocking(look)
            .await
            .map_err(|_| problems::internal("looking for cameras broke"))?;
        self.view().await
    }

    /// Chooses the camera of a step.
    ///
    /// # Errors
    /// There is no such camera, or the store cannot be read.
    pub async fn choose_camera(&self, role: Role, camera: &str) -> Result<BoothView, Problem> {
        self.0.cameras.choose(role, camera)?;
        self.view().await
    }

    /// Looks for a camera that failed, once: the very same one, wherever the system puts it now. Cheap enough to be asked
    /// every other second.
    pub async fn look_for_camera(&self, role: Role) -> CameraSearch {
        match self.0.cameras.look_again(role).await {
            Some(true) => CameraSearch::Back,
            Some(false) => CameraSearch::NotYet,
            None => CameraSearch::Hopeless,
        }
    }

    /// The newest picture of the camera that is being tried out after `after`; `None` where none is, or none came within
    /// `timeout`.
    pub async fn tried_picture(&self, after: u64, timeout: Duration) -> Option<PreviewFrame> {
        let frame = self.0.cameras.tried_frame(after, timeout).await?;
        Some(PreviewFrame {
            sequence: frame.sequence,
            captured_at: clock::from_system(frame.utc).0,
            jpeg: frame.jpeg.clone(),
        })
    }

    /// Tries a failed camera again at the next pull.
    pub fn restart_camera(&self) {
        self.0.cameras.restart();
    }

    /// Closes cameras nobody asked for a while: others on this machine may want them.
    pub(crate) fn give_back_idle_cameras(&self) {
        let booth = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_secs(1));
            loop {
                tick.tick().await;
                // The booth is gone: so is this.
                let Some(inner) = booth.upgrade() else { break };
                inner.cameras.give_back_idle().await;
            }
        });
    }
}
