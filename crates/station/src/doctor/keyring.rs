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

#[cfg(test)]
mod tests {
    use evidence::Code;

    use super::*;
    use crate::credentials::Source;

    async fn with(secrets: Source) -> Finding {
        let settings = Settings {
            secrets,
            ..Settings::practice()
        };
        look_at(&settings).await
    }

    #[tokio::test]
    async fn a_locked_store_is_told_and_a_working_one_is_fine() {
        let locked = with(Source::locked()).await;
        assert_eq!(locked.problem.expect("told").code, Code::CredentialStore);
        assert_eq!(
            with(Source::in_memory([])).await.remark,
            Some(Remark::KeyringFine)
        );
    }
}
