//! Which camera serves which step, and lending it.
//!
//! One camera is open at a time: that of the step on the screen. It is opened by the first pull of its preview and
//! closed some seconds after the last one. Once it failed it stays failed until a person says "try again" or chooses
//! another, so that the screen shows the cause instead of flickering.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use capture::{Camera, SourceSpec, Want};
use evidence::{Code, Problem, Role, TryAgain};
use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::view::{CameraState, CameraStateView, CameraView, ChosenCamera, Notice, SizeView};
use crate::{Settings, practice, problems};

/// After this long without a pull, a camera is given back to the system.
const IDLE: Duration = Duration::from_secs(4);

/// Roles that a camera serves.
const ROLES: [Role; 4] = [Role::Front, Role::Rear, Role::Selfie, Role::Video];

pub(crate) struct Cameras {
    synthetic_allowed: bool,
    catalogue: Mutex<Catalogue>,
    lent: tokio::sync::Mutex<Option<Lent>>,
    trouble: Mutex<Option<(String, Problem)>>,
    notices: broadcast::Sender<Notice>,
}

/// What there is, and what was chosen.
struct Catalogue {
    entries: Vec<Entry>,
    chosen: BTreeMap<Role, String>,
}

#[derive(Clone)]
struct Entry {
    spec: SourceSpec,
    view: CameraView,
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
            synthetic_allowed: settings.practice || settings.allow_replay,
            catalogue: Mutex::new(Catalogue {
                entries: Vec::new(),
                chosen: BTreeMap::new(),
            }),
            lent: tokio::sync::Mutex::new(None),
            trouble: Mutex::new(None),
            notices,
        };
        cameras.refresh(settings);
        cameras
    }

    /// Looks again. A choice a person made stays, as long as it is still there.
    pub fn refresh(&self, settings: &Settings) {
        let entries = list(settings);
        let mut catalogue = self.catalogue.lock();
        for role in ROLES {
            let kept = catalogue
                .chosen
                .get(&role)
                .filter(|id| entries.iter().any(|entry| entry.view.id == **id));
            let choice = kept.cloned().or_else(|| first_choice(settings, &entries, role));
            match choice {
                Some(id) => catalogue.chosen.insert(role, id),
                None => catalogue.chosen.remove(&role),
            };
        }
        catalogue.entries = entries;
        drop(catalogue);
        self.trouble.lock().take();
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

    /// A person chooses a source for a step.
    pub fn choose(&self, role: Role, id: &str) -> Result<(), Problem> {
        let mut catalogue = self.catalogue.lock();
        if !catalogue.entries.iter().any(|entry| entry.view.id == id) {
            return Err(Problem::new(Code::CameraNone, TryAgain::AfterChange));
        }
        catalogue.chosen.insert(role, id.to_owned());
        drop(catalogue);
        self.trouble.lock().take();
        Ok(())
    }

    /// Forgets the last failure, so that the next pull opens the camera anew.
    pub fn restart(&self) {
        self.trouble.lock().take();
    }

    /// The camera of `role`, opened if it is not open yet.
    pub async fn lend(&self, role: Role) -> Result<Loan, Problem> {
        let Some(entry) = self.entry_for(role) else {
            let problem = Problem::new(Code::CameraNone, TryAgain::AfterChange);
            return Err(problem);
        };
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
            Ok(camera) => {
                let camera = Arc::new(camera);
                let size = camera.delivered().size;
                let delivered = SizeView {
                    width: size.width,
                    height: size.height,
                };
                self.tell(role, CameraState::Live, Some(&entry), Some(delivered), None);
                *lent = Some(Lent {
                    id,
                    camera: Arc::clone(&camera),
                    generation,
                    last_pull: Instant::now(),
                });
                Ok(Loan { camera, generation })
            }
            Err(problem) => {
                self.failed(role, problem.clone());
                Err(problem)
            }
        }
    }

    /// Notes that the camera of `role` failed and tells the page.
    pub fn failed(&self, role: Role, problem: Problem) {
        let entry = self.entry_for(role);
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
        let refused = || Problem::new(Code::SyntheticRefused, TryAgain::AfterChange);
        if entry.view.synthetic && !self.synthetic_allowed {
            return Err(refused());
        }
        let spec = entry.spec.clone();
        let opened = tokio::task::spawn_blocking(move || Camera::open(&spec, Want::VIDEO)).await;
        let camera = opened
            .map_err(|_| problems::internal("the camera's opening broke"))?
            // Only a replay can be no media at all: it is a clip that cannot be read, not a picture.
            .map_err(|error| problems::from_clip(&error))?;
        // A camera made of software is found out only now.
        if camera.info().synthetic && !self.synthetic_allowed {
            Err(refused())
        } else {
            Ok(camera)
        }
    }

    fn entry_for(&self, role: Role) -> Option<Entry> {
        let catalogue = self.catalogue.lock();
        let id = catalogue.chosen.get(&role)?;
        catalogue
            .entries
            .iter()
            .find(|entry| entry.view.id == *id)
            .cloned()
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

/// Everything that can be chosen: the machine's cameras, replays from the settings, and in practice the clips.
fn list(settings: &Settings) -> Vec<Entry> {
    let mut entries = Vec::new();
    if !settings.cameras.replay_only {
        match capture::sources::cameras() {
            Ok(found) => entries.extend(found.into_iter().map(|info| {
                Entry {
                    spec: SourceSpec::Camera(info.id.clone()),
                    view: CameraView {
                        id: info.id.to_string(),
                        name: info.name.clone(),
                        synthetic: info.synthetic,
                        largest: info
                            .formats
                            .iter()
                            .map(|format| format.size)
                            .max_by_key(|size| size.area())
                            .map(|size| SizeView {
                                width: size.width,
                                height: size.height,
                            }),
                    },
                }
            })),
            Err(error) => tracing::warn!(%error, "the cameras could not be listed"),
        }
    }
    for text in ROLES.iter().filter_map(|&role| settings.cameras.of(role)) {
        let Ok(spec @ SourceSpec::Replay(_)) = SourceSpec::parse(text) else {
            continue;
        };
        let id = spec.id().to_string();
        if entries.iter().all(|entry| entry.view.id != id) {
            let name = replay_name(&spec);
            entries.push(Entry {
                view: CameraView {
                    id,
                    name,
                    synthetic: true,
                    largest: None,
                },
                spec,
            });
        }
    }
    if settings.practice {
        entries.extend(practice::clips().into_iter().map(|(name, spec)| Entry {
            view: CameraView {
                id: spec.id().to_string(),
                name,
                synthetic: true,
                largest: None,
            },
            spec,
        }));
    }
    entries
}

fn replay_name(spec: &SourceSpec) -> String {
    match spec {
        SourceSpec::Replay(path) => path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into()),
        other => other.id().to_string(),
    }
}

/// What serves `role` until a person chooses: what the settings say, else a real camera, else in practice the clip
/// that was drawn for this step.
fn first_choice(settings: &Settings, entries: &[Entry], role: Role) -> Option<String> {
    let listed = |id: &str| {
        entries
            .iter()
            .find(|entry| entry.view.id == id)
            .map(|entry| entry.view.id.clone())
    };
    if let Some(text) = settings.cameras.of(role) {
        let id = SourceSpec::parse(text).map_or_else(|_| text.to_owned(), |spec| spec.id().to_string());
        // A camera that is set and not there is not silently replaced by another: the person is told.
        return listed(&id);
    }
    entries
        .iter()
        .find(|entry| !entry.view.synthetic)
        .map(|entry| entry.view.id.clone())
        .or_else(|| {
            settings
                .practice
                .then(|| practice::clip_for(role))
                .and_then(|id| listed(&id))
        })
}
