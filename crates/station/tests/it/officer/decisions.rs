//! Approving and refusing.

use evidence::{FourEyes, Step};
use oneshot_sandbox::{Operation, Status};
use station::view::ReviewState;

use super::{AtDesk, Generation, OFFICER, OPERATOR, with_password, with_token};
use crate::rehearsal::code;

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_case_goes_on_to_its_documents() {
    for generation in Generation::BOTH {
        let desk = AtDesk::submitted(generation).await;
        let booth = &desk.rehearsal.booth;
        assert_eq!(code(booth.approve().await), "officer_not_signed_in");
        desk.signed_in().await;
        let listed = booth.desk_list().await.expect("the list");
        assert_eq!((listed.len(), listed[0].review), (1, ReviewState::Open));

        booth
            .desk_open(&desk.view.id)
            .await
            .expect("it waits for the officer");
        let view = booth.approve().await.expect("approved");
        assert_eq!(view.step, Step::Documents, "{generation:?}");
        let review = view.review.expect("somebody decided");
        assert_eq!(review.state, ReviewState::Approved);
        assert_eq!(review.officer.as_deref(), Some(OFFICER));
        assert_eq!(review.four_eyes, Some(FourEyes::Different));
        assert_eq!(review.taken_by, [OPERATOR]);

        let request = desk.request();
        assert_eq!((request.status, request.approvals), (Status::EnrollReady, 1));
        assert_eq!(code(booth.approve().await), "out_of_order", "once is enough");
        assert_eq!(desk.calls(Operation::Approve), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_a_reason_and_ends_the_case() {
    for generation in Generation::BOTH {
        let desk = AtDesk::submitted(generation).await;
        let booth = &desk.rehearsal.booth;
        desk.signed_in().await;
        assert_eq!(code(booth.refuse("  ").await), "reason_missing");
        assert_eq!(desk.calls(Operation::Refuse), 0, "nothing was sent");

        let view = booth.refuse(" The portrait is blurred ").await.expect("refused");
        assert_eq!(view.step, Step::Refused, "{generation:?}");
        let review = view.review.expect("somebody decided");
        assert_eq!(review.state, ReviewState::Refused);
        assert_eq!(review.reason.as_deref(), Some("The portrait is blurred"));
        let request = desk.request();
        assert_eq!((request.status, request.refusals), (Status::Cancelled, 1));
        assert_eq!(request.refusal_reason.as_deref(), Some("The portrait is blurred"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_the_evidence_does_not_approve_it() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let booth = &desk.rehearsal.booth;
    let same = with_token(" jose  NUNEZ ", &desk.sandbox);
    booth.officer_sign_in(same).await.expect("the token is good");
    assert_eq!(code(booth.approve().await), "officer_is_operator");
    assert_eq!(desk.calls(Operation::Approve), 0, "the server was not asked");
    let view = booth.current_case().await.expect("still there");
    assert_eq!(view.review.expect("shown").state, ReviewState::Open);
    let view = booth
        .refuse("Taken by mistake")
        .await
        .expect("one's own may be refused");
    assert_eq!(view.review.expect("shown").four_eyes, Some(FourEyes::SamePerson));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_person_may_do_both_the_record_says_so() {
    let desk = AtDesk::submitted_with(Generation::Current, "139", |settings| {
        settings.officer.same_person_allowed = true;
    })
    .await;
    let booth = &desk.rehearsal.booth;
    let same = with_token(OPERATOR, &desk.sandbox);
    booth.officer_sign_in(same).await.expect("the token is good");
    let view = booth.approve().await.expect("approved");
    assert_eq!(view.step, Step::Documents);
    assert_eq!(view.review.expect("shown").four_eyes, Some(FourEyes::SamePerson));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_leave_the_case_as_it_was() {
    for generation in Generation::BOTH {
        let desk = AtDesk::submitted(generation).await;
        let booth = &desk.rehearsal.booth;
        booth
            .officer_sign_in(with_password("wrong"))
            .await
            .expect("a password is believed until something is decided");
        assert_eq!(code(booth.approve().await), "officer_refused", "{generation:?}");
        let view = booth.current_case().await.expect("still there");
        assert_eq!(view.step, Step::Submitted);
        assert_eq!(view.review.expect("shown").state, ReviewState::Open);

        booth
            .officer_sign_in(with_password("p1n"))
            .await
            .expect("the right one");
        assert_eq!(booth.approve().await.expect("approved").step, Step::Documents);
        assert_eq!(desk.request().approvals, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_two_steps_the_validation_comes_first_and_once() {
    let desk = AtDesk::submitted_with(Generation::Legacy, "124", |settings| {
        settings.server.as_mut().expect("a server").two_step = true;
    })
    .await;
    let booth = &desk.rehearsal.booth;
    desk.signed_in().await;
    desk.sandbox
        .fail_next(Operation::Validate, oneshot_sandbox::Fault::DropAfter);
    let view = booth.approve().await.expect("approved");
    assert_eq!(view.step, Step::Documents);
    let request = desk.request();
    assert_eq!((request.validations, request.approvals), (1, 1));
    assert_eq!(
        desk.calls(Operation::Validate),
        1,
        "its answer was lost, and read back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_cancelled_elsewhere_says_so_beside_the_refusal() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let other = super::booth_at(&desk.sandbox, Generation::Current, "139", |_| {}).await;
    let request = desk.request();
    super::sign_in(&other, &desk.sandbox).await;
    let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
    other.booth.desk_fetch(pk, videoid).await.expect("fetched");
    other.booth.refuse("Not the holder").await.expect("refused there");

    desk.signed_in().await;
    assert_eq!(code(desk.rehearsal.booth.approve().await), "request_wrong_state");
    let view = desk.rehearsal.booth.current_case().await.expect("still there");
    assert_eq!(view.step, Step::Refused);
    let review = view.review.expect("shown");
    assert_eq!(
        (review.officer, review.reason.as_deref()),
        (None, Some("Not the holder"))
    );
}
