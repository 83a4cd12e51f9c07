//! How long evidence stays once the server has it, and what remains.

use evidence::{
    Case, Event, FieldKey, Keeping, Rejection, RetentionEvent, ReviewEvent, Standing, State, UtcMillis, step,
};

use crate::walk::{self, submitted};

const HOUR: i64 = 3_600_000;
const DAY: u64 = 24 * 3_600_000;

fn confirmed_at(case: &Case) -> UtcMillis {
    case.confirmation().expect("it is delivered").0
}

fn hours_later(case: &Case, hours: i64) -> UtcMillis {
    UtcMillis(confirmed_at(case).0 + hours * HOUR)
}

fn after(case: &Case, event: Event) -> Case {
    walk::after(case, event).case
}

fn purged(case: &Case, at: UtcMillis) -> Case {
    after(case, Event::Retention(RetentionEvent::Purged { at }))
}

#[test]
fn the_time_is_counted_from_the_servers_word() {
    let case = submitted();
    let until = hours_later(&case, 24);
    assert_eq!(case.keeping(hours_later(&case, 0), DAY), Keeping::Until(until));
    assert_eq!(case.keeping(hours_later(&case, 23), DAY), Keeping::Until(until));
    assert_eq!(case.keeping(until, DAY), Keeping::Over);
    assert_eq!(case.keeping(confirmed_at(&case), 0), Keeping::Over, "at once");
}

#[test]
fn a_clock_set_back_neither_keeps_for_ever_nor_removes_early() {
    let case = submitted();
    let a_year_back = hours_later(&case, -24 * 365);
    assert_eq!(case.keeping(a_year_back, DAY), Keeping::ClockSetBack);
    let counted = after(
        &case,
        Event::Retention(RetentionEvent::CountedFrom { at: a_year_back }),
    );
    let later = |hours: i64| UtcMillis(a_year_back.0 + hours * HOUR);
    assert_eq!(counted.keeping(later(23), DAY), Keeping::Until(later(24)));
    assert_eq!(
        counted.keeping(later(24), DAY),
        Keeping::Over,
        "a day, not a year"
    );
    assert_eq!(
        counted.keeping(later(-1), DAY),
        Keeping::ClockSetBack,
        "set back once more: counted once more"
    );
    let right_again = hours_later(&case, 2);
    assert_eq!(
        counted.keeping(right_again, DAY),
        Keeping::Until(hours_later(&case, 24)),
        "a clock that is right again removes nothing early"
    );
}

#[test]
fn what_the_server_does_not_have_is_never_removed() {
    let mut case = submitted();
    case.state = State::Submitting;
    case.delivery.confirmed = None;
    let at = UtcMillis(i64::MAX);
    assert_eq!(case.keeping(at, 0), Keeping::NotCounted);
    let rejected = step(&case, Event::Retention(RetentionEvent::Purged { at }));
    assert!(matches!(rejected, Err(Rejection::OutOfOrder(_))));
}

#[test]
fn the_proof_stays_and_the_person_goes_in_two_steps() {
    let case = submitted();
    let mut case = purged(&case, hours_later(&case, 24));
    assert_eq!(case.objects(), [], "nothing refers to the bytes any more");
    assert_eq!(case.fields.get(FieldKey::Email), "", "nobody needs it any more");
    assert_eq!(
        case.consent.as_ref().and_then(|consent| consent.address.as_ref()),
        None
    );
    assert_ne!(
        case.fields.get(FieldKey::SerialNumber),
        "",
        "the signature is compared with it"
    );
    assert_eq!(case.keeping(hours_later(&case, 99), DAY), Keeping::NotCounted);

    let refused_at = hours_later(&case, 100);
    let cancelled = ReviewEvent::Standing {
        standing: Standing::Cancelled,
        reason: None,
        at: refused_at,
    };
    case = after(&case, Event::Review(cancelled));
    let until = UtcMillis(refused_at.0 + 24 * HOUR);
    assert_eq!(case.keeping(refused_at, DAY), Keeping::Until(until));
    let proof = case.exhibits.clone();
    case = purged(&case, until);
    assert!(FieldKey::ALL.iter().all(|&key| case.fields.get(key).is_empty()));
    assert_eq!(case.exhibits, proof, "digests and sizes");
    assert!(case.confirmation().is_some(), "and the server's word");
    assert_eq!(
        case.keeping(until, 0),
        Keeping::NotCounted,
        "nothing is left to remove"
    );
}

#[test]
fn a_case_stored_before_there_was_a_rule_is_read_and_what_is_added_is_held() {
    let case = submitted();
    let stored = serde_json::to_value(&case).expect("it can be stored");
    assert!(stored.get("retention").is_none() && stored["delivery"].get("attempts").is_none());
    let mut case = purged(&case, UtcMillis(7));
    case.retention.counted_from = Some(UtcMillis(5));
    case.retention.brought_back_at = Some(UtcMillis(6));
    case.delivery.attempts.failed = 2;
    case.delivery.attempts.next_at = Some(UtcMillis(9));
    let stored = serde_json::to_value(&case).expect("it can be stored");
    assert_eq!(
        stored["retention"],
        serde_json::json!({ "counted_from": 5, "brought_back_at": 6, "purged_at": 7 })
    );
    assert_eq!(
        stored["delivery"]["attempts"],
        serde_json::json!({ "failed": 2, "next_at": 9 })
    );
    let read: Case = serde_json::from_value(stored).expect("it can be read");
    assert_eq!(read, case);
}
