//! Which camera serves which step, and lending it.
//!
//! One camera is open at a time: that of the step on the screen. It is opened by the first pull of its preview and
//! closed some seconds after the last one. Once it failed it stays failed until it is found again ([`Cameras::look_again`]),
//! a person says "try again" or chooses another, so that the screen shows the cause instead of flickering.

mod catalogue;
pub(crate) mod provenance;
mod remembered;
mod returning;
mod trial;

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture::{Camera, Want};
use evidence::{Code, Problem, Role, TryAgain};
use parking_lot::Mutex;
use tokio::sync::broadcast;

use self::catalogue::{Catalogue, Entry};
use self::remembered::Remembered;
use crate::view::{CameraState, CameraStateView, CameraView, ChosenCamera, Notice, SizeView};
use crate::{Settings, problems};

/// After this long without a pull, a camera is given back to the system.
const IDLE: Duration = Duration::from_secs(4);

/// Roles that a camera serves.
const ROLES: [Role; 4] = [Role::Front, Role::Rear, Role::Selfie, Role::Video];

pub(crate) struct Cameras {
    settings: Settings,
    catalogue: Mutex<Catalogue>,
    remembered: Remembered,
    lent: tokio::sync::Mutex<Option<Lent>>,
    /// The camera that is being tried out, for whoever looks on.
    tried: Mutex<Option<Arc<Camera>>>,
    trouble: Mutex<Option<(String, Problem)>>,
    notices: broadcast::Sender<Notice>,
}

struct Lent {
    id: String,
    camera: Arc<Camera>,
    /// Counts openings, so that a frame of this opening is never mistaken for one of the last.
    generation: u64,
    last_pull: Instant,
}

/// A camera on loan.
#[derive(Clone)]
pub(crate) struct Loan {
    pub camera: Arc<Camera>,
    pub generation: u64,
}

impl Cameras {
    /// Looks at what there is. Listing cameras can take a second: call it on a blocking thread.
    pub fn find(settings: &Settings, notices: broadcast::Sender<Notice>) -> Self {
        let cameras = Self {
            settings: settings.clone(),
            catalogue: Mutex::default(),
            // A system without a place for program data has told so before.
            remembered: Remembered::at(settings.chosen_cameras_file().ok()),
            lent: tokio::sync::Mutex::new(None),
            tried: Mutex::default(),
            trouble: Mutex::new(None),
            notices,
        };
        cameras.refresh();
        cameras
    }

    /// Looks again. What was chosen stays, even while it is not there: a camera never takes another one's place because
    /// somebody pulled a plug.
    pub fn refresh(&self) {
        self.show(catalogue::list(&self.settings));
        self.trouble.lock().take();
    }

    /// From now on this is what there is.
    fn show(&self, entries: Vec<Entry>) {
        let remembered = self.remembered.read();
        let mut catalogue = self.catalogue.lock();
        for role in ROLES {
            if catalogue.chosen.contains_key(&role) {
                continue;
            }
            if let Some(id) = catalogue::first_choice(&self.settings, &remembered, &entries, role) {
                catalogue.chosen.insert(role, id);
            }
        }
        catalogue.entries = entries;
    }

    pub fn views(&self) -> Vec<CameraView> {
        self.catalogue
            .lock()
            .entries
            .iter()
            .map(|entry| entry.view.clone())
            .collect()
    }

    pub fn chosen(&self) -> Vec<ChosenCamera> {
        let catalogue = self.catalogue.lock();
        ROLES
            .map(|role| ChosenCamera {
                role,
                camera: catalogue.chosen.get(&role).cloned(),
            })
            .into()
    }

    /// A person chooses a source for a step; that is remembered.
    pub fn choose(&self, role: Role, id: &str) -> Result<(), Problem> {
        let mut catalogue = self.catalogue.lock();
        let entry = catalogue
            .entry(id)
            .ok_or_else(|| Problem::new(Code::CameraNone, TryAgain::AfterChange))?;
        if let Some(code) = entry.view.refused {
            return Err(Problem::new(code, TryAgain::AfterChange));
        }
        catalogue.chosen.insert(role, id.to_owned());
        drop(catalogue);
        let mut remembered = self.remembered.read();
        remembered.insert(role, id.to_owned());
        self.remembered.write(&remembered);
        self.trouble.lock().take();
        Ok(())
    }

    /// Forgets the last failure, so that the next pull opens the camera anew.
    pub fn restart(&self) {
        self.trouble.lock().take();
    }

    /// The camera of `role`, opened if it is not open yet.
    pub async fn lend(&self, role: Role) -> Result<Loan, Problem> {
        let entry = self.catalogue.lock().entry_for(role)?;
        let id = entry.view.id.clone();
        if let Some((_, problem)) = self.trouble.lock().as_ref().filter(|(of, _)| *of == id) {
            return Err(problem.clone());
        }
        let mut lent = self.lent.lock().await;
        if let Some(current) = lent
            .as_mut()
            .filter(|current| current.id == id && current.camera.failure().is_none())
        {
            current.last_pull = Instant::now();
            return Ok(Loan {
                camera: Arc::clone(&current.camera),
                generation: current.generation,
            });
        }
        let generation = lent.take().map_or(0, |last| last.generation) + 1;
        self.tell(role, CameraState::Opening, Some(&entry), None, None);
        match self.open(&entry).await {
            Ok(camera) => Ok(self.lent_from_now(&mut lent, role, &entry, camera, generation)),
            Err(problem) => {
                self.failed(role, problem.clone());
                Err(problem)
            }
        }
    }

    /// A camera that was opened serves `role` from now on, and the page is told.
    fn lent_from_now(
        &self,
        lent: &mut Option<Lent>,
        role: Role,
        entry: &Entry,
        camera: Camera,
        generation: u64,
    ) -> Loan {
        let camera = Arc::new(camera);
        let size = camera.delivered().size;
        let delivered = SizeView {
            width: size.width,
            height: size.height,
        };
        self.tell(role, CameraState::Live, Some(entry), Some(delivered), None);
        *lent = Some(Lent {
            id: entry.view.id.clone(),
            camera: Arc::clone(&camera),
            generation,
            last_pull: Instant::now(),
        });
        Loan { camera, generation }
    }

    /// Notes that the camera of `role` failed and tells the page.
    pub fn failed(&self, role: Role, problem: Problem) {
        let entry = self.catalogue.lock().entry_for(role).ok();
        let id = entry
            .as_ref()
            .map(|entry| entry.view.id.clone())
            .unwrap_or_default();
        tracing::warn!(code = %problem, "a camera failed");
        *self.trouble.lock() = Some((id, problem.clone()));
        self.tell(role, CameraState::Failed, entry.as_ref(), None, Some(problem));
    }

    /// Gives a camera back that nobody looks at.
    pub async fn give_back_idle(&self) {
        let mut lent = self.lent.lock().await;
        let idle = lent
            .as_ref()
            .is_some_and(|lent| lent.last_pull.elapsed() > IDLE && Arc::strong_count(&lent.camera) == 1);
        if idle {
            lent.take();
        }
    }

    async fn open(&self, entry: &Entry) -> Result<Camera, Problem> {
        let refused = |code| Problem::new(code, TryAgain::AfterChange);
        if let Some(code) = entry.view.refused {
            return Err(refused(code));
        }
        let spec = entry.spec.clone();
        let opened = tokio::task::spawn_blocking(move || Camera::open(&spec, Want::VIDEO)).await;
        let camera = opened
            .map_err(|_| problems::internal("the camera's opening broke"))?
            // Only a replay can be no media at all: it is a clip that cannot be read, not a picture.
            .map_err(|error| problems::from_clip(&error))?;
        // What was plugged in may have changed since it was listed.
        let info = (!entry.view.replay).then(|| camera.info());
        match catalogue::refusal(&self.settings, info) {
            Some(code) => Err(refused(code)),
            None => Ok(camera),
        }
    }

    fn tell(
        &self,
        role: Role,
        state: CameraState,
        entry: Option<&Entry>,
        delivered: Option<SizeView>,
        problem: Option<Problem>,
    ) {
        let camera = entry.map(|entry| entry.view.name.clone());
        let problem = problem.map(Into::into);
        // Nobody listening is fine: the command line does not.
        let _ = self.notices.send(Notice::Camera {
            camera: CameraStateView {
                role,
                state,
                delivered,
                camera,
                problem,
            },
        });
    }
}
