//! From one machine to another: delivered from there, once, and from here no more.

use evidence::{Role, Step};
use oneshot_sandbox::{Fault, Operation};

use super::{captured, counted, handed_over, imported, machine, noted, stick};
use crate::queue::{arrives_at, by_itself, nobodys_port, server_at, towards};
use crate::rehearsal::{Rehearsal, code, shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_delivered_from_the_machine_it_was_handed_over_to_and_from_no_other() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let view = branch.booth.resume_case(&id).await.expect("looked at");
    let front = shown(&branch.booth, &view, Role::Front).await;
    let video = shown(&branch.booth, &view, Role::Video).await;
    branch.booth.close_case().await.expect("closed");

    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    assert_eq!(
        exported.case.problem.expect("it says so").code.as_str(),
        "case_handed_over"
    );
    let bundle = std::fs::read(&exported.file).expect("on the stick");
    assert_eq!(bundle.len() as u64, exported.bytes);
    for personal in [&b"alma@example.org"[..], &front[..64], &video[..64]] {
        assert!(
            !bundle.windows(personal.len()).any(|window| window == personal),
            "nothing on a stick is readable"
        );
    }
    let files = std::fs::read_dir(stick.path()).expect("the stick").count();
    assert_eq!(files, 1, "and nothing else is left on it");

    assert_eq!(
        imported(&office, &exported.file, &branch)
            .await
            .expect("taken in"),
        id
    );
    let waiting = office.booth.queue().await.expect("a list").entries;
    assert_eq!(
        (waiting.len(), waiting[0].position),
        (1, Some(1)),
        "it waits as any other"
    );

    let sandbox = server_at(port).await;
    assert!(branch.booth.queue().await.expect("a list").entries.is_empty());
    assert!(
        branch
            .booth
            .deliver_waiting()
            .await
            .expect("nothing to do")
            .is_empty()
    );
    assert_eq!(code(branch.booth.send_now(&id).await), "case_handed_over");
    branch.booth.resume_case(&id).await.expect("it can be looked at");
    assert_eq!(code(branch.booth.submit().await), "case_handed_over");
    assert_eq!(sandbox.requests().len(), 0, "nothing goes out from the branch");

    let views = office.booth.deliver_waiting().await.expect("delivered");
    assert_eq!(views[0].step, Step::Submitted, "{:?}", views[0].problem);
    assert_eq!(counted(&sandbox), [1, 1, 1]);
    let request = sandbox.requests().remove(0);
    let evidences = request.evidences.expect("they arrived");
    assert!(
        evidences.pictures["document_front"].bytes == front,
        "byte for byte what was taken"
    );
    assert!(request.video.expect("it arrived").bytes == video);
    assert!(noted(&branch).ends_with(&[
        "case_handed_over".to_owned(),
        "case_exported".to_owned(),
        "case_resumed".to_owned()
    ]));
    assert_eq!(noted(&office), ["case_imported", "case_delivered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_out_by_itself_there_also_after_a_restart() {
    let port = nobodys_port();
    let branch = machine(port).await;
    let office = Rehearsal::with(|settings| {
        towards(settings, port);
        by_itself(settings);
    })
    .await;
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    imported(&office, &exported.file, &branch)
        .await
        .expect("taken in");
    arrives_at(&office.booth, &id, Step::Failed).await;
    let again = office.again().await;
    drop(office);
    let sandbox = server_at(port).await;
    arrives_at(&again.booth, &id, Step::Submitted).await;
    assert_eq!(counted(&sandbox), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_in_once_even_when_it_is_gone_again() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    imported(&office, &exported.file, &branch)
        .await
        .expect("taken in");
    assert_eq!(
        code(imported(&office, &exported.file, &branch).await),
        "bundle_known"
    );
    let _sandbox = server_at(port).await;
    office.booth.deliver_waiting().await.expect("delivered");
    assert_eq!(
        code(imported(&office, &exported.file, &branch).await),
        "bundle_known"
    );
    office.booth.resume_case(&id).await.expect("on the screen");
    office.booth.discard_case().await.expect("practice may");
    assert_eq!(
        code(imported(&office, &exported.file, &branch).await),
        "bundle_known",
        "a hand-over is remembered for good"
    );
    assert_eq!(
        code(imported(&branch, &exported.file, &branch).await),
        "bundle_locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_bundle_is_written_again_for_the_same_machine_only() {
    let port = nobodys_port();
    let (branch, office, other) = (machine(port).await, machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let (lost, second) = (stick(), stick());
    let first = handed_over(&branch, &id, &lost, &office).await;
    let again = handed_over(&branch, &id, &second, &office).await;
    imported(&office, &again.file, &branch).await.expect("taken in");
    assert_eq!(
        code(imported(&office, &first.file, &branch).await),
        "bundle_known",
        "the lost one turns up"
    );
    let export = station::Export {
        to: lost.path().join("other.pbx"),
        recipients: vec![other.booth.recipient().await.expect("its recipient")],
        purpose: station::Purpose::HandOver,
        in_clear: false,
    };
    assert_eq!(code(branch.booth.export(&id, &export).await), "case_handed_over");
    assert_eq!(
        code(imported(&other, &first.file, &branch).await),
        "bundle_locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_is_delivered_from_here() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let export = station::Export {
        to: stick.path().join("not there").join("case.pbx"),
        recipients: vec![office.booth.recipient().await.expect("its recipient")],
        purpose: station::Purpose::HandOver,
        in_clear: false,
    };
    assert_eq!(
        code(branch.booth.export(&id, &export).await),
        "bundle_not_written"
    );
    let view = branch.booth.resume_case(&id).await.expect("kept");
    assert_eq!(view.step, Step::Review, "it is where it was");
    let sandbox = server_at(port).await;
    assert_eq!(branch.delivered().await.step, Step::Submitted);
    assert_eq!(counted(&sandbox), [1, 1, 1]);
}

/// The worst that can be done: the case is taken back although the other machine has it.
#[tokio::test(flavor = "multi_thread")]
async fn where_both_believe_to_have_it_the_server_is_asked_first() {
    let port = nobodys_port();
    let sandbox = server_at(port).await;
    let (branch, office) = (machine(port).await, machine(port).await);
    branch.begun().await;
    let id = branch.up_to_review().await.id;
    branch.booth.close_case().await.expect("closed");
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    imported(&office, &exported.file, &branch)
        .await
        .expect("taken in");

    let unsure = branch.booth.take_back(&id, false).await;
    assert_eq!(code(unsure), "case_handed_over", "somebody has to vouch");
    let back = branch.booth.take_back(&id, true).await.expect("taken back");
    assert_eq!(back.step, Step::Review);
    branch.booth.resume_case(&id).await.expect("on the screen");
    assert_eq!(branch.delivered().await.step, Step::Submitted);

    let views = office.booth.deliver_waiting().await.expect("tried");
    assert_eq!(
        views[0].problem.as_ref().expect("it is refused").code.as_str(),
        "request_wrong_state"
    );
    assert_eq!(counted(&sandbox), [1, 1, 1], "once, whoever was wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_missing_goes_out_from_there() {
    let port = nobodys_port();
    let sandbox = server_at(port).await;
    let (branch, office) = (machine(port).await, machine(port).await);
    branch.begun().await;
    let id = branch.up_to_review().await.id;
    sandbox.fail_next(Operation::UploadVideo, Fault::DropBefore);
    assert_eq!(
        branch.delivered().await.step,
        Step::Failed,
        "the video did not arrive"
    );
    branch.booth.close_case().await.expect("closed");
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    imported(&office, &exported.file, &branch)
        .await
        .expect("taken in");
    let views = office.booth.deliver_waiting().await.expect("delivered");
    assert_eq!(views[0].step, Step::Submitted, "{:?}", views[0].problem);
    assert_eq!(
        counted(&sandbox),
        [1, 1, 2],
        "one request, and the evidences of the branch"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_just_being_sent_is_not_handed_over_behind_its_back() {
    let port = nobodys_port();
    let sandbox = server_at(port).await;
    let (branch, office) = (machine(port).await, machine(port).await);
    branch.begun().await;
    let id = branch.up_to_review().await.id;
    let slow = Fault::Delay(std::time::Duration::from_millis(500));
    sandbox.fail_next(Operation::UploadVideo, slow);
    branch.booth.submit().await.expect("submitted");
    let stick = stick();
    let export = station::Export {
        to: stick.path().to_owned(),
        recipients: vec![office.booth.recipient().await.expect("its recipient")],
        purpose: station::Purpose::HandOver,
        in_clear: false,
    };
    assert_eq!(code(branch.booth.export(&id, &export).await), "out_of_order");
    arrives_at(&branch.booth, &id, Step::Submitted).await;
    assert_eq!(counted(&sandbox), [1, 1, 1]);
    assert_eq!(
        std::fs::read_dir(stick.path()).expect("the stick").count(),
        0,
        "nothing was written"
    );
}
