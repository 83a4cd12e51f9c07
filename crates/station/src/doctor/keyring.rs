//! The system's store of credentials.

use super::{Finding, Remark, Subject, Verdict};
use crate::Settings;

pub(super) async fn look_at(settings: &Settings) -> Finding {
    // Secrets may come from the environment: a booth without such a store can work.
    match settings.credentials().round_trip().await {
        Ok(true) => Finding::fine(Subject::Keyring, Remark::KeyringFine),
        Ok(false) => Finding::new(Subject::Keyring, Verdict::Warning, Remark::KeyringForgets),
        Err(problem) => Finding::problem(Subject::Keyring, Verdict::Warning, problem),
    }
}
