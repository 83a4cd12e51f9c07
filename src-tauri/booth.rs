//! The booth behind the window, or the reason why there is none.

use station::view::{BoothView, ProblemView};
use station::{Booth, Problem, Settings};

/// What a command answers.
pub(crate) type Answer<T> = Result<T, ProblemView>;

/// The booth, if it could be opened. If not, the window still opens and says why.
pub(crate) struct Opened(Result<Booth, Problem>);

impl Opened {
    /// Opens the booth.
    pub(crate) async fn open(settings: Result<Settings, Problem>) -> Self {
        Self(match settings {
            Ok(settings) => Booth::open(settings).await,
            Err(problem) => Err(problem),
        })
    }

    /// The booth.
    pub(crate) fn booth(&self) -> Result<&Booth, Problem> {
        self.0.as_ref().map_err(Clone::clone)
    }

    /// The booth as the page sees it; one that could not be opened has nothing but its reason.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn view(&self) -> Result<BoothView, Problem> {
        match &self.0 {
            Ok(booth) => booth.view().await,
            Err(problem) => Ok(BoothView {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                practice: false,
                sandbox_page: None,
                booth: String::new(),
                server: String::new(),
                language: "en".to_owned(),
                cameras: Vec::new(),
                chosen: Vec::new(),
                home_country: String::new(),
                unfinished: Vec::new(),
                problem: Some(problem.clone().into()),
            }),
        }
    }
}
