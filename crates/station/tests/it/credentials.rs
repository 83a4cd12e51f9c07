//! Where secrets come from, and a real Secret Service.

use std::process::{Command, Output};

use oneshot_sandbox::Sandbox;
use station::Settings;
use station::credentials::{Credential, Held, Place, Source};

use crate::rehearsal::code;

/// Set for a run of one test inside a session of its own.
const INSIDE: &str = "PROOFBOOTH_TEST_INSIDE";

fn settings(secrets: Source) -> Settings {
    let mut settings = Settings::parse(
        "[server]\nbase_url = \"https://optimizer.example/oneshot/api/v1\"\nregistration_authority = \"139\"\n\
         profile = \"P\"\nextra_headers = [\"X-Api-Key\"]",
    )
    .expect("settings");
    settings.secrets = secrets;
    settings
}

#[tokio::test]
async fn the_environment_goes_before_the_store() {
    let secrets = Source::in_memory([
        ("PROOFBOOTH_BILLING_PASSWORD", "from the environment"),
        ("PROOFBOOTH_RAO_PIN", ""),
    ]);
    let settings = settings(secrets);
    let credentials = settings.credentials();
    for credential in [Credential::BillingPassword, Credential::header("x-api-key")] {
        credentials
            .set(&credential, "from the store")
            .await
            .expect("kept");
    }
    let billing = credentials
        .get(&Credential::BillingPassword)
        .await
        .expect("there");
    // EXPOSE: a test's own secret.
    assert_eq!(billing.expect("there").expose(), "from the environment");
    assert_eq!(
        credentials.list().await.expect("the list"),
        [
            Held {
                credential: Credential::BillingPassword,
                place: Place::Environment
            },
            Held {
                credential: Credential::header("X-API-KEY"),
                place: Place::Keyring
            },
        ]
    );
    assert!(
        credentials
            .clear(&Credential::header("X-Api-Key"))
            .await
            .expect("gone")
    );
    assert!(
        !credentials
            .clear(&Credential::header("X-Api-Key"))
            .await
            .expect("was gone")
    );
    assert_eq!(
        code(credentials.set(&Credential::OfficerPin, "").await),
        "settings_wrong"
    );
}

#[tokio::test]
async fn what_is_kept_for_one_server_is_not_told_to_another() {
    let secrets = Source::in_memory([]);
    let one = settings(secrets.clone());
    one.credentials()
        .set(&Credential::OfficerToken, "a token")
        .await
        .expect("kept");
    let mut other = settings(secrets.clone());
    other.server.as_mut().expect("a server").base_url = "https://elsewhere.example/oneshot/api/v1".to_owned();
    let found = other.credentials().get(&Credential::OfficerToken).await;
    assert!(found.expect("the store").is_none());

    let mut inside = Settings::practice();
    inside.secrets = secrets;
    let kept = inside
        .credentials()
        .set(&Credential::OfficerToken, "a token")
        .await;
    assert_eq!(
        code(kept),
        "settings_wrong",
        "nothing is kept for the sandbox inside"
    );
}

/// Runs one test of this binary by itself, in an environment of its own.
fn alone(test: &str, wrapped_in: &[&str], environment: &[(&str, &str)]) -> Output {
    let this = std::env::current_exe().expect("this test's binary");
    let mut command = match wrapped_in {
        [] => Command::new(&this),
        [program, rest @ ..] => {
            let mut command = Command::new(program);
            command.args(rest).arg(&this);
            command
        }
    };
    command
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(INSIDE, "1")
        .envs(environment.iter().copied())
        .output()
        .expect("it runs")
}

fn assert_ran(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_real_secret_service_keeps_and_forgets() {
    if !["dbus-run-session", "gnome-keyring-daemon"]
        .into_iter()
        .all(is_here)
    {
        println!("SKIPPED: no dbus-run-session or gnome-keyring-daemon on this machine (cargo xtask setup)");
        return;
    }
    let home = tempfile::tempdir().expect("a home of its own");
    let home = home.path().to_str().expect("a path");
    // The keyring is made anew under this home and unlocked with a password nobody knows but this line.
    let script =
        "printf drawn | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$0\" \"$@\"";
    let output = alone(
        "credentials::inside_a_session",
        &["dbus-run-session", "--", "sh", "-c", script],
        &[("HOME", home), ("XDG_DATA_HOME", home), ("XDG_RUNTIME_DIR", home)],
    );
    assert_ran(&output);
}

/// Run by the test above, in a session of its own.
#[tokio::test]
#[ignore = "needs a session of its own: a_real_secret_service_keeps_and_forgets runs it there"]
async fn inside_a_session() {
    assert!(
        std::env::var_os(INSIDE).is_some(),
        "never in a person's own session"
    );
    let settings = settings(Source::default());
    let credentials = settings.credentials();
    assert_eq!(credentials.list().await.expect("an empty store"), []);
    let token = Credential::OfficerToken;
    credentials.set(&token, "14185cd9").await.expect("kept");
    credentials
        .set(&token, "a44765ab")
        .await
        .expect("kept in its place");
    // EXPOSE: a test's own secret.
    let kept = credentials.get(&token).await.expect("there").expect("there");
    assert_eq!(kept.expose(), "a44765ab");
    assert_eq!(
        credentials.list().await.expect("the list"),
        [Held {
            credential: token.clone(),
            place: Place::Keyring
        }]
    );
    assert!(credentials.clear(&token).await.expect("gone"));
    assert!(credentials.get(&token).await.expect("the store").is_none());
}

#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_a_store_says_so() {
    let nowhere = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")];
    assert_ran(&alone("credentials::without_a_store", &[], &nowhere));
}

/// Run by the test above, where there is no session.
#[tokio::test]
#[ignore = "needs a machine without a session: a_machine_without_a_store_says_so runs it there"]
async fn without_a_store() {
    assert!(
        std::env::var_os(INSIDE).is_some(),
        "never in a person's own session"
    );
    let mut settings = settings(Source::default());
    let missing = settings.credentials().get(&Credential::OfficerToken).await;
    let problem = missing.expect_err("there is no store");
    assert_eq!(problem.code.as_str(), "credential_store");
    let detail = problem.detail.expect("it says why").into_exposed();
    assert!(detail.contains("no store of credentials"), "{detail}");

    // Opening a booth says which secret it was looking for, and where else it could be put.
    let server = settings.server.as_mut().expect("a server");
    server.billing_username = Some("billing@example.org".to_owned());
    let problem = station::Booth::open(settings).await.err().expect("no password");
    assert_eq!(problem.code.as_str(), "credential_store");
    let detail = problem.detail.expect("it says why").into_exposed();
    assert!(detail.contains("PROOFBOOTH_BILLING_PASSWORD"), "{detail}");
}

#[cfg(target_os = "linux")]
fn is_here(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booth_that_is_told_to_asks_the_server_for_its_dialect() {
    for dialects in [
        oneshot_sandbox::Dialects::Current,
        oneshot_sandbox::Dialects::Legacy,
    ] {
        let settings = oneshot_sandbox::Settings {
            dialects,
            ..Default::default()
        };
        let sandbox = Sandbox::start(settings).await.expect("the sandbox starts");
        let base_url = match dialects {
            oneshot_sandbox::Dialects::Legacy => sandbox.legacy_base_url(),
            _ => sandbox.base_url(),
        };
        let booth =
            crate::officer::booth_at(&sandbox, crate::officer::Generation::Current, "139", |settings| {
                let server = settings.server.as_mut().expect("a server");
                server.base_url = base_url;
                server.dialect = station::DialectChoice::Probe;
            })
            .await;
        assert!(
            sandbox.history().is_empty(),
            "nobody is asked before there is a reason"
        );
        let view = crate::officer::submit(&booth).await;
        assert_eq!(view.step, evidence::Step::Submitted, "{dialects:?}");
    }
}
