//! An official register says `documents_match`, or nobody does.
#![cfg(unix)]

use std::path::Path;
use std::time::Duration;

use evidence::{Check, FieldKey, Step};
use serde_json::{Value, json};
use station::view::{CaseView, FieldValue};

use crate::rehearsal::{Rehearsal, field_values};

/// A booth whose register is `script`, given the file it may write to as its first argument.
async fn booth_with(script: &str, asked: &Path) -> Rehearsal {
    Rehearsal::with(|settings| {
        settings.register.name = Some("Registro de muestra".to_owned());
        settings.register.program = Some("/bin/sh".into());
        settings.register.arguments = ["-c", script, "register", &asked.display().to_string()]
            .map(str::to_owned)
            .into();
        settings.register.timeout_s = 2;
    })
    .await
}

/// The case at its review, the register having had its time.
async fn reviewed(booth: &Rehearsal) -> CaseView {
    booth.begun().await;
    booth.up_to_review().await;
    for _ in 0..40 {
        if answered(&booth.booth.current_case().await.expect("a case")).is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    booth.booth.current_case().await.expect("a case is on the screen")
}

fn answered(view: &CaseView) -> Option<bool> {
    let check = view
        .checks
        .iter()
        .find(|check| check.check == Check::DocumentsMatch);
    check.expect("every check is listed").passed
}

/// What the server was told of the match.
async fn told(booth: &Rehearsal) -> Option<Value> {
    assert_eq!(booth.delivered().await.step, Step::Submitted);
    let request = booth.sandbox().requests().remove(0);
    let evidences = request.evidences.expect("evidences arrived");
    let checks = evidences.at(&["videoid_data", "security_checks"]);
    checks.and_then(|checks| checks.get("documents_match")).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_answer_goes_from_the_fields_to_the_wire() {
    for (said, expected) in [(true, json!(true)), (false, json!(false))] {
        let folder = tempfile::tempdir().expect("a folder");
        let asked = folder.path().join("asked");
        let script = format!(
            "cat > \"$1\"; env | cut -d= -f1 | sort >> \"$1\"; echo '{{\"matches\":{said},\"reference\":\"R-7\"}}'"
        );
        let booth = booth_with(&script, &asked).await;
        let view = reviewed(&booth).await;
        assert_eq!(answered(&view), Some(said));
        let asked = std::fs::read_to_string(&asked).expect("it was asked");
        let mut lines = asked.lines();
        let line: Value = serde_json::from_str(lines.next().expect("a line")).expect("JSON");
        assert_eq!(
            line["document"],
            json!({ "country": "ES", "kind": "identity_card" })
        );
        assert_eq!(
            line["fields"]
                .as_object()
                .map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
            Some(
                ["first_surname", "given_name", "second_surname", "serial_number"]
                    .map(str::to_owned)
                    .into()
            ),
            "nothing a register does not need"
        );
        let environment: Vec<&str> = lines.collect();
        assert!(
            environment
                .iter()
                .all(|name| ["PATH", "PWD", "SHLVL", "_", "OLDPWD"].contains(name)),
            "it gets nothing of ours: {environment:?}"
        );
        assert_eq!(told(&booth).await, Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_gives_no_answer_claims_nothing_and_leaves_it_to_a_person() {
    let scripts = [
        "cat > \"$1\"; exit 1",
        "cat > \"$1\"; echo '{\"matches\":\"yes\"}'",
        "cat > \"$1\"; echo '{}'",
        "cat > \"$1\"; head -c 100000 /dev/zero",
        "cat > \"$1\"; sleep 60",
    ];
    for script in scripts {
        let folder = tempfile::tempdir().expect("a folder");
        let booth = booth_with(script, &folder.path().join("asked")).await;
        assert_eq!(answered(&reviewed(&booth).await), None, "{script}");
        assert!(folder.path().join("asked").exists(), "it was asked: {script}");
        assert_eq!(told(&booth).await, None, "{script}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let booth = booth_with("exit 1", &folder.path().join("asked")).await;
    reviewed(&booth).await;
    let vouched = booth.booth.attest(Check::DocumentsMatch, Some(true), "R. Vidal");
    vouched.await.expect("a person may");
    assert_eq!(told(&booth).await, Some(json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_fields_are_another_question() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = folder.path().join("asked");
    // The first time it bears the fields out, later it does not answer.
    let script = "[ -e \"$1\" ] && exit 1; cat > \"$1\"; echo '{\"matches\":true}'";
    let booth = booth_with(script, &asked).await;
    assert_eq!(answered(&reviewed(&booth).await), Some(true));
    booth.booth.go_to(Step::Fields).await.expect("back to the fields");
    booth
        .booth
        .confirm_fields(field_values(), "")
        .await
        .expect("the same");
    let view = booth.booth.current_case().await.expect("a case");
    assert_eq!(answered(&view), Some(true), "the same fields, the same answer");
    booth.booth.go_to(Step::Fields).await.expect("back to the fields");
    let mut others: Vec<FieldValue> = field_values();
    for field in &mut others {
        if field.key == FieldKey::GivenName {
            field.value = "Berta".to_owned();
        }
    }
    let view = booth.booth.confirm_fields(others, "").await.expect("others");
    assert_eq!(
        answered(&view),
        None,
        "what was said of others is not said of them"
    );
    assert_eq!(told(&booth).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_one_in_the_settings_nobody_is_asked() {
    let booth = Rehearsal::new().await;
    booth.begun().await;
    let view = booth.up_to_review().await;
    assert_eq!(answered(&view), None);
    let text = booth.booth.consent_text("es");
    assert!(!text.version.contains("register"), "{}", text.version);
}
