//! Whoever sits before the booth, from the first screen to the submission: does what comes next, wherever the case
//! stands.

use std::time::Duration;

use evidence::{Biometrics, DocumentType, Step};
use station::view::{CaseView, DocumentView, FieldValue, RequestView, ShowingView};
use station::{Booth, Code, Problem, practice_person};

/// A request somebody saw at the server: its number, its `VideoID`'s.
pub type Seen = (i64, i64);

/// A person at a booth.
pub struct Visitor<'a> {
    pub booth: &'a Booth,
    /// How long the video is.
    pub video: Duration,
    /// What a person finds who looks at the server, where nobody knows whether there is a request.
    pub seen: &'a (dyn Fn() -> Option<Seen> + Sync),
    /// Told when a recording begins, and when it has ended.
    pub recording: fn(bool),
    /// Phone and address.
    pub contact: (&'a str, &'a str),
    /// What the card says.
    pub fields: fn() -> Vec<FieldValue>,
}

/// The practice person's phone and address.
pub const CONTACT: (&str, &str) = ("+34 699 999 999", "alma@example.org");

impl Visitor<'_> {
    /// One turn: what a person does at this view. The view that comes of it.
    pub async fn turn(&self, view: &CaseView) -> Result<CaseView, Problem> {
        let booth = self.booth;
        match view.step {
            // It is being created, or what came of it could not be stored yet.
            Step::Start if view.request == RequestView::Creating => self.wait(view).await,
            Step::Start => self.begin(view).await,
            Step::Consent => {
                let text = booth.consent_text("es");
                booth
                    .accept_consent("es", &text.version, Biometrics::Refused)
                    .await
            }
            Step::Document => {
                let card = DocumentView {
                    kind: DocumentType::IdentityCard,
                    country: "ES".to_owned(),
                };
                booth.choose_document(card).await
            }
            Step::Front | Step::Rear | Step::Selfie => match showing(view) {
                ShowingView::Live => booth.take_still().await,
                _ => booth.use_capture().await,
            },
            Step::Portrait => booth.cut_portrait(practice_person().portrait).await,
            Step::Fields => booth.confirm_fields((self.fields)(), "").await,
            Step::Video => match showing(view) {
                ShowingView::Live => {
                    booth.begin_video().await?;
                    (self.recording)(true);
                    tokio::time::sleep(self.video).await;
                    let ended = self.end_video().await;
                    (self.recording)(false);
                    ended
                }
                ShowingView::Recording => booth.end_video().await,
                _ => booth.use_capture().await,
            },
            Step::Review => booth.submit().await,
            Step::Failed if view.request == RequestView::Uncertain => self.find_out().await,
            Step::Failed => booth.submit().await,
            _ => self.wait(view).await,
        }
    }

    /// A recording that failed by itself is over, and the camera has been told of: there is nothing to end.
    async fn end_video(&self) -> Result<CaseView, Problem> {
        match (self.booth.end_video().await, self.booth.current_case().await) {
            (Err(problem), Some(view))
                if problem.code == Code::OutOfOrder && *showing(&view) == ShowingView::Live =>
            {
                Ok(view)
            }
            (ended, _) => ended,
        }
    }

    async fn wait(&self, view: &CaseView) -> Result<CaseView, Problem> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = self.booth.current_case().await;
        Ok(now.unwrap_or_else(|| view.clone()))
    }

    async fn begin(&self, view: &CaseView) -> Result<CaseView, Problem> {
        if view.request == RequestView::Uncertain {
            self.find_out().await
        } else {
            let (phone, email) = self.contact;
            self.booth.start_new(phone, email).await
        }
    }

    /// Somebody who does not know whether there is a request looks at the server first.
    async fn find_out(&self) -> Result<CaseView, Problem> {
        match (self.seen)() {
            Some((request_pk, videoid_pk)) => self.booth.start_existing(request_pk, videoid_pk).await,
            None => self.booth.start_declare_none().await,
        }
    }
}

/// What the capture step of this view shows.
pub fn showing(view: &CaseView) -> &ShowingView {
    view.capture
        .as_ref()
        .map_or(&ShowingView::Live, |capture| &capture.showing)
}
