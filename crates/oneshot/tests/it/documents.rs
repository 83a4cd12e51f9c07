//! Documents and the contract, on their way there and back.

use std::sync::Arc;

use bytes::Bytes;
use oneshot::{
    Dialect, DocumentCopy, DocumentFile, DocumentKind, DocumentUid, Error, ErrorKind, ListedDocument,
    Outcome, Reason, RequestPk, Retry, UploadedDocument, ignore_progress,
};

use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, fixture, legacy};

const PK: RequestPk = RequestPk::new(388141);
const PDF: &[u8] = b"%PDF-1.7\n%contract\n%%EOF\n";
const NOT_THERE: &[u8] = b"{\"detail\":\"Document not found\"}";
const NOWHERE: &[u8] = b"{\"detail\":\"Not Found\"}";

fn uid() -> DocumentUid {
    DocumentUid::new("604b889f-6b3a-4af7-a24a-b5e610e7f7c1").unwrap()
}

fn pdf() -> Step {
    Step::Answer(http(200, "application/octet-stream", PDF))
}

fn paper(kind: DocumentKind) -> DocumentFile {
    DocumentFile {
        file_name: "C:\\papers\\Lease \"2026\" \u{f1}.pdf\r\nX: y".into(),
        source: Arc::new(Bytes::from_static(PDF)),
        kind,
    }
}

fn lines(server: &Script) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|request| request.line().replace("/oneshot/api/v1", ""))
        .collect()
}

async fn uploaded(step: Step) -> Result<UploadedDocument, Error> {
    let server = Script::play([step]).await;
    client(&server.base)
        .upload_document(PK, paper(DocumentKind::Pdf), ignore_progress())
        .await
}

#[tokio::test]
async fn a_document_arrives_as_one_part_under_its_name() {
    for (kind, name, media_type) in [
        (DocumentKind::Pdf, "file", "application/pdf"),
        (DocumentKind::HashJson, "hashfile", "application/json"),
    ] {
        let server = Script::play([fixture_answer("upload-document.200.json")]).await;
        let document = client(&server.base)
            .upload_document(PK, paper(kind), ignore_progress())
            .await
            .unwrap();
        assert_eq!(document.uid, uid());
        let request = server.only();
        assert_eq!(request.line(), "POST /oneshot/api/v1/document/388141");
        let length = request.body.len().to_string();
        assert_eq!(request.header("content-length"), Some(length.as_str()));
        let boundary = request
            .header("content-type")
            .unwrap()
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        // No folder, no quote, no line end: a name cannot write headers of its own.
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"Lease %222026%22 \u{f1}.pdfX: y\"\r\nContent-Type: {media_type}\r\n\r\n"
        );
        let part = request.body.strip_prefix(head.as_bytes());
        let tail = format!("\r\n--{boundary}--\r\n");
        assert_eq!(
            part.and_then(|rest| rest.strip_suffix(tail.as_bytes())),
            Some(PDF)
        );
    }
}

#[tokio::test]
async fn every_documented_answer_to_an_upload_has_the_uid() {
    let legacy = uploaded(fixture_answer("upload-document.200.legacy.json"))
        .await
        .unwrap();
    assert_eq!(legacy.uid.as_str(), "712c29ac-a2dc-4530-8c67-d0f227d8294b");
    // Of several, in any order, the one that was sent.
    let several = uploaded(fixture_answer("upload-document.200.several.legacy.json"))
        .await
        .unwrap();
    assert_eq!(several.uid.as_str(), "712c29ac-a2dc-4530-8c67-d0f227d8294b");
    assert_eq!(
        several.digest.as_deref(),
        Some("a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")
    );
    assert_eq!(several.file_name.as_deref(), Some("first.pdf"));
    let several = uploaded(fixture_answer("upload-document.200.several.json"))
        .await
        .unwrap();
    assert_eq!((several.uid, several.digest), (uid(), None));
}

#[tokio::test]
async fn a_document_without_a_uid_is_not_sent_twice() {
    let mut cut = http(200, "application/json", &fixture("upload-document.200.json"));
    cut.truncate(cut.len() - 10);
    for step in [
        json(200, b""),
        json(200, b"{\"status\":\"success\"}"),
        json(200, b"{\"status\":\"success\",\"detail\":[]}"),
        json(200, b"{\"status\":\"success\",\"detail\":{\"uid\":\"../x\"}}"),
        json(
            200,
            b"{\"detail\":[{\"name\":\"a\",\"uid\":\"1\"},{\"name\":\"b\",\"uid\":\"2\"}]}",
        ),
        Step::Answer(cut),
        Step::CloseAfterwards,
        fixture_answer("any.504.proxy.html"),
    ] {
        let error = uploaded(step).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.retry()),
            (Outcome::Unknown, Retry::FindOut),
            "{error:?}"
        );
    }
}

async fn listed(dialect: Dialect, step: Step) -> Result<Vec<ListedDocument>, Error> {
    let server = Script::play([step]).await;
    let listed = client(&server.base)
        .with_dialect(dialect)
        .list_documents(PK)
        .await;
    assert_eq!(lines(&server), ["GET /documents/388141"]);
    listed
}

#[tokio::test]
async fn a_list_is_read_in_either_form() {
    let current = listed(Dialect::Current, fixture_answer("list-documents.200.json"))
        .await
        .unwrap();
    assert_eq!(current.len(), 2);
    assert_eq!(current[0].uid, uid());
    assert_eq!(current[0].bytes, Some(128_012));
    assert_eq!(current[1].file_name.as_deref(), Some("second.pdf"));
    for name in [
        "list-documents.200.legacy.json",
        "list-documents.200.string-size.legacy.json",
    ] {
        let older = listed(Dialect::Legacy, fixture_answer(name)).await.unwrap();
        assert_eq!(older[0].bytes, Some(128_012), "{name}");
        assert_eq!(older[0].uploaded.as_deref(), Some("11/11/2019 18:03:07"));
        assert_eq!(older[0].media_type.as_deref(), Some("application/pdf"));
    }
}

#[tokio::test]
async fn only_a_word_of_the_service_makes_a_list_empty() {
    for body in [
        &b"{\"detail\":\"No documents found for specified Request\"}"[..],
        b"{\"status\":\"404 Not Found\",\"details\":\"No documents found for specified Request\"}",
    ] {
        assert_eq!(listed(Dialect::Current, json(404, body)).await.unwrap(), []);
        assert_eq!(listed(Dialect::Current, json(400, body)).await.unwrap(), []);
    }
    let nothing = json(200, b"{\"status\":\"success\",\"detail\":{}}");
    assert_eq!(listed(Dialect::Current, nothing).await.unwrap(), []);

    // What proves a deletion must be a list.
    for body in [
        &b""[..],
        b"{\"status\":\"success\"}",
        b"{\"status\":\"success\",\"detail\":\"done\"}",
        b"{\"status\":\"success\",\"detail\":{\"a b\":{}}}",
        b"{\"status\":\"success\",\"detail\":{\"uid\":\"x\"}}",
        b"{\"status\":\"success\",\"detail\":[{\"size\":1}]}",
    ] {
        let error = listed(Dialect::Current, json(200, body)).await.unwrap_err();
        assert_eq!(
            error.kind,
            ErrorKind::Unexpected,
            "{}",
            String::from_utf8_lossy(body)
        );
        assert_eq!(error.retry(), Retry::Never);
    }
    let page = Step::Answer(http(200, "text/html", b"<html>Sign in</html>"));
    assert_eq!(
        listed(Dialect::Current, page).await.unwrap_err().kind,
        ErrorKind::NotTheService
    );
    let error = listed(Dialect::Current, json(404, b"{\"detail\":\"Request not found\"}"))
        .await
        .unwrap_err();
    assert_eq!(error.reason, Some(Reason::RequestNotFound));
}

#[tokio::test]
async fn a_signed_document_is_asked_for_by_query_and_then_by_path() {
    let by_query = "GET /document/388141/604b889f-6b3a-4af7-a24a-b5e610e7f7c1?document_type=signed";
    let with_slash = "GET /document/388141/604b889f-6b3a-4af7-a24a-b5e610e7f7c1/?document_type=signed";
    let by_path = "GET /document/388141/signed/604b889f-6b3a-4af7-a24a-b5e610e7f7c1";
    for (steps, expected) in [
        (vec![pdf()], vec![by_query]),
        (
            vec![json(404, NOWHERE), json(404, NOWHERE), pdf()],
            vec![by_query, with_slash, by_path],
        ),
        (
            vec![json(405, b"{\"detail\":\"Method Not Allowed\"}"), pdf()],
            vec![by_query, by_path],
        ),
        (
            vec![json(404, b"{\"detail\":\"Request not found\"}"), pdf()],
            vec![by_query, by_path],
        ),
    ] {
        let server = Script::play(steps).await;
        let copy = client(&server.base)
            .get_document(PK, &uid(), DocumentCopy::Signed)
            .await
            .unwrap();
        assert_eq!(copy.bytes(1 << 20).await.unwrap(), PDF);
        assert_eq!(lines(&server), expected);
    }

    let server = Script::play([pdf()]).await;
    let copy = legacy(&server.base)
        .get_document(PK, &uid(), DocumentCopy::Original)
        .await
        .unwrap();
    assert_eq!(copy.sha256().await.unwrap().1, PDF.len() as u64);
    assert_eq!(
        lines(&server),
        ["GET /document/388141/original/604b889f-6b3a-4af7-a24a-b5e610e7f7c1"]
    );
}

async fn not_got(steps: Vec<Step>) -> (Error, usize) {
    let server = Script::play(steps).await;
    let error = client(&server.base)
        .get_document(PK, &uid(), DocumentCopy::Signed)
        .await
        .unwrap_err();
    (error, server.received().len())
}

#[tokio::test]
async fn a_document_that_is_not_there_is_not_looked_for_elsewhere() {
    let (error, calls) = not_got(vec![json(404, NOT_THERE)]).await;
    assert_eq!((error.reason, calls), (Some(Reason::DocumentNotFound), 1));
    // The second path is none: what the first said stays.
    let steps = vec![
        json(404, b"{\"detail\":\"Request not found\"}"),
        json(404, NOWHERE),
        json(404, NOWHERE),
    ];
    let (error, calls) = not_got(steps).await;
    assert_eq!((error.reason, calls), (Some(Reason::RequestNotFound), 3));
}

#[tokio::test]
async fn what_is_no_document_is_never_kept_as_one() {
    for (body, kind) in [
        (&b"<html>Sign in</html>"[..], ErrorKind::NotTheService),
        (b"", ErrorKind::Unexpected),
        (b"%PD", ErrorKind::NotTheService),
        (b"{\"status\":\"success\"}", ErrorKind::Unexpected),
        (
            b"{\"status\":\"404 Not Found\",\"details\":\"Document not found\"}",
            ErrorKind::NotFound,
        ),
        (b"{\"detail\":\"Document not found\"}", ErrorKind::NotFound),
    ] {
        for media_type in ["application/json", "application/pdf", "text/html"] {
            let (error, _) = not_got(vec![Step::Answer(http(200, media_type, body))]).await;
            assert_eq!(error.kind, kind, "{media_type} {}", String::from_utf8_lossy(body));
        }
    }
    let mut cut = http(200, "application/pdf", &[PDF, &[b' '; 50_000]].concat());
    cut.truncate(cut.len() - 10);
    let server = Script::play([Step::Answer(cut)]).await;
    let copy = client(&server.base)
        .get_document(PK, &uid(), DocumentCopy::Signed)
        .await
        .unwrap();
    let error = copy.bytes(1 << 20).await.unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::ConnectionLost, Retry::Later),
        "{error:?}"
    );

    let server = Script::play([pdf()]).await;
    let copy = client(&server.base)
        .get_document(PK, &uid(), DocumentCopy::Signed)
        .await
        .unwrap();
    assert_eq!(copy.bytes(10).await.unwrap_err().kind, ErrorKind::TooLarge);
}

#[tokio::test]
async fn the_signature_of_a_hash_is_a_document_too() {
    let p7m = [0x30, 0x82, 0x01, 0x00, 0x06, 0x09];
    let server = Script::play([Step::Answer(http(200, "application/octet-stream", &p7m))]).await;
    let copy = client(&server.base)
        .get_document(PK, &uid(), DocumentCopy::Signed)
        .await
        .unwrap();
    assert_eq!(copy.bytes(100).await.unwrap(), &p7m[..]);
}

async fn deletion(
    dialect: Dialect,
    copy: Option<DocumentCopy>,
    steps: Vec<Step>,
) -> (Result<(), Error>, Vec<String>) {
    let server = Script::play(steps).await;
    let client = client(&server.base).with_dialect(dialect);
    let deleted = client.delete_document(PK, &uid(), copy).await;
    (deleted, lines(&server))
}

const WHOLE: &str = "DELETE /document/388141/604b889f-6b3a-4af7-a24a-b5e610e7f7c1";
const ORIGINAL: &str = "DELETE /document/388141/original/604b889f-6b3a-4af7-a24a-b5e610e7f7c1";
const SIGNED: &str = "DELETE /document/388141/signed/604b889f-6b3a-4af7-a24a-b5e610e7f7c1";

fn gone() -> Step {
    fixture_answer("delete-document.200.json")
}

fn gone_legacy() -> Step {
    fixture_answer("delete-document.200.legacy.json")
}

fn missing_legacy() -> Step {
    json(
        404,
        b"{\"status\":\"404 Not Found\",\"details\":\"Document not found with uid 1 and type signed\"}",
    )
}

#[tokio::test]
async fn a_whole_document_is_deleted_in_one_call_or_in_two() {
    let (deleted, lines) = deletion(Dialect::Current, None, vec![gone()]).await;
    deleted.unwrap();
    assert_eq!(lines, [WHOLE]);

    let (deleted, lines) = deletion(Dialect::Legacy, None, vec![gone_legacy(), gone_legacy()]).await;
    deleted.unwrap();
    assert_eq!(lines, [ORIGINAL, SIGNED]);

    // A server of the current generation that deletes by copy, as its own guide's reading does.
    let no_method = json(405, b"{\"detail\":\"Method Not Allowed\"}");
    let (deleted, lines) = deletion(Dialect::Current, None, vec![no_method, gone(), gone()]).await;
    deleted.unwrap();
    assert_eq!(lines, [WHOLE, ORIGINAL, SIGNED]);
}

#[tokio::test]
async fn half_a_document_that_is_gone_is_no_error_and_a_whole_one_is() {
    for steps in [
        vec![gone_legacy(), missing_legacy()],
        vec![missing_legacy(), gone_legacy()],
    ] {
        let (deleted, lines) = deletion(Dialect::Legacy, None, steps).await;
        deleted.unwrap();
        assert_eq!(lines.len(), 2);
    }
    let (deleted, _) = deletion(Dialect::Legacy, None, vec![missing_legacy(), missing_legacy()]).await;
    assert_eq!(deleted.unwrap_err().reason, Some(Reason::DocumentNotFound));

    let (deleted, lines) = deletion(Dialect::Legacy, None, vec![Step::CloseAfterwards]).await;
    assert_eq!(deleted.unwrap_err().retry(), Retry::Later);
    assert_eq!(lines, [ORIGINAL], "the rest waits until the first is known");
}

#[tokio::test]
async fn one_copy_is_never_deleted_by_a_call_that_could_mean_both() {
    for dialect in [Dialect::Current, Dialect::Legacy] {
        let (deleted, lines) = deletion(dialect, Some(DocumentCopy::Original), vec![gone()]).await;
        deleted.unwrap();
        assert_eq!(lines, [ORIGINAL]);
    }
    let nowhere = || json(404, NOWHERE);
    let (deleted, lines) = deletion(
        Dialect::Current,
        Some(DocumentCopy::Original),
        vec![nowhere(), nowhere()],
    )
    .await;
    assert_eq!(deleted.unwrap_err().kind, ErrorKind::NotTheService);
    assert!(!lines.contains(&WHOLE.to_owned()));
}

#[tokio::test]
async fn all_documents_are_deleted_at_the_path_of_the_dialect() {
    for (dialect, answer, line) in [
        (
            Dialect::Current,
            "delete-documents.200.json",
            "DELETE /document/388141",
        ),
        (
            Dialect::Legacy,
            "delete-documents.200.legacy.json",
            "DELETE /documents/388141",
        ),
    ] {
        let server = Script::play([fixture_answer(answer)]).await;
        client(&server.base)
            .with_dialect(dialect)
            .delete_documents(PK)
            .await
            .unwrap();
        assert_eq!(lines(&server), [line]);
    }
}

#[tokio::test]
async fn the_contract_is_a_pdf_whatever_it_is_called() {
    for (dialect, line) in [
        (Dialect::Current, "GET /contract/388141"),
        (Dialect::Legacy, "GET /document/388141/contract"),
    ] {
        let server = Script::play([Step::Answer(http(200, "text/plain", PDF))]).await;
        let contract = client(&server.base)
            .with_dialect(dialect)
            .contract(PK)
            .await
            .unwrap();
        assert_eq!(contract, PDF);
        assert_eq!(lines(&server), [line]);
    }
}

#[tokio::test]
async fn what_is_no_contract_is_not_shown_to_anybody() {
    let mut cut = http(200, "application/pdf", PDF);
    cut.truncate(cut.len() - 3);
    for (step, kind) in [
        (
            Step::Answer(http(200, "text/html", b"<html>")),
            ErrorKind::NotTheService,
        ),
        (json(200, b""), ErrorKind::Unexpected),
        (json(200, b"{\"status\":\"success\"}"), ErrorKind::Unexpected),
        (
            json(
                400,
                b"{\"status\":\"404 Not Found\",\"details\":\"Request 45836 not found\"}",
            ),
            ErrorKind::NotFound,
        ),
        (
            json(
                200,
                b"{\"status\":\"404 Not Found\",\"details\":\"Request 45836 not found\"}",
            ),
            ErrorKind::NotFound,
        ),
        (Step::Answer(cut), ErrorKind::ConnectionLost),
    ] {
        let server = Script::play([step]).await;
        let error = client(&server.base).contract(PK).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error:?}");
    }
}
