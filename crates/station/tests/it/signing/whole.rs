//! The whole way.

use evidence::{CodeMethod, Step};
use oneshot_sandbox::Operation;
use station::view::{CodeProgress, LegProgress, Notice, UnlockInput};

use super::{Generation, Signing, agreement};
use crate::rehearsal::code;

async fn to_the_end(generation: Generation) {
    let signing = Signing::at_documents(generation).await;
    let booth = signing.booth();
    let mut notices = booth.notices();
    for number in [1, 2] {
        signing.add(number).await;
    }
    let view = booth.papers_upload().await.expect("both are uploaded");
    let papers = view.signing.expect("after the approval").papers;
    assert!(papers.iter().all(|paper| paper.upload == LegProgress::Arrived));
    let mut told = 0;
    while let Ok(notice) = notices.try_recv() {
        told += u64::from(matches!(notice, Notice::PaperUpload { upload } if upload.sent == upload.total));
    }
    assert!(told >= 2, "each upload is told to its end");

    assert_eq!(
        code(signing_with(&signing, "123456").await),
        "out_of_order",
        "at the documents"
    );
    let view = booth.contract_fetch().await.expect("there is a contract");
    assert_eq!(view.step, Step::Reading);
    assert_eq!(code(signing_with(&signing, "123456").await), "document_unread");
    let contract = view.signing.expect("still").contract.expect("it was fetched");
    let page = booth
        .paper_page(&view.id, &contract.object, 0, 600)
        .await
        .expect("its first page");
    assert!(page.png.starts_with(b"\x89PNG") && page.pages == contract.pages);
    assert_eq!(
        booth
            .paper_page(&view.id, &contract.object, 0, 600)
            .await
            .expect("again"),
        page,
        "from memory it is the same"
    );
    assert_eq!(
        code(
            booth
                .paper_page(&view.id, &contract.object, contract.pages, 600)
                .await
        ),
        "case_unknown",
        "behind the last page is none"
    );
    signing.read_all().await;

    let code_sent = booth
        .code_request(CodeMethod::Whatsapp)
        .await
        .expect("a code is sent");
    let shown = code_sent.signing.expect("still").code;
    assert_eq!(
        (shown.state, shown.method),
        (CodeProgress::Sent, Some(CodeMethod::Whatsapp))
    );
    let view = signing.signed().await;
    assert_eq!(view.step, Step::Signed);
    assert_eq!(
        code(booth.server_delete().await),
        "copy_missing",
        "no copy is here yet"
    );
    assert_eq!(signing.documents_there().await, 2);

    let view = booth.signed_fetch().await.expect("both are fetched and hold");
    let shown = view.signing.expect("still");
    assert!(shown.all_kept);
    for (number, paper) in (1..).zip(&shown.papers) {
        let seal = paper.signed.as_ref().expect("it was fetched");
        assert!(seal.good && seal.intact && seal.covers_whole && seal.extends_original);
        assert_eq!(seal.is_holder, Some(true), "{}", seal.signer);
        assert_eq!(seal.trusted, Some(true), "{}", seal.issuer);
        let (name, bytes) = booth
            .signed_bytes(&paper.id)
            .await
            .expect("it can be handed over");
        assert_eq!(name, format!("agreement {number}-signed.pdf"));
        assert!(
            bytes.starts_with(&agreement(number)),
            "what was signed is what was uploaded"
        );
        let page = booth.paper_page(&view.id, &seal.object, 0, 300).await;
        assert!(page.is_ok(), "what was signed can be looked at");
    }

    let view = booth
        .server_delete()
        .await
        .expect("everything is here: it may go there");
    assert_eq!(view.step, Step::Closed);
    assert_eq!(view.signing.expect("still").deletion, LegProgress::Arrived);
    assert_eq!(signing.documents_there().await, 0);
    let there = signing.there().await;
    assert_eq!(
        (
            there.approvals,
            there.otps_sent,
            there.documents_taken,
            there.signatures
        ),
        (1, 1, 2, 1),
        "everything happened once"
    );
    assert!(
        booth.signed_bytes(&shown.papers[0].id).await.is_ok(),
        "the copies are here still"
    );
    let receipt = booth.receipt_text().await.expect("a receipt");
    let copy = &shown.papers[1].signed.as_ref().expect("it was fetched").sha256;
    for part in ["Approved", "R. Vidal", "Signed", "Deleted", copy] {
        assert!(receipt.contains(part), "{part} is missing in\n{receipt}");
    }
    assert!(!receipt.contains("agreement"), "a file's name may name its owner");
}

async fn signing_with(signing: &Signing, code: &str) -> Result<station::view::CaseView, station::Problem> {
    let code = code.to_owned();
    signing.booth().sign(UnlockInput::Code { code }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_server_takes_a_case_to_its_end() {
    to_the_end(Generation::Current).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_server_takes_a_case_to_its_end() {
    to_the_end(Generation::Legacy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_authentication_signs_without_a_code() {
    let signing = Signing::at_code(Generation::Current).await;
    let external = |kind: &str| UnlockInput::External {
        kind: kind.to_owned(),
        value: "12345678-12345678".to_owned(),
        secret: "123456".to_owned(),
    };
    let missing = signing.booth().sign(external(" ")).await;
    assert_eq!(code(missing), "code_missing");
    let view = signing
        .booth()
        .sign(external("biometric"))
        .await
        .expect("it was agreed on");
    assert_eq!(view.step, Step::Signed);
    let there = signing.there().await;
    assert_eq!((there.otps_sent, there.signatures), (0, 1));
    assert_eq!(signing.calls(Operation::GenerateOtp), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_taken_out_again_at_the_server_too() {
    for generation in [Generation::Current, Generation::Legacy] {
        let signing = Signing::at_documents(generation).await;
        for number in [1, 2] {
            signing.add(number).await;
        }
        let booth = signing.booth();
        let view = booth.papers_upload().await.expect("both are uploaded");
        booth.contract_fetch().await.expect("there is a contract");
        let first = &view.signing.expect("after the approval").papers[0].id;
        assert_eq!(
            code(booth.paper_remove(first).await),
            "out_of_order",
            "not while reading"
        );
        booth.go_to(Step::Documents).await.expect("back");
        let view = booth.paper_remove(first).await.expect("it goes");
        assert_eq!(view.signing.expect("still").papers.len(), 1);
        assert_eq!(signing.documents_there().await, 1, "{generation:?}");
        booth.contract_fetch().await.expect("the other one is there");
        signing.read_all().await;
    }
}
