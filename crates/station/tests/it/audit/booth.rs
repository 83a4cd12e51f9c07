//! What the booth notes while a case takes its way.

use std::time::Duration;

use station::view::SignIn;

use crate::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread")]
async fn a_cases_way_is_in_the_log_and_its_person_is_not() {
    let rehearsal = Rehearsal::new().await;
    let case = rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal.delivered().await;
    let _ = rehearsal
        .booth
        .officer_sign_in(SignIn {
            name: "Rosa Canary".to_owned(),
            ..SignIn::default()
        })
        .await
        .expect_err("nothing to sign in with");

    let log = rehearsal.settings.audit_log().expect("a place");
    assert_eq!(log.verify(&[]).expect("it can be read").broken, None);
    let entries = log.entries().expect("it can be read");
    let what: Vec<&str> = entries.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "started",
            "case_opened",
            "case_submitted",
            "case_delivered",
            "officer_not_signed_in"
        ]
    );
    assert_eq!(entries[1].case.as_deref(), Some(case.id.as_str()));

    let folder = rehearsal.settings.data_dir.clone().expect("a folder");
    let text = std::fs::read_to_string(folder.join("practice-audit.log")).expect("a log");
    for personal in ["Alma", "alma@", "699999999", "Vidal", "Canary", "Practice"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_settings_and_a_discarded_case_are_noted() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.booth.discard_case().await.expect("discarded");
    let mut settings = rehearsal.settings.clone();
    settings.officer.idle_minutes = 1;
    let again = station::Booth::open(settings).await.expect("it opens");
    let entries = rehearsal
        .settings
        .audit_log()
        .expect("a place")
        .entries()
        .expect("read");
    let what: Vec<&str> = entries.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "started",
            "case_opened",
            "case_discarded",
            "started",
            "settings_changed"
        ]
    );
    drop(again);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unlocks_the_vault_and_what_retention_removes_is_noted() {
    let rehearsal = Rehearsal::with(|settings| {
        settings.vault.key = station::KeyChoice::Passphrase;
        settings.passphrase = Some(station::Secret::new("four plain words here".to_owned()));
    })
    .await;
    let case = rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal.delivered().await;
    rehearsal.booth.purge_now(&case.id).await.expect("removed");
    let wrong = station::Secret::new("four other words here".to_owned());
    let settings = rehearsal.settings.clone().unlocked_with(wrong);
    let refused = station::Booth::open(settings)
        .await
        .err()
        .expect("it stays locked");
    assert_eq!(refused.code, station::Code::PassphraseWrong);
    let log = rehearsal.settings.audit_log().expect("a place");
    assert_eq!(
        super::words(&log),
        [
            "started",
            "vault_unlocked",
            "case_opened",
            "case_submitted",
            "case_delivered",
            "case_purged",
            "vault_not_unlocked"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_fails_is_told_and_loses_no_case() {
    let rehearsal = Rehearsal::new().await;
    let folder = rehearsal.settings.data_dir.clone().expect("a folder");
    let log = folder.join("practice-audit.log");
    std::fs::remove_file(&log).expect("removed");
    std::fs::create_dir(&log).expect("a folder in its place");
    let case = rehearsal.begun().await;
    assert_eq!(case.step, station::Step::Consent, "the case goes on");
    let view = rehearsal.booth.view().await.expect("a view");
    assert_eq!(view.problem, None, "the booth works");
    let [caution] = &view.cautions[..] else {
        panic!("it is told: {:?}", view.cautions)
    };
    assert_eq!(caution.code, station::Code::AuditFailed);

    std::fs::remove_dir(&log).expect("removed");
    tokio::time::sleep(Duration::from_millis(1)).await;
    rehearsal.booth.discard_case().await.expect("discarded");
    assert_eq!(
        rehearsal.booth.view().await.expect("a view").cautions,
        [],
        "it works again"
    );
}
