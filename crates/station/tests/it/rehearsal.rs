//! A booth in practice, and the steps of a case as short calls.

use std::sync::Arc;
use std::time::Duration;

use evidence::{Biometrics, DocumentType, FieldKey, Role, Step};
use oneshot_sandbox::{Operation, Sandbox};
use station::view::{CaseView, DocumentView, FieldValue};
use station::{Booth, Problem, Settings, practice_person};
use tempfile::TempDir;

/// A booth whose store is a temporary folder and whose cameras are the practice clips.
pub struct Rehearsal {
    pub booth: Booth,
    pub settings: Settings,
    _folder: Arc<TempDir>,
}

impl Rehearsal {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = Settings::practice();
        settings.data_dir = Some(folder.path().to_owned());
        settings.cameras.replay_only = true;
        settings.recording.shortest_ms = 300;
        // What is asked in the video has tests of its own.
        settings.recording.script = false;
        // Most tests count calls: what is tried again is tried by them.
        settings.delivery.queue = false;
        // What is read comes when it comes: most tests say what they expect to the last event.
        settings.eyes.read = false;
        // How full the disk of the machine that tests is has no part in it.
        settings.disk.reserve_mb = 0;
        change(&mut settings);
        let booth = Booth::open(settings.clone())
            .await
            .expect("a booth in practice opens");
        Self {
            booth,
            settings,
            _folder: Arc::new(folder),
        }
    }

    /// The same booth after the program was started again.
    pub async fn restarted(&self) -> Booth {
        Booth::open(self.settings.clone())
            .await
            .expect("the booth opens again")
    }

    /// The same after the program was started again.
    pub async fn again(&self) -> Self {
        let folder = Arc::clone(&self._folder);
        Self {
            booth: self.restarted().await,
            settings: self.settings.clone(),
            _folder: folder,
        }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.booth.sandbox().expect("practice brings its sandbox")
    }

    /// How often the server was called for `operation`.
    pub fn calls(&self, operation: Operation) -> usize {
        self.sandbox()
            .history()
            .iter()
            .filter(|call| call.operation == Some(operation))
            .count()
    }

    pub async fn begun(&self) -> CaseView {
        self.booth.open_case().await.expect("a case opens");
        self.booth
            .start_new("+34 699 999 999", "alma@example.org")
            .await
            .expect("the start is taken")
    }

    pub async fn agreed(&self) -> CaseView {
        let text = self.booth.consent_text("es");
        self.booth
            .accept_consent("es", &text.version, Biometrics::Refused)
            .await
            .expect("consent is taken")
    }

    pub async fn document(&self, kind: DocumentType) -> CaseView {
        let document = DocumentView {
            kind,
            country: "ES".to_owned(),
        };
        self.booth
            .choose_document(document)
            .await
            .expect("a document is chosen")
    }

    /// Takes and uses a picture for the step the case is at.
    pub async fn picture(&self) -> CaseView {
        self.booth.take_still().await.expect("a picture is taken");
        self.booth.use_capture().await.expect("it is used")
    }

    pub async fn portrait(&self) -> CaseView {
        self.booth
            .cut_portrait(practice_person().portrait)
            .await
            .expect("the portrait is cut")
    }

    pub async fn fields(&self) -> CaseView {
        self.booth
            .confirm_fields(field_values(), "")
            .await
            .expect("the fields are fine")
    }

    pub async fn video(&self, length: Duration) -> CaseView {
        self.booth.begin_video().await.expect("the recording begins");
        tokio::time::sleep(length).await;
        self.booth.end_video().await.expect("the recording ends");
        self.booth.use_capture().await.expect("it is used")
    }

    /// Everything up to the review.
    pub async fn up_to_review(&self) -> CaseView {
        self.up_to_video().await;
        self.video(Duration::from_millis(700)).await
    }

    /// Everything before the video.
    pub async fn up_to_video(&self) -> CaseView {
        self.agreed().await;
        self.document(DocumentType::IdentityCard).await;
        self.picture().await;
        self.portrait().await;
        self.picture().await;
        self.picture().await;
        self.fields().await
    }

    /// Submits and waits for the end of the delivery, whichever it is.
    pub async fn delivered(&self) -> CaseView {
        let view = self.booth.submit().await.expect("submitting is possible");
        assert_ne!(view.step, Step::Review, "submitting leaves the review");
        settled(&self.booth).await
    }
}

/// The case once its delivery has ended.
async fn settled(booth: &Booth) -> CaseView {
    for _ in 0..600 {
        let view = booth.current_case().await.expect("a case is on the screen");
        if view.step != Step::Submitting {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the delivery did not end within 30 s");
}

pub fn field_values() -> Vec<FieldValue> {
    let person = practice_person();
    [
        (FieldKey::GivenName, person.given_name),
        (FieldKey::FirstSurname, person.surname_1),
        (FieldKey::SecondSurname, person.surname_2),
        (FieldKey::SerialNumber, person.serial_number),
    ]
    .map(|(key, value)| FieldValue { key, value })
    .into()
}

pub fn code(result: Result<impl std::fmt::Debug, Problem>) -> &'static str {
    result.expect_err("this has to fail").code.as_str()
}

/// The bytes of an accepted piece, as the screen gets them.
pub async fn shown(booth: &Booth, view: &CaseView, role: Role) -> Vec<u8> {
    let exhibit = view
        .exhibits
        .iter()
        .find(|exhibit| exhibit.role == role)
        .expect("it was taken");
    booth
        .object(&view.id, &exhibit.object)
        .await
        .expect("it can be shown")
        .bytes
}
