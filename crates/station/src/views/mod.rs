//! From a case to what is shown of it.

mod booth;
pub(crate) mod review;
mod shown;
mod signing;

use evidence::{
    Basis, Case, Challenge, Check, Exhibit, Facts, FieldKey, Leg, LegState, Method, Problem, Request,
    RequestNumbers, Role, Script, Showing, Similarity, Starting, State, Step,
};

use crate::view::{
    AnswerView, CaptureView, CaseView, ChangedView, CheckView, DeliveryView, DocumentView, ExhibitView,
    FieldView, LegProgress, LegView, PromptResult, ReadFieldView, ReadingView, RequestView, ShowingView,
    SimilarityView, SizeView, StepView, TakeView,
};

/// The server's numbers, once they are known.
pub(crate) const fn numbers(case: &Case) -> Option<RequestNumbers> {
    match case.request {
        Request::Known { numbers } => Some(numbers),
        Request::None | Request::Asked { .. } => None,
    }
}

/// The case as the doors show it.
pub(crate) fn case(case: &Case) -> CaseView {
    CaseView {
        id: case.id.to_string(),
        code: case.id.short_code(),
        revision: case.revision,
        step: case.step(),
        steps: steps(case),
        origin: case.origin,
        request: request(case),
        document: case.document.map(|document| DocumentView {
            kind: document.kind,
            country: document.country.as_str().to_owned(),
        }),
        capture: capture(case),
        exhibits: case
            .exhibits
            .iter()
            .map(|(&role, piece)| ExhibitView {
                kept: !case.is_purged(),
                ..exhibit(role, piece)
            })
            .collect(),
        biometrics: case.biometrics(),
        reading: case.reading.as_ref().map(|reading| ReadingView {
            method: reading.method.clone(),
            at: reading.at.0,
            portrait: reading.portrait,
            hints: reading.hints.clone(),
        }),
        fields: FieldKey::ALL.map(|key| field(case, key)).into(),
        checks: Check::ALL.map(|which| check(case, which)).into(),
        similarity: case.similarity.as_ref().map(similarity),
        delivery: delivery(case),
        review: review::review(case),
        signing: signing::signing(case),
        kept: None,
        problem: problem(case).map(Into::into),
    }
}

/// The steps of the walk; after the approval, those that follow it.
fn steps(case: &Case) -> Vec<StepView> {
    let walk: &[Step] = match case.step() {
        Step::Documents | Step::Reading | Step::Code | Step::Signed | Step::Closed => &Step::AFTERWARDS,
        _ => &Step::WALK,
    };
    walk.iter()
        .copied()
        .filter(|&step| case.has_step(step))
        .map(|step| StepView {
            step,
            done: case.is_done(step),
            reachable: case.can_go_to(step),
        })
        .collect()
}

fn request(case: &Case) -> RequestView {
    match case.request {
        Request::Known { numbers } => RequestView::Known {
            request_pk: numbers.request_pk,
            videoid_pk: numbers.videoid_pk,
        },
        Request::Asked { .. }
            if matches!(case.state, State::Start(Starting::Creating) | State::Submitting) =>
        {
            RequestView::Creating
        }
        Request::Asked { .. } => RequestView::Uncertain,
        Request::None if matches!(case.state, State::Start(Starting::Creating)) => RequestView::Creating,
        Request::None => RequestView::None,
    }
}

fn capture(case: &Case) -> Option<CaptureView> {
    let State::Capture { role, showing } = &case.state else {
        return None;
    };
    let accepted = case.exhibits.get(role);
    let showing = match showing {
        Showing::Live => ShowingView::Live,
        Showing::Recording { .. } => ShowingView::Recording,
        Showing::Taken { exhibit: taken } => ShowingView::Taken {
            exhibit: exhibit(*role, taken),
        },
        Showing::Accepted => match accepted {
            Some(accepted) => ShowingView::Accepted {
                exhibit: exhibit(*role, accepted),
            },
            None => ShowingView::Live,
        },
    };
    let challenge = match case.state {
        State::Capture {
            role: Role::Video,
            showing: Showing::Recording { .. } | Showing::Taken { .. },
        } => case.asked.as_ref(),
        State::Capture {
            role: Role::Video,
            showing: Showing::Accepted,
        } => case.challenge.as_ref(),
        _ => None,
    };
    let script = match case.state {
        State::Capture {
            role: Role::Video,
            showing: Showing::Taken { .. },
        } => case.prompting.as_ref(),
        State::Capture {
            role: Role::Video,
            showing: Showing::Accepted,
        } => case.script.as_ref(),
        _ => None,
    };
    Some(CaptureView {
        role: *role,
        showing,
        has_earlier: accepted.is_some(),
        challenge: challenge.map(answer),
        script: script.map(prompts),
    })
}

/// What was asked for, and how each prompt ended.
fn prompts(script: &Script) -> Vec<PromptResult> {
    let went = |index: usize| script.outcome.as_ref()?.steps.get(index)?.end;
    let prompts = script.steps.iter().enumerate();
    prompts
        .map(|(index, step)| PromptResult {
            prompt: step.prompt,
            digits: step.digits.clone(),
            end: went(index),
        })
        .collect()
}

fn answer(challenge: &Challenge) -> AnswerView {
    let outcome = challenge.outcome.as_ref();
    let unseen = outcome
        .is_some_and(|outcome| !outcome.passed && outcome.faults.iter().all(|fault| fault.is_absence()));
    AnswerView {
        passed: outcome.filter(|_| !unseen).map(|outcome| outcome.passed),
        faults: outcome.map(|outcome| outcome.faults.clone()).unwrap_or_default(),
    }
}

fn exhibit(role: Role, piece: &Exhibit) -> ExhibitView {
    let (width, height) = piece.facts.size();
    let (duration_ms, frames) = match piece.facts {
        Facts::Mp4 {
            duration_ms, frames, ..
        } => (Some(duration_ms), Some(frames)),
        Facts::Jpeg { .. } | Facts::Png { .. } => (None, None),
    };
    let (camera, crop) = match &piece.method {
        Method::Camera { name, .. } => (Some(name.clone()), None),
        Method::File | Method::Server => (None, None),
        Method::Crop(crop) => (None, Some(*crop)),
    };
    ExhibitView {
        role,
        object: piece.object.to_string(),
        media_type: piece.facts.media_type().to_owned(),
        size: SizeView { width, height },
        bytes: piece.bytes,
        sha256: piece.sha256.clone(),
        taken_at: piece.taken_at.0,
        camera,
        synthetic: piece.method.is_synthetic(),
        provenance: piece.method.provenance().map(Into::into),
        from_file: piece.method == Method::File,
        from_server: piece.method == Method::Server,
        duration_ms,
        frames,
        chapters: piece
            .take
            .as_ref()
            .map(|take| take.chapters.clone())
            .unwrap_or_default(),
        crop,
        corners: piece.outline.map(|outline| outline.corners),
        corners_by_hand: piece.corners_by_hand().is_some(),
        by_itself: piece.shutter.is_some(),
        kept: true,
        note: piece.note.clone(),
        take: piece.take.as_ref().map(|take| TakeView {
            continuous: take.is_continuous(),
            gaps: take.gaps.clone(),
            remarks: take
                .remarks(duration_ms.unwrap_or_default())
                .into_iter()
                .map(str::to_owned)
                .collect(),
            stamped: take.stamp.is_some(),
        }),
    }
}

fn field(case: &Case, key: FieldKey) -> FieldView {
    let beside = match key {
        FieldKey::GivenName | FieldKey::FirstSurname | FieldKey::SecondSurname | FieldKey::SerialNumber => {
            Some(Role::Front)
        }
        FieldKey::MobilePhone | FieldKey::Email => None,
    };
    FieldView {
        key,
        value: case.fields.get(key).to_owned(),
        required: key.is_required(),
        beside,
        read: read_field(case, key),
        changed: case.changes.get(&key).map(|change| ChangedView {
            by: change.by.clone(),
            at: change.at.0,
        }),
    }
}

fn read_field(case: &Case, key: FieldKey) -> Option<ReadFieldView> {
    let read = case.reading.as_ref()?.fields.get(&key)?;
    Some(ReadFieldView {
        value: case.proposed(key)?,
        source: read.source,
        confidence: read.confidence,
        repaired: read.repaired,
        role: read.role,
        corners: read.corners,
        // EXPOSE: shown to the person it belongs to, who says which is right.
        other: read.other.as_ref().map(|other| other.expose().clone()),
    })
}

fn check(case: &Case, check: Check) -> CheckView {
    let finding = case.findings.get(&check);
    let (attested_by, measured) = match finding.map(|finding| &finding.basis) {
        Some(Basis::Attested { by, .. }) => (Some(by.clone()), None),
        Some(Basis::Measured {
            method,
            score,
            threshold,
            ..
        }) => (None, Some((method.clone(), *score, *threshold))),
        Some(Basis::Reported) | None => (None, None),
    };
    CheckView {
        check,
        attestable: check.can_be_attested(),
        passed: finding.map(|finding| finding.passed),
        attested_by,
        score: measured.as_ref().map(|(_, score, _)| *score),
        threshold: measured.as_ref().map(|(_, _, threshold)| *threshold),
        measured_by: measured.map(|(method, ..)| method),
        reported: finding.is_some_and(|finding| finding.basis == Basis::Reported),
    }
}

fn similarity(similarity: &Similarity) -> SimilarityView {
    match similarity {
        Similarity::Attested { word, by, .. } => SimilarityView {
            word: Some(*word),
            by: Some(by.clone()),
            measured_by: None,
            level: None,
        },
        Similarity::Measured { level, method, .. } => SimilarityView {
            word: None,
            by: None,
            measured_by: Some(method.clone()),
            level: Some(level.to_string()),
        },
        Similarity::Reported { level } => SimilarityView {
            word: None,
            by: None,
            measured_by: None,
            level: Some(level.clone()),
        },
    }
}

fn delivery(case: &Case) -> Option<DeliveryView> {
    let submitted_at = case.delivery.submitted_at?;
    let confirmation = case.confirmation();
    let legs = [Leg::Evidences, Leg::Video].map(|leg| LegView {
        leg,
        state: match case.delivery.leg(leg) {
            LegState::Waiting => LegProgress::Waiting,
            LegState::Sending { .. } => LegProgress::Sending,
            LegState::Arrived { .. } => LegProgress::Arrived,
        },
    });
    Some(DeliveryView {
        legs: legs.into(),
        submitted_at: submitted_at.0,
        confirmed_at: confirmation.map(|(at, _)| at.0),
        status: confirmation.map(|(_, status)| status.to_owned()),
        by_itself: false,
        failed_attempts: case.delivery.attempts.failed,
        next_at: case.delivery.attempts.next_at.map(|at| at.0),
    })
}

fn problem(case: &Case) -> Option<Problem> {
    match &case.state {
        State::Start(Starting::Refused { problem }) | State::Failed { problem } => Some(problem.clone()),
        _ => None,
    }
}
