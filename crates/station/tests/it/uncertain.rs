//! Lost answers: nothing is ever sent or created twice.

use evidence::Step;
use oneshot_sandbox::{Fault, Operation, Sandbox};
use station::view::RequestView;

use crate::rehearsal::{Rehearsal, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_create_asks_a_person_before_there_are_two() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.booth.open_case().await.expect("a case opens");
    rehearsal
        .sandbox()
        .fail_next(Operation::CreateVideoid, Fault::DropAfter);
    let view = rehearsal
        .booth
        .start_new("+34699999999", "alma@example.org")
        .await
        .expect("the start is taken");
    assert_eq!(view.request, RequestView::Uncertain);
    assert_eq!(
        view.problem.expect("it says so").code.as_str(),
        "request_uncertain"
    );

    let again = rehearsal
        .booth
        .start_new("+34699999999", "alma@example.org")
        .await;
    assert_eq!(code(again), "request_uncertain", "trying again could double it");
    assert_eq!(rehearsal.calls(Operation::CreateVideoid), 1);

    let made = rehearsal.sandbox().requests().remove(0);
    let view = rehearsal
        .booth
        .start_existing(made.request_pk.cast_signed(), made.videoid_pk.cast_signed())
        .await
        .expect("somebody looked it up");
    assert_eq!(view.step, Step::Consent);
    rehearsal.up_to_review().await;
    assert_eq!(rehearsal.delivered().await.step, Step::Submitted);
    assert_eq!(rehearsal.sandbox().requests().len(), 1, "one person, one request");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_person_looked_another_request_may_be_made() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.booth.open_case().await.expect("a case opens");
    rehearsal
        .sandbox()
        .fail_next(Operation::CreateVideoid, Fault::DropBefore);
    let view = rehearsal
        .booth
        .start_new("+34699999999", "alma@example.org")
        .await
        .expect("the start is taken");
    assert_eq!(
        view.request,
        RequestView::Uncertain,
        "a dropped connection tells nothing"
    );
    let view = rehearsal
        .booth
        .start_declare_none()
        .await
        .expect("somebody looked");
    assert_eq!(view.step, Step::Consent);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_to_uploads_are_looked_up_not_repeated() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal
        .sandbox()
        .fail_next(Operation::UploadEvidences, Fault::DropAfter);
    rehearsal
        .sandbox()
        .fail_next(Operation::UploadVideo, Fault::TruncatedBody);
    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
    assert_eq!(
        rehearsal.calls(Operation::UploadEvidences),
        1,
        "the evidences were there: write-once"
    );
    assert_eq!(rehearsal.calls(Operation::UploadVideo), 1, "the video was there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_never_arrived_is_sent_again_on_request() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal
        .sandbox()
        .fail_next(Operation::UploadVideo, Fault::DropBefore);
    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Failed);
    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
    assert_eq!(
        rehearsal.calls(Operation::UploadEvidences),
        1,
        "only what was missing went out again"
    );
    assert_eq!(rehearsal.calls(Operation::UploadVideo), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_request_is_made_when_the_case_is_submitted() {
    // A port that was free a moment ago: nobody listens there until the test wants it.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port();
    let rehearsal = Rehearsal::with(|settings| {
        let server = format!(
            "[server]\nbase_url = \"http://127.0.0.1:{port}/oneshot/api/v1\"\nregistration_authority = \"139\"\nprofile = \"PFnubeQAFCiudadano\""
        );
        settings.server = station::Settings::parse(&server).expect("settings").server;
    })
    .await;
    let view = rehearsal.begun().await;
    assert_eq!(
        view.problem.expect("nobody is there").code.as_str(),
        "server_unreachable"
    );
    assert_eq!(
        rehearsal.booth.start_defer().await.expect("on without it").step,
        Step::Consent
    );
    rehearsal.up_to_review().await;
    let view = rehearsal.delivered().await;
    assert_eq!(
        view.problem.expect("still nobody").code.as_str(),
        "server_unreachable"
    );

    let settings = oneshot_sandbox::Settings {
        listen: ([127, 0, 0, 1], port).into(),
        ..Default::default()
    };
    let sandbox = Sandbox::start(settings).await.expect("the network is back");
    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
    assert_eq!(sandbox.requests().len(), 1);
}
