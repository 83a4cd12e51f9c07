use std::sync::atomic::{AtomicUsize, Ordering};

use evidence::{
    Basis, Biometrics, CaseId, Check, DocumentType, FaceMethod, FieldKey, Finding, Prompt, PromptEnd, Script,
    Showing, Similarity, State, Step,
};
use vision::net::NetError;
use vision::pixels::Picture;

use super::super::matcher::Matcher;
use super::*;
use crate::view::{CaseView, DocumentView, FieldValue};
use crate::{Settings, practice, practice_person};

/// The real comparison, which counts how often it is asked.
struct Counted(Matcher, AtomicUsize);

impl Counted {
    fn load() -> Arc<Self> {
        let matcher = Matcher::load().expect("the networks are in the program");
        Arc::new(Self(matcher, AtomicUsize::new(0)))
    }

    fn asked(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

impl Compares for Counted {
    fn know(&self, picture: &Picture, kind: Shows) -> Result<Result<Known, NoFace>, NetError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.know(picture, kind)
    }

    fn method(&self) -> FaceMethod {
        self.0.method()
    }
}

struct Rehearsed {
    booth: Booth,
    matcher: Arc<Counted>,
    _folder: tempfile::TempDir,
}

impl Rehearsed {
    /// A practice booth at the fields, its person having said this at the consent.
    async fn at_fields(biometrics: Biometrics) -> Self {
        Self::with(biometrics, DocumentType::Passport).await
    }

    /// The same with another document.
    async fn with(biometrics: Biometrics, kind: DocumentType) -> Self {
        let (booth, folder) = Self::at_selfie_with(biometrics, kind).await;
        let matcher = Counted::load();
        let kept: Arc<dyn Compares> = matcher.clone();
        assert!(booth.0.eyes.matcher.set(kept).is_ok());
        booth.take_still().await.expect("a selfie");
        booth.use_capture().await.expect("used");
        Self {
            booth,
            matcher,
            _folder: folder,
        }
    }

    /// One at the selfie, where nothing that compares is ready yet.
    async fn at_selfie(biometrics: Biometrics) -> (Booth, tempfile::TempDir) {
        Self::at_selfie_with(biometrics, DocumentType::Passport).await
    }

    async fn at_selfie_with(biometrics: Biometrics, kind: DocumentType) -> (Booth, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = Settings::practice();
        settings.data_dir = Some(folder.path().to_owned());
        settings.cameras.replay_only = true;
        settings.eyes.read = false;
        settings.disk.reserve_mb = 0;
        let booth = Booth::open(settings).await.expect("a booth");
        booth.open_case().await.expect("a case");
        let started = booth.start_new("+34 699 999 999", "alma@example.org").await;
        started.expect("the start");
        agree(&booth, biometrics).await;
        let document = DocumentView {
            kind,
            country: "ES".into(),
        };
        booth.choose_document(document).await.expect("a document");
        booth.take_still().await.expect("a front");
        booth.use_capture().await.expect("used");
        let crop = practice_person().portrait;
        booth.cut_portrait(crop).await.expect("a portrait");
        if kind.has_rear() {
            booth.take_still().await.expect("a back");
            booth.use_capture().await.expect("used");
        }
        (booth, folder)
    }

    async fn agree(&self, biometrics: Biometrics) -> CaseView {
        agree(&self.booth, biometrics).await
    }

    fn id(&self) -> CaseId {
        self.booth.desk().expect("a case").id
    }

    async fn case(&self) -> Case {
        self.booth.desk().expect("a case").case().await
    }

    /// The case once its faces were compared.
    async fn compared(&self) -> Case {
        for _ in 0..300 {
            let case = self.case().await;
            if case.faces.is_some() && case.to_be_compared().is_none() {
                return case;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nothing was compared");
    }
}

async fn agree(booth: &Booth, biometrics: Biometrics) -> CaseView {
    let text = booth.consent_text("en");
    let agreed = booth.accept_consent("en", &text.version, biometrics);
    agreed.await.expect("agreed")
}

/// Looks at the live picture as the page does, until a selfie was taken by itself.
async fn taken_by_itself(booth: &Booth) -> evidence::Exhibit {
    let mut after = 0;
    for _ in 0..600 {
        let frame = booth
            .preview(Role::Selfie, after, Duration::from_millis(500))
            .await;
        after = frame.expect("a camera").map_or(0, |frame| frame.sequence);
        let case = booth.desk().expect("a case").case().await;
        if let State::Capture {
            showing: Showing::Taken { exhibit },
            ..
        } = case.state
        {
            return *exhibit;
        }
    }
    panic!("no selfie was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_is_helped_to_a_good_selfie_and_nothing_can_make_a_template() {
    let (booth, _folder) = Rehearsed::at_selfie(Biometrics::Refused).await;
    let selfie = taken_by_itself(&booth).await;
    assert!(selfie.shutter.is_some());
    booth.use_capture().await.expect("used");
    let case = booth.desk().expect("a case").case().await;
    assert_eq!(case.faces, None);
    for role in [Role::Selfie, Role::Portrait] {
        let quality = &case.exhibits[&role].quality;
        let eyes = quality.get("inter_eye_distance").expect("it was measured");
        assert!(eyes.value > 20.0, "{role:?}: {eyes:?}");
        assert_eq!(
            eyes.good.is_some(),
            role == Role::Selfie,
            "a printed portrait has no bar"
        );
    }
    assert!(case.exhibits[&Role::Front].quality.is_empty());
    let eyes = &booth.0.eyes;
    assert!(eyes.looker.initialized(), "a face was looked for");
    assert!(
        !eyes.matcher.initialized(),
        "the network that tells faces apart was not even loaded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn portrait_and_selfie_are_compared_where_the_person_allows_it() {
    let rehearsed = Rehearsed::at_fields(Biometrics::Allowed).await;
    let case = rehearsed.compared().await;
    let faces = case.faces.as_ref().expect("compared");
    assert!(rehearsed.matcher.asked() >= 2);
    assert!(faces.missing.is_empty(), "{:?}", faces.missing);
    let likeness = faces.portrait.expect("a likeness");
    assert_eq!(likeness.level >= 50, likeness.cosine >= faces.method.threshold);
    assert!(matches!(case.similarity, Some(Similarity::Measured { .. })));
    let wire = judge::similarity(&case, crate::settings::SimilarityForm::Number);
    assert!(
        wire == Some(oneshot::Similarity::Level(likeness.level)),
        "from pixels to the wire"
    );
    let stored = serde_json::to_string(&case).expect("a case is data");
    assert!(
        !stored.contains("template") && stored.len() < 20_000,
        "numbers only"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_is_never_compared_and_the_case_goes_on() {
    let rehearsed = Rehearsed::at_fields(Biometrics::Refused).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let case = rehearsed.case().await;
    assert_eq!(rehearsed.matcher.asked(), 0, "no template was made");
    assert_eq!((&case.faces, &case.similarity), (&None, &None));
    assert_eq!(case.step(), Step::Fields, "pictures only, and on it goes");
    // They change their mind.
    rehearsed.booth.go_to(Step::Consent).await.expect("back");
    rehearsed.agree(Biometrics::Allowed).await;
    rehearsed.compared().await;
    rehearsed.booth.go_to(Step::Consent).await.expect("back");
    rehearsed.agree(Biometrics::Refused).await;
    let case = rehearsed.case().await;
    assert_eq!((&case.faces, &case.similarity), (&None, &None), "and back");
    rehearsed.booth.go_to(Step::Consent).await.expect("back");
    rehearsed.agree(Biometrics::Allowed).await;
    rehearsed.compared().await;
}

/// Fields and a video that was recorded until the challenge had nothing more to ask.
async fn record(rehearsed: &Rehearsed) -> Case {
    let booth = &rehearsed.booth;
    let person = practice_person();
    let value = |key, value: &str| FieldValue {
        key,
        value: value.into(),
    };
    let fields = vec![
        value(FieldKey::GivenName, &person.given_name),
        value(FieldKey::FirstSurname, &person.surname_1),
        value(FieldKey::SerialNumber, &person.serial_number),
    ];
    booth.confirm_fields(fields, "").await.expect("fields");
    booth.begin_video().await.expect("a recording");
    booth.script_over(Duration::from_secs(60)).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    booth.end_video().await.expect("a video");
    let taken = rehearsed.case().await;
    booth.use_capture().await.expect("used");
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_challenge_is_liveness_from_the_pixels_to_the_wire() {
    let rehearsed = Rehearsed::at_fields(Biometrics::Allowed).await;
    let taken = record(&rehearsed).await;
    let asked = taken.asked.expect("a challenge");
    let outcome = asked.outcome.as_ref().expect("it was judged");
    assert!(outcome.passed, "{outcome:?}");
    let done: Vec<u64> = outcome.steps.iter().filter_map(|step| step.done_ms).collect();
    assert!(done.is_sorted() && done.len() == asked.steps.len());
    let script = taken.prompting.as_ref().expect("a script");
    assert_eq!(script.nonce, asked.nonce, "one nonce for all that is asked");
    shown(&rehearsed, script);
    let case = rehearsed.compared().await;
    assert_eq!(case.challenge, Some(asked));
    assert!(matches!(
        case.findings.get(&Check::Liveness),
        Some(Finding {
            passed: true,
            basis: Basis::Measured { .. }
        })
    ));
    assert_eq!(judge::security_checks(&case).liveliness, Some(true));
}

/// Everything that was asked came to its end, what is looked for was seen, and the delivered file has it as chapters.
fn shown(rehearsed: &Rehearsed, script: &Script) {
    let outcome = script.outcome.as_ref().expect("it came to its end");
    for (step, went) in script.steps.iter().zip(&outcome.steps) {
        let end = if step.prompt.is_looked_for() {
            PromptEnd::Seen
        } else {
            PromptEnd::TimePassed
        };
        assert_eq!(went.end, Some(end), "{:?} of {outcome:?}", step.prompt);
    }
    let ends: Vec<u64> = outcome.steps.iter().filter_map(|went| went.ended_ms).collect();
    assert!(ends.is_sorted(), "{ends:?}");
    let (case, store) = (rehearsed.id(), rehearsed.booth.store());
    let video = store.load(case).expect("kept").exhibits[&Role::Video].clone();
    let take = video.take.expect("how it was taken");
    let titles: Vec<(u64, String)> = take
        .chapters
        .iter()
        .map(|chapter| (chapter.at_ms, chapter.title()))
        .collect();
    let reader = store.open_object(case, video.object).expect("the video");
    let movie = capture::clip::Clip::open(reader)
        .expect("it plays")
        .movie()
        .clone();
    let read: Vec<(u64, String)> = movie
        .chapters
        .iter()
        .map(|chapter| {
            (
                u64::try_from(chapter.at.as_millis()).unwrap(),
                chapter.title.clone(),
            )
        })
        .collect();
    assert_eq!(read, titles, "the file says what the record says");
    for title in [
        "Asked: front of the document beside the face",
        "Face seen",
        "Seen: a document with a portrait beside the face",
        "Asked: tilt the document",
    ] {
        assert!(titles.iter().any(|(_, it)| it == title), "{title}: {titles:?}");
    }
    let back = titles
        .iter()
        .any(|(_, it)| it == "Seen: a document without a portrait beside the face");
    assert_eq!(back, script.steps.iter().any(|step| step.prompt == Prompt::Back));
    assert!(
        titles
            .iter()
            .any(|(_, it)| it.starts_with("Asked: show with the fingers "))
    );
    assert!(titles.is_sorted_by_key(|(at, _)| *at));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_is_asked_for_both_sides_and_nobody_is_recognised() {
    let rehearsed = Rehearsed::with(Biometrics::Refused, DocumentType::IdentityCard).await;
    let taken = record(&rehearsed).await;
    let script = taken.prompting.as_ref().expect("a script");
    assert!(!script.has_movements() && taken.asked.is_none());
    shown(&rehearsed, script);
    assert_eq!(rehearsed.matcher.asked(), 0, "no template was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_answer_is_not_said_to_be_alive() {
    let rehearsed = Rehearsed::at_fields(Biometrics::Allowed).await;
    let face = practice::clip_for(Role::Selfie);
    rehearsed
        .booth
        .choose_camera(Role::Video, &face)
        .await
        .expect("a clip");
    let taken = record(&rehearsed).await;
    let outcome = taken
        .asked
        .and_then(|asked| asked.outcome)
        .expect("it was judged");
    assert!(!outcome.passed && !outcome.faults.is_empty(), "{outcome:?}");
    let case = rehearsed.compared().await;
    assert_ne!(judge::security_checks(&case).liveliness, Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_is_asked_for_no_movement() {
    let rehearsed = Rehearsed::at_fields(Biometrics::Refused).await;
    let taken = record(&rehearsed).await;
    assert_eq!(taken.asked, None);
    assert_eq!(judge::security_checks(&rehearsed.case().await).liveliness, None);
}

#[test]
fn a_picture_without_a_face_is_named_and_nothing_is_claimed_of_it() {
    let matcher = Matcher::load().expect("the networks are in the program");
    let frame = |clip: usize| {
        let bytes = crate::practice::CLIPS[clip].2;
        bytes[capture::jpeg::split(bytes).swap_remove(0)].to_vec()
    };
    let wall = capture::picture::crop_jpeg(
        &frame(2),
        capture::picture::Rect {
            x: 0.0,
            y: 0.0,
            width: 0.1,
            height: 0.1,
        },
    );
    let digest = |role: Role| (role, "ab".repeat(32));
    let roles = [Role::Portrait, Role::Selfie, Role::Video];
    let shown = |selfie: Vec<u8>| {
        BTreeMap::from([
            (Role::Portrait, Shown::Picture(frame(2))),
            (Role::Selfie, Shown::Picture(selfie)),
            (Role::Video, Shown::Frames(Vec::new())),
        ])
    };
    let of: BTreeMap<Role, String> = roles.map(digest).into();
    let at = UtcMillis(0);
    let faces = compare(
        &matcher,
        of.clone(),
        &shown(wall.expect("a picture").to_vec()),
        &[],
        at,
    );
    assert_eq!((faces.portrait, faces.video), (None, None));
    assert_eq!(faces.missing.get(&Role::Selfie), Some(&NoFace::None));
    let faces = compare(&matcher, of.clone(), &shown(b"no picture".to_vec()), &[], at);
    assert_eq!(faces.missing.get(&Role::Selfie), Some(&NoFace::Unreadable));
    let faces = compare(&matcher, of, &shown(frame(2)), &[], at);
    let likeness = faces.portrait.expect("the same picture twice");
    assert_eq!((likeness.level, faces.video), (100, None));
    assert_eq!(faces.missing.get(&Role::Video), Some(&NoFace::None));
}

#[test]
fn a_passive_network_of_the_settings_looks_at_selfie_and_video_and_at_no_portrait() {
    let folder = tempfile::tempdir().expect("a folder");
    let network = include_bytes!("../../../../vision/src/face/fixtures/bright_is_genuine.onnx");
    let file = folder.path().join("net.onnx");
    std::fs::write(&file, network).expect("written");
    let sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(network));
    let mut settings = Settings::practice();
    settings.eyes.antispoof = Some(file);
    settings.eyes.antispoof_sha256 = Some(sha256.clone());

    // The first of the practice person's pictures.
    let face = include_bytes!("../../../material/face.mjpeg").to_vec();
    let shown = BTreeMap::from([
        (Role::Portrait, Shown::Picture(face.clone())),
        (Role::Selfie, Shown::Picture(face.clone())),
        (Role::Video, Shown::Frames(vec![face.into(); 4])),
    ]);
    let said = |settings: &Settings| {
        let matcher = Matcher::load_for(settings).expect("the networks are in the program");
        compare(&matcher, BTreeMap::new(), &shown, &[], UtcMillis(1))
    };
    let faces = said(&settings);
    assert!(faces.portrait.is_some(), "the faces are found");
    let passive = faces.passive.expect("one is set");
    assert_eq!(passive.model_sha256, sha256);
    let share = passive.selfie.expect("the selfie's");
    assert!((0.0..=1.0).contains(&share));
    assert_eq!(passive.video, Some(share), "the same picture, the same answer");

    settings.eyes.antispoof_sha256 = Some("00".repeat(32));
    let faces = said(&settings);
    assert!(
        faces.portrait.is_some(),
        "another file under its name is done without"
    );
    assert_eq!(faces.passive, None);
}
