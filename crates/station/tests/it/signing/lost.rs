//! Lost answers at each call: nothing happens twice, and the case goes on.

use std::time::Duration;

use evidence::{CodeMethod, Step, TryAgain};
use oneshot_sandbox::{Fault, Operation, Sandbox};
use station::view::{CodeProgress, LegProgress, UnlockInput};

use super::{Generation, Signing};
use crate::rehearsal::code;

/// Whatever can happen to an answer, or to the question.
const LOST: [Fault; 4] = [
    Fault::DropAfter,
    Fault::DropBefore,
    Fault::TruncatedBody,
    Fault::Html502,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_answer_is_lost_is_uploaded_once() {
    for generation in [Generation::Current, Generation::Legacy] {
        let signing = Signing::at_documents(generation).await;
        for (number, fault) in (1_u32..).zip(LOST) {
            signing.add(number).await;
            signing.sandbox.fail_next(Operation::UploadDocument, fault);
            if let Err(problem) = signing.booth().papers_upload().await {
                assert_ne!(
                    problem.try_again,
                    TryAgain::FindOutFirst,
                    "{fault}: it is known not to be there"
                );
                signing
                    .booth()
                    .papers_upload()
                    .await
                    .expect("then it is sent again");
            }
            assert_eq!(
                signing.there().await.documents_taken,
                number,
                "{generation:?} {fault}"
            );
            assert_eq!(signing.documents_there().await, number as usize);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_nobody_can_look_up_is_uncertain_and_stays() {
    let signing = Signing::at_documents(Generation::Current).await;
    signing.add(1).await;
    signing
        .sandbox
        .fail_next(Operation::UploadDocument, Fault::DropAfter);
    signing
        .sandbox
        .fail_next(Operation::ListDocuments, Fault::DropBefore);
    let problem = signing.booth().papers_upload().await.expect_err("nobody knows");
    assert_eq!(
        (problem.code.as_str(), problem.try_again),
        ("document_uncertain", TryAgain::FindOutFirst)
    );
    let paper = signing.signing().await.papers.remove(0);
    assert_eq!(paper.upload, LegProgress::Sending);
    signing
        .sandbox
        .fail_next(Operation::ListDocuments, Fault::Html502);
    assert!(
        signing.booth().paper_remove(&paper.id).await.is_err(),
        "it may be there: it is not taken out unseen"
    );
    signing
        .booth()
        .paper_remove(&paper.id)
        .await
        .expect("now it can be");
    assert_eq!(signing.documents_there().await, 0);
}

/// No source says that the current server lists documents (section 3, row 13).
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lists_nothing_is_started_over_with() {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("the sandbox starts");
    let base_url = sandbox.base_url();
    let signing = Signing::with(Generation::Current, sandbox, &base_url, |server| {
        server.documents_path = Some("nowhere/{request_pk}".to_owned());
    })
    .await;
    let booth = signing.booth();
    signing.add(1).await;
    booth.papers_upload().await.expect("it is uploaded");
    let view = signing.add(2).await;
    let second = view.signing.expect("still").papers.remove(1).id;
    signing
        .sandbox
        .fail_next(Operation::UploadDocument, Fault::DropAfter);
    assert_eq!(code(booth.papers_upload().await), "document_uncertain");
    assert_eq!(
        code(booth.papers_upload().await),
        "document_uncertain",
        "nobody can tell"
    );
    assert_eq!(
        signing.calls(Operation::UploadDocument),
        2,
        "and nothing is repeated"
    );
    let view = booth.paper_remove(&second).await.expect("everything goes");
    let papers = view.signing.expect("still").papers;
    assert_eq!((papers.len(), papers[0].upload), (1, LegProgress::Waiting));
    assert_eq!(signing.documents_there().await, 0);
    booth.papers_upload().await.expect("the first is brought again");
    booth.contract_fetch().await.expect("there is a contract");
    signing.read_all().await;
    signing.code().await;
    signing.signed().await;
    booth.signed_fetch().await.expect("it holds");
    let view = booth.server_delete().await.expect("each document was asked for");
    assert_eq!(view.step, Step::Closed);
    assert_eq!(signing.documents_there().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_whose_answer_is_lost_is_fetched_again() {
    let signing = Signing::at_documents(Generation::Legacy).await;
    signing.add(1).await;
    signing.booth().papers_upload().await.expect("it is uploaded");
    for fault in LOST {
        signing.sandbox.fail_next(Operation::Contract, fault);
        signing
            .booth()
            .contract_fetch()
            .await
            .expect_err("no whole contract came");
        assert_eq!(signing.view().await.step, Step::Documents, "{fault}");
    }
    signing.booth().contract_fetch().await.expect("now it did");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_whose_answer_is_lost_is_sent_once() {
    let signing = Signing::at_code(Generation::Current).await;
    for (sent, fault) in (1..).zip([Fault::DropAfter, Fault::TruncatedBody]) {
        signing.sandbox.fail_next(Operation::GenerateOtp, fault);
        let asked = signing.booth().code_request(CodeMethod::Sms).await;
        assert_eq!(code(asked), "code_uncertain", "{fault}");
        assert_eq!(signing.signing().await.code.state, CodeProgress::Uncertain);
        let view = signing
            .booth()
            .code_request(CodeMethod::Sms)
            .await
            .expect("less than a minute ago: so one was sent");
        assert_eq!(view.signing.expect("still").code.state, CodeProgress::Sent);
        assert_eq!(signing.there().await.otps_sent, sent, "{fault}");
        signing.sandbox.advance_clock(Duration::from_secs(61));
    }
    signing
        .sandbox
        .fail_next(Operation::GenerateOtp, Fault::DropBefore);
    let asked = signing.booth().code_request(CodeMethod::Sms).await;
    assert_eq!(
        code(asked),
        "code_uncertain",
        "a dropped connection tells nothing"
    );
    signing
        .booth()
        .code_request(CodeMethod::Sms)
        .await
        .expect("it had not arrived");
    assert_eq!(signing.there().await.otps_sent, 3);
    signing.signed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_came_can_be_typed_whatever_was_heard() {
    let signing = Signing::at_code(Generation::Legacy).await;
    signing
        .sandbox
        .fail_next(Operation::GenerateOtp, Fault::DropAfter);
    let asked = signing.booth().code_request(CodeMethod::Sms).await;
    assert_eq!(code(asked), "code_uncertain");
    assert_eq!(signing.signed().await.step, Step::Signed);
    assert_eq!(signing.there().await.otps_sent, 1);
}

async fn signed_once_in_spite_of(generation: Generation, fault: Fault) {
    let signing = Signing::at_code(generation).await;
    signing.code().await;
    signing.sandbox.fail_next(Operation::Sign, fault);
    let unlock = UnlockInput::Code {
        code: signing.waiting_code().await,
    };
    match signing.booth().sign(unlock).await {
        Ok(view) => assert_eq!(view.step, Step::Signed),
        Err(problem) => {
            assert_ne!(
                problem.try_again,
                TryAgain::FindOutFirst,
                "{fault}: it is known not to be signed"
            );
            assert_eq!(signing.there().await.signatures, 0);
            assert_eq!(signing.signed().await.step, Step::Signed);
        }
    }
    assert_eq!(signing.there().await.signatures, 1, "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_whose_answer_is_lost_is_made_once() {
    for fault in LOST {
        signed_once_in_spite_of(Generation::Current, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_older_server_too() {
    for fault in [Fault::DropAfter, Fault::DropBefore] {
        signed_once_in_spite_of(Generation::Legacy, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_document_that_came_half_is_fetched_again() {
    let signing = Signing::at_signed(Generation::Current).await;
    for fault in LOST {
        signing.sandbox.fail_next(Operation::GetDocument, fault);
        signing
            .booth()
            .signed_fetch()
            .await
            .expect_err("it did not come whole");
        let kept = &signing.signing().await.papers[0].signed;
        assert!(kept.as_ref().is_none_or(|copy| !copy.good), "{fault}");
    }
    let view = signing.booth().signed_fetch().await.expect("now it did");
    assert!(view.signing.expect("still").all_kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_proven_or_not_believed() {
    for generation in [Generation::Current, Generation::Legacy] {
        let signing = Signing::at_signed(generation).await;
        signing.booth().signed_fetch().await.expect("it holds");
        // The first reading says what is there, the second is the proof.
        signing
            .sandbox
            .fail_next(Operation::DeleteDocument, Fault::DropAfter);
        signing
            .sandbox
            .fail_next(Operation::ListDocuments, Fault::Delay(Duration::ZERO));
        signing
            .sandbox
            .fail_next(Operation::ListDocuments, Fault::DropBefore);
        let problem = signing
            .booth()
            .server_delete()
            .await
            .expect_err("nobody proved it");
        assert_eq!(
            (problem.code.as_str(), problem.try_again),
            ("deletion_unproven", TryAgain::FindOutFirst)
        );
        let view = signing.view().await;
        assert_eq!(view.step, Step::Signed, "{generation:?}");
        assert_eq!(view.signing.expect("still").deletion, LegProgress::Sending);
        let view = signing.booth().server_delete().await.expect("now it is proven");
        assert_eq!(view.step, Step::Closed);
        assert_eq!(signing.documents_there().await, 0);
    }
}
