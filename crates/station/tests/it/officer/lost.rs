//! Decisions whose answer is lost: never made twice, never believed without a look.

use evidence::{Step, TryAgain};
use oneshot_sandbox::{Fault, Operation, Status};
use station::view::ReviewState;

use super::{AtDesk, Generation};
use crate::rehearsal::code;

/// As often as a decision is looked for before nobody knows.
const LOOKS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_whose_answer_is_lost_is_read_back() {
    for generation in Generation::BOTH {
        for fault in [Fault::DropAfter, Fault::TruncatedBody] {
            let desk = AtDesk::submitted(generation).await;
            desk.signed_in().await;
            let shown = format!("{generation:?} {fault:?}");
            desk.sandbox.fail_next(Operation::Approve, fault);
            let view = desk.rehearsal.booth.approve().await.expect(&shown);
            assert_eq!(view.step, Step::Documents, "{shown}");
            let review = view.review.expect("somebody decided");
            assert!(review.officer.is_some(), "it was this officer: {shown}");
            assert_eq!(
                (desk.request().approvals, desk.calls(Operation::Approve)),
                (1, 1),
                "{shown}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_whose_answer_is_lost_is_read_back() {
    let desk = AtDesk::submitted(Generation::Current).await;
    desk.signed_in().await;
    desk.sandbox.fail_next(Operation::Refuse, Fault::DropAfter);
    let view = desk.rehearsal.booth.refuse("Blurred").await.expect("refused");
    assert_eq!(view.step, Step::Refused);
    assert_eq!((desk.request().refusals, desk.calls(Operation::Refuse)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_never_arrived_can_be_made_again() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let booth = &desk.rehearsal.booth;
    desk.signed_in().await;
    desk.sandbox.fail_next(Operation::Approve, Fault::DropBefore);
    let problem = booth.approve().await.expect_err("nothing arrived");
    assert_eq!(
        (problem.code.as_str(), problem.try_again),
        ("answer_lost", TryAgain::Now)
    );
    let view = booth.current_case().await.expect("still there");
    assert_eq!(
        view.review.expect("shown").state,
        ReviewState::Open,
        "nobody decided"
    );
    assert_eq!(booth.approve().await.expect("approved").step, Step::Documents);
    assert_eq!(desk.request().approvals, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_an_uncertain_decision_is_read_before_another_is_sent() {
    for generation in Generation::BOTH {
        let desk = AtDesk::submitted(generation).await;
        let booth = &desk.rehearsal.booth;
        desk.signed_in().await;
        desk.sandbox.fail_next(Operation::Approve, Fault::DropAfter);
        for _ in 0..LOOKS {
            desk.sandbox.fail_next(Operation::GetRequest, Fault::Html502);
        }
        assert_eq!(
            code(booth.approve().await),
            "decision_uncertain",
            "{generation:?}"
        );
        let view = booth.current_case().await.expect("still there");
        assert_eq!(view.review.expect("shown").state, ReviewState::Sending);
        booth.close_case().await.expect("put away");

        let again = desk.rehearsal.again().await;
        super::sign_in(&again, &desk.sandbox).await;
        let view = again.booth.desk_open(&desk.view.id).await.expect("opened again");
        assert_eq!(view.step, Step::Submitted);
        let view = again.booth.refuse("Changed my mind").await.expect("read first");
        assert_eq!(view.step, Step::Documents, "the approval had arrived: it stands");
        let request = desk.request();
        assert_eq!((request.status, request.approvals), (Status::EnrollReady, 1));
        assert_eq!(desk.calls(Operation::Refuse), 0, "{generation:?}");
    }
}
