//! A camera that failed, looked for again by itself.
//!
//! The page asks every other second while it shows that a camera is missing. What is looked for is the camera that was
//! chosen, by its stable name, in whatever number or order it comes back; it counts as back once a sound picture came
//! from it, so that the screen never flickers between hope and cause.

use std::time::Duration;

use evidence::{Code, Role};

use super::{Cameras, Entry, catalogue};

/// So long a picture may take. What is not there by then is looked for again soon.
const FIRST_PICTURE: Duration = Duration::from_secs(3);

impl Cameras {
    /// Whether the camera of `role` delivers again. `None` where no looking helps: somebody has to choose another one.
    pub async fn look_again(&self, role: Role) -> Option<bool> {
        let known = self.catalogue.lock().entry_for(role);
        let why = match &known {
            Ok(entry) => {
                let trouble = self.trouble.lock();
                let of_this = trouble.as_ref().filter(|(of, _)| *of == entry.view.id);
                of_this.map(|(_, problem)| problem.code)
            }
            Err(missing) => Some(missing.code),
        };
        match why {
            // Somebody said "try again" meanwhile, or chose another.
            None => return Some(true),
            Some(Code::CameraNotAllowed | Code::CameraSoftware | Code::SyntheticRefused) => return None,
            Some(_) => {}
        }
        // A device that comes back has another number, and its node says nothing of its name.
        let settings = self.settings.clone();
        let Ok(entries) = tokio::task::spawn_blocking(move || catalogue::list(&settings)).await else {
            return Some(false);
        };
        self.show(entries);
        let Ok(entry) = self.catalogue.lock().entry_for(role) else {
            return Some(false);
        };
        if entry.view.refused.is_some() {
            // It is there, and it is told why it cannot be used.
            self.trouble.lock().take();
            return Some(true);
        }
        Some(self.take_back(role, &entry).await)
    }

    async fn take_back(&self, role: Role, entry: &Entry) -> bool {
        let mut lent = self.lent.lock().await;
        let generation = lent.take().map_or(0, |last| last.generation) + 1;
        let Ok(camera) = self.open(entry).await else {
            return false;
        };
        let looked = tokio::task::spawn_blocking(move || {
            let sound = matches!(camera.newest_after(0, FIRST_PICTURE), Ok(Some(_)));
            sound.then_some(camera)
        });
        let Ok(Some(camera)) = looked.await else {
            return false;
        };
        self.trouble.lock().take();
        tracing::info!("a camera is back");
        self.lent_from_now(&mut lent, role, entry, camera, generation);
        true
    }
}
