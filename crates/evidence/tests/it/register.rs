//! What an official register said: of these fields and no others, and a person's word stands before it.

use evidence::{
    Basis, Case, Check, DocumentType, Event, FieldKey, Finding, RegisterAnswer, RegisterQuestion, Rejection,
    Step, step,
};

use crate::walk::{AT, after, at_review, confirmed, document, fields};

pub fn question() -> RegisterQuestion {
    RegisterQuestion {
        document: document(DocumentType::IdentityCard),
        fields: fields(),
    }
}

pub fn answer(passed: bool) -> RegisterAnswer {
    RegisterAnswer {
        register: "Registro de muestra".into(),
        reference: Some("R-7".into()),
        at: AT,
        measured: Finding {
            passed,
            basis: Basis::Measured {
                method: "register: Registro de muestra".into(),
                score: f64::from(u8::from(passed)),
                threshold: 1.0,
                at: AT,
            },
        },
    }
}

pub fn answered(question: RegisterQuestion, answer: RegisterAnswer) -> Event {
    Event::RegisterAnswered {
        question: Box::new(question),
        answer: Box::new(answer),
    }
}

fn said(case: &Case) -> Option<bool> {
    case.findings
        .get(&Check::DocumentsMatch)
        .map(|finding| finding.passed)
}

#[test]
fn it_is_asked_once_about_what_was_confirmed() {
    let case = at_review();
    assert_eq!(case.to_be_asked_of_a_register(), Some(question()));
    let case = after(&case, answered(question(), answer(true))).case;
    assert_eq!(said(&case), Some(true));
    assert_eq!(case.to_be_asked_of_a_register(), None);
    let again = step(&case, answered(question(), answer(false)));
    assert_eq!(again.err(), Some(Rejection::OutOfOrder(Step::Review)));
}

#[test]
fn with_the_fields_or_the_document_its_answer_goes() {
    let case = after(&at_review(), answered(question(), answer(true))).case;
    let at_fields = after(&case, Event::Went(Step::Fields)).case;
    let same = after(&at_fields, confirmed(fields())).case;
    assert_eq!(said(&same), Some(true), "the same fields, the same answer");

    let mut others = fields();
    others.set(FieldKey::GivenName, "Berta");
    let other = after(&at_fields, confirmed(others.clone())).case;
    assert_eq!((said(&other), other.register.as_ref()), (None, None));
    let late = step(&other, answered(question(), answer(true)));
    assert!(
        late.is_err(),
        "an answer about the fields of before comes too late"
    );
    let asked = RegisterQuestion {
        fields: others,
        ..question()
    };
    assert_eq!(other.to_be_asked_of_a_register(), Some(asked));

    let at_document = after(&case, Event::Went(Step::Document)).case;
    let passport = Event::DocumentChosen(document(DocumentType::Passport));
    let other = after(&at_document, passport).case;
    assert_eq!((said(&other), other.register), (None, None));
}

#[test]
fn a_person_says_otherwise_and_may_take_it_back() {
    let case = after(&at_review(), answered(question(), answer(false))).case;
    assert_eq!(said(&case), Some(false));
    let attest = |finding| Event::Attested {
        check: Check::DocumentsMatch,
        finding,
    };
    let by_hand = Finding {
        passed: true,
        basis: Basis::Attested {
            by: "R. Vidal".into(),
            at: AT,
        },
    };
    let case = after(&case, attest(Some(by_hand))).case;
    assert_eq!(said(&case), Some(true));
    let case = after(&case, attest(None)).case;
    assert_eq!(said(&case), Some(false), "what the register said is left");
}

#[test]
fn an_answer_nobody_stands_behind_is_none() {
    let nameless = RegisterAnswer {
        register: " ".into(),
        ..answer(true)
    };
    let reported = RegisterAnswer {
        measured: Finding {
            passed: true,
            basis: Basis::Reported,
        },
        ..answer(true)
    };
    for wrong in [nameless, reported] {
        assert!(step(&at_review(), answered(question(), wrong)).is_err());
    }
}
