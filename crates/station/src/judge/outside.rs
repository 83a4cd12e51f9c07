//! What comes from outside: a branch's own network claims nothing, and a register's answer holds while it is in the case.

use evidence::{Case, Check, Passive, RegisterAnswer};

use super::full::{AT, full, wire};
use super::{answered_by_register, security_checks};

#[test]
fn what_a_passive_network_says_changes_nothing_that_is_sent() {
    for share in [0.0, 1.0] {
        for without_challenge in [false, true] {
            let mut before = full();
            if without_challenge {
                before.challenge = None;
            }
            let mut case = before.clone();
            if let Some(faces) = &mut case.faces {
                faces.passive = Some(Passive {
                    model_sha256: "ba".repeat(32),
                    selfie: Some(share),
                    video: Some(share),
                });
            }
            assert_eq!(wire(&case), wire(&before), "{share}");
        }
    }
}

#[test]
fn a_registers_answer_is_sent_as_long_as_it_is_in_the_case() {
    for matches in [true, false] {
        let mut case = full();
        let measured = answered_by_register("Registro", matches, AT);
        case.findings.insert(Check::DocumentsMatch, measured.clone());
        assert_eq!(security_checks(&case).documents_match, None, "nobody answered");
        case.register = Some(RegisterAnswer {
            register: "Registro".into(),
            reference: None,
            at: AT,
            measured,
        });
        assert_eq!(security_checks(&case).documents_match, Some(matches));
        let other = answered_by_register("Registro", !matches, AT);
        case.findings.insert(Check::DocumentsMatch, other);
        assert_eq!(security_checks(&case).documents_match, None, "it said otherwise");
    }
}

#[test]
fn a_statement_made_after_the_pictures_are_gone_says_what_was_sent() {
    let sent = |case: &Case| serde_json::to_value(security_checks(case)).ok();
    let mut case = full();
    let before = sent(&case);
    case.reading = None;
    assert_ne!(sent(&case), before);
    case.retention.purged_at = Some(AT);
    assert_eq!(sent(&case), before);
}
