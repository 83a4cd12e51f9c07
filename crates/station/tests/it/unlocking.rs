//! A vault under a passphrase: what the doors are told before there is one, and at every start after.

use station::credentials::Source;
use station::doctor::{Subject, Verdict, examine_settings};
use station::{Booth, Code, KeyChoice, Secret, Settings};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery";

fn under_passphrase() -> (TempDir, Settings) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::practice();
    settings.data_dir = Some(folder.path().to_owned());
    settings.cameras.replay_only = true;
    settings.vault.key = KeyChoice::Passphrase;
    settings.secrets = Source::in_memory([]);
    (folder, settings)
}

async fn refused(settings: Settings) -> Code {
    match Booth::open(settings).await {
        Ok(_) => panic!("it opens"),
        Err(problem) => problem.code,
    }
}

fn typed(settings: &Settings, passphrase: &str) -> Settings {
    settings
        .clone()
        .unlocked_with(Secret::from(passphrase.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn choosing_a_passphrase_is_told_apart_from_typing_it() {
    let (_folder, settings) = under_passphrase();
    assert_eq!(refused(settings.clone()).await, Code::PassphraseUnset);
    assert_eq!(refused(typed(&settings, "short")).await, Code::PassphraseShort);
    assert_eq!(
        refused(settings.clone()).await,
        Code::PassphraseUnset,
        "one that was refused chose nothing"
    );
    drop(Booth::open(typed(&settings, PASSPHRASE)).await.expect("chosen"));
    assert_eq!(refused(settings.clone()).await, Code::VaultLocked);
    assert_eq!(
        refused(typed(&settings, "correct house battery")).await,
        Code::PassphraseWrong
    );
    Booth::open(typed(&settings, PASSPHRASE)).await.expect("unlocked");

    let log = settings.audit_log().expect("a place");
    let entries = log.entries().expect("it can be read");
    let what: Vec<&str> = entries
        .iter()
        .map(|entry| entry.what.as_str())
        .filter(|what| what.starts_with("vault"))
        .collect();
    assert_eq!(what, ["vault_unlocked", "vault_not_unlocked", "vault_unlocked"]);
    assert_eq!(log.verify(&[]).expect("it can be read").broken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_is_no_fault_of_the_machine() {
    let (_folder, settings) = under_passphrase();
    drop(Booth::open(typed(&settings, PASSPHRASE)).await.expect("chosen"));
    let report = examine_settings(&settings).await;
    let vault = report
        .findings
        .iter()
        .find(|finding| finding.subject == Subject::Vault);
    let vault = vault.expect("it was looked at");
    assert_eq!(vault.verdict, Verdict::Warning);
    assert_eq!(
        vault.problem.as_ref().map(|problem| problem.code),
        Some(Code::VaultLocked)
    );
}
