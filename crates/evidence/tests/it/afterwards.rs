//! From the officer's decision to the end: the straight way, and what is refused beside it.

use evidence::{
    Case, CodeMethod, CodeState, Contract, Decision, Deletion, Effect, Event, FourEyes, MOST_PAPERS,
    ObjectId, Paper, PaperId, Rejection, Review, ReviewEvent, Seal, SignatureState, SignedCopy, SigningEvent,
    Standing, State, Step, UnlockKind, Upload, Verdict, step,
};
use uuid::Uuid;

use crate::walk::{AT, after, submitted};

pub const CONTRACT: ObjectId = ObjectId(Uuid::from_u128(1 << 20));

pub fn object(number: u128) -> ObjectId {
    ObjectId(Uuid::from_u128(number))
}

pub fn paper_id(number: u128) -> PaperId {
    PaperId(Uuid::from_u128(number))
}

/// A document whose bytes are under the object of the same number, a thousand up.
pub fn paper(number: u128) -> Paper {
    Paper {
        id: paper_id(number),
        file_name: "agreement.pdf".into(),
        object: object(1000 + number),
        bytes: 4096,
        sha256: "ab".repeat(32),
        pages: 2,
        upload: Upload::Waiting,
        read_at: None,
        signed: None,
    }
}

pub fn contract(sha256: &str) -> Contract {
    Contract {
        object: CONTRACT,
        bytes: 2048,
        sha256: sha256.repeat(32),
        pages: 2,
        read_at: None,
    }
}

pub fn copy(number: u128, good: bool) -> SignedCopy {
    SignedCopy {
        object: object(number),
        bytes: 9000,
        sha256: "ef".repeat(32),
        at: AT,
        seal: Seal {
            intact: good,
            covers_whole: true,
            extends_original: true,
            signer: "ALMA".into(),
            is_holder: Some(true),
            issuer: "CA".into(),
            certificate: "01".into(),
            signed_at: Some(AT),
            timestamped: true,
            trusted: None,
        },
    }
}

pub fn decision(verdict: Verdict) -> Decision {
    Decision {
        verdict,
        officer: "R. Vidal".into(),
        rao: Some("1400".into()),
        four_eyes: FourEyes::Different,
        at: AT,
    }
}

pub fn refusal() -> Verdict {
    Verdict::Refused {
        reason: "The portrait is not the person".into(),
    }
}

pub fn stands(standing: Standing) -> Event {
    Event::Review(ReviewEvent::Standing {
        standing,
        reason: None,
        at: AT,
    })
}

fn signing(case: &Case, event: SigningEvent) -> Case {
    after(case, Event::Signing(event)).case
}

fn refused(case: &Case, event: SigningEvent) -> Rejection {
    step(case, Event::Signing(event)).expect_err("this has to be refused")
}

pub fn uid(number: u128) -> String {
    format!("uid-{number}")
}

fn brought(case: &Case, number: u128) -> Case {
    let id = paper_id(number);
    let case = signing(case, SigningEvent::PaperSending { paper: id, at: AT });
    signing(
        &case,
        SigningEvent::PaperArrived {
            paper: id,
            uid: uid(number),
            at: AT,
        },
    )
}

/// Approved here.
pub fn at_documents() -> Case {
    let decided = after(
        &submitted(),
        Event::Review(ReviewEvent::Deciding {
            decision: decision(Verdict::Approved),
        }),
    );
    after(&decided.case, stands(Standing::Ready)).case
}

/// Two documents at the server, everything read.
pub fn at_code() -> Case {
    let mut case = at_documents();
    for number in [1, 2] {
        case = signing(&case, SigningEvent::PaperAdded(paper(number)));
        case = brought(&case, number);
    }
    case = signing(&case, SigningEvent::ContractFetched(contract("12")));
    for object in [CONTRACT, paper(1).object, paper(2).object] {
        assert_eq!(case.step(), Step::Reading);
        case = signing(&case, SigningEvent::Read { object, at: AT });
    }
    case
}

fn sending() -> SigningEvent {
    SigningEvent::SignatureSending {
        unlock: UnlockKind::Code,
        at: AT,
    }
}

pub fn at_signed() -> Case {
    let case = signing(&at_code(), sending());
    signing(&case, SigningEvent::Signed { at: AT })
}

fn deleting(held: &[u128]) -> SigningEvent {
    SigningEvent::Deleting {
        held: held.iter().map(|&number| uid(number)).collect(),
        at: AT,
    }
}

fn kept(case: &Case, number: u128, good: bool) -> Case {
    signing(
        case,
        SigningEvent::CopyKept {
            paper: paper_id(number),
            copy: copy(2000 + number, good),
        },
    )
}

#[test]
fn the_straight_way_leads_to_nothing_left_at_the_server() {
    let case = at_documents();
    assert_eq!(
        case.review,
        Review::Made {
            decision: decision(Verdict::Approved)
        }
    );
    let case = at_code();
    assert_eq!(case.step(), Step::Code);
    let method = CodeMethod::Sms;
    let case = signing(&case, SigningEvent::CodeAsking { method, at: AT });
    let case = signing(&case, SigningEvent::CodeSent { method, at: AT });
    assert_eq!(case.signing.code, CodeState::Sent { at: AT, method });
    let case = signing(&case, sending());
    let case = signing(&case, SigningEvent::Signed { at: AT });
    assert_eq!(case.step(), Step::Signed);
    let case = kept(&kept(&case, 1, true), 2, true);
    let case = signing(&case, deleting(&[1, 2]));
    let case = signing(&case, SigningEvent::Deleted { at: AT });
    assert_eq!(case.state, State::Closed { at: AT });
    assert!(case.is_over());
    assert_eq!(
        case.confirmation(),
        Some((AT, "VIDEOREVIEW")),
        "the receipt keeps the server's word"
    );
}

#[test]
fn a_decision_whose_answer_was_lost_is_what_the_server_says_it_is() {
    let decided = |verdict| {
        let event = ReviewEvent::Deciding {
            decision: decision(verdict),
        };
        after(&submitted(), Event::Review(event)).case
    };
    for (ours, theirs, made) in [
        (Verdict::Approved, Standing::Ready, true),
        (Verdict::Approved, Standing::Cancelled, false),
        (refusal(), Standing::Cancelled, true),
        (refusal(), Standing::Ready, false),
    ] {
        let case = after(&decided(ours.clone()), stands(theirs)).case;
        assert_eq!(
            matches!(case.review, Review::Made { .. }),
            made,
            "{ours:?} and then {theirs:?}"
        );
    }
    let open = decided(Verdict::Approved);
    let again = Event::Review(ReviewEvent::Deciding {
        decision: decision(Verdict::Approved),
    });
    assert!(step(&open, again).is_err(), "nobody decides twice");
    let waiting = after(&open, stands(Standing::InReview)).case;
    assert!(
        matches!(waiting.review, Review::Sending { .. }),
        "still waiting is no answer by itself"
    );
    let back = after(&waiting, Event::Review(ReviewEvent::NotDecided)).case;
    assert_eq!(back.review, Review::Open);
}

#[test]
fn a_refusal_needs_its_reason_and_every_decision_a_name() {
    let silent = Verdict::Refused { reason: " ".into() };
    let deciding = |decision| step(&submitted(), Event::Review(ReviewEvent::Deciding { decision }));
    assert_eq!(deciding(decision(silent)).err(), Some(Rejection::NoReason));
    let unnamed = Decision {
        officer: " ".into(),
        ..decision(Verdict::Approved)
    };
    assert_eq!(deciding(unnamed).err(), Some(Rejection::Unnamed));
}

#[test]
fn one_request_takes_ten_documents() {
    let mut case = at_documents();
    for number in 0..MOST_PAPERS {
        case = signing(&case, SigningEvent::PaperAdded(paper(number as u128)));
    }
    assert_eq!(
        refused(&case, SigningEvent::PaperAdded(paper(99))),
        Rejection::TooManyPapers
    );
}

#[test]
fn a_document_whose_fate_is_unknown_stays_until_it_is_known() {
    let id = paper_id(1);
    let case = signing(&at_documents(), SigningEvent::PaperAdded(paper(1)));
    let sent = signing(&case, SigningEvent::PaperSending { paper: id, at: AT });
    refused(&sent, SigningEvent::PaperRemoved(id));
    refused(&sent, SigningEvent::PaperSending { paper: id, at: AT });
    let known = signing(&sent, SigningEvent::PaperNotArrived(id));
    let gone = after(&known, Event::Signing(SigningEvent::PaperRemoved(id)));
    assert_eq!(gone.effects, [Effect::Discard(paper(1).object)]);
}

#[test]
fn one_document_at_the_server_is_one_document_here() {
    let mut case = at_documents();
    for number in [1, 2] {
        case = signing(&case, SigningEvent::PaperAdded(paper(number)));
    }
    case = brought(&case, 1);
    let second = paper_id(2);
    case = signing(
        &case,
        SigningEvent::PaperSending {
            paper: second,
            at: AT,
        },
    );
    refused(
        &case,
        SigningEvent::PaperArrived {
            paper: second,
            uid: uid(1),
            at: AT,
        },
    );
}

#[test]
fn another_contract_has_to_be_read_and_the_same_one_not_again() {
    let read = at_code();
    let back = after(&read, Event::Went(Step::Documents)).case;
    let same = signing(&back, SigningEvent::ContractFetched(contract("12")));
    assert_eq!(same.step(), Step::Code, "everything was read before");
    let another = Contract {
        object: object(77),
        ..contract("34")
    };
    let changed = after(&back, Event::Signing(SigningEvent::ContractFetched(another)));
    assert_eq!(changed.case.step(), Step::Reading);
    assert_eq!(changed.effects, [Effect::Discard(CONTRACT)]);
}

#[test]
fn a_document_added_later_is_read_before_it_is_signed() {
    let back = after(&at_code(), Event::Went(Step::Documents)).case;
    let more = signing(&back, SigningEvent::PaperAdded(paper(3)));
    assert!(
        step(&more, Event::Went(Step::Code)).is_err(),
        "it is not even there"
    );
    let more = brought(&more, 3);
    assert!(step(&more, Event::Went(Step::Code)).is_err(), "it is not read");
    let reading = signing(&more, SigningEvent::ContractFetched(contract("12")));
    assert_eq!(reading.step(), Step::Reading);
    refused(&reading, sending());
}

#[test]
fn a_document_that_is_gone_from_the_server_is_brought_again() {
    let gone = signing(&at_code(), SigningEvent::PaperGone(paper_id(1)));
    assert_eq!(gone.step(), Step::Documents);
    let again = brought(&gone, 1);
    let same = signing(&again, SigningEvent::ContractFetched(contract("12")));
    assert_eq!(same.step(), Step::Code, "it is the document that was read");
    refused(&at_signed(), SigningEvent::PaperGone(paper_id(1)));
}

#[test]
fn nobody_signs_or_moves_while_a_signature_may_have_been_made() {
    let out = signing(&at_code(), sending());
    refused(&out, sending());
    refused(
        &out,
        SigningEvent::CodeAsking {
            method: CodeMethod::Sms,
            at: AT,
        },
    );
    for to in [Step::Documents, Step::Reading] {
        assert!(step(&out, Event::Went(to)).is_err(), "{to:?}");
    }
    let again = signing(&signing(&out, SigningEvent::NotSigned), sending());
    assert!(matches!(again.signing.signature, SignatureState::Sending { .. }));
}

#[test]
fn a_signature_made_elsewhere_ends_the_asking() {
    for case in [
        submitted(),
        at_documents(),
        at_code(),
        signing(&at_code(), sending()),
    ] {
        let signed = after(&case, stands(Standing::Issued)).case;
        assert_eq!(signed.step(), Step::Signed);
        assert!(matches!(signed.signing.signature, SignatureState::Made { .. }));
    }
    // What became of an upload then is still found out.
    let case = signing(&at_documents(), SigningEvent::PaperAdded(paper(1)));
    let id = paper_id(1);
    let case = signing(&case, SigningEvent::PaperSending { paper: id, at: AT });
    let signed = after(&case, stands(Standing::Issued)).case;
    assert_eq!(refused(&signed, deleting(&[])), Rejection::NotKept);
    let known = signing(&signed, SigningEvent::PaperNotArrived(id));
    signing(&known, deleting(&[]));
}

#[test]
fn nothing_is_deleted_that_has_no_good_copy_here() {
    let case = at_signed();
    assert_eq!(
        refused(&case, deleting(&[1, 2])),
        Rejection::NotKept,
        "none is here"
    );
    let one = kept(&case, 1, true);
    assert_eq!(
        refused(&one, deleting(&[1, 2])),
        Rejection::NotKept,
        "one is missing"
    );
    let bad = kept(&one, 2, false);
    assert_eq!(
        refused(&bad, deleting(&[1, 2])),
        Rejection::NotKept,
        "one does not hold"
    );
    let good = kept(&bad, 2, true);
    assert_eq!(
        refused(&good, deleting(&[1, 2, 3])),
        Rejection::NotKept,
        "a third is at the server, and nobody has a copy of it"
    );
    let deleting = signing(&good, deleting(&[1, 2]));
    assert!(matches!(deleting.signing.deletion, Deletion::Sending { .. }));
}

#[test]
fn a_bad_copy_never_takes_a_good_ones_place() {
    let good = kept(&at_signed(), 1, true);
    let event = |number, good| {
        Event::Signing(SigningEvent::CopyKept {
            paper: paper_id(1),
            copy: copy(number, good),
        })
    };
    let worse = after(&good, event(5000, false));
    assert_eq!(worse.effects, [Effect::Discard(object(5000))]);
    assert_eq!(worse.case.signing, good.signing);
    let newer = after(&good, event(5001, true));
    assert_eq!(newer.effects, [Effect::Discard(object(2001))]);
}

#[test]
fn what_does_not_hold_in_one_point_is_not_good() {
    let good = copy(1, true).seal;
    assert!(good.is_good());
    let unknown = Seal {
        is_holder: None,
        trusted: None,
        ..good.clone()
    };
    assert!(
        unknown.is_good(),
        "what cannot be told is shown, and does not forbid"
    );
    for (what, seal) in [
        (
            "broken",
            Seal {
                intact: false,
                ..good.clone()
            },
        ),
        (
            "followed by more",
            Seal {
                covers_whole: false,
                ..good.clone()
            },
        ),
        (
            "of another document",
            Seal {
                extends_original: false,
                ..good.clone()
            },
        ),
        (
            "somebody else's",
            Seal {
                is_holder: Some(false),
                ..good.clone()
            },
        ),
        (
            "of a wrong issuer",
            Seal {
                trusted: Some(false),
                ..good
            },
        ),
    ] {
        assert!(!seal.is_good(), "{what}");
    }
}

#[test]
fn a_refused_or_closed_case_stays_what_it_is() {
    let refused = after(&at_code(), stands(Standing::Cancelled)).case;
    let closed = {
        let case = kept(&kept(&at_signed(), 1, true), 2, true);
        let case = signing(&case, deleting(&[]));
        signing(&case, SigningEvent::Deleted { at: AT })
    };
    for case in [refused, closed] {
        assert!(case.is_over());
        for standing in [
            Standing::InReview,
            Standing::Ready,
            Standing::Issued,
            Standing::Cancelled,
        ] {
            assert_eq!(
                after(&case, stands(standing)).case.state,
                case.state,
                "{standing:?}"
            );
        }
        for to in Step::AFTERWARDS.into_iter().chain(Step::WALK) {
            assert!(step(&case, Event::Went(to)).is_err(), "{to:?}");
        }
    }
}
