//! The microphone of the identification video: which one, how loud it is, and lending it to the recording.
//!
//! It is open while the video's step is on the screen, so that its level can be seen before anything is recorded, and is
//! given back some seconds after. Whatever is wrong with it never stands in the way of the picture: it is told, and the
//! video is recorded without sound.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture::sound::{self, Microphone, SoundError, SoundFeed, SoundSpec};
use evidence::{Code, Problem, Role, Sound, SoundTrack, TryAgain};
use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::booth::Booth;
use crate::view::{BoothView, MicrophoneView, Notice, SoundChoice, SoundView};
use crate::{Settings, problems};

/// After this long without anybody who wants it, the microphone is given back to the system.
const IDLE: Duration = Duration::from_secs(4);
/// One that failed is tried again after this long, for as long as somebody looks: it may have been plugged in again.
const AGAIN: Duration = Duration::from_secs(3);
/// How often its level is told.
const TOLD_EVERY: Duration = Duration::from_millis(150);
/// What stands in for a microphone in practice: a quiet tone that comes and goes.
const PRACTICE: SoundSpec = SoundSpec::Generated {
    hertz: 330.0,
    amplitude: 0.1,
};
/// What it is called on the screen.
const PRACTICE_NAME: &str = "practice-sound";

/// The microphone, where the settings want sound.
pub(crate) struct Sounds {
    wanted: bool,
    synthetic_allowed: bool,
    catalogue: Mutex<Catalogue>,
    /// Held while it is being opened, which may take some seconds.
    lent: tokio::sync::Mutex<Option<Lent>>,
    notices: broadcast::Sender<Notice>,
}

#[derive(Default)]
struct Catalogue {
    entries: Vec<Entry>,
    chosen: Option<String>,
    /// Why there is none to choose from.
    trouble: Option<Problem>,
}

#[derive(Clone)]
struct Entry {
    spec: SoundSpec,
    view: MicrophoneView,
}

struct Lent {
    id: String,
    microphone: Result<Arc<Microphone>, Problem>,
    opened: Instant,
    last_wanted: Instant,
}

/// What a recording hears.
pub(crate) struct Hearing {
    pub feed: Option<Box<dyn SoundFeed>>,
    pub facts: Heard,
}

/// What is kept of a recording's microphone, before there is anything to say of its sound.
#[derive(Clone)]
pub(crate) struct Heard {
    device: String,
    name: Option<String>,
    synthetic: bool,
    failed: Option<Code>,
    /// Kept so that it is not given back meanwhile.
    microphone: Option<Arc<Microphone>>,
}

impl Sounds {
    /// Looks at what there is. Listing can take a moment: call it on a blocking thread.
    pub fn find(settings: &Settings, notices: broadcast::Sender<Notice>) -> Self {
        let sounds = Self {
            wanted: settings.recording.sound,
            synthetic_allowed: settings.practice || settings.allow_replay,
            catalogue: Mutex::default(),
            lent: tokio::sync::Mutex::new(None),
            notices,
        };
        sounds.refresh(settings);
        sounds
    }

    /// Looks again. A choice that a person made stays, as long as it is still there.
    pub fn refresh(&self, settings: &Settings) {
        if !self.wanted {
            return;
        }
        let (entries, trouble) = list(settings);
        let mut catalogue = self.catalogue.lock();
        let there = |id: &String| entries.iter().any(|entry| entry.view.id == *id);
        let chosen = catalogue.chosen.take().filter(there);
        catalogue.chosen = chosen.or_else(|| first_choice(settings, &entries));
        catalogue.entries = entries;
        catalogue.trouble = trouble;
    }

    /// What the settings choose, and its name.
    pub fn chosen_by(settings: &Settings) -> Result<(SoundSpec, String), Problem> {
        let (sender, _) = broadcast::channel(1);
        let sounds = Self::find(settings, sender);
        let entry = sounds
            .entry()
            .ok_or_else(|| sounds.trouble().unwrap_or_else(none))?;
        if entry.view.synthetic && !sounds.synthetic_allowed {
            return Err(Problem::new(Code::SyntheticRefused, TryAgain::AfterChange));
        }
        Ok((entry.spec, entry.view.name))
    }

    /// Whether the settings want sound.
    pub fn wanted(&self) -> bool {
        self.wanted
    }

    /// What there is to choose from, where the settings want sound.
    pub fn choice(&self) -> Option<SoundChoice> {
        let catalogue = self.catalogue.lock();
        self.wanted.then(|| SoundChoice {
            microphones: catalogue.entries.iter().map(|entry| entry.view.clone()).collect(),
            chosen: catalogue.chosen.clone(),
        })
    }

    #[cfg(test)]
    fn chosen(&self) -> Option<String> {
        self.catalogue.lock().chosen.clone()
    }

    /// Why there is no microphone, where sound is wanted.
    pub fn trouble(&self) -> Option<Problem> {
        let catalogue = self.catalogue.lock();
        let missing = self.wanted && catalogue.chosen.is_none();
        missing.then(|| catalogue.trouble.clone().unwrap_or_else(none))
    }

    /// A person chooses a microphone.
    pub async fn choose(&self, id: &str) -> Result<(), Problem> {
        {
            let mut catalogue = self.catalogue.lock();
            if !catalogue.entries.iter().any(|entry| entry.view.id == id) {
                return Err(none());
            }
            catalogue.chosen = Some(id.to_owned());
        }
        // The next who wants one opens the new one.
        self.lent.lock().await.take();
        Ok(())
    }

    /// Somebody looks at the video's live picture: the microphone is opened if it is not open yet.
    pub async fn attend(&self) {
        // While it is being opened, nobody else has to wait for that.
        if let Ok(mut lent) = self.lent.try_lock() {
            self.lend(&mut lent).await;
        }
    }

    /// What a recording that begins now hears; `None` where no sound is wanted.
    pub async fn hear(&self) -> Option<Hearing> {
        let mut lent = self.lent.lock().await;
        // What failed before may have been put right.
        if lent.as_ref().is_some_and(|lent| lent.trouble().is_some()) {
            lent.take();
        }
        let facts = self.lend(&mut lent).await?;
        let feed = facts.microphone.as_ref().map(|microphone| {
            let feed: Box<dyn SoundFeed> = Box::new(microphone.subscribe());
            feed
        });
        Some(Hearing { feed, facts })
    }

    async fn lend(&self, lent: &mut Option<Lent>) -> Option<Heard> {
        if !self.wanted {
            return None;
        }
        let entry = self.entry();
        // Without one, what is lent is the reason.
        let id = entry
            .as_ref()
            .map_or_else(String::new, |entry| entry.view.id.clone());
        let usable = lent.as_ref().is_some_and(|lent| {
            let again = lent.trouble().is_some() && lent.opened.elapsed() > AGAIN;
            lent.id == id && !again
        });
        if !usable {
            let microphone = match &entry {
                Some(entry) => self.open(entry).await.map(Arc::new),
                None => Err(self.trouble().unwrap_or_else(none)),
            };
            *lent = Some(Lent {
                id,
                microphone,
                opened: Instant::now(),
                last_wanted: Instant::now(),
            });
        }
        let lent = lent.as_mut()?;
        lent.last_wanted = Instant::now();
        Some(Heard {
            device: lent.id.clone(),
            name: entry
                .as_ref()
                .filter(|_| lent.microphone.is_ok())
                .map(|entry| entry.view.name.clone()),
            synthetic: entry.is_some_and(|entry| entry.view.synthetic),
            failed: lent.trouble().map(|problem| problem.code),
            microphone: lent.microphone.as_ref().ok().map(Arc::clone),
        })
    }

    /// Tells the level, and gives a microphone back that nobody wants any more.
    pub async fn tell_level(&self) {
        let mut lent = self.lent.lock().await;
        let Some(current) = lent.as_ref() else { return };
        let in_use = current
            .microphone
            .as_ref()
            .is_ok_and(|microphone| Arc::strong_count(microphone) > 1);
        if current.last_wanted.elapsed() > IDLE && !in_use {
            lent.take();
            return;
        }
        match &current.microphone {
            Ok(microphone) => self.tell(Some(microphone), current.trouble().as_ref()),
            Err(problem) => self.tell(None, Some(problem)),
        }
    }

    async fn open(&self, entry: &Entry) -> Result<Microphone, Problem> {
        if entry.view.synthetic && !self.synthetic_allowed {
            return Err(Problem::new(Code::SyntheticRefused, TryAgain::AfterChange));
        }
        let spec = entry.spec.clone();
        tokio::task::spawn_blocking(move || Microphone::open(&spec))
            .await
            .map_err(|_| problems::internal("the microphone's opening broke"))?
            .map_err(|error| problems::from_sound(&error))
    }

    fn entry(&self) -> Option<Entry> {
        let catalogue = self.catalogue.lock();
        let id = catalogue.chosen.as_ref()?;
        catalogue
            .entries
            .iter()
            .find(|entry| entry.view.id == *id)
            .cloned()
    }

    fn tell(&self, microphone: Option<&Arc<Microphone>>, problem: Option<&Problem>) {
        let level = microphone
            .map(|microphone| microphone.level())
            .unwrap_or_default();
        // Nobody listening is fine: the command line does not.
        let _ = self.notices.send(Notice::Sound {
            sound: SoundView {
                peak_dbfs: level.peak_dbfs,
                rms_dbfs: level.rms_dbfs,
                silent: level.silent,
                clipping: level.clipping,
                problem: problem.cloned().map(Into::into),
            },
        });
    }
}

impl Booth {
    /// The microphones of this machine, whether sound is recorded or not.
    ///
    /// # Errors
    /// The program was built without sound, or the system's listing failed.
    pub async fn microphones(&self) -> Result<Vec<MicrophoneView>, Problem> {
        let settings = self.0.settings.clone();
        let (entries, trouble) = tokio::task::spawn_blocking(move || list(&settings))
            .await
            .map_err(|_| problems::internal("looking for microphones broke"))?;
        match trouble {
            Some(problem) if entries.is_empty() => Err(problem),
            _ => Ok(entries.into_iter().map(|entry| entry.view).collect()),
        }
    }

    /// Chooses the microphone of the video.
    ///
    /// # Errors
    /// There is no such microphone, or the store cannot be read.
    pub async fn choose_microphone(&self, microphone: &str) -> Result<BoothView, Problem> {
        self.0.sounds.choose(microphone).await?;
        self.view().await
    }

    /// Somebody looks at the live picture of `role`: at the video's, its microphone is open.
    pub(crate) fn attend_sound(&self, role: Role) {
        if role == Role::Video && self.0.sounds.wanted() {
            let booth = self.clone();
            // Opening may take some seconds, which the picture does not wait for.
            tokio::spawn(async move { booth.0.sounds.attend().await });
        }
    }

    /// Tells the microphone's level for as long as it is open.
    pub(crate) fn tell_levels(&self) {
        if !self.0.sounds.wanted() {
            return;
        }
        let booth = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(TOLD_EVERY);
            loop {
                tick.tick().await;
                // The booth is gone: so is this.
                let Some(inner) = booth.upgrade() else { break };
                inner.sounds.tell_level().await;
            }
        });
    }
}

impl Lent {
    fn trouble(&self) -> Option<Problem> {
        match &self.microphone {
            Ok(microphone) => microphone.failure().map(|error| problems::from_sound(&error)),
            Err(problem) => Some(problem.clone()),
        }
    }
}

impl Heard {
    /// With what the recorder measured of it.
    pub fn with(self, recorded: Option<&capture::recorder::Sound>) -> Sound {
        let track = recorded
            .filter(|sound| !sound.sound_sha256.is_empty())
            .map(|sound| SoundTrack {
                codec: "opus".to_owned(),
                channels: 1,
                rate: sound::RATE,
                captured_rate: Some(sound.rate),
                lasted_ms: millis(sound.duration),
                longest_silence_ms: Some(millis(sound.longest_silence)),
                clipped_ppm: Some(sound.clipped_ppm),
                offset_us: sound.offset_us,
                pauses: Some(sound.pauses),
                sound_sha256: Some(sound.sound_sha256.clone()),
            });
        let ended = recorded.and_then(|sound| sound.failed.as_ref());
        Sound {
            device: Some(self.device).filter(|device| !device.is_empty()),
            microphone: self.name,
            synthetic: Some(self.synthetic),
            track,
            failed: ended
                .map(|error| problems::from_sound(error).code)
                .or(self.failed),
        }
    }
}

fn none() -> Problem {
    Problem::new(Code::MicrophoneNone, TryAgain::AfterChange)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Everything that can be chosen, and what kept the rest from being listed.
fn list(settings: &Settings) -> (Vec<Entry>, Option<Problem>) {
    let mut entries = Vec::new();
    let mut trouble = None;
    match sound::microphones() {
        Ok(found) => entries.extend(found.into_iter().map(|info| Entry {
            spec: SoundSpec::Microphone(info.id.clone()),
            view: MicrophoneView {
                id: info.id.to_string(),
                name: info.name,
                synthetic: false,
            },
        })),
        Err(error) => trouble = Some(problems::from_sound(&error)),
    }
    if let Some(Ok(spec @ SoundSpec::Replay(_))) =
        settings.recording.microphone.as_deref().map(SoundSpec::parse)
    {
        entries.push(Entry {
            view: MicrophoneView {
                id: spec.id().to_string(),
                name: name_of(&spec),
                synthetic: true,
            },
            spec,
        });
    }
    if settings.practice {
        entries.push(Entry {
            view: MicrophoneView {
                id: PRACTICE.id().to_string(),
                name: PRACTICE_NAME.to_owned(),
                synthetic: true,
            },
            spec: PRACTICE,
        });
    }
    (entries, trouble)
}

fn name_of(spec: &SoundSpec) -> String {
    match spec {
        SoundSpec::Replay(path) => path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into()),
        other => other.id().to_string(),
    }
}

/// What is used until a person chooses: what the settings say and nothing else, where they say something; else the
/// system's own choice, else the first; in practice what stands in for one.
fn first_choice(settings: &Settings, entries: &[Entry]) -> Option<String> {
    let listed = |id: &str| entries.iter().find(|entry| entry.view.id == id);
    let entry = match &settings.recording.microphone {
        Some(text) => match SoundSpec::parse(text) {
            Ok(spec) => listed(spec.id().as_str()),
            Err(SoundError::NotFound(_)) | Err(_) => None,
        },
        None if settings.practice => listed(PRACTICE.id().as_str()),
        None => entries
            .iter()
            .find(|entry| entry.view.id.ends_with(":default"))
            .or_else(|| entries.first()),
    };
    entry.map(|entry| entry.view.id.clone())
}
