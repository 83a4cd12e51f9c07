//! The program ended in the middle of each call that must not be made twice: it is looked up when the person goes on.

use evidence::{CodeMethod, Step};
use oneshot_sandbox::{Fault, Operation};
use station::view::{CodeProgress, LegProgress, UnlockInput};

use super::{Generation, Signing};
use crate::rehearsal::code;

/// As often as the booth reads the request before it gives up on a lost signature.
const LOOKS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_looked_up() {
    let signing = Signing::at_documents(Generation::Legacy).await;
    signing.add(1).await;
    signing
        .sandbox
        .fail_next(Operation::UploadDocument, Fault::DropAfter);
    signing
        .sandbox
        .fail_next(Operation::ListDocuments, Fault::DropBefore);
    assert_eq!(code(signing.booth().papers_upload().await), "document_uncertain");
    let signing = signing.again().await;
    assert_eq!(signing.signing().await.papers[0].upload, LegProgress::Sending);
    assert_eq!(
        signing.calls(Operation::UploadDocument),
        1,
        "nothing is repeated by itself"
    );
    let view = signing.booth().papers_upload().await.expect("it is found");
    assert_eq!(
        view.signing.expect("still").papers[0].upload,
        LegProgress::Arrived
    );
    assert_eq!(signing.calls(Operation::UploadDocument), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_came_is_typed() {
    let signing = Signing::at_code(Generation::Current).await;
    signing
        .sandbox
        .fail_next(Operation::GenerateOtp, Fault::DropAfter);
    let asked = signing.booth().code_request(CodeMethod::Sms).await;
    assert_eq!(code(asked), "code_uncertain");
    let signing = signing.again().await;
    assert_eq!(signing.signing().await.code.state, CodeProgress::Uncertain);
    assert_eq!(
        signing.calls(Operation::GenerateOtp),
        1,
        "nothing is repeated by itself"
    );
    assert_eq!(signing.signed().await.step, Step::Signed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_looked_up() {
    let signing = Signing::at_code(Generation::Current).await;
    let right = signing.code().await;
    signing.sandbox.fail_next(Operation::Sign, Fault::DropAfter);
    for _ in 0..LOOKS {
        signing
            .sandbox
            .fail_next(Operation::GetRequest, Fault::DropBefore);
    }
    let unlock = || UnlockInput::Code { code: right.clone() };
    assert_eq!(code(signing.booth().sign(unlock()).await), "signature_uncertain");
    let signing = signing.again().await;
    let view = signing.view().await;
    assert_eq!(view.step, Step::Code);
    assert_eq!(view.signing.expect("still").signature, LegProgress::Sending);
    assert_eq!(
        code(signing.booth().go_to(Step::Documents).await),
        "out_of_order",
        "not while it may be signed"
    );
    let view = signing.booth().sign(unlock()).await.expect("it is found");
    assert_eq!(view.step, Step::Signed);
    assert_eq!(signing.calls(Operation::Sign), 1, "and not asked for again");
    assert_eq!(signing.there().await.signatures, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_found_by_looking_too() {
    let signing = Signing::at_code(Generation::Legacy).await;
    let right = signing.code().await;
    signing.sandbox.fail_next(Operation::Sign, Fault::DropAfter);
    for _ in 0..LOOKS {
        signing
            .sandbox
            .fail_next(Operation::GetRequest, Fault::DropBefore);
    }
    let unlock = UnlockInput::Code { code: right };
    assert_eq!(code(signing.booth().sign(unlock).await), "signature_uncertain");
    let signing = signing.again().await;
    let view = signing
        .booth()
        .refresh_status()
        .await
        .expect("the server answers");
    assert_eq!(view.step, Step::Signed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_gone_on_with() {
    let signing = Signing::at_signed(Generation::Current).await;
    signing.booth().signed_fetch().await.expect("it holds");
    // Tried as often as the booth tries.
    for _ in 0..3 {
        signing
            .sandbox
            .fail_next(Operation::DeleteDocument, Fault::DropBefore);
    }
    signing
        .booth()
        .server_delete()
        .await
        .expect_err("the server did not hear it");
    assert_eq!(signing.documents_there().await, 1);
    let signing = signing.again().await;
    assert_eq!(signing.signing().await.deletion, LegProgress::Sending);
    let view = signing.booth().server_delete().await.expect("now it did");
    assert_eq!(view.step, Step::Closed);
    assert_eq!(signing.documents_there().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_sandbox_that_began_anew_is_not_taken_for_the_old_one() {
    let rehearsal = crate::rehearsal::Rehearsal::new().await;
    let view = rehearsal.begun().await;
    rehearsal.up_to_review().await;
    assert_eq!(rehearsal.delivered().await.step, Step::Submitted);
    rehearsal.booth.close_case().await.expect("nothing is recording");
    let again = rehearsal.again().await;
    // Somebody else's request, with the number the first had.
    again.begun().await;
    assert_eq!(
        again.sandbox().requests()[0].request_pk,
        rehearsal.sandbox().requests()[0].request_pk
    );
    again.booth.resume_case(&view.id).await.expect("it is kept");
    assert_eq!(code(again.booth.refresh_status().await), "request_not_found");
    again.booth.discard_case().await.expect("it may go");
}
