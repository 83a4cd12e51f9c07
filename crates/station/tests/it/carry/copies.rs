//! A copy for the files.

use std::fs::File;
use std::time::Instant;

use evidence::{Role, Step};
use station::{Export, Purpose};

use super::{captured, counted, imported, machine, noted, stick};
use crate::queue::{nobodys_port, server_at};
use crate::rehearsal::{Rehearsal, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_taken_in_by_nobody_and_the_case_is_delivered_from_here() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let export = Export {
        to: stick.path().join("copy.pbx"),
        recipients: vec![office.booth.recipient().await.expect("its recipient")],
        purpose: Purpose::Copy,
        in_clear: false,
    };
    let exported = branch.booth.export(&id, &export).await.expect("exported");
    assert_eq!(
        code(branch.booth.export(&id, &export).await),
        "bundle_not_written",
        "nothing is written over"
    );
    assert_eq!(
        code(imported(&office, &exported.file, &branch).await),
        "bundle_copy"
    );
    assert!(office.booth.cases().await.expect("a list").is_empty());

    let sandbox = server_at(port).await;
    branch.booth.resume_case(&id).await.expect("it goes on here");
    assert_eq!(branch.delivered().await.step, Step::Submitted);
    assert_eq!(counted(&sandbox), [1, 1, 1]);
    assert!(noted(&branch).contains(&"case_exported".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_exported_in_the_clear_unless_asked_for() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    let stick = stick();
    let mut export = Export {
        to: stick.path().join("case.pbx"),
        ..Export::default()
    };
    assert_eq!(
        code(rehearsal.booth.export(&id, &export).await),
        "recipient_missing"
    );
    export.in_clear = true;
    export.purpose = Purpose::HandOver;
    assert_eq!(
        code(rehearsal.booth.export(&id, &export).await),
        "recipient_missing",
        "whoever finds it could deliver it"
    );
    export.purpose = Purpose::Copy;
    let exported = rehearsal.booth.export(&id, &export).await.expect("exported");
    let key = rehearsal.booth.device_key().await.expect("its key");
    let file = File::open(exported.file).expect("there");
    let report = seal::verify_bundle(file, &[key]);
    assert!(report.is_intact() && report.trusted, "{report:?}");
    let again = rehearsal.restarted().await;
    assert_eq!(again.device_key().await.expect("its key"), key, "made once");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_pictures_are_gone_the_proof_can_still_be_exported() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let view = rehearsal.up_to_review().await;
    rehearsal.delivered().await;
    rehearsal.booth.purge_now(&view.id).await.expect("removed");
    let stick = stick();
    let export = Export {
        to: stick.path().join("proof.pbx"),
        in_clear: true,
        ..Export::default()
    };
    let exported = rehearsal.booth.export(&view.id, &export).await.expect("exported");
    let bytes = std::fs::read(exported.file).expect("there");
    assert!(seal::verify_bundle(bytes.as_slice(), &[]).is_intact());
    let text = String::from_utf8_lossy(&bytes);
    let front = view.exhibits.iter().find(|exhibit| exhibit.role == Role::Front);
    assert!(text.contains(&front.expect("taken").sha256), "what was sent");
    assert!(text.contains("VIDEOREVIEW"), "and the server's word");
    assert!(!text.contains("alma@example.org"), "and not who it was sent to");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_says_when_by_a_clock_nobody_can_set() {
    let rehearsal = Rehearsal::new().await;
    let began = Instant::now();
    rehearsal.begun().await;
    let view = rehearsal.up_to_review().await;
    let took = began.elapsed().as_millis();
    let stick = stick();
    let export = Export {
        to: stick.path().join("case.pbx"),
        in_clear: true,
        ..Export::default()
    };
    let exported = rehearsal.booth.export(&view.id, &export).await.expect("exported");
    let bytes = std::fs::read(exported.file).expect("there");
    let text = String::from_utf8_lossy(&bytes);
    let (manifest, _) = text.split_once("case.json").expect("the manifest comes first");
    let number = |text: &str| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u128>().expect("milliseconds")
    };
    let since: Vec<u128> = manifest
        .split("\"since_opening_ms\":")
        .skip(1)
        .map(number)
        .collect();
    assert_eq!(since.len(), view.exhibits.len(), "each piece has its moment");
    assert!(since.iter().all(|&at| at <= took), "{since:?} of {took} ms");
    assert!(
        manifest.contains("\"clock_offset_ms\":0"),
        "the server on this machine has the same clock"
    );
}
