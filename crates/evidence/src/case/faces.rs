//! What was measured of faces, and the challenge in the video.

use std::collections::BTreeMap;

use super::{Case, Rejection, Showing, State};
use crate::{Basis, Biometrics, Challenge, ChallengeOutcome, Faces, Finding, Role, Similarity};

/// The pictures with a face to be compared.
const WITH_A_FACE: [Role; 3] = [Role::Portrait, Role::Selfie, Role::Video];

/// What happens to what is known of faces.
#[derive(Debug, Clone, PartialEq)]
pub enum FacesEvent {
    /// The faces in the accepted pictures were compared.
    Compared(Box<Faces>),
    /// A challenge was made for the recording that runs.
    ChallengeMade(Challenge),
    /// The challenge of the recording that was just taken was judged.
    ChallengeJudged {
        /// The nonce of the challenge it answers.
        nonce: String,
        /// What came of it.
        outcome: ChallengeOutcome,
    },
}

impl Case {
    /// What the person said about biometrics; nothing where the text they accepted did not ask.
    #[must_use]
    pub fn biometrics(&self) -> Option<Biometrics> {
        self.consent.as_ref()?.biometrics
    }

    /// Whether faces may be compared and a challenge be asked: only where the person said so.
    #[must_use]
    pub fn allows_biometrics(&self) -> bool {
        self.biometrics() == Some(Biometrics::Allowed)
    }

    /// The pictures whose faces are to be compared now and were not, by their digests. `None` where that was done, where
    /// the person does not want it, or where it is too late. Everything is compared with the selfie.
    #[must_use]
    pub fn to_be_compared(&self) -> Option<BTreeMap<Role, String>> {
        let pictures = self.pictures_with_a_face();
        let done = self.faces.as_ref().is_some_and(|faces| faces.of == pictures);
        let wanted = pictures.contains_key(&Role::Selfie)
            && self.allows_biometrics()
            && !done
            && super::Step::WALK.contains(&self.step());
        wanted.then_some(pictures)
    }

    fn pictures_with_a_face(&self) -> BTreeMap<Role, String> {
        WITH_A_FACE
            .into_iter()
            .filter_map(|role| Some((role, self.exhibits.get(&role)?.sha256.clone())))
            .collect()
    }

    /// Forgets what was measured in a picture that is not there any more, and whatever was measured of a person who does
    /// not want it.
    pub(super) fn drop_stale_faces(&mut self) {
        let pictures = self.pictures_with_a_face();
        let is_stale = |faces: &Faces| faces.of.iter().any(|(role, of)| pictures.get(role) != Some(of));
        let allowed = self.allows_biometrics();
        if !allowed || self.faces.as_ref().is_some_and(is_stale) {
            self.faces = None;
        }
        let is_of_another = |outcome: &ChallengeOutcome| pictures.get(&Role::Video) != Some(&outcome.video);
        let outcome = self
            .challenge
            .as_ref()
            .and_then(|challenge| challenge.outcome.as_ref());
        if !allowed || outcome.is_some_and(is_of_another) {
            self.challenge = None;
        }
        if !allowed {
            self.asked = None;
        }
    }

    /// The likeness that was measured, as it may be claimed.
    pub(super) fn measured_similarity(&self) -> Option<Similarity> {
        let faces = self.faces.as_ref()?;
        let likeness = faces.portrait?;
        Some(Similarity::Measured {
            level: likeness.level,
            cosine: likeness.cosine,
            threshold: faces.method.threshold,
            method: faces.method.name.clone(),
            at: faces.at,
        })
    }

    /// The video that was just taken, shown to be used.
    pub(super) fn taken_video(&self) -> Option<&str> {
        match &self.state {
            State::Capture {
                role: Role::Video,
                showing: Showing::Taken { exhibit },
            } => Some(&exhibit.sha256),
            _ => None,
        }
    }
}

pub(super) fn step(case: &mut Case, event: FacesEvent) -> Result<(), Rejection> {
    match event {
        FacesEvent::Compared(faces) => compared(case, *faces),
        FacesEvent::ChallengeMade(challenge) => made(case, challenge),
        FacesEvent::ChallengeJudged { nonce, outcome } => judged(case, &nonce, outcome),
    }
}

fn compared(case: &mut Case, faces: Faces) -> Result<(), Rejection> {
    let is_measured = |finding: &Finding| matches!(finding.basis, Basis::Measured { .. });
    let levels = [
        faces.portrait,
        faces.video.map(|video| video.likeness),
        faces.operator.as_ref().map(|operator| operator.likeness),
    ];
    let possible = levels
        .iter()
        .flatten()
        .all(|likeness| likeness.level <= 100 && likeness.cosine.abs() <= 1.0 + 1e-6);
    let shares = faces
        .passive
        .iter()
        .flat_map(|passive| [passive.selfie, passive.video]);
    let possible = possible && shares.flatten().all(|share| (0.0..=1.0).contains(&share));
    if case.to_be_compared().as_ref() != Some(&faces.of)
        || !possible
        || !faces.measured.values().all(is_measured)
    {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    case.forget_what_faces_claimed();
    case.faces = Some(faces);
    case.claim_what_was_measured();
    Ok(())
}

impl Case {
    fn forget_what_faces_claimed(&mut self) {
        if let Some(before) = self.faces.take() {
            self.findings
                .retain(|check, finding| before.measured.get(check) != Some(finding));
        }
        if matches!(self.similarity, Some(Similarity::Measured { .. })) {
            self.similarity = None;
        }
    }
}

/// Only while the recording runs: who knows what will be asked can prepare an answer.
fn made(case: &mut Case, challenge: Challenge) -> Result<(), Rejection> {
    let is_recording = matches!(
        case.state,
        State::Capture {
            role: Role::Video,
            showing: Showing::Recording { .. }
        }
    );
    let used = [&case.challenge, &case.asked]
        .into_iter()
        .flatten()
        .any(|before| before.nonce == challenge.nonce);
    let fresh = !used && !challenge.nonce.is_empty() && challenge.outcome.is_none();
    if !is_recording || !fresh || challenge.steps.is_empty() || !case.allows_biometrics() {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    case.asked = Some(challenge);
    Ok(())
}

fn judged(case: &mut Case, nonce: &str, outcome: ChallengeOutcome) -> Result<(), Rejection> {
    let out_of_order = Rejection::OutOfOrder(case.step());
    let of_this_video = case.taken_video() == Some(&outcome.video);
    let allowed = case.allows_biometrics();
    let Some(challenge) = &mut case.asked else {
        return Err(out_of_order);
    };
    let as_asked = outcome
        .steps
        .iter()
        .map(|step| step.motion)
        .eq(challenge.steps.iter().map(|step| step.motion));
    let all_done = outcome.steps.iter().all(|step| step.done_ms.is_some());
    let contradicts = outcome.passed && (!all_done || !outcome.faults.is_empty());
    let taken = allowed && of_this_video && challenge.nonce == nonce && challenge.outcome.is_none();
    if !taken || !as_asked || contradicts {
        return Err(out_of_order);
    }
    challenge.outcome = Some(outcome);
    Ok(())
}
