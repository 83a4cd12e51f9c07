//! Pictures: from the camera, from a file, and the portrait cut out of the front.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use capture::picture::{self, Media, Picture, Rect};
use evidence::{
    CaptureEvent, Case, CaseId, Code, Corners, Crop, Event, Exhibit, Facts, Method, Problem, Role, Showing,
    Shutter, State, TryAgain, UtcMillis,
};
use vault::Stored;

use crate::booth::{Booth, StoredObject};
use crate::cameras::provenance;
use crate::desk::Desk;
use crate::view::CaseView;
use crate::{clock, eyes, problems};

impl Booth {
    /// Takes a picture with the step's camera: its own bytes, at the highest resolution it offers.
    ///
    /// # Errors
    /// It is not the time for a picture, the camera failed, or the store refuses.
    pub async fn take_still(&self) -> Result<CaseView, Problem> {
        let _one_at_a_time = self.0.taking.lock().await;
        let desk = self.desk()?;
        let case = desk.case().await;
        if was_just_taken_by_itself(&case) {
            // The booth took it while the person reached for the button: it is the picture they asked for.
            return Ok(self.shown(&case));
        }
        let role = picture_wanted(&case)?;
        self.take(&desk, role, None).await
    }

    /// Takes the picture of `role` because all that a good one needs held; `frames` are the next best of that moment.
    /// Nothing happens where a person was quicker, or left.
    pub(crate) async fn take_by_itself(
        &self,
        case: CaseId,
        role: Role,
        shutter: Shutter,
        frames: Vec<Bytes>,
    ) -> Result<(), Problem> {
        let Ok(_nobody_else) = self.0.taking.try_lock() else {
            return Ok(());
        };
        let desk = self.desk()?;
        if desk.id == case && desk.shows_live(role).await {
            self.take(&desk, role, Some((shutter, frames))).await?;
        }
        Ok(())
    }

    async fn take(
        &self,
        desk: &Arc<Desk>,
        role: Role,
        by_itself: Option<(Shutter, Vec<Bytes>)>,
    ) -> Result<CaseView, Problem> {
        let (shutter, frames) = by_itself.unzip();
        let camera = self.0.cameras.lend(role).await?.camera;
        let taken = tokio::task::spawn_blocking(move || camera.still()).await;
        let still = taken
            .map_err(|_| problems::internal("taking the picture broke"))?
            .map_err(|error| {
                let problem = problems::from_capture(&error);
                self.0.cameras.failed(role, problem.clone());
                problem
            })?;
        let facts = Facts::Jpeg {
            width: still.size.width,
            height: still.size.height,
        };
        let method = provenance::of_still(&still);
        let shot = Shot {
            role,
            bytes: still.jpeg.to_vec(),
            facts,
            method,
            taken_at: clock::from_system(still.utc),
            since_opening_ms: desk.since_opening(still.at),
            note: still.note,
            shutter,
            frames: frames.unwrap_or_default(),
        };
        self.keep_picture(desk, shot).await
    }

    /// Takes the bytes of a file a person picked. The whole picture is decoded first: half a picture is no evidence.
    ///
    /// # Errors
    /// It is not the time for a picture, it is not a whole JPEG or PNG, or the store refuses.
    pub async fn add_picture(&self, bytes: Vec<u8>) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        let role = picture_wanted(&desk.case().await)?;
        let looked_at =
            tokio::task::spawn_blocking(move || picture::inspect(&bytes).map(|picture| (bytes, picture)));
        let (bytes, picture) = looked_at
            .await
            .map_err(|_| problems::internal("looking at the picture broke"))?
            .map_err(|error| problems::from_capture(&error))?;
        let shot = Shot {
            role,
            bytes,
            facts: facts(picture),
            method: Method::File,
            taken_at: clock::now(),
            since_opening_ms: desk.since_opening(Instant::now()),
            note: None,
            shutter: None,
            frames: Vec::new(),
        };
        self.keep_picture(&desk, shot).await
    }

    /// Uses what was just taken, or keeps what was accepted before.
    ///
    /// # Errors
    /// There is nothing to use.
    pub async fn use_capture(&self) -> Result<CaseView, Problem> {
        self.happened(Event::Capture(CaptureEvent::Use)).await
    }

    /// Back to the live picture; what was accepted before stays until its replacement is accepted.
    ///
    /// # Errors
    /// There is nothing to retake.
    pub async fn retake_capture(&self) -> Result<CaseView, Problem> {
        self.happened(Event::Capture(CaptureEvent::Retake)).await
    }

    /// A person puts the document's corners on the picture that is shown. The picture itself stays as it is.
    ///
    /// # Errors
    /// No document can have these corners, or no picture of one is shown.
    pub async fn outline_document(&self, corners: Corners) -> Result<CaseView, Problem> {
        self.happened(Event::Outlined(corners)).await
    }

    /// Cuts the portrait out of the accepted front.
    ///
    /// # Errors
    /// The rectangle is outside the picture, it is not the time, or the store refuses.
    pub async fn cut_portrait(&self, crop: Crop) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        let case = desk.case().await;
        if !crop.is_inside() {
            return Err(Problem::new(Code::CropOutside, TryAgain::AfterChange));
        }
        let front = case
            .exhibits
            .get(&Role::Front)
            .filter(|_| matches!(case.state, State::Portrait));
        let object = front.map(|front| front.object).ok_or_else(out_of_order)?;
        let id = desk.id;
        let whole = self
            .with_store(move |store| vault::get(store, id, object))
            .await?;
        let rect = Rect {
            x: crop.x,
            y: crop.y,
            width: crop.width,
            height: crop.height,
        };
        let cut = tokio::task::spawn_blocking(move || {
            let jpeg = picture::crop_jpeg(&whole, rect)?;
            picture::inspect(&jpeg).map(|picture| (jpeg, picture))
        });
        let (jpeg, picture) = cut
            .await
            .map_err(|_| problems::internal("cutting the portrait broke"))?
            .map_err(|error| problems::from_capture(&error))?;
        let shot = Shot {
            role: Role::Portrait,
            bytes: jpeg.to_vec(),
            facts: facts(picture),
            method: Method::Crop(crop),
            taken_at: clock::now(),
            since_opening_ms: desk.since_opening(Instant::now()),
            note: None,
            shutter: None,
            frames: Vec::new(),
        };
        let exhibit = self.keep(&desk, shot).await?;
        self.accept_or_discard(&desk, exhibit, |exhibit| CaptureEvent::PortraitCut { exhibit })
            .await
    }

    /// The bytes of a piece of evidence of the case on the screen. Of no other case: what is not on the screen belongs
    /// to somebody else.
    ///
    /// # Errors
    /// It does not belong to the case on the screen, or the store refuses.
    pub async fn object(&self, case: &str, object: &str) -> Result<StoredObject, Problem> {
        let (id, exhibit) = self.exhibit_on_screen(case, object).await?;
        let object = exhibit.object;
        let bytes = self
            .with_store(move |store| vault::get(store, id, object))
            .await?;
        Ok(StoredObject {
            media_type: exhibit.facts.media_type(),
            sha256: exhibit.sha256,
            bytes,
        })
    }

    /// The piece of evidence `object` of the case on the screen.
    pub(crate) async fn exhibit_on_screen(
        &self,
        case: &str,
        object: &str,
    ) -> Result<(evidence::CaseId, Exhibit), Problem> {
        let desk = self.desk()?;
        let unknown = || Problem::new(Code::CaseUnknown, TryAgain::AfterChange);
        if desk.id.to_string() != case {
            return Err(unknown());
        }
        let case = desk.case().await;
        let taken = match &case.state {
            State::Capture {
                showing: Showing::Taken { exhibit },
                ..
            } => Some(&**exhibit),
            _ => None,
        };
        let found = case
            .exhibits
            .values()
            .chain(taken)
            .find(|exhibit| exhibit.object.to_string() == object);
        found
            .cloned()
            .map(|exhibit| (desk.id, exhibit))
            .ok_or_else(unknown)
    }

    async fn keep_picture(&self, desk: &Arc<Desk>, mut shot: Shot) -> Result<CaseView, Problem> {
        self.0.eyes.watch.stop();
        let (role, frames) = (shot.role, std::mem::take(&mut shot.frames));
        let exhibit = self.keep(desk, shot).await?;
        self.0.eyes.frames.keep(desk.id, role, &exhibit.sha256, frames);
        self.accept_or_discard(desk, exhibit, |exhibit| CaptureEvent::Taken { exhibit })
            .await
    }

    async fn keep(&self, desk: &Arc<Desk>, shot: Shot) -> Result<Exhibit, Problem> {
        let id = desk.id;
        let Shot { role, bytes, .. } = shot;
        let from_file = shot.method == Method::File;
        let measures = self.0.eyes.measures(&self.0.settings, role).await;
        let (stored, outline, quality) = self
            .with_store(move |store| {
                let stored = vault::put(store, id, role.into(), &bytes)?;
                let is_document = matches!(role, Role::Front | Role::Rear);
                let quality = measures.map(|measures| measures.quality(&bytes));
                Ok((
                    stored,
                    is_document.then(|| eyes::outline(&bytes, from_file)).flatten(),
                    quality.unwrap_or_default(),
                ))
            })
            .await?;
        Ok(Exhibit {
            since_opening_ms: shot.since_opening_ms,
            outline,
            shutter: shot.shutter,
            quality,
            ..exhibit(stored, shot.facts, shot.method, shot.taken_at, shot.note)
        })
    }

    /// Gives an exhibit to the case it was taken for, whatever is on the screen by now. When that case moved on
    /// meanwhile, nothing refers to the bytes: they go.
    pub(crate) async fn accept_or_discard(
        &self,
        desk: &Arc<Desk>,
        exhibit: Exhibit,
        event: impl FnOnce(Exhibit) -> CaptureEvent,
    ) -> Result<CaseView, Problem> {
        let object = exhibit.object;
        let applied = self.apply(desk, Event::Capture(event(exhibit))).await;
        if applied.is_err() {
            self.discard(desk.id, object).await;
        }
        applied
    }
}

/// A picture that is not kept yet.
struct Shot {
    role: Role,
    bytes: Vec<u8>,
    facts: Facts,
    method: Method,
    taken_at: UtcMillis,
    since_opening_ms: Option<u64>,
    note: Option<String>,
    /// Set where the booth took it by itself.
    shutter: Option<Shutter>,
    /// More frames of that moment; they are kept in memory only.
    frames: Vec<Bytes>,
}

pub(super) fn exhibit(
    stored: Stored,
    facts: Facts,
    method: Method,
    taken_at: UtcMillis,
    note: Option<String>,
) -> Exhibit {
    Exhibit {
        object: stored.object,
        sha256: stored.sha256,
        bytes: stored.bytes,
        facts,
        taken_at,
        since_opening_ms: None,
        method,
        note,
        outline: None,
        shutter: None,
        take: None,
        quality: BTreeMap::new(),
    }
}

pub(crate) fn facts(picture: Picture) -> Facts {
    let (width, height) = (picture.size.width, picture.size.height);
    match picture.media {
        Media::Jpeg => Facts::Jpeg { width, height },
        Media::Png => Facts::Png { width, height },
    }
}

/// Whether what is on the screen was taken by the booth itself.
fn was_just_taken_by_itself(case: &Case) -> bool {
    matches!(&case.state, State::Capture { showing: Showing::Taken { exhibit }, .. } if exhibit.shutter.is_some())
}

/// The piece a picture is wanted for now.
fn picture_wanted(case: &Case) -> Result<Role, Problem> {
    match case.state {
        State::Capture {
            role,
            showing: Showing::Live,
        } if role != Role::Video => Ok(role),
        _ => Err(out_of_order()),
    }
}

pub(super) fn out_of_order() -> Problem {
    Problem::new(Code::OutOfOrder, TryAgain::AfterChange)
}
