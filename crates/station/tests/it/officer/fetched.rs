//! Requests captured at one booth and decided at another, and what the first one learns of it.

use std::time::Duration;

use evidence::{Origin, Role, Step};
use oneshot_sandbox::Operation;
use station::view::Notice;

use super::{AtDesk, Generation, booth_at, calls, sign_in, submit};
use crate::rehearsal::{code, shown};

#[tokio::test(flavor = "multi_thread")]
async fn evidence_fetched_from_the_server_is_what_was_captured() {
    for generation in Generation::BOTH {
        let desk = AtDesk::submitted(generation).await;
        let office = booth_at(&desk.sandbox, generation, "139", |_| {}).await;
        let request = desk.request();
        let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
        assert_eq!(
            code(office.booth.desk_fetch(pk, videoid).await),
            "officer_not_signed_in"
        );
        sign_in(&office, &desk.sandbox).await;

        let fetched = office
            .booth
            .desk_fetch(pk, videoid)
            .await
            .expect("it is in review");
        assert_eq!(
            (fetched.step, fetched.origin),
            (Step::Submitted, Some(Origin::Fetched))
        );
        assert!(fetched.exhibits.iter().all(|exhibit| exhibit.from_server));
        for role in [Role::Front, Role::Rear, Role::Portrait, Role::Selfie, Role::Video] {
            let here = shown(&office.booth, &fetched, role).await;
            let there = shown(&desk.rehearsal.booth, &desk.view, role).await;
            assert!(here == there, "{role:?} {generation:?}");
        }
        assert_eq!(fetched.document, desk.view.document);
        for (one, other) in fetched.fields.iter().zip(&desk.view.fields) {
            assert_eq!((one.key, &one.value), (other.key, &other.value));
        }
        let checked = fetched.checks.iter().find(|check| check.passed.is_some());
        let checked = checked.expect("one was vouched for");
        assert!(
            checked.reported && checked.attested_by.is_none(),
            "not on our word"
        );

        let again = office.booth.desk_fetch(pk, videoid).await.expect("opened");
        assert_eq!(again.id, fetched.id, "once is enough");
        let view = office.booth.approve().await.expect("approved");
        assert_eq!(view.step, Step::Documents, "{generation:?}");

        // The booth that captured it looks when it is asked to.
        desk.signed_in().await;
        let listed = desk.rehearsal.booth.desk_refresh().await.expect("the list");
        assert_eq!(listed[0].step, Step::Documents);
        assert_eq!(listed[0].server_status.as_deref(), Some("ENROLLREADY"));
        assert_eq!(listed[0].problem, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_review_is_not_fetched() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let office = booth_at(&desk.sandbox, Generation::Current, "139", |_| {}).await;
    sign_in(&office, &desk.sandbox).await;
    let request = desk.request();
    let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
    assert_eq!(
        code(office.booth.desk_fetch(pk + 2, videoid).await),
        "request_not_found"
    );
    assert_eq!(
        code(office.booth.desk_fetch(pk, videoid + 2).await),
        "request_not_found"
    );
    assert_eq!(
        code(office.booth.desk_fetch(0, videoid).await),
        "request_not_found"
    );

    let waiting = booth_at(&desk.sandbox, Generation::Current, "139", |_| {}).await;
    waiting.begun().await;
    let fresh = desk.sandbox.requests().pop().expect("a second one");
    let (pk, videoid) = (fresh.request_pk.cast_signed(), fresh.videoid_pk.cast_signed());
    let problem = office
        .booth
        .desk_fetch(pk, videoid)
        .await
        .expect_err("nothing to see yet");
    assert_eq!(problem.code.as_str(), "request_wrong_state");
    assert_eq!(
        problem.detail.expect("it says which").into_exposed(),
        "VIDEOPENDING"
    );
    assert_eq!(
        calls(&desk.sandbox, Operation::DownloadVideo),
        1,
        "only the delivery's own"
    );
    assert!(
        office.booth.desk_list().await.expect("the list").is_empty(),
        "no half case is left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_does_not_come_whole_leaves_no_case() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let office = booth_at(&desk.sandbox, Generation::Current, "139", |_| {}).await;
    sign_in(&office, &desk.sandbox).await;
    let request = desk.request();
    let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
    desk.sandbox
        .fail_next(Operation::DownloadVideo, oneshot_sandbox::Fault::TruncatedBody);
    let torn = office.booth.desk_fetch(pk, videoid).await;
    assert!(torn.is_err(), "half a video is none");
    assert!(
        office.booth.cases().await.expect("the store").is_empty(),
        "nothing is left of it"
    );
    office
        .booth
        .desk_fetch(pk, videoid)
        .await
        .expect("whole this time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_booth_learns_of_a_decision_made_elsewhere() {
    let sandbox = super::sandbox().await;
    let booth = booth_at(&sandbox, Generation::Current, "139", |settings| {
        settings.polling.on = true;
        settings.polling.first_s = 1;
        settings.polling.longest_s = 1;
    })
    .await;
    submit(&booth).await;
    let mut notices = booth.booth.notices();
    let office = booth_at(&sandbox, Generation::Current, "139", |_| {}).await;
    sign_in(&office, &sandbox).await;
    let request = sandbox.requests().remove(0);
    let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
    office.booth.desk_fetch(pk, videoid).await.expect("fetched");
    office.booth.approve().await.expect("approved");

    let approved = async {
        loop {
            if let Ok(Notice::Case { case }) = notices.recv().await
                && case.step == Step::Documents
            {
                break case;
            }
        }
    };
    let case = tokio::time::timeout(Duration::from_secs(30), approved).await;
    let review = case.expect("it is asked every second").review.expect("shown");
    assert_eq!(review.officer, None, "nobody here decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_off_the_screen_is_followed_too() {
    let sandbox = super::sandbox().await;
    let booth = booth_at(&sandbox, Generation::Legacy, "139", |settings| {
        settings.polling.on = true;
        settings.polling.away_s = 1;
    })
    .await;
    submit(&booth).await;
    booth.booth.close_case().await.expect("off the screen");
    let office = booth_at(&sandbox, Generation::Legacy, "139", |_| {}).await;
    sign_in(&office, &sandbox).await;
    let request = sandbox.requests().remove(0);
    let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
    office.booth.desk_fetch(pk, videoid).await.expect("fetched");
    office.booth.refuse("Not the holder").await.expect("refused");

    // Nothing is told of a case that is not on the screen: it is looked at instead.
    for _ in 0..200 {
        let cases = booth.booth.cases().await.expect("the store");
        if cases[0].step == Step::Refused {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the booth did not learn of it within 20 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_who_comes_after_the_evidence_was_removed_sees_it_all_the_same() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let booth = &desk.rehearsal.booth;
    let front = shown(booth, &desk.view, Role::Front).await;
    booth.purge_now(&desk.view.id).await.expect("removed");
    booth.close_case().await.expect("the person has gone");
    sign_in(&desk.rehearsal, &desk.sandbox).await;
    let view = booth.desk_open(&desk.view.id).await.expect("read back");
    assert!(view.exhibits.iter().all(|exhibit| exhibit.kept));
    assert!(
        shown(booth, &view, Role::Front).await == front,
        "the same picture"
    );
    assert_eq!(view.fields, desk.view.fields);
    assert_eq!(view.checks, desk.view.checks, "on whose word is still known");
    booth.purge_due().await.expect("looked through");
    assert!(
        shown(booth, &view, Role::Front).await == front,
        "it is counted anew"
    );
    let view = booth.approve().await.expect("decided");
    assert_eq!(view.step, Step::Documents);
}
