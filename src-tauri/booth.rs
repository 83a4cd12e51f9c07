//! The booth behind the window, or the reason why there is none.

use std::sync::{Mutex, OnceLock, PoisonError};

use station::doctor::{self, Report};
use station::view::{BoothView, ProblemView};
use station::{Booth, Code, Problem, Secret, Settings};

/// What a command answers.
pub(crate) type Answer<T> = Result<T, ProblemView>;

/// The booth, once it could be opened. If not, the window still opens, says why, and can try again with a passphrase.
pub(crate) struct Opened {
    booth: OnceLock<Booth>,
    /// Why there is none yet.
    reason: Mutex<Option<Problem>>,
    settings: Result<Settings, Problem>,
    /// A request to begin with: its number, its VideoID's.
    existing: Option<(i64, i64)>,
}

impl Opened {
    /// Opens the booth, with a case for the request `existing` (its number, its VideoID's) if there is one.
    pub(crate) async fn open(settings: Result<Settings, Problem>, existing: Option<(i64, i64)>) -> Self {
        let opened = Self {
            booth: OnceLock::new(),
            reason: Mutex::default(),
            settings,
            existing,
        };
        if let Err(problem) = opened.try_to_open(opened.settings.clone()).await {
            opened.is_shut_by(problem);
        }
        opened
    }

    /// Tries again, with the passphrase of the evidence kept here. True: the booth was opened by this.
    ///
    /// # Errors
    /// It is still not open, and this is why.
    pub(crate) async fn unlock(&self, passphrase: Secret) -> Result<bool, Problem> {
        if self.booth.get().is_some() {
            return Ok(false);
        }
        let settings = self
            .settings
            .clone()
            .map(|settings| settings.unlocked_with(passphrase));
        match self.try_to_open(settings).await {
            Ok(()) => Ok(true),
            // A page that is loaded anew asks for the passphrase, as this one did: the reason stays what it was.
            Err(typed) if matches!(typed.code, Code::PassphraseWrong | Code::PassphraseShort) => Err(typed),
            Err(problem) => Err(self.is_shut_by(problem)),
        }
    }

    async fn try_to_open(&self, settings: Result<Settings, Problem>) -> Result<(), Problem> {
        let open = async || {
            let booth = Booth::open(settings?).await?;
            if let Some((request_pk, videoid_pk)) = self.existing {
                booth.open_case().await?;
                booth.start_existing(request_pk, videoid_pk).await?;
            }
            Ok(booth)
        };
        let booth = open().await?;
        // Two tries at once: the first one it is.
        let _ = self.booth.set(booth);
        Ok(())
    }

    fn is_shut_by(&self, problem: Problem) -> Problem {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem.clone());
        problem
    }

    /// The booth.
    pub(crate) fn booth(&self) -> Result<&Booth, Problem> {
        self.booth.get().ok_or_else(|| self.reason())
    }

    /// Examines this machine, whether the booth could be opened or not.
    pub(crate) async fn examine(&self) -> Report {
        match (self.booth.get(), &self.settings) {
            (Some(booth), _) => booth.examine().await,
            (None, Ok(settings)) => doctor::examine_settings(settings).await,
            (None, Err(problem)) => Report::without_settings(problem.clone()),
        }
    }

    fn reason(&self) -> Problem {
        let reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        reason
            .clone()
            .unwrap_or_else(|| Problem::new(Code::Internal, station::TryAgain::Now))
    }

    /// The booth as the page sees it; one that could not be opened has nothing but its reason.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn view(&self) -> Result<BoothView, Problem> {
        match self.booth() {
            Ok(booth) => booth.view().await,
            Err(problem) => Ok(self.view_of_shut(problem)),
        }
    }

    fn view_of_shut(&self, problem: Problem) -> BoothView {
        let settings = self.settings.clone().unwrap_or_default();
        BoothView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            practice: settings.practice,
            sandbox_page: None,
            booth: settings.booth,
            server: String::new(),
            language: settings.language,
            cameras: Vec::new(),
            chosen: Vec::new(),
            sound: None,
            home_country: String::new(),
            unfinished: Vec::new(),
            desk: false,
            // Settings that cannot be read have to be seen to by somebody.
            operator_pages: self.settings.as_ref().map_or(true, Settings::has_operator_pages),
            script: settings.recording.script,
            spoken: settings.recording.spoken,
            problem: Some(problem.into()),
            no_new_case: None,
            cautions: Vec::new(),
        }
    }
}
