//! The identification video: recorded straight into the store, remuxed there, reviewed from there.
//!
//! While it is recorded, fragmented MP4 goes to one object; when it ends, the same samples are written to a second one
//! with the index in front, and the first goes. Whatever ends it (a person, the limit, a camera that went away), what
//! was recorded until then is kept.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use capture::Camera;
use capture::clip::Clip;
use capture::recorder::{Options, Recorder, Sink, Stamp};
use evidence::{
    CaptureEvent, Challenge, Code, Event, Exhibit, FacesEvent, Method, Problem, Role, Script, ScriptEvent,
    Showing, State, TryAgain, UtcMillis,
};
use parking_lot::Mutex;
use vault::{Label, ObjectWriter};

use super::consent::allows_sound;
use super::keeping::{Kept, keep, millis};
use super::pictures::out_of_order;
use super::recovering::recover;
use crate::booth::Booth;
use crate::cameras::provenance;
use crate::desk::{Desk, is_of_the_disk};
use crate::eyes::drawing::{self, Form, Limits};
use crate::eyes::{Asked, Asking, challenge};
use crate::microphone::{Heard, Hearing};
use crate::view::{CaseView, Notice, RecordingView};
use crate::{clock, problems};

/// Frames that may wait for the encoder: two seconds' worth, far more than it ever needs.
const WAITING_FRAMES: usize = 64;
/// How often the page is told how far the recording is.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// How much video a fragment holds. A crash takes the fragment under way and what the encoder has in hand: together less
/// than a second.
const FRAGMENT: Duration = Duration::from_millis(500);

/// A recording that is running.
pub(crate) struct Take {
    /// The case it belongs to, whatever is on the screen by then.
    desk: Arc<Desk>,
    recorder: Recorder,
    object: SharedObject,
    /// Kept so that the camera is not given back meanwhile.
    camera: Arc<Camera>,
    /// Damaged pictures it had thrown away when the recording began.
    damaged_before: u64,
    /// The microphone, where sound is recorded.
    heard: Option<Heard>,
    /// The script that is asked meanwhile, where the booth asks one.
    asking: Option<Asking>,
}

/// The object being written, shared between the recorder that fills it and the booth that finishes it.
#[derive(Clone)]
pub(super) struct SharedObject(Arc<Mutex<Option<Box<dyn ObjectWriter>>>>);

impl SharedObject {
    /// Takes the object away from the recorder, to finish it.
    pub(super) fn take(&self) -> Option<Box<dyn ObjectWriter>> {
        self.0.lock().take()
    }

    fn with<T>(&self, work: impl FnOnce(&mut dyn ObjectWriter) -> io::Result<T>) -> io::Result<T> {
        match self.0.lock().as_mut() {
            Some(writer) => work(&mut **writer),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for SharedObject {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|writer| writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|writer| writer.flush())
    }
}

impl Sink for SharedObject {
    fn sync(&mut self) -> io::Result<()> {
        self.with(|writer| writer.sync())
    }
}

impl Booth {
    /// Begins to record the identification video.
    ///
    /// # Errors
    /// It is not the time, the camera failed, or the store refuses.
    pub async fn begin_video(&self) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        let mut running = self.0.take.lock().await;
        let live = matches!(
            desk.case().await.state,
            State::Capture {
                role: Role::Video,
                showing: Showing::Live
            }
        );
        if running.is_some() || !live {
            return Err(out_of_order());
        }
        let camera = self.0.cameras.lend(Role::Video).await?.camera;
        self.is_large_enough(&camera)?;
        let case = desk.id;
        let object = SharedObject(Arc::new(Mutex::new(Some(
            self.with_store(move |store| store.create_object(case, Label::Recording))
                .await?,
        ))));
        let options = Options {
            bitrate: self.0.settings.recording.bitrate,
            limit: self.0.settings.recording.limit(),
            fragment: FRAGMENT,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a frame rate fits a float of any width"
            )]
            frame_rate: camera.delivered().fps.per_second() as f32,
            stamp: Some(Stamp {
                code: case.short_code(),
            }),
            ..Options::default()
        };
        camera.rewind();
        let damaged_before = camera.health().damaged;
        let feed = camera.subscribe(WAITING_FRAMES);
        let (sound, heard) = match self.hearing(&desk).await {
            Some(Hearing { feed, facts }) => (feed, Some(facts)),
            None => (None, None),
        };
        let speaks = sound.is_some();
        let recorder = Recorder::start_with(feed, sound, Box::new(object.clone()), options)
            .map_err(|error| problems::from_capture(&error))?;
        let began = CaptureEvent::RecordingBegan {
            at: clock::now(),
            method: provenance::of_camera(&camera),
        };
        self.apply(&desk, Event::Capture(began)).await?;
        let asking = self.ask_script(&desk, &camera, speaks).await;
        let view = self.shown(&desk.case().await);
        *running = Some(Take {
            desk,
            recorder,
            object,
            camera,
            damaged_before,
            heard,
            asking,
        });
        drop(running);
        self.compare_clock();
        self.watch_recording();
        Ok(view)
    }

    /// What a camera delivers is never made larger: where it is too little, another camera is needed.
    fn is_large_enough(&self, camera: &Camera) -> Result<(), Problem> {
        let newest = camera.latest().map(|frame| frame.size);
        let size = newest.unwrap_or_else(|| camera.delivered().size);
        if self.0.settings.recording.allow_small || evidence::Take::is_large(size.width, size.height) {
            return Ok(());
        }
        Err(Problem::new(Code::CameraSmall, TryAgain::AfterChange).because(size.to_string()))
    }

    /// What the recording that begins hears: nothing, unless the settings want it and the person accepted it.
    async fn hearing(&self, desk: &Desk) -> Option<Hearing> {
        if !allows_sound(&desk.case().await) {
            return None;
        }
        self.0.sounds.hear().await
    }

    /// Draws a script for the recording that just began, and begins to ask it; movements are part of it where the person
    /// allows it and the booth asks for them. Digits are said where the booth hears (`speaks`), and shown elsewhere. A video
    /// without a script is worth having all the same.
    async fn ask_script(&self, desk: &Arc<Desk>, camera: &Arc<Camera>, speaks: bool) -> Option<Asking> {
        let settings = &self.0.settings;
        if !settings.recording.script {
            return None;
        }
        let case = desk.case().await;
        let form = Form {
            back: case.document.is_none_or(|document| document.kind.has_rear()),
            moves: settings.eyes.challenge && case.allows_biometrics(),
            speaks,
        };
        let (case, practice) = (desk.id, settings.practice);
        let limits = if practice { Limits::PRACTICE } else { Limits::USUAL };
        let nonce = tokio::task::spawn_blocking(move || drawing::nonce(form, case, practice)).await;
        let nonce = nonce
            .inspect_err(|error| tracing::warn!(%error, "no script is asked"))
            .ok()?;
        let made = Script {
            nonce: nonce.clone(),
            made_at: clock::now(),
            steps: drawing::steps(form, case, &nonce, &limits),
            outcome: None,
        };
        let steps = made.steps.clone();
        let movements = form.moves.then(|| Challenge {
            nonce: nonce.clone(),
            made_at: made.made_at,
            steps: challenge::steps(case, &nonce),
            outcome: None,
        });
        let events = [
            Some(Event::Script(ScriptEvent::Made(made))),
            movements.map(|made| Event::Faces(FacesEvent::ChallengeMade(made))),
        ];
        for event in events.into_iter().flatten() {
            self.apply(desk, event)
                .await
                .inspect_err(|problem| tracing::warn!(code = %problem, "no script is asked"))
                .ok()?;
        }
        Asking::begin(self, case, nonce, steps, camera)
    }

    /// Waits until the script of the recording that runs has nothing more to ask, or for `most`: a person sees it, a
    /// program does not.
    pub async fn script_over(&self, most: Duration) {
        let until = tokio::time::Instant::now() + most;
        while tokio::time::Instant::now() < until {
            let running = self.0.take.lock().await;
            let asking = running.as_ref().and_then(|take| take.asking.as_ref());
            if asking.is_none_or(Asking::is_over) {
                return;
            }
            drop(running);
            tokio::time::sleep(TOLD_EVERY).await;
        }
    }

    /// A person goes on from prompt `number` by hand: where nothing can look whether it was done, or they cannot do it. One
    /// that is over already is left as it is.
    pub async fn next_prompt(&self, number: u32) {
        let running = self.0.take.lock().await;
        if let Some(asking) = running.as_ref().and_then(|take| take.asking.as_ref()) {
            asking.go_on(number);
        }
    }

    /// Ends the recording and shows what was taken. One that has ended by itself meanwhile is shown just the same.
    ///
    /// # Errors
    /// Nothing was recorded; or nothing could be kept, and the problem says why: the case is back at the live
    /// picture then.
    pub async fn end_video(&self) -> Result<CaseView, Problem> {
        // Held to the end: whoever comes meanwhile waits for the outcome.
        let mut running = self.0.take.lock().await;
        match running.take() {
            Some(take) => self.finish(take).await,
            None => self.after_its_end().await,
        }
    }

    /// Nothing is being recorded any more: it ended by itself, or its outcome could not be stored.
    async fn after_its_end(&self) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        let case = desk.case().await;
        match &case.state {
            State::Capture {
                showing: Showing::Recording { since, method },
                ..
            } => self.bring_recording_back(&desk, *since, method.clone()).await?,
            State::Capture {
                role: Role::Video,
                showing: Showing::Taken { .. },
            } => {}
            _ => return Err(out_of_order()),
        }
        Ok(self.shown(&desk.case().await))
    }

    /// The picture of a clip on the screen at `millis`.
    ///
    /// # Errors
    /// It does not belong to the case on the screen, or is no clip.
    pub async fn clip_frame(&self, case: &str, object: &str, millis: u64) -> Result<Bytes, Problem> {
        let (id, exhibit) = self.exhibit_on_screen(case, object).await?;
        let open = self.0.clip.lock().take().filter(|(of, _)| *of == exhibit.object);
        let store = self.store();
        let object = exhibit.object;
        let shown = tokio::task::spawn_blocking(move || {
            // The decoder is kept between pictures: playing forward then costs one picture each.
            let mut clip = match open {
                Some((_, clip)) => clip,
                None => {
                    let reader = store
                        .open_object(id, object)
                        .map_err(|error| problems::from_store(&error))?;
                    Clip::open(reader).map_err(|error| problems::from_clip(&error))?
                }
            };
            let jpeg = clip
                .frame_at(Duration::from_millis(millis))
                .map_err(|error| problems::from_clip(&error))?;
            Ok::<_, Problem>((clip, jpeg))
        });
        let (clip, jpeg) = shown
            .await
            .map_err(|_| problems::internal("showing the clip broke"))??;
        *self.0.clip.lock() = Some((object, clip));
        Ok(jpeg)
    }

    /// Brings back what was recorded until a crash. Nothing of it that can be shown: the case is at the live picture.
    pub(crate) async fn bring_recording_back(
        &self,
        desk: &Arc<Desk>,
        since: UtcMillis,
        method: Option<Method>,
    ) -> Result<(), Problem> {
        let (store, case) = (self.store(), desk.id);
        let referenced = desk.case().await.objects();
        let recovered = match method {
            Some(method) => {
                tokio::task::spawn_blocking(move || recover(&*store, case, &referenced, method, since))
                    .await
                    .map_err(|_| problems::internal("bringing a recording back broke"))??
            }
            None => None,
        };
        match recovered {
            Some(exhibit) => self.accept_video(desk, exhibit).await,
            None => {
                self.apply(desk, Event::Capture(CaptureEvent::RecordingLost))
                    .await
            }
        }
        .map(drop)
    }

    /// Gives a video to its case. One that only the disk would not take note of stays where it is: nobody has to speak
    /// it again, it is brought back.
    async fn accept_video(&self, desk: &Arc<Desk>, exhibit: Exhibit) -> Result<CaseView, Problem> {
        let object = exhibit.object;
        let applied = self
            .apply(desk, Event::Capture(CaptureEvent::Taken { exhibit }))
            .await;
        if applied.as_ref().is_err_and(|problem| !is_of_the_disk(problem)) {
            self.discard(desk.id, object).await;
        }
        applied
    }

    async fn finish(&self, take: Take) -> Result<CaseView, Problem> {
        let Take {
            desk,
            recorder,
            object,
            camera,
            damaged_before,
            heard,
            asking,
        } = take;
        if let Some(asking) = &asking {
            asking.stop();
        }
        let (store, of) = (self.store(), Arc::clone(&desk));
        let shortest = Duration::from_millis(self.0.settings.recording.shortest_ms);
        let kept = tokio::task::spawn_blocking(move || {
            let asked = asking.and_then(Asking::end);
            let kept = keep(
                &*store,
                &of,
                recorder,
                &object,
                &camera,
                damaged_before,
                heard,
                shortest,
                asked.as_ref(),
            )?;
            Ok((kept, asked))
        })
        .await
        .map_err(|_| problems::internal("the recording broke"))
        .and_then(|kept| kept);
        let shown = match kept {
            Ok((Kept { mut exhibit, started }, asked)) => {
                if let Some(take) = &mut exhibit.take {
                    take.clock = self.0.clock.known();
                }
                let video = exhibit.sha256.clone();
                match (self.accept_video(&desk, exhibit).await, asked) {
                    (Ok(_), Some(asked)) => {
                        self.end_script(&desk, asked, started, video).await;
                        Ok(self.shown(&desk.case().await))
                    }
                    (shown, _) => shown,
                }
            }
            Err(problem) => {
                let lost = Event::Capture(CaptureEvent::RecordingLost);
                self.apply(&desk, lost).await.and(Err(problem))
            }
        };
        self.put_away(desk);
        shown
    }

    /// Gives the video that was just taken what came of its script, and of the movements in it. Where that fails nothing is
    /// claimed of it.
    async fn end_script(&self, desk: &Arc<Desk>, mut asked: Asked, started: Instant, video: String) {
        let (booth, nonce) = (self.clone(), asked.nonce.clone());
        let ended = tokio::task::spawn_blocking(move || {
            let now = clock::now();
            let moved = asked.judge_movements(&booth, started, &video, now);
            (asked.outcome(started, &video, now, moved.as_ref()), moved)
        });
        let Ok((outcome, moved)) = ended.await else {
            return;
        };
        let ended = Event::Script(ScriptEvent::Ended {
            nonce: nonce.clone(),
            outcome,
        });
        let judged = moved.map(|outcome| Event::Faces(FacesEvent::ChallengeJudged { nonce, outcome }));
        for event in [Some(ended), judged].into_iter().flatten() {
            if let Err(problem) = self.apply(desk, event).await {
                tracing::warn!(code = %problem, "what came of a script was not kept");
            }
        }
    }

    /// Tells the page how far the recording is, and finishes one that ended by itself.
    fn watch_recording(&self) {
        let booth = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(TOLD_EVERY).await;
                let mut running = booth.0.take.lock().await;
                let Some(take) = running.as_ref() else { break };
                let progress = take.recorder.progress();
                booth.notify(Notice::Recording {
                    recording: RecordingView {
                        elapsed_ms: millis(progress.elapsed),
                        limit_ms: booth.0.settings.recording.limit_s * 1000,
                        frames: progress.frames,
                    },
                });
                if take.recorder.is_finished() {
                    if let Some(take) = running.take()
                        && let Err(problem) = booth.finish(take).await
                    {
                        booth.0.cameras.failed(Role::Video, problem);
                    }
                    break;
                }
            }
        });
    }
}
