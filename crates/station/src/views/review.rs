//! What the officer decided, as it is shown.

use std::collections::BTreeSet;

use evidence::{Basis, Case, Decision, Review, Similarity, State, Verdict};

use crate::view::{ReviewState, ReviewView};

/// The names of those who put them to the capture.
pub(crate) fn taken_by(case: &Case) -> Vec<String> {
    let of_checks = case.findings.values().filter_map(|finding| match &finding.basis {
        Basis::Attested { by, .. } => Some(by.clone()),
        Basis::Measured { .. } | Basis::Reported => None,
    });
    let of_likeness = case.similarity.iter().filter_map(|similarity| match similarity {
        Similarity::Attested { by, .. } => Some(by.clone()),
        Similarity::Measured { .. } | Similarity::Reported { .. } => None,
    });
    let names: BTreeSet<String> = of_checks.chain(of_likeness).collect();
    names.into_iter().collect()
}

/// How far the decision is.
pub(crate) fn state(case: &Case) -> ReviewState {
    if matches!(case.state, State::Refused { .. }) {
        return ReviewState::Refused;
    }
    match &case.review {
        Review::Open => ReviewState::Open,
        Review::Sending { .. } => ReviewState::Sending,
        Review::Made { .. } | Review::Elsewhere { .. } => ReviewState::Approved,
    }
}

pub(super) fn review(case: &Case) -> Option<ReviewView> {
    if !case.is_after_submission() {
        return None;
    }
    let decision: Option<&Decision> = match &case.review {
        Review::Sending { decision } | Review::Made { decision } => Some(decision),
        Review::Open | Review::Elsewhere { .. } => None,
    };
    let told = match &case.state {
        State::Refused { reason, .. } => reason.as_ref(),
        _ => None,
    };
    let reason = told.or(match decision.map(|decision| &decision.verdict) {
        Some(Verdict::Refused { reason }) => Some(reason),
        Some(Verdict::Approved) | None => None,
    });
    Some(ReviewView {
        state: state(case),
        officer: decision.map(|decision| decision.officer.clone()),
        at: match (&case.review, &case.state) {
            (Review::Sending { decision } | Review::Made { decision }, _) => Some(decision.at.0),
            (Review::Elsewhere { at }, _) | (Review::Open, State::Refused { at, .. }) => Some(at.0),
            (Review::Open, _) => None,
        },
        four_eyes: decision.map(|decision| decision.four_eyes),
        // EXPOSE: the officer's own words, for whoever works on the case.
        reason: reason.map(|reason| reason.expose().clone()),
        taken_by: taken_by(case),
    })
}
