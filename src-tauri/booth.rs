//! The booth behind the window, or the reason why there is none.

use station::view::{BoothView, ProblemView};
use station::{Booth, Problem, Settings};

/// What a command answers.
pub(crate) type Answer<T> = Result<T, ProblemView>;

/// The booth, if it could be opened. If not, the window still opens and says why.
pub(crate) struct Opened(Result<Booth, Problem>);

impl Opened {
    /// Opens the booth, with a case for the request `existing` (its number, its VideoID's) if there is one.
    pub(crate) async fn open(settings: Result<Settings, Problem>, existing: Option<(i64, i64)>) -> Self {
        let open = async || {
            let booth = Booth::open(settings?).await?;
            if let Some((request_pk, videoid_pk)) = existing {
                booth.open_case().await?;
                booth.start_existing(request_pk, videoid_pk).await?;
            }
            Ok(booth)
        };
        Self(open().await)
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
                desk: false,
                problem: Some(problem.clone().into()),
            }),
        }
    }
}
