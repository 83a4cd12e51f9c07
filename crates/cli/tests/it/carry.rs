//! Sealed evidence as two offices carry it: export, verify, import, each a process of its own.

use std::path::Path;

use oneshot_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

use crate::{CASE, proofbooth, settings, values};

/// A machine of an office.
struct Machine {
    folder: TempDir,
    settings: String,
}

impl Machine {
    fn at(base: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = settings(folder.path(), base, "139");
        Self { folder, settings }
    }

    /// Runs one subcommand: its last value, or the code of the problem and the exit code.
    fn run(&self, arguments: &[&str]) -> Result<Value, (String, i32)> {
        let settings = ["--settings", &self.settings, "--json"];
        let output = proofbooth(self.folder.path(), &[&settings[..], arguments].concat());
        let last = values(&output).pop().unwrap_or(Value::Null);
        match output.status.code() {
            Some(0) => Ok(last),
            code => {
                let problem = last["problem"]["code"].as_str().unwrap_or_default().to_owned();
                Err((problem, code.unwrap_or(-1)))
            }
        }
    }

    fn done(&self, arguments: &[&str]) -> Value {
        self.run(arguments)
            .unwrap_or_else(|problem| panic!("{arguments:?}: {problem:?}"))
    }

    /// A case captured without a network: its identity.
    fn captured(&self) -> String {
        let captured = self.done(&[&CASE[..], &["--offline"]].concat());
        captured["case"].as_str().expect("a case").to_owned()
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Nobody listens at this address.
const NOWHERE: &str = "http://127.0.0.1:9/oneshot/api/v1";

#[test]
fn what_is_exported_verifies_and_a_changed_byte_is_named() {
    let booth = Machine::at(NOWHERE);
    let case = booth.captured();
    let stick = tempfile::tempdir().expect("a stick");
    let file = stick.path().join("case.pbx");
    let export = ["export", &case, plain(&file)];
    assert_eq!(booth.run(&export), Err(("recipient_missing".to_owned(), 1)));
    let exported = booth.done(&[&export[..], &["--in-clear"]].concat());
    assert_eq!(exported["handed_over"], false);

    let key = booth.done(&["device-key"]);
    let pem = stick.path().join("device.pem");
    std::fs::write(&pem, text(&key, "pem")).expect("written");
    let verify = |key: &str| proofbooth(stick.path(), &["verify", plain(&file), "--key", key]);
    for key in [plain(&pem), text(&key, "key")] {
        let told = verify(key);
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(told.status.success(), "{said}");
        assert!(said.contains("a copy for the files"), "{said}");
    }

    let mut bytes = std::fs::read(&file).expect("there");
    // The middle of the largest object.
    let at = bytes.len() - bytes.len() / 4;
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).expect("written");
    let told = verify(text(&key, "key"));
    assert_eq!(told.status.code(), Some(1));
    let said = String::from_utf8_lossy(&told.stdout);
    let failed: Vec<&str> = said.lines().filter(|line| line.contains("failed")).collect();
    assert_eq!(failed.len(), 1, "{said}");
    assert!(
        failed[0].contains("(objects/") && failed[0].ends_with("was changed"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_carried_from_one_office_to_the_other_and_sent_once() {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("a sandbox");
    let (branch, office) = (Machine::at(NOWHERE), Machine::at(&sandbox.base_url()));
    let case = branch.captured();
    let recipient = text(&office.done(&["identity"]), "recipient").to_owned();
    assert!(recipient.starts_with("age1"));
    assert_eq!(
        text(&office.done(&["identity"]), "recipient"),
        recipient,
        "made once"
    );
    let stick = tempfile::tempdir().expect("a stick");
    let exported = branch.done(&[
        "export",
        &case,
        plain(stick.path()),
        "--to",
        &recipient,
        "--hand-over",
    ]);
    let file = text(&exported, "file").to_owned();
    assert_eq!(exported["recipients"][0], recipient.as_str());

    let unknown = office.run(&["import", &file]);
    assert_eq!(unknown, Err(("bundle_stranger".to_owned(), 1)));
    let key = text(&branch.done(&["device-key"]), "key").to_owned();
    let taken_in = office.done(&["import", &file, "--key", &key]);
    assert_eq!(text(&taken_in, "case"), case);
    let again = office.run(&["import", &file, "--key", &key]);
    assert_eq!(again, Err(("bundle_known".to_owned(), 1)));

    assert_eq!(
        branch.run(&["submit", &case]),
        Err(("case_handed_over".to_owned(), 1))
    );
    assert_eq!(
        branch.run(&["take-back", &case]),
        Err(("case_handed_over".to_owned(), 4)),
        "somebody has to find out first"
    );
    assert_eq!(text(&office.done(&["deliver"]), "step"), "submitted");
    let request = sandbox.requests().pop().expect("one request");
    assert_eq!(
        (
            sandbox.requests().len(),
            request.evidences_taken,
            request.videos_taken
        ),
        (1, 1, 1)
    );
    let noted = office.run(&["audit", "--verify"]);
    assert!(noted.is_ok(), "the log holds");
    sandbox.stop().await;
}
