//! Cases that could not be delivered.

use std::time::Duration;

use evidence::Step;
use oneshot_sandbox::{Fault, Operation, Sandbox};

use super::{arrives_at, by_itself, nobodys_port, server_at, towards};
use crate::rehearsal::Rehearsal;

fn calls(sandbox: &Sandbox, operation: Operation) -> usize {
    sandbox
        .history()
        .iter()
        .filter(|call| call.operation == Some(operation))
        .count()
}

/// A case captured and submitted where nobody is, with the queue as `change` sets it.
async fn submitted_offline(port: u16) -> (Rehearsal, String) {
    let rehearsal = Rehearsal::with(|settings| {
        towards(settings, port);
        by_itself(settings);
    })
    .await;
    rehearsal.begun().await;
    rehearsal.booth.start_defer().await.expect("on without a request");
    let view = rehearsal.up_to_review().await;
    rehearsal.booth.submit().await.expect("submitting works offline");
    (rehearsal, view.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_submitted_without_a_network_is_delivered_once_there_is_one() {
    let port = nobodys_port();
    let (rehearsal, id) = submitted_offline(port).await;
    let view = arrives_at(&rehearsal.booth, &id, Step::Failed).await;
    let delivery = view.delivery.expect("it was submitted");
    assert!(delivery.by_itself, "the person sees that nothing has to be done");
    assert_eq!(
        view.problem.expect("it says why").code.as_str(),
        "server_unreachable"
    );

    rehearsal.booth.close_case().await.expect("the next one comes");
    let next = rehearsal
        .booth
        .open_case()
        .await
        .expect("and is not kept waiting");
    let waiting = rehearsal.booth.queue().await.expect("a list").entries;
    assert_eq!((waiting.len(), waiting[0].position), (1, Some(1)));

    let sandbox = server_at(port).await;
    let view = arrives_at(&rehearsal.booth, &id, Step::Submitted).await;
    assert_eq!(view.delivery.expect("delivered").failed_attempts, 0);
    assert_eq!(sandbox.requests().len(), 1);
    assert!(rehearsal.booth.queue().await.expect("a list").entries.is_empty());
    let screen = rehearsal.booth.current_case().await.expect("a case");
    assert_eq!(screen.id, next.id, "the next one saw nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_it_goes_on_without_being_opened() {
    let port = nobodys_port();
    let (rehearsal, id) = submitted_offline(port).await;
    arrives_at(&rehearsal.booth, &id, Step::Failed).await;
    rehearsal.booth.close_case().await.expect("the program ends");
    let again = rehearsal.again().await;
    drop(rehearsal);
    let sandbox = server_at(port).await;
    arrives_at(&again.booth, &id, Step::Submitted).await;
    assert!(
        again.booth.current_case().await.is_none(),
        "nothing came on the screen"
    );
    assert_eq!(
        (
            calls(&sandbox, Operation::CreateVideoid),
            calls(&sandbox, Operation::UploadEvidences),
            calls(&sandbox, Operation::UploadVideo)
        ),
        (1, 1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_to_cure_is_not_tried_again() {
    let rehearsal = Rehearsal::with(by_itself).await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    rehearsal
        .sandbox()
        .fail_next(Operation::UploadEvidences, Fault::Status422);
    rehearsal.booth.submit().await.expect("submitted");
    let view = arrives_at(&rehearsal.booth, &id, Step::Failed).await;
    assert!(!view.delivery.expect("submitted").by_itself);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rehearsal.calls(Operation::UploadEvidences), 1, "the queue stops");
    let entry = rehearsal.booth.queue().await.expect("a list").entries.remove(0);
    assert_eq!(entry.position, None, "it waits for a person");
    assert!(entry.problem.is_some(), "who is told what to do");
    rehearsal.booth.send_now(&id).await.expect("a person may try");
    arrives_at(&rehearsal.booth, &id, Step::Submitted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_calls_and_lost_answers_end_in_one_delivery() {
    let rehearsal = Rehearsal::with(by_itself).await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    let sandbox = rehearsal.sandbox();
    sandbox.fail_next(Operation::UploadEvidences, Fault::DropBefore);
    sandbox.fail_next(Operation::UploadEvidences, Fault::Html502);
    sandbox.fail_next(Operation::UploadVideo, Fault::DropAfter);
    rehearsal.booth.submit().await.expect("submitted");
    arrives_at(&rehearsal.booth, &id, Step::Submitted).await;
    assert_eq!(sandbox.requests().len(), 1);
    assert_eq!(
        rehearsal.calls(Operation::UploadVideo),
        1,
        "its answer was lost, and the video was there"
    );
    assert_eq!(
        rehearsal.calls(Operation::UploadEvidences),
        3,
        "two never arrived"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_another_program_has_open_is_left_alone() {
    let port = nobodys_port();
    let rehearsal = Rehearsal::with(|settings| towards(settings, port)).await;
    rehearsal.begun().await;
    rehearsal.booth.start_defer().await.expect("on without a request");
    rehearsal.up_to_review().await;
    assert_eq!(rehearsal.delivered().await.step, Step::Failed);

    let sandbox = server_at(port).await;
    let mut settings = rehearsal.settings.clone();
    by_itself(&mut settings);
    let other = station::Booth::open(settings).await.expect("another program");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(sandbox.requests().is_empty(), "two programs would send it twice");
    assert_eq!(other.queue().await.expect("a list").entries.len(), 1);

    rehearsal.booth.close_case().await.expect("let go");
    let views = other.deliver_waiting().await.expect("all of them");
    assert_eq!(views.len(), 1);
    assert_eq!(views[0].step, Step::Submitted, "{:?}", views[0].problem);
    assert_eq!(sandbox.requests().len(), 1);
}
