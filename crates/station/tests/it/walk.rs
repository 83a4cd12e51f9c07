//! A case from the first screen to `VIDEOREVIEW`.

use std::io::Write as _;
use std::time::Duration;

use evidence::{Check, DocumentType, Role, SimilarityWord, Step};
use oneshot_sandbox::{Fault, Operation, Status};
use station::view::{RequestView, ShowingView};
use vault::keys::{KeyFile, KeySource};
use vault::{Label, Store as _, StoreError, Vault};

use crate::rehearsal::{Rehearsal, code, shown};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_has_is_what_was_shown() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let view = rehearsal.up_to_review().await;
    assert_eq!(view.step, Step::Review);
    assert!(
        view.exhibits
            .iter()
            .all(|exhibit| exhibit.synthetic != exhibit.crop.is_some()),
        "replays are marked"
    );
    rehearsal
        .booth
        .attest(Check::DocumentNotExpired, Some(true), "R. Vidal")
        .await
        .expect("attested");
    rehearsal
        .booth
        .attest(Check::DocumentNotCopy, Some(false), "R. Vidal")
        .await
        .expect("attested");
    rehearsal
        .booth
        .judge_similarity(Some(SimilarityWord::High), "R. Vidal")
        .await
        .expect("judged");

    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
    let RequestView::Known {
        request_pk,
        videoid_pk,
    } = view.request
    else {
        panic!("the request is known")
    };
    let request = rehearsal
        .sandbox()
        .request(request_pk.unsigned_abs())
        .expect("the sandbox has it");
    assert_eq!(request.videoid_pk, videoid_pk.unsigned_abs());
    assert_eq!(request.status, Status::Review);

    let evidences = request.evidences.as_ref().expect("evidences arrived");
    for (role, name) in [
        (Role::Front, "document_front"),
        (Role::Rear, "document_rear"),
        (Role::Portrait, "document_photo"),
        (Role::Selfie, "document_owner"),
    ] {
        let shown = shown(&rehearsal.booth, &view, role).await;
        assert!(
            evidences.pictures[name].bytes == shown,
            "{name} is byte for byte what was shown"
        );
    }
    let video = request.video.as_ref().expect("the video arrived");
    assert!(
        video.bytes == shown(&rehearsal.booth, &view, Role::Video).await,
        "the video is what was reviewed"
    );
    assert!(video.footage.is_ok(), "and it plays");
    assert!(
        video.upload.content_length().is_some(),
        "its length was said beforehand"
    );

    let acceptance = evidences.at(&["acceptance"]).expect("acceptance arrived");
    let text = |key: &str| acceptance[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(text("ip"), "127.0.0.1", "the address on the route to the server");
    assert!(text("user-agent").starts_with("Proofbooth/"));
    assert_eq!(text("url-web-videoid"), "proofbooth://booth/Practice%20booth");
    assert_eq!(
        (text("text-language").as_str(), text("text-sha256").len()),
        ("es", 64)
    );
    assert!(acceptance["date"].is_i64(), "the moment in epoch milliseconds");

    let checks = evidences
        .at(&["videoid_data", "security_checks"])
        .expect("checks arrived");
    assert_eq!(
        checks,
        &serde_json::json!({ "document_notexpired": true, "document_notcopy": false }),
        "what nobody vouched for is not there"
    );
    assert_eq!(
        evidences.at(&["videoid_data", "similarity_level"]),
        Some(&"high".into())
    );
    assert!(
        rehearsal
            .booth
            .receipt_text()
            .await
            .expect("a receipt")
            .contains(&request_pk.to_string())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_nobody_judged_claims_nothing() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    assert_eq!(rehearsal.delivered().await.step, Step::Submitted);
    let request = rehearsal.sandbox().requests().remove(0);
    let evidences = request.evidences.expect("evidences arrived");
    assert_eq!(evidences.at(&["videoid_data", "similarity_level"]), None);
    let checks = evidences.at(&["videoid_data", "security_checks"]);
    assert!(checks.is_none_or(|checks| checks.as_object().is_some_and(serde_json::Map::is_empty)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passport_has_no_rear_and_going_back_loses_nothing() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::Passport).await;
    rehearsal.picture().await;
    let view = rehearsal.portrait().await;
    assert_eq!(view.step, Step::Selfie, "no rear for a passport");
    let selfie = rehearsal.picture().await;

    let back = rehearsal
        .booth
        .go_to(Step::Front)
        .await
        .expect("the front is reachable");
    assert_eq!(back.exhibits, selfie.exhibits, "going back loses nothing");
    rehearsal
        .booth
        .retake_capture()
        .await
        .expect("the live picture is back");
    rehearsal.booth.take_still().await.expect("another picture");
    let kept = rehearsal
        .booth
        .go_to(Step::Fields)
        .await
        .expect("forward again without using it");
    assert_eq!(
        kept.exhibits, selfie.exhibits,
        "what was accepted stays until its replacement is accepted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_front_takes_its_portrait_with_it() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal
        .booth
        .attest(Check::Liveness, Some(true), "R. Vidal")
        .await
        .expect("attested");
    rehearsal.booth.go_to(Step::Front).await.expect("reachable");
    rehearsal.booth.retake_capture().await.expect("live again");
    let view = rehearsal.picture().await;
    assert_eq!(view.step, Step::Portrait, "the portrait is cut again");
    let view = rehearsal.portrait().await;
    assert_eq!(view.step, Step::Review, "and nothing else has to be done again");
    assert!(
        view.checks.iter().all(|check| check.passed.is_none()),
        "what was vouched for was another picture"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_created_elsewhere_is_used_as_it_is() {
    let elsewhere = Rehearsal::new().await;
    elsewhere.begun().await;
    let RequestView::Known {
        request_pk,
        videoid_pk,
    } = elsewhere.booth.current_case().await.expect("a case").request
    else {
        panic!("a request was created")
    };
    elsewhere
        .booth
        .close_case()
        .await
        .expect("left for another booth");

    elsewhere.booth.open_case().await.expect("a second case");
    elsewhere
        .booth
        .start_existing(request_pk, videoid_pk)
        .await
        .expect("its numbers");
    elsewhere.up_to_review().await;
    assert_eq!(elsewhere.delivered().await.step, Step::Submitted);
    assert_eq!(elsewhere.calls(Operation::CreateVideoid), 1, "no second request");

    // A third case with the same numbers would overwrite somebody's evidence.
    elsewhere.booth.close_case().await.expect("done");
    elsewhere.booth.open_case().await.expect("a third case");
    elsewhere
        .booth
        .start_existing(request_pk, videoid_pk)
        .await
        .expect("the same numbers");
    elsewhere.up_to_review().await;
    let view = elsewhere.delivered().await;
    assert_eq!(
        view.problem.expect("it is refused").code.as_str(),
        "request_wrong_state"
    );
    assert_eq!(
        elsewhere.calls(Operation::UploadEvidences),
        1,
        "nothing was sent to it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_goes_on_at_the_same_step() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::IdentityCard).await;
    let before = rehearsal.picture().await;

    rehearsal.booth.close_case().await.expect("the program ends");
    let booth = rehearsal.restarted().await;
    let listed = booth.view().await.expect("a view").unfinished;
    assert_eq!(listed.len(), 1, "the case is there");
    let after = booth.resume_case(&listed[0].id).await.expect("it comes back");
    assert_eq!((after.step, &after.exhibits), (before.step, &before.exhibits));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopped_program_left_without_a_record_is_gone_when_its_case_goes_on() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::IdentityCard).await;
    let case = rehearsal.picture().await;
    let accepted = case.exhibits[0].object.parse().expect("a number of ours");
    rehearsal.booth.close_case().await.expect("the program ends");

    // What a kill between "the picture is stored" and "the case says so" leaves.
    let id = case.id.parse().expect("a number of ours");
    let folder = rehearsal
        .settings
        .data_dir
        .as_ref()
        .expect("set")
        .join("practice");
    let key = KeyFile::new(folder.with_extension("key"));
    let vault = Vault::open(&folder, KeySource::Kept(&key)).expect("the same vault");
    let mut picture = vault.create_object(id, Label::Front).expect("a place for it");
    picture
        .write_all(b"nobody will ever ask for this")
        .expect("written");
    let orphan = picture.finish().expect("stored").object;

    let again = rehearsal.again().await;
    again.booth.resume_case(&case.id).await.expect("it comes back");
    assert!(matches!(
        vault.open_object(id, orphan).map(drop),
        Err(StoreError::Missing)
    ));
    vault
        .open_object(id, accepted)
        .expect("what was accepted is untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_case_can_be_finished_after_a_restart() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let view = rehearsal.up_to_review().await;
    rehearsal.booth.close_case().await.expect("the program ends");
    let again = rehearsal.again().await;
    again.booth.resume_case(&view.id).await.expect("it comes back");
    let view = again.delivered().await;
    assert_eq!(
        view.step,
        Step::Submitted,
        "the new sandbox knew nothing of the old request: {:?}",
        view.problem
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_off_the_screen_shows_nothing_of_its_person() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::IdentityCard).await;
    let first = rehearsal.picture().await;
    rehearsal.booth.close_case().await.expect("closed");
    rehearsal.booth.open_case().await.expect("the next customer");
    let object = &first.exhibits[0].object;
    assert_eq!(
        code(rehearsal.booth.object(&first.id, object).await.map(drop)),
        "case_unknown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_video_is_as_long_as_it_took_and_can_be_looked_at() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::Passport).await;
    rehearsal.picture().await;
    rehearsal.portrait().await;
    rehearsal.picture().await;
    rehearsal.fields().await;
    let began = std::time::Instant::now();
    let view = rehearsal.video(Duration::from_secs(3)).await;
    let took = began.elapsed();
    let video = view
        .exhibits
        .iter()
        .find(|exhibit| exhibit.role == Role::Video)
        .expect("recorded");
    let length = Duration::from_millis(video.duration_ms.expect("a video has a length"));
    // Starting and finishing take time around the recording itself: it cannot be longer than all of it.
    assert!(
        length > Duration::from_millis(2_700) && length <= took,
        "{length:?} of {took:?}"
    );
    for millis in [0, 1_000, 2_500] {
        let jpeg = rehearsal
            .booth
            .clip_frame(&view.id, &video.object, millis)
            .await
            .expect("a picture of it");
        assert!(capture::picture::inspect(&jpeg).is_ok(), "at {millis} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_open_here_is_not_opened_by_another_program() {
    let rehearsal = Rehearsal::new().await;
    let view = rehearsal.begun().await;
    let other = rehearsal.restarted().await;
    assert_eq!(
        code(other.resume_case(&view.id).await),
        "case_in_use",
        "two programs would send it twice"
    );
    assert_eq!(
        other.look_at(&view.id).await.expect("looking is fine").id,
        view.id
    );
    rehearsal.booth.close_case().await.expect("closed");
    other.resume_case(&view.id).await.expect("it is free now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_goes_on_behind_the_next_customer_and_shows_them_nothing() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let first = rehearsal.up_to_review().await;
    rehearsal
        .sandbox()
        .fail_next(Operation::UploadVideo, Fault::Delay(Duration::from_millis(800)));
    rehearsal.booth.submit().await.expect("submitted");
    rehearsal
        .booth
        .close_case()
        .await
        .expect("the next customer comes");
    let second = rehearsal.booth.open_case().await.expect("a fresh case");
    let mut notices = rehearsal.booth.notices();

    let submitted = async {
        while rehearsal.booth.look_at(&first.id).await.expect("kept").step != Step::Submitted {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), submitted)
        .await
        .expect("it is delivered meanwhile");
    while let Ok(notice) = notices.try_recv() {
        assert!(
            !format!("{notice:?}").contains(&first.id),
            "nothing of the first case on the second one's screen"
        );
    }
    assert_eq!(
        rehearsal.booth.current_case().await.expect("a case").id,
        second.id
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_ends_behind_the_next_customer_stays_with_its_own_case() {
    let rehearsal = Rehearsal::with(|settings| settings.recording.limit_s = 1).await;
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::Passport).await;
    rehearsal.picture().await;
    rehearsal.portrait().await;
    rehearsal.picture().await;
    rehearsal.fields().await;
    let first = rehearsal.booth.begin_video().await.expect("it begins");
    let second = rehearsal
        .booth
        .open_case()
        .await
        .expect("somebody opens another case");
    let ended = async {
        while matches!(
            rehearsal
                .booth
                .look_at(&first.id)
                .await
                .expect("kept")
                .capture
                .expect("at the video")
                .showing,
            ShowingView::Recording
        ) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .expect("it ends at its limit");
    let first = rehearsal
        .booth
        .look_at(&first.id)
        .await
        .expect("kept")
        .capture
        .expect("at the video");
    let ShowingView::Taken { exhibit } = first.showing else {
        panic!("what was recorded is kept")
    };
    assert_eq!(exhibit.note.as_deref(), Some("limit_reached"));
    let screen = rehearsal.booth.current_case().await.expect("a case");
    assert_eq!(
        (screen.id, screen.exhibits.len()),
        (second.id, 0),
        "the next customer has none of it"
    );
}
