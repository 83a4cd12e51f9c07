//! The whole way in both dialects, and what happens when two go it at once or one hangs up.

use std::time::Duration;

use oneshot_sandbox::{Settings, Status};
use serde_json::json;

use crate::booth::Booth;
use crate::case::{Case, Way, named, pdf};

async fn the_whole_way(way: Way) {
    let booth = Booth::open().await;
    let case = Case::in_review(&booth, way, "139").await;
    assert_eq!(case.approve().await, (200, named("approve.200", way)));
    assert_eq!(case.status().await, "ENROLLREADY");

    let (status, _, contract) = match way {
        Way::Current => case.bytes(&case.of("contract")).await,
        Way::Legacy => case.bytes(&format!("{}/contract", case.of("document"))).await,
    };
    assert!(status == 200 && contract.starts_with(b"%PDF-"), "{status}");

    let uid = case.paper().await;
    let list = case.call("GET", &case.of("documents"), None).await;
    let entry = &case.details(&list.1)[&uid];
    assert_eq!(
        (&entry["filename"], &entry["size"]),
        (&json!("deed.pdf"), &json!(pdf().len()))
    );

    let code = case.code().await;
    assert!(
        code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()),
        "{code}"
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = case.sign(json!({ "secret": wrong })).await;
    case.assert_refused(&refused, 403, "Confirmation Code invalid");
    assert_eq!(case.status().await, "ENROLLREADY", "it may be tried again");
    let stamp = json!({ "position": "300, 100, 500, 150", "page": 0, "text": "Signed by: %(CN)s" });
    let order = match way {
        Way::Current => json!({ "secret": code, "signature": { "appearance": stamp } }),
        Way::Legacy => json!({ "secret": code, "options": { uid.as_str(): stamp } }),
    };
    assert_eq!(case.sign(order.clone()).await, (200, named("sign.200", way)));
    assert_eq!(case.status().await, "ISSUED");
    let again = case.sign(order).await;
    case.assert_refused(&again, 412, "Request already in ISSUED status");

    let copy = |copy: &str| match way {
        Way::Current => format!("{}/{uid}?document_type={copy}", case.of("document")),
        Way::Legacy => format!("{}/{copy}/{uid}", case.of("document")),
    };
    let (_, _, original) = case.bytes(&copy("original")).await;
    let (status, _, signed) = case.bytes(&copy("signed")).await;
    assert_eq!((status, &original), (200, &pdf()));
    assert!(
        signed.starts_with(&original) && signed.len() > original.len() + 1_000,
        "what was uploaded is the beginning of what is signed"
    );
    if way == Way::Current {
        let (_, _, by_path) = case.bytes(&format!("{}/signed/{uid}", case.of("document"))).await;
        assert_eq!(by_path, signed);
    }

    let copies = match way {
        Way::Current => vec![format!("{}/{uid}", case.of("document"))],
        Way::Legacy => vec![copy("original"), copy("signed")],
    };
    for copy in copies {
        let gone = case.call("DELETE", &copy, None).await;
        assert_eq!(gone, (200, named("delete-document.200", way)));
    }
    let list = case.call("GET", &case.of("documents"), None).await;
    case.assert_refused(&list, 404, "No documents found for specified Request");
    let all = match way {
        Way::Current => case.of("document"),
        Way::Legacy => case.of("documents"),
    };
    let nothing = case.call("DELETE", &all, None).await;
    case.assert_refused(&nothing, 404, "No documents found for specified Request");

    let kept = case.kept();
    let happened = (
        kept.evidences_taken,
        kept.videos_taken,
        kept.approvals,
        kept.otps_sent,
        kept.documents_taken,
        kept.signatures,
        kept.wrong_codes,
    );
    assert_eq!(happened, (1, 1, 1, 1, 1, 1, 1));
    let states: Vec<Status> = kept.history.iter().map(|change| change.status).collect();
    assert_eq!(
        states,
        [
            Status::Pending,
            Status::Incomplete,
            Status::Review,
            Status::EnrollReady,
            Status::Issued
        ]
    );
    assert!(booth.sandbox.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn the_current_dialect_leads_to_a_signed_document() {
    the_whole_way(Way::Current).await;
}

#[tokio::test]
async fn the_legacy_dialect_leads_to_a_signed_document() {
    the_whole_way(Way::Legacy).await;
}

#[tokio::test]
async fn two_at_once_sign_and_approve_only_once() {
    let settings = Settings {
        approve_delay: Duration::from_millis(50),
        sign_delay: Duration::from_millis(50),
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    let case = Case::in_review(&booth, Way::Current, "139").await;
    let (first, second) = tokio::join!(case.approve(), case.approve());
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 500]);
    case.paper().await;
    let order = json!({ "secret": case.code().await });
    let (first, second) = tokio::join!(case.sign(order.clone()), case.sign(order));
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!((case.kept().approvals, case.kept().signatures), (1, 1));
}

#[tokio::test]
async fn who_hangs_up_has_it_done_all_the_same_and_once() {
    let settings = Settings {
        approve_delay: Duration::from_millis(200),
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    let case = Case::in_review(&booth, Way::Current, "139").await;
    let impatient = booth
        .http
        .post(case.url(&case.videoid("approve")))
        .json(&case.officer())
        .timeout(Duration::from_millis(50));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    // The next call on the request waits for the first one's turn to end.
    assert_eq!(case.approve().await.0, 500);
    assert_eq!(
        (case.status().await.as_str(), case.kept().approvals),
        ("ENROLLREADY", 1)
    );
}
