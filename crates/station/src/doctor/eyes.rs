//! What reads documents: whether its networks can be made ready, and what computes them.

use std::time::Instant;

use super::{Finding, Remark, Subject, Verdict};
use crate::{Settings, eyes, problems};

pub(super) fn look_at(settings: &Settings) -> Vec<Finding> {
    let passive = passive(settings);
    if !settings.eyes.read {
        return [Finding::fine(Subject::Eyes, Remark::EyesOff)]
            .into_iter()
            .chain(passive)
            .collect();
    }
    let began = Instant::now();
    let taken = eyes::engine::take_into_use(settings);
    let loaded = eyes::load_reader();
    let engine = eyes::engine::name(vision::net::fastest());
    let finding = match (taken, loaded) {
        (_, Err(error)) => Finding::problem(
            Subject::Eyes,
            Verdict::Failed,
            problems::internal(&error.to_string()),
        ),
        (Err(_), Ok(_)) => Finding::new(Subject::Eyes, Verdict::Warning, Remark::EyesLibraryBroken),
        (Ok(vision::net::Engine::Rten), Ok(_)) => {
            Finding::new(Subject::Eyes, Verdict::Warning, Remark::EyesSlow)
        }
        (Ok(_), Ok(_)) => Finding::fine(Subject::Eyes, Remark::EyesFine),
    };
    let finding = finding
        .with("engine", engine)
        .with("load", format!("{} ms", began.elapsed().as_millis()));
    [finding].into_iter().chain(passive).collect()
}

/// The passive anti-spoof network, where one is set.
fn passive(settings: &Settings) -> Option<Finding> {
    Some(match eyes::passive::of(settings)? {
        Ok(_) => Finding::fine(Subject::Passive, Remark::PassiveFine),
        Err(why) => Finding::new(Subject::Passive, Verdict::Warning, Remark::PassiveUnused).with("why", why),
    })
}
