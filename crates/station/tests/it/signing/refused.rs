//! What is refused, by the booth or by the server, and that the case goes on from there.

use std::time::Duration;

use evidence::{CodeMethod, Step};
use station::view::{CodeProgress, LegProgress, UnlockInput};

use super::{Generation, Signing, agreement};
use crate::rehearsal::code;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_is_not_taken() {
    let signing = Signing::at_documents(Generation::Current).await;
    let booth = signing.booth();
    let half = &agreement(1)[..400];
    for (what, bytes) in [
        ("text", b"Dear customer".to_vec()),
        ("nothing", Vec::new()),
        ("half a document", half.to_vec()),
    ] {
        let taken = booth.paper_add_bytes("a.pdf", bytes).await;
        assert_eq!(code(taken), "document_unreadable", "{what}");
    }
    let large = vec![b'%'; (64 << 20) + 1];
    assert_eq!(
        code(booth.paper_add_bytes("a.pdf", large).await),
        "document_too_large"
    );
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        code(booth.paper_add(&folder.path().join("nothing.pdf")).await),
        "document_unreadable"
    );
    assert_eq!(
        code(booth.paper_add(folder.path()).await),
        "document_unreadable",
        "a folder"
    );
    let file = folder.path().join("María.pdf");
    std::fs::write(&file, agreement(1)).expect("written");
    let view = booth.paper_add(&file).await.expect("a document");
    let paper = &view.signing.expect("after the approval").papers[0];
    assert_eq!(paper.file_name, "María.pdf");
    assert_eq!(paper.bytes, agreement(1).len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_takes_ten_documents() {
    let signing = Signing::at_documents(Generation::Legacy).await;
    for number in 1..=10 {
        signing.add(number).await;
    }
    let eleventh = signing.booth().paper_add_bytes("eleven.pdf", agreement(11)).await;
    assert_eq!(code(eleventh), "document_limit");
    signing.booth().papers_upload().await.expect("ten are taken");
    assert_eq!(signing.there().await.documents_taken, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_can_be_typed_again() {
    let signing = Signing::at_code(Generation::Current).await;
    let right = signing.code().await;
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let refused = signing
        .booth()
        .sign(UnlockInput::Code {
            code: wrong.to_owned(),
        })
        .await;
    assert_eq!(code(refused), "code_wrong");
    let shown = signing.signing().await;
    assert_eq!(
        (shown.signature, shown.code.state),
        (LegProgress::Waiting, CodeProgress::Sent)
    );
    let empty = signing
        .booth()
        .sign(UnlockInput::Code { code: " ".to_owned() })
        .await;
    assert_eq!(code(empty), "code_missing");
    assert_eq!(signing.signed().await.step, Step::Signed);
    assert_eq!(signing.there().await.wrong_codes, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_code_has_to_wait_a_minute() {
    let signing = Signing::at_code(Generation::Current).await;
    signing.code().await;
    let before = signing.signing().await.code;
    let soon = signing.booth().code_request(CodeMethod::Sms).await;
    assert_eq!(code(soon), "code_too_soon");
    assert_eq!(signing.signing().await.code, before, "the first one counts");
    signing.sandbox.advance_clock(Duration::from_secs(61));
    signing.code().await;
    assert_eq!(signing.there().await.otps_sent, 2, "the person asked twice");
    signing.signed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_strange_is_signed_or_deleted() {
    let signing = Signing::at_code(Generation::Current).await;
    signing.code().await;
    let stranger = signing.upload_elsewhere(&agreement(7)).await;
    let refused = signing
        .booth()
        .sign(UnlockInput::Code {
            code: signing.waiting_code().await,
        })
        .await;
    assert_eq!(code(refused), "document_altered", "nobody here read it");
    assert_eq!(signing.there().await.signatures, 0);
    signing.delete_elsewhere(&stranger).await;
    signing.signed().await;
    signing.booth().signed_fetch().await.expect("it holds");
    signing
        .booth()
        .server_delete()
        .await
        .expect("nothing else is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_came_twice_is_signed_once() {
    let signing = Signing::at_documents(Generation::Legacy).await;
    signing.add(1).await;
    signing.booth().papers_upload().await.expect("it is uploaded");
    signing.upload_elsewhere(&agreement(1)).await;
    assert_eq!(signing.documents_there().await, 2);
    signing.booth().contract_fetch().await.expect("one goes");
    assert_eq!(signing.documents_there().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_gone_is_brought_again() {
    let signing = Signing::at_code(Generation::Current).await;
    signing.code().await;
    let there = signing.there().await.documents[0].uid.clone();
    signing.delete_elsewhere(&there).await;
    let refused = signing
        .booth()
        .sign(UnlockInput::Code {
            code: signing.waiting_code().await,
        })
        .await;
    assert_eq!(code(refused), "document_missing");
    assert_eq!(signing.view().await.step, Step::Documents);
    signing
        .booth()
        .papers_upload()
        .await
        .expect("it is brought again");
    let view = signing.booth().contract_fetch().await.expect("the same contract");
    assert_eq!(view.step, Step::Code, "it was read before");
    signing.signed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cancelled_elsewhere_ends_the_case() {
    let signing = Signing::at_code(Generation::Legacy).await;
    signing.cancel_elsewhere().await;
    let asked = signing.booth().code_request(CodeMethod::Sms).await;
    assert!(asked.is_err(), "there is nothing to sign any more");
    let view = signing.view().await;
    assert_eq!(view.step, Step::Refused, "and the case says so");
    assert_eq!(code(signing.booth().papers_upload().await), "out_of_order");
}
