//! The booth: what both doors hold in their hand.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use capture::clip::Clip;
use evidence::{Case, CaseId, Code, Event, ObjectId, Problem, State, Step, TryAgain, UtcMillis};
use oneshot_sandbox::Sandbox;
use parking_lot::Mutex;
use tokio::sync::broadcast;
use uuid::Uuid;
use vault::{Store, StoreError, Vault};

use crate::audit::{self, Auditor, What};
use crate::cameras::Cameras;
use crate::desk::{self, Desk};
use crate::eyes::Eyes;
use crate::intake::Take;
use crate::microphone::Sounds;
use crate::officer::Office;
use crate::queue::Queue;
use crate::signing::Shelf;
use crate::view::{CaseSummary, CaseView, Notice};
use crate::{Settings, clock, delivery, problems, strongbox};

/// Notices a slow listener may be behind before it misses some; each new case view makes older ones worthless.
const NOTICES: usize = 256;

/// The booth. Cheap to clone: all clones are the same booth.
#[derive(Clone)]
pub struct Booth(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub settings: Settings,
    pub cameras: Cameras,
    /// The microphone, where sound is recorded.
    pub sounds: Sounds,
    pub client: delivery::Server,
    pub take: tokio::sync::Mutex<Option<Take>>,
    /// One picture is taken at a time, whoever asked for it.
    pub taking: tokio::sync::Mutex<()>,
    /// The clip being reviewed, with its decoder.
    pub clip: Mutex<Option<(ObjectId, Clip)>>,
    /// What sees for itself.
    pub eyes: Eyes,
    /// How far the machine's clock is from another one.
    pub clock: crate::time_source::Compared,
    /// What an official register was asked last.
    pub register: crate::register::Asked,
    /// Who is signed in as an officer, and what the desk knows.
    pub office: Office,
    /// The pages of documents that were drawn last.
    pub shelf: Mutex<Shelf>,
    /// Submitted cases that are not delivered yet.
    pub queue: Queue,
    /// When the program began, by a clock nobody can set.
    pub running_since: Instant,
    pub auditor: Auditor,
    /// Tells other programs that this one is here, as long as it is.
    _running: Option<File>,
    /// When the program began: the sandbox inside it knows nothing of what was before.
    pub opened_at: UtcMillis,
    vault: Arc<Vault>,
    sandbox: Option<Sandbox>,
    notices: broadcast::Sender<Notice>,
    desks: Mutex<Desks>,
}

#[derive(Default)]
struct Desks {
    open: HashMap<CaseId, Arc<Desk>>,
    on_screen: Option<CaseId>,
}

/// An object as it is kept.
#[derive(Clone)]
pub struct StoredObject {
    /// IANA media type.
    pub media_type: &'static str,
    /// SHA-256 in hex, as it was when it was taken.
    pub sha256: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Booth {
    /// Opens the booth: settings checked, store opened, cameras listed, and in practice the sandbox started.
    ///
    /// # Errors
    /// Settings that cannot work, or a store that cannot be opened.
    pub async fn open(settings: Settings) -> Result<Self, Problem> {
        let opened_at = clock::now();
        let sandbox = delivery::sandbox_for(&settings).await?;
        let client = delivery::client_for(&settings, sandbox.as_ref()).await?;
        let (notices, _) = broadcast::channel(NOTICES);
        let folder = settings.cases_dir()?;
        let (for_cameras, sender) = (settings.clone(), notices.clone());
        let (vault, auditor, running, cameras, sounds) = tokio::task::spawn_blocking(move || {
            let vault = strongbox::open(&for_cameras, &folder)
                .inspect_err(|problem| audit::vault_not_unlocked(&for_cameras, problem))?;
            let running = running(&for_cameras)?;
            let auditor = Auditor::started(&for_cameras)?;
            if strongbox::is_by_passphrase(&for_cameras) {
                auditor.note(What::VaultUnlocked, None);
            }
            let sounds = Sounds::find(&for_cameras, sender.clone());
            Ok::<_, Problem>((
                vault,
                auditor,
                running,
                Cameras::find(&for_cameras, sender),
                sounds,
            ))
        })
        .await
        .map_err(|_| problems::internal("opening broke"))??;
        let booth = Self(Arc::new(Inner {
            settings,
            cameras,
            sounds,
            client,
            take: tokio::sync::Mutex::default(),
            taking: tokio::sync::Mutex::default(),
            clip: Mutex::default(),
            eyes: Eyes::default(),
            clock: crate::time_source::Compared::default(),
            register: crate::register::Asked::default(),
            office: Office::default(),
            shelf: Mutex::default(),
            queue: Queue::default(),
            running_since: Instant::now(),
            auditor,
            _running: running,
            opened_at,
            vault: Arc::new(vault),
            sandbox,
            notices,
            desks: Mutex::default(),
        }));
        booth.give_back_idle_cameras();
        booth.tell_levels();
        booth.follow();
        booth.deliver_in_background();
        booth.keep_to_retention();
        Ok(booth)
    }

    /// Everything the booth tells without being asked.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// The sandbox inside the program, in practice.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.0.sandbox.as_ref()
    }

    /// Opens a fresh case and puts it on the screen.
    ///
    /// # Errors
    /// Too little room is left on the disk, or the store cannot be written: then no case begins.
    pub async fn open_case(&self) -> Result<CaseView, Problem> {
        self.room_for_a_case().await?;
        self.clear_screen();
        let case = Case::open(
            CaseId(Uuid::new_v4()),
            &self.0.settings.booth,
            self.0.settings.practice,
            clock::now(),
        );
        let kept = case.clone();
        let claim = self
            .with_store(move |store| {
                store.save(&kept)?;
                store.claim(kept.id)
            })
            .await?;
        self.note(What::CaseOpened, Some(case.id)).await;
        Ok(self.shown(&self.put_on_screen(Desk::opened_now(case, claim)).case().await))
    }

    /// Puts an unfinished case on the screen again, where it was.
    ///
    /// # Errors
    /// There is no such case, it cannot be read, or another program has it open.
    pub async fn resume_case(&self, id: &str) -> Result<CaseView, Problem> {
        let id: CaseId = id.parse().map_err(|_| unknown_case())?;
        self.clear_screen();
        let open = self.0.desks.lock().open.get(&id).cloned();
        let desk = match open {
            Some(desk) => {
                self.0.desks.lock().on_screen = Some(id);
                desk
            }
            None => {
                let (case, claim) = self.with_store(move |store| desk::take_out(store, id)).await?;
                let desk = self.put_on_screen(Desk::new(case, claim));
                self.note(What::CaseResumed, Some(id)).await;
                self.pick_up(&desk).await?;
                desk
            }
        };
        Ok(self.shown(&desk.case().await))
    }

    /// The case on the screen.
    pub async fn current_case(&self) -> Option<CaseView> {
        let desk = self.desk().ok()?;
        Some(self.shown(&desk.case().await))
    }

    /// Every case kept here, the newest first. One that cannot be read is left out; [`Booth::view`] tells of it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn cases(&self) -> Result<Vec<CaseSummary>, Problem> {
        let listed = self.with_store(|store| store.list()).await?;
        Ok(listed.iter().flatten().map(|case| self.summary(case)).collect())
    }

    /// A case as it is kept, without putting it on the screen or going on with it.
    ///
    /// # Errors
    /// There is no such case, or it cannot be read.
    pub async fn look_at(&self, id: &str) -> Result<CaseView, Problem> {
        let id: CaseId = id.parse().map_err(|_| unknown_case())?;
        Ok(self.shown(&self.with_store(move |store| store.load(id)).await?))
    }

    /// Takes the case off the screen. It is kept; a delivery goes on.
    ///
    /// # Errors
    /// A recording is running: it has to end first.
    pub async fn close_case(&self) -> Result<(), Problem> {
        if self.0.take.lock().await.is_some() {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::AfterChange));
        }
        self.clear_screen();
        Ok(())
    }

    /// A case to work on without showing it. Whoever borrows it gives it back with [`Booth::put_away`].
    ///
    /// # Errors
    /// There is no such case, it cannot be read, or another program has it open.
    pub(crate) async fn borrow_desk(&self, id: CaseId) -> Result<Arc<Desk>, Problem> {
        self.borrow_or_load(id).await.map(|(desk, _)| desk)
    }

    /// The same, and whether it was only now read from the store: then what was under way in it may not be any more.
    pub(crate) async fn borrow_or_load(&self, id: CaseId) -> Result<(Arc<Desk>, bool), Problem> {
        if let Some(desk) = self.0.desks.lock().open.get(&id) {
            return Ok((Arc::clone(desk), false));
        }
        let (case, claim) = self.with_store(move |store| desk::take_out(store, id)).await?;
        let mut desks = self.0.desks.lock();
        let mut loaded = false;
        let desk = desks.open.entry(id).or_insert_with(|| {
            loaded = true;
            Arc::new(Desk::new(case, claim))
        });
        Ok((Arc::clone(desk), loaded))
    }

    /// Lets go of a case. Once nobody holds it and it is not on the screen, it is forgotten: nothing of its person stays
    /// in memory, and another program may open it.
    pub(crate) fn put_away(&self, desk: Arc<Desk>) {
        let id = desk.id;
        drop(desk);
        let mut desks = self.0.desks.lock();
        let held = |desk: &Arc<Desk>| Arc::strong_count(desk) > 1;
        if desks.on_screen != Some(id) && desks.open.get(&id).is_some_and(|desk| !held(desk)) {
            desks.open.remove(&id);
        }
    }

    /// Takes whatever is on the screen off it, and what was drawn for it out of memory.
    pub(crate) fn clear_screen(&self) {
        let mut desks = self.0.desks.lock();
        let desk = desks.on_screen.take().and_then(|id| desks.open.get(&id).cloned());
        drop(desks);
        self.0.clip.lock().take();
        *self.0.shelf.lock() = Shelf::default();
        self.0.eyes.frames.forget();
        if let Some(desk) = desk {
            self.put_away(desk);
        }
    }

    /// Deletes the case on the screen with all its evidence. The doors ask first: nothing brings it back.
    ///
    /// # Errors
    /// Its evidence is on its way or delivered, or the store refuses.
    pub async fn discard_case(&self) -> Result<(), Problem> {
        let desk = self.desk()?;
        let case = desk.case().await;
        let sent = matches!(case.state, State::Submitting) || (case.is_after_submission() && !case.practice);
        if sent || self.0.take.lock().await.is_some() {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::AfterChange));
        }
        let id = desk.id;
        desk.discard(self.with_store(move |store| store.delete(id)))
            .await?;
        self.0.queue.forget(id);
        self.0.desks.lock().open.remove(&id);
        self.note(What::CaseDiscarded, Some(id)).await;
        self.clear_screen();
        Ok(())
    }

    /// Goes to another step.
    ///
    /// # Errors
    /// The step cannot be reached now.
    pub async fn go_to(&self, step: Step) -> Result<CaseView, Problem> {
        self.happened(Event::Went(step)).await
    }

    /// The receipt of the case on the screen, as plain text without anything personal.
    ///
    /// # Errors
    /// No case is on the screen, or it is not submitted.
    pub async fn receipt_text(&self) -> Result<String, Problem> {
        let case = self.desk()?.case().await;
        let compared = self
            .0
            .settings
            .server
            .as_ref()
            .is_none_or(|server| server.verify_video);
        crate::receipt::text(&case, compared)
            .ok_or_else(|| Problem::new(Code::OutOfOrder, TryAgain::AfterChange))
    }

    /// Gives an event to the case on the screen.
    pub(crate) async fn happened(&self, event: Event) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        self.apply(&desk, event).await
    }

    /// The case on the screen.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>, Problem> {
        let desks = self.0.desks.lock();
        desks
            .on_screen
            .and_then(|id| desks.open.get(&id))
            .cloned()
            .ok_or_else(unknown_case)
    }

    pub(crate) fn is_on_screen(&self, id: CaseId) -> bool {
        self.0.desks.lock().on_screen == Some(id)
    }

    /// A case that is open, without reading it from the store.
    pub(crate) fn open_desk(&self, id: CaseId) -> Option<Arc<Desk>> {
        self.0.desks.lock().open.get(&id).cloned()
    }

    /// Whether no case is on the screen.
    pub(crate) fn is_screen_clear(&self) -> bool {
        self.0.desks.lock().on_screen.is_none()
    }

    /// Keeps what was drawn for a case, unless it left the screen meanwhile.
    pub(crate) fn shelve(&self, case: CaseId, keep: impl FnOnce(&mut Shelf)) {
        let desks = self.0.desks.lock();
        if desks.on_screen == Some(case) {
            keep(&mut self.0.shelf.lock());
        }
    }

    pub(crate) fn notify(&self, notice: Notice) {
        // Nobody listening is fine: the command line may not.
        let _ = self.0.notices.send(notice);
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.vault()
    }

    /// The same, with what only a vault can do.
    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.0.vault)
    }

    /// Does something with the vault on a thread that may block.
    pub(crate) async fn with_vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let vault = self.vault();
        tokio::task::spawn_blocking(move || work(&vault))
            .await
            .map_err(|_| problems::internal("the vault broke"))?
            .map_err(|error| problems::from_store(&error))
    }

    /// Does something with the store on a thread that may block.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.store();
        tokio::task::spawn_blocking(move || work(&*store))
            .await
            .map_err(|_| problems::internal("the store broke"))?
            .map_err(|error| problems::from_store(&error))
    }

    pub(crate) fn put_on_screen(&self, desk: Desk) -> Arc<Desk> {
        let mut desks = self.0.desks.lock();
        let id = desk.id;
        let desk = Arc::clone(desks.open.entry(id).or_insert_with(|| Arc::new(desk)));
        desks.on_screen = Some(id);
        desk
    }
}

/// A file that every program with the booth open holds locked, together. Where that cannot be, nothing is lost but the
/// doctor's word about it.
fn running(settings: &Settings) -> Result<Option<File>, Problem> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    let file = options.open(settings.running_file()?).ok();
    Ok(file.filter(|file| file.try_lock_shared().is_ok()))
}

fn unknown_case() -> Problem {
    Problem::new(Code::CaseUnknown, TryAgain::AfterChange)
}
