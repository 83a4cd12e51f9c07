//! The lines of an audit log: whatever they are, the answer is a verdict, and one that agrees with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use station::audit::{Mark, verify_lines};

fuzz_target!(|log: &[u8]| {
    let verdict = verify_lines(log, &[]);
    let lines = log.iter().filter(|byte| **byte == b'\n').count();
    assert!(verdict.entries <= lines as u64, "a line that holds is a whole line");
    assert_eq!(verdict.head.is_some(), verdict.entries > 0);
    let Some(head) = verdict.head.clone() else { return };
    assert_eq!(head.n + 1, verdict.entries);
    // Kept elsewhere, its head is found again; one that is further on, or another, is missed.
    assert_eq!(verify_lines(log, std::slice::from_ref(&head)), verdict);
    let (further, other) = (head.n + 1, "0".repeat(64));
    let later = Mark { n: further, ..head.clone() };
    let another = Mark { sha256: other, ..head };
    for mark in [later, another] {
        assert!(verify_lines(log, &[mark]).broken.is_some());
    }
});
