//! The statement, made from a case.

use evidence::{
    Basis, Biometrics, Case, Check, Decision, FaceScore, Review, Role, Script, Similarity, StepOutcome,
    Verdict,
};

use super::{
    Assurance, AssuredChallenge, AssuredChange, AssuredCheck, AssuredDecision, AssuredError, AssuredLikeness,
    AssuredMissing, AssuredOperator, AssuredPassive, AssuredPrompt, AssuredReading, AssuredScore,
    AssuredScript, AssuredStep, Stands, WhyNot,
};
use crate::eyes::drawing;
use crate::judge::{self, Rule};

impl Assurance {
    /// The statement of `case` as it is now.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let faces = case.faces.as_ref();
        Self {
            format: Self::FORMAT,
            case: case.id.to_string(),
            practice: case.practice,
            biometrics: case.biometrics(),
            checks: judge::RULES.iter().map(|rule| checked(case, rule)).collect(),
            similarity: likeness(case),
            challenge: challenge(case),
            script: case.script.as_ref().map(|asked| script(case, asked)),
            reading: case.reading.as_ref().map(|reading| AssuredReading {
                method: reading.method.clone(),
                at: reading.at.0,
                hints: reading.hints.clone(),
            }),
            passive: faces
                .and_then(|faces| faces.passive.as_ref())
                .map(|it| AssuredPassive {
                    model_sha256: it.model_sha256.clone(),
                    selfie: it.selfie,
                    video: it.video,
                }),
            operator: faces
                .and_then(|faces| faces.operator.as_ref())
                .map(|it| AssuredOperator {
                    operator: it.operator.clone(),
                    cosine: it.likeness.cosine,
                    flagged: it.flagged,
                }),
            operators_missing: faces
                .iter()
                .flat_map(|faces| faces.operators_missing.keys().cloned())
                .collect(),
            missing: faces
                .iter()
                .flat_map(|faces| &faces.missing)
                .map(|(&role, &why)| AssuredMissing { role, why })
                .collect(),
            selfie: quality(case, Role::Selfie),
            portrait: quality(case, Role::Portrait),
            changed: case
                .changes
                .iter()
                .map(|(&field, change)| AssuredChange {
                    field,
                    by: change.by.clone(),
                    at: change.at.0,
                })
                .collect(),
            decision: decision(case),
            synthetic: case
                .exhibits
                .iter()
                .filter(|(_, exhibit)| exhibit.method.is_synthetic())
                .map(|(&role, _)| role)
                .collect(),
        }
    }
}

fn quality(case: &Case, role: Role) -> Vec<AssuredScore> {
    let measured = case.exhibits.get(&role).map(|exhibit| &exhibit.quality);
    let score = |(name, score): (&String, &FaceScore)| AssuredScore {
        name: name.clone(),
        value: score.value,
        good: score.good,
    };
    measured.into_iter().flatten().map(score).collect()
}

fn checked(case: &Case, rule: &Rule) -> AssuredCheck {
    let check = rule.check;
    let sent = judge::claim(case, check);
    AssuredCheck {
        check,
        sent,
        stands: stands(case, check, sent),
        how: rule.measure,
        source: rule.source,
        limits: rule.limits,
    }
}

fn stands(case: &Case, check: Check, sent: Option<bool>) -> Stands {
    let Some(finding) = case.findings.get(&check) else {
        return Stands::Nothing {
            why: why_not(case, check),
        };
    };
    let passed = finding.passed;
    match &finding.basis {
        Basis::Reported => Stands::Reported { passed },
        _ if sent.is_none() => Stands::Nothing {
            why: WhyNot::Contradicted,
        },
        Basis::Attested { by, at } => Stands::Attested {
            passed,
            by: by.clone(),
            at: at.0,
        },
        Basis::Measured {
            method,
            score,
            threshold,
            at,
        } => Stands::Measured {
            passed,
            method: method.clone(),
            score: *score,
            threshold: *threshold,
            at: at.0,
        },
    }
}

fn why_not(case: &Case, check: Check) -> WhyNot {
    if check == Check::Liveness {
        let outcome = case.challenge.as_ref().map(|challenge| &challenge.outcome);
        return no_biometrics(case).unwrap_or(match outcome {
            None => WhyNot::NoChallenge,
            Some(_) => WhyNot::NotSeen,
        });
    }
    if check == Check::DocumentsMatch {
        return WhyNot::NoRegister;
    }
    match (judge::rule(check).measure, &case.reading) {
        (None, _) => WhyNot::NoMeasure,
        (Some(_), None) => WhyNot::NotRead,
        (Some(_), Some(_)) => WhyNot::NothingToMeasure,
    }
}

fn no_biometrics(case: &Case) -> Option<WhyNot> {
    match case.biometrics() {
        Some(Biometrics::Allowed) => None,
        Some(Biometrics::Refused) => Some(WhyNot::Refused),
        None => Some(WhyNot::NotAsked),
    }
}

fn likeness(case: &Case) -> AssuredLikeness {
    let faces = case.faces.as_ref();
    let measured = faces.and_then(|faces| faces.portrait.map(|likeness| (faces, likeness)));
    let similarity = case.similarity.as_ref();
    let holds = similarity.is_some_and(|similarity| judge::likeness_holds(case, similarity));
    let (by_eye, attested_by) = match similarity {
        Some(Similarity::Attested { word, by, .. }) => (Some(*word), Some(by.clone())),
        _ => (None, None),
    };
    AssuredLikeness {
        level: measured.map(|(_, likeness)| likeness.level),
        cosine: measured.map(|(_, likeness)| likeness.cosine),
        threshold: measured.map(|(faces, _)| faces.method.threshold),
        word: by_eye.or_else(|| measured.map(|(_, likeness)| judge::level_word(likeness.level))),
        method: measured.map(|(faces, _)| faces.method.name.clone()),
        model_sha256: measured.map(|(faces, _)| faces.method.model_sha256.clone()),
        errors: measured
            .iter()
            .flat_map(|(faces, _)| &faces.method.errors)
            .map(|error| AssuredError {
                kind: error.kind,
                rate: error.rate,
                at_most: error.at_most,
                pairs: error.pairs,
                measured_on: error.measured_on.clone(),
            })
            .collect(),
        attested_by,
        reported: match similarity {
            Some(Similarity::Reported { level }) => Some(level.clone()),
            _ => None,
        },
        why_not: match similarity {
            _ if holds => None,
            Some(Similarity::Reported { .. }) => None,
            Some(_) => Some(WhyNot::Contradicted),
            None => Some(no_biometrics(case).unwrap_or(WhyNot::NotCompared)),
        },
    }
}

fn challenge(case: &Case) -> Option<AssuredChallenge> {
    let challenge = case.challenge.as_ref()?;
    let outcome = challenge.outcome.as_ref();
    let compared = case
        .faces
        .as_ref()
        .filter(|faces| faces.of.contains_key(&Role::Video));
    let video = compared.and_then(|faces| faces.video);
    let went = |index: usize| -> Option<&StepOutcome> { outcome?.steps.get(index) };
    let steps = challenge
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| AssuredStep {
            motion: step.motion,
            asked_ms: went(index).and_then(|step| step.asked_ms),
            done_ms: went(index).and_then(|step| step.done_ms),
        });
    Some(AssuredChallenge {
        nonce: challenge.nonce.clone(),
        made_at: challenge.made_at.0,
        steps: steps.collect(),
        passed: outcome.map(|outcome| outcome.passed),
        faults: outcome.map(|outcome| outcome.faults.clone()).unwrap_or_default(),
        same_face: video.map(|video| video.likeness.cosine),
        frames: video.map(|video| video.frames),
    })
}

fn script(case: &Case, script: &Script) -> AssuredScript {
    let outcome = script.outcome.as_ref();
    let went = |index: usize| outcome?.steps.get(index);
    let steps = script
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| AssuredPrompt {
            prompt: step.prompt,
            digits: step.digits.clone(),
            asked_ms: went(index).and_then(|went| went.asked_ms),
            ended_ms: went(index).and_then(|went| went.ended_ms),
            end: went(index).and_then(|went| went.end),
        });
    AssuredScript {
        nonce: script.nonce.clone(),
        made_at: script.made_at.0,
        drawn: drawing::is_drawn(case, script),
        bits: drawing::form_of(case, script).whole_bits(),
        method: outcome.and_then(|outcome| outcome.method.clone()),
        steps: steps.collect(),
    }
}

fn decision(case: &Case) -> Option<AssuredDecision> {
    let decided: &Decision = match &case.review {
        Review::Made { decision } => decision,
        Review::Open | Review::Sending { .. } | Review::Elsewhere { .. } => return None,
    };
    Some(AssuredDecision {
        officer: decided.officer.clone(),
        approved: matches!(decided.verdict, Verdict::Approved),
        at: decided.at.0,
    })
}
