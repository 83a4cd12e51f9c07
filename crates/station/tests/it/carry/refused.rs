//! Bundles that are not what they should be leave nothing behind.

use std::path::Path;

use station::Export;

use super::{captured, handed_over, imported, machine, stick};
use crate::queue::{nobodys_port, towards};
use crate::rehearsal::{Rehearsal, code};

/// Everything below a folder that may grow when a case comes in.
fn objects(rehearsal: &Rehearsal) -> usize {
    fn count(folder: &Path) -> usize {
        std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| if path.is_dir() { 1 + count(&path) } else { 1 })
            .sum()
    }
    let data = rehearsal.settings.data_dir.clone().expect("a folder");
    count(&data.join("practice").join("objects")) + count(&data.join("practice").join("claims"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_of_an_unknown_device_is_refused_and_its_key_named() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    let key = branch.booth.device_key().await.expect("its key").to_string();
    let stranger = office.booth.device_key().await.expect("a key").to_string();
    for known in [vec![], vec![stranger]] {
        let problem = office
            .booth
            .import(&exported.file, &known)
            .await
            .expect_err("unknown");
        assert_eq!(problem.code.as_str(), "bundle_stranger");
        let detail = problem.detail.expect("it says which").into_exposed();
        assert_eq!(detail, key, "to be compared with what the branch says");
    }
    assert_eq!(objects(&office), 0);
    imported(&office, &exported.file, &branch)
        .await
        .expect("known now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_or_cut_bundle_leaves_nothing() {
    let port = nobodys_port();
    let (branch, office) = (machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    let whole = std::fs::read(&exported.file).expect("there");
    let damaged = stick.path().join("damaged.pbx");
    for part in [1, 3, 5, 7, 9] {
        let at = whole.len() / 10 * part;
        let mut changed = whole.clone();
        changed[at] ^= 1;
        for bytes in [&changed[..], &whole[..at]] {
            std::fs::write(&damaged, bytes).expect("written");
            assert_eq!(
                code(imported(&office, &damaged, &branch).await),
                "bundle_altered",
                "{part}"
            );
        }
    }
    std::fs::write(&damaged, "not a bundle").expect("written");
    assert_eq!(code(imported(&office, &damaged, &branch).await), "bundle_altered");
    let missing = stick.path().join("missing.pbx");
    assert_eq!(
        code(imported(&office, &missing, &branch).await),
        "bundle_unreadable"
    );
    assert!(office.booth.cases().await.expect("a list").is_empty());
    assert_eq!(objects(&office), 0, "not even half an object");
    imported(&office, &exported.file, &branch)
        .await
        .expect("the whole one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_for_another_machine_stays_locked() {
    let port = nobodys_port();
    let (branch, office, other) = (machine(port).await, machine(port).await, machine(port).await);
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    assert_eq!(
        code(imported(&other, &exported.file, &branch).await),
        "bundle_locked"
    );
    other.booth.recipient().await.expect("another identity");
    assert_eq!(
        code(imported(&other, &exported.file, &branch).await),
        "bundle_locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_ready_or_already_delivered_is_not_handed_over() {
    let rehearsal = Rehearsal::new().await;
    let view = rehearsal.begun().await;
    let stick = stick();
    let export = Export {
        to: stick.path().join("case.pbx"),
        recipients: vec![rehearsal.booth.recipient().await.expect("a recipient")],
        purpose: station::Purpose::HandOver,
        in_clear: false,
    };
    assert_eq!(
        code(rehearsal.booth.export(&view.id, &export).await),
        "out_of_order"
    );
    rehearsal.up_to_review().await;
    rehearsal.delivered().await;
    assert_eq!(
        code(rehearsal.booth.export(&view.id, &export).await),
        "out_of_order"
    );
    assert!(!export.to.exists());
    let nonsense = Export {
        recipients: vec!["AGE-SECRET-KEY-1QQQ".to_owned()],
        ..export
    };
    let problem = rehearsal
        .booth
        .export(&view.id, &nonsense)
        .await
        .expect_err("no recipient");
    assert_eq!(problem.code.as_str(), "settings_wrong");
    assert!(
        !problem.detail.expect("said").expose().contains("KEY-1QQQ"),
        "a secret pasted there is not shown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_and_real_cases_stay_apart() {
    let port = nobodys_port();
    let branch = machine(port).await;
    let office = Rehearsal::with(|settings| {
        towards(settings, port);
        settings.practice = false;
        settings.vault.key = station::KeyChoice::File;
    })
    .await;
    let id = captured(&branch).await;
    let stick = stick();
    let exported = handed_over(&branch, &id, &stick, &office).await;
    assert_eq!(
        code(imported(&office, &exported.file, &branch).await),
        "settings_wrong"
    );
    assert!(office.booth.cases().await.expect("a list").is_empty());
}
