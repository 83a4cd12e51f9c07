//! A request that was captured elsewhere: its evidence is read from the server into a case of its own, for the officer.
//!
//! What comes is looked at like what a camera delivers: a picture is decoded whole, a video has to be one. On whose word
//! the checks are true is not known here, and the case says so.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use capture::clip::Clip;
use capture::picture;
use evidence::{
    Basis, Case, CaseId, Check, Code, CountryCode, Document, DocumentType, Event, Exhibit, Facts, Fetched,
    FieldKey, Fields, Finding, Method, Problem, RequestNumbers, RetentionEvent, Role, Similarity, Standing,
    StartEvent, State, TryAgain,
};
use oneshot::{Client, Download, HeldEvidence, ImageSlot, Numbers, RequestPk, SecurityChecks, VideoidPk};
use tokio::sync::mpsc;
use uuid::Uuid;
use vault::{Label, Store, StoreError, Stored};

use crate::audit::What;
use crate::booth::Booth;
use crate::desk::Desk;
use crate::signing::standing;
use crate::view::CaseView;
use crate::{clock, intake, problems, views, wire};

/// Pieces of a video between the network and the disk.
const PIECES: usize = 16;
/// The longest video taken: far beyond what any booth records.
const LONGEST_VIDEO: u64 = 2 << 30;

impl Booth {
    /// Reads a request that was submitted elsewhere from the server, and opens it at the desk. One that is here already
    /// is opened, not read again.
    ///
    /// # Errors
    /// Nobody is signed in, the server does not know the request, it is not in review, the two numbers do not belong
    /// together, or a piece of its evidence cannot be shown.
    pub async fn desk_fetch(&self, request_pk: i64, videoid_pk: i64) -> Result<CaseView, Problem> {
        self.at_work()?;
        if request_pk <= 0 || videoid_pk <= 0 {
            return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange));
        }
        if let Some(here) = self.case_of(request_pk).await? {
            return self.desk_open(&here.to_string()).await;
        }
        let client = self.client().await?;
        let numbers = Numbers::new(RequestPk::new(request_pk), VideoidPk::new(videoid_pk));
        let held = client
            .read_evidence(numbers.request_pk)
            .await
            .map_err(|error| problems::from_call(&error))?;
        // Two numbers typed by a person: the wrong VideoID would bring another person's video.
        if held.record.videoid_pk.is_some_and(|pk| pk != numbers.videoid_pk) {
            return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange)
                .because("the two numbers are not of one request"));
        }
        if standing(&held.record) != Some(Standing::InReview) {
            let status = held.record.status.as_str().to_owned();
            return Err(Problem::new(Code::RequestWrongState, TryAgain::AfterChange).because(status));
        }
        if let Some(slot) = held.damaged.first() {
            return Err(
                Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(slot.wire_name())
            );
        }
        let case = Case::open(
            CaseId(Uuid::new_v4()),
            &self.0.settings.booth,
            self.0.settings.practice,
            clock::now(),
        );
        let id = case.id;
        let opened = self.bring(&client, numbers, held, case).await;
        match opened {
            Ok(view) => {
                *self.0.office.opened.lock() = Some(id);
                Ok(view)
            }
            Err(problem) => {
                // Half a case is none.
                if let Err(problem) = self.with_store(move |store| store.delete(id)).await {
                    tracing::warn!(code = %problem, "a case that was not fetched could not be removed");
                }
                Err(problem)
            }
        }
    }

    async fn bring(
        &self,
        client: &Client,
        numbers: Numbers,
        held: HeldEvidence,
        case: Case,
    ) -> Result<CaseView, Problem> {
        let id = case.id;
        let kept = case.clone();
        let claim = self
            .with_store(move |store| {
                store.save(&kept)?;
                store.claim(kept.id)
            })
            .await?;
        let exhibits = self.exhibits(client, numbers, &held, id).await?;
        let fetched = Fetched {
            numbers: RequestNumbers {
                request_pk: numbers.request_pk.get(),
                videoid_pk: numbers.videoid_pk.get(),
            },
            document: document(&held),
            exhibits,
            fields: fields(&held),
            findings: findings(&held.checks),
            similarity: held.similarity.as_ref().map(|level| Similarity::Reported {
                level: match level {
                    oneshot::Similarity::Level(level) => level.to_string(),
                    oneshot::Similarity::Word(word) => word.clone(),
                },
            }),
            status: held.record.status.as_str().to_owned(),
            at: clock::now(),
        };
        let transition = evidence::step(&case, Event::Start(StartEvent::Fetched(Box::new(fetched))))
            .map_err(|rejection| problems::from_rejection(&rejection))?;
        let case = transition.case;
        let kept = case.clone();
        self.with_store(move |store| store.save(&kept)).await?;
        self.note(What::CaseFetched, Some(id)).await;
        self.0.office.heard(id, held.record.status.as_str());
        self.clear_screen();
        Ok(self.shown(&self.put_on_screen(Desk::new(case, claim)).case().await))
    }

    /// Reads back what was removed here, so that an officer who comes later than it is kept can look at it. It has to be
    /// what was sent: its digests are still known.
    pub(super) async fn bring_back(&self, desk: &Arc<Desk>) -> Result<(), Problem> {
        let _turn = desk.turn().await;
        let case = desk.case().await;
        let undecided = matches!(case.state, State::Submitted { .. }) && !self.has_forgotten(&case);
        let (true, true, Some(numbers)) = (case.is_purged(), undecided, views::numbers(&case)) else {
            return Ok(());
        };
        let client = self.client().await?;
        let numbers = Numbers::new(
            RequestPk::new(numbers.request_pk),
            VideoidPk::new(numbers.videoid_pk),
        );
        let held = client
            .read_evidence(numbers.request_pk)
            .await
            .map_err(|error| problems::from_call(&error))?;
        let exhibits = match self.exhibits(&client, numbers, &held, case.id).await {
            Ok(exhibits) => exhibits,
            Err(problem) => {
                self.remove_spare(&case).await?;
                return Err(problem);
            }
        };
        let objects = exhibits
            .into_iter()
            .map(|(role, exhibit)| (role, (exhibit.object, exhibit.sha256)))
            .collect();
        let event = Event::Retention(RetentionEvent::BroughtBack {
            objects,
            fields: fields(&held),
            at: clock::now(),
        });
        if evidence::step(&case, event.clone()).is_err() {
            self.remove_spare(&case).await?;
            return Err(Problem::new(Code::EvidenceRejected, TryAgain::AfterChange)
                .because("the server has other evidence than was sent from here"));
        }
        self.apply(desk, event).await.map(drop)
    }

    /// Pictures and video as the server has them, kept in the case.
    async fn exhibits(
        &self,
        client: &Client,
        numbers: Numbers,
        held: &HeldEvidence,
        id: CaseId,
    ) -> Result<BTreeMap<Role, Exhibit>, Problem> {
        let mut exhibits = BTreeMap::new();
        for (slot, bytes) in &held.images {
            let exhibit = self.keep_fetched(id, role(*slot), bytes.clone()).await?;
            exhibits.insert(role(*slot), exhibit);
        }
        let video = client
            .download_video(numbers)
            .await
            .map_err(|error| problems::from_call(&error))?;
        exhibits.insert(Role::Video, self.keep_video(id, video).await?);
        Ok(exhibits)
    }

    /// The case of a request, if there is one here.
    pub(crate) async fn case_of(&self, request_pk: i64) -> Result<Option<CaseId>, Problem> {
        let listed = self.with_store(|store| store.list()).await?;
        Ok(listed
            .iter()
            .flatten()
            .filter(|case| !(case.is_after_submission() && self.has_forgotten(case)))
            .find(|case| views::numbers(case).is_some_and(|numbers| numbers.request_pk == request_pk))
            .map(|case| case.id))
    }

    async fn keep_fetched(&self, case: CaseId, role: Role, bytes: Bytes) -> Result<Exhibit, Problem> {
        let store = self.store();
        let kept = tokio::task::spawn_blocking(move || {
            let picture = picture::inspect(&bytes).map_err(|error| problems::from_capture(&error))?;
            let stored = vault::put(&*store, case, role.into(), &bytes)
                .map_err(|error| problems::from_store(&error))?;
            Ok((stored, intake::facts(picture)))
        });
        let (stored, facts) = kept
            .await
            .map_err(|_| problems::internal("keeping a picture broke"))??;
        Ok(exhibit(stored, facts))
    }

    /// The video goes to the disk as it comes, and is opened there.
    async fn keep_video(&self, case: CaseId, mut video: Download) -> Result<Exhibit, Problem> {
        let store = self.store();
        let (pieces, mut taken) = mpsc::channel::<Bytes>(PIECES);
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = store.create_object(case, Label::Video)?;
            while let Some(piece) = taken.blocking_recv() {
                writer.write_all(&piece).map_err(StoreError::from)?;
            }
            Ok::<_, StoreError>((writer, store))
        });
        let mut came = 0;
        let received = loop {
            match video.chunk().await {
                Ok(None) => break Ok(()),
                Ok(Some(piece)) => {
                    came += piece.len() as u64;
                    if came > LONGEST_VIDEO {
                        break Err(Problem::new(Code::ClipUnreadable, TryAgain::AfterChange)
                            .because("longer than any booth records"));
                    }
                    // The disk gave up: its own error is the one to tell.
                    if pieces.send(piece).await.is_err() {
                        break Ok(());
                    }
                }
                Err(error) => break Err(problems::from_call(&error)),
            }
        };
        drop(pieces);
        let written = writing
            .await
            .map_err(|_| problems::internal("keeping the video broke"))?;
        let (writer, store) = written.map_err(|error| problems::from_store(&error))?;
        received?;
        let kept = tokio::task::spawn_blocking(move || {
            let stored = writer.finish().map_err(|error| problems::from_store(&error))?;
            let facts = video_facts(&*store, case, &stored)?;
            Ok((stored, facts))
        });
        let (stored, facts) = kept
            .await
            .map_err(|_| problems::internal("looking at the video broke"))??;
        Ok(exhibit(stored, facts))
    }
}

fn video_facts(store: &dyn Store, case: CaseId, stored: &Stored) -> Result<Facts, Problem> {
    let reader = store
        .open_object(case, stored.object)
        .map_err(|error| problems::from_store(&error))?;
    let clip = Clip::open(reader).map_err(|error| problems::from_clip(&error))?;
    let movie = clip.movie();
    Ok(Facts::Mp4 {
        width: movie.size.width,
        height: movie.size.height,
        duration_ms: u64::try_from(movie.duration.as_millis()).unwrap_or(u64::MAX),
        frames: movie.frames,
    })
}

/// When it was taken is not known here: the moment is the one it was read at.
fn exhibit(stored: Stored, facts: Facts) -> Exhibit {
    Exhibit {
        object: stored.object,
        sha256: stored.sha256,
        bytes: stored.bytes,
        facts,
        taken_at: clock::now(),
        since_opening_ms: None,
        method: Method::Server,
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: std::collections::BTreeMap::new(),
    }
}

const fn role(slot: ImageSlot) -> Role {
    match slot {
        ImageSlot::DocumentFront => Role::Front,
        ImageSlot::DocumentRear => Role::Rear,
        ImageSlot::DocumentPhoto => Role::Portrait,
        ImageSlot::DocumentOwner => Role::Selfie,
    }
}

/// Kind and country, where the record names a kind the booth knows.
fn document(held: &HeldEvidence) -> Option<Document> {
    let kind = match said(held, "id_document_type").to_ascii_uppercase().as_str() {
        // A residence card goes by the same word.
        "IDC" => DocumentType::IdentityCard,
        "PAS" => DocumentType::Passport,
        _ => return None,
    };
    let country = CountryCode::new(&said(held, "id_document_country")).ok()?;
    Some(Document { kind, country })
}

/// What the document says; what it does not, the request does.
fn fields(held: &HeldEvidence) -> Fields {
    let mut fields = Fields::default();
    for key in FieldKey::ALL {
        fields.set(key, &said(held, wire::name(key)));
    }
    fields
}

fn said(held: &HeldEvidence, name: &str) -> String {
    let said =
        |place: &BTreeMap<String, String>| place.get(name).filter(|text| !text.trim().is_empty()).cloned();
    said(&held.ocr).or_else(|| said(&held.person)).unwrap_or_default()
}

fn findings(checks: &SecurityChecks) -> BTreeMap<Check, Finding> {
    [
        (Check::OtpValidation, checks.otp_validation),
        (Check::DocumentsMatch, checks.documents_match),
        (Check::DataIntegrity, checks.data_integrity),
        (Check::DocumentNotCopy, checks.document_notcopy),
        (Check::DocumentNotExpired, checks.document_notexpired),
        (Check::DocumentNotUnderage, checks.document_notunderage),
        (Check::Liveness, checks.liveliness),
    ]
    .into_iter()
    .filter_map(|(check, passed)| {
        passed.map(|passed| {
            (
                check,
                Finding {
                    passed,
                    basis: Basis::Reported,
                },
            )
        })
    })
    .collect()
}
