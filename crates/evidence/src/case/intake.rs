//! Consent, document, fields, judgements, and going to another step.

use super::{Case, Effect, Rejection, Showing, State, Step};
use crate::{Basis, Check, Consent, Document, Fields, Finding, Similarity, UtcMillis};

pub(super) fn consented(case: &mut Case, consent: Consent) -> Result<(), Rejection> {
    expect_step(case, Step::Consent)?;
    let before = case.biometrics();
    case.consent = Some(consent);
    if case.biometrics() != before {
        case.drop_stale_faces();
        case.withdraw_judgements();
    }
    case.advance();
    Ok(())
}

pub(super) fn document_chosen(case: &mut Case, document: Document) -> Result<(), Rejection> {
    expect_step(case, Step::Document)?;
    if case.document.is_some_and(|before| before != document) {
        // It was read as another kind of document, and a register was asked about that one.
        case.reading = None;
        case.register = None;
        case.withdraw_judgements();
    }
    case.document = Some(document);
    case.advance();
    Ok(())
}

pub(super) fn fields_confirmed(
    case: &mut Case,
    fields: Fields,
    by: Option<String>,
    at: UtcMillis,
) -> Result<(), Rejection> {
    expect_step(case, Step::Fields)?;
    if let Some(&(key, fault)) = fields.faults().first() {
        return Err(Rejection::Field(key, fault));
    }
    let by = by.as_deref().map(str::trim).filter(|name| !name.is_empty());
    case.note_changes(&fields, by, at);
    case.drop_stale_register(&fields);
    if case.fields != fields {
        case.withdraw_judgements();
    }
    case.fields = fields;
    case.fields_confirmed = true;
    case.advance();
    Ok(())
}

pub(super) fn attested(case: &mut Case, check: Check, finding: Option<Finding>) -> Result<(), Rejection> {
    expect_step(case, Step::Review)?;
    match finding {
        None => {
            // Whoever takes their word back leaves what was measured.
            case.findings.remove(&check);
            case.claim_what_was_measured();
        }
        Some(Finding {
            basis: Basis::Attested { ref by, .. },
            ..
        }) if !check.can_be_attested() || by.trim().is_empty() => {
            return Err(Rejection::Unfounded(check));
        }
        Some(finding) => {
            case.findings.insert(check, finding);
        }
    }
    Ok(())
}

pub(super) fn similarity_judged(case: &mut Case, similarity: Option<Similarity>) -> Result<(), Rejection> {
    expect_step(case, Step::Review)?;
    if let Some(Similarity::Attested { by, .. }) = &similarity
        && by.trim().is_empty()
    {
        return Err(Rejection::Unnamed);
    }
    // Nothing but a comparison of faces measures it.
    if matches!(similarity, Some(Similarity::Measured { .. })) {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    // Whoever takes their word back leaves what was measured.
    case.similarity = similarity.or_else(|| case.measured_similarity());
    Ok(())
}

pub(super) fn went(case: &mut Case, to: Step, effects: &mut Vec<Effect>) -> Result<(), Rejection> {
    if !case.can_go_to(to) {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    if let State::Capture {
        showing: Showing::Taken { exhibit },
        ..
    } = &case.state
    {
        // It was neither used nor retaken: nobody accepted it.
        effects.push(Effect::Discard(exhibit.object));
    }
    case.state = case.enter(to);
    (case.asked, case.prompting) = (None, None);
    case.drop_stale_faces();
    Ok(())
}

fn expect_step(case: &Case, step: Step) -> Result<(), Rejection> {
    if case.step() == step {
        Ok(())
    } else {
        Err(Rejection::OutOfOrder(case.step()))
    }
}
