//! Whether a bundle hands its case over is under the signature, and agrees with the case in it.

use evidence::{Handover, HandoverId, State};
use seal::{Contents, Fault, HandoverEntry, Manifest, verify_bundle};
use uuid::Uuid;

use super::sample::{AT, Memory, a_case, device};

fn handed_over() -> (evidence::Case, Memory) {
    let (mut case, objects) = a_case();
    case.custody.handed_over = Some(Handover {
        id: HandoverId(Uuid::from_u128(40)),
        to: "age1receiver".into(),
        at: AT,
        before: Box::new(State::Review),
    });
    (case, objects)
}

/// A bundle of `case` with the manifest as `change` leaves it.
fn bundled(case: &evidence::Case, objects: &Memory, change: impl FnOnce(Manifest) -> Manifest) -> Vec<u8> {
    let key = device();
    let (manifest, record) = Manifest::of(case, key.public(), None, AT).expect("plain numbers");
    let sealed = seal::seal(change(manifest), &key).expect("its own key");
    let contents = Contents {
        sealed: &sealed,
        record: &record,
        timestamp: None,
        objects,
    };
    seal::write_bundle(&contents, Vec::new(), &[]).expect("written")
}

#[test]
fn a_bundle_is_a_copy_unless_it_says_to_whom_it_hands_over() {
    let (case, objects) = handed_over();
    let trusted = [device().public()];
    let report = verify_bundle(bundled(&case, &objects, |copy| copy).as_slice(), &trusted);
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(
        report.handed_over_to, None,
        "a copy of a case that was handed over"
    );
    let bytes = bundled(&case, &objects, |manifest| manifest.handing_over(&case));
    let report = verify_bundle(bytes.as_slice(), &trusted);
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.handed_over_to.as_deref(), Some("age1receiver"));
}

#[test]
fn a_hand_over_the_case_knows_nothing_of_does_not_verify() {
    let (plain, objects) = a_case();
    let (case, _) = handed_over();
    let entry = HandoverEntry::of(&case);
    let bytes = bundled(&plain, &objects, |manifest| Manifest {
        handover: entry,
        ..manifest
    });
    let report = verify_bundle(bytes.as_slice(), &[device().public()]);
    let failures: Vec<_> = report
        .failures()
        .map(|(part, fault)| (part.name.as_str(), fault))
        .collect();
    assert_eq!(failures, [("case.json", Fault::Disagrees)]);
}

#[test]
fn what_was_removed_here_is_proven_by_its_digest() {
    let (mut case, objects) = a_case();
    case.retention.purged_at = Some(AT);
    let bytes = bundled(&case, &objects, |copy| copy);
    let report = verify_bundle(bytes.as_slice(), &[device().public()]);
    assert!(report.is_intact(), "{report:?}");
    assert!(
        report
            .parts
            .iter()
            .all(|part| part.label.as_deref() != Some("front")),
        "its bytes are gone"
    );
    let sha256 = &case.exhibits[&evidence::Role::Front].sha256;
    assert!(
        bytes.windows(64).any(|window| window == sha256.as_bytes()),
        "what was sent is still under the signature"
    );
}
