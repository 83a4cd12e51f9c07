//! What the booth notes, and when.

use evidence::{Case, CaseId, Problem, Review, State, TryAgain, Verdict};
use parking_lot::Mutex;

use super::{AuditLog, Decided, What};
use crate::booth::Booth;
use crate::{Code, Settings, clock};

/// The log as the booth holds it: when it fails, that is told, and the case goes on.
pub(crate) struct Auditor {
    log: AuditLog,
    trouble: Mutex<Option<Problem>>,
}

impl Auditor {
    /// The log of these settings, with the program's start noted in it. Blocks on the disk.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub fn started(settings: &Settings) -> Result<Self, Problem> {
        let auditor = Self {
            log: settings.audit_log()?,
            trouble: Mutex::default(),
        };
        let settings_now = settings.fingerprint();
        // A log that cannot be read cannot be written either: that is told right below.
        let before = auditor.log.find_last(|entry| entry.what == "started");
        let changed = before.is_ok_and(|before| {
            before.is_some_and(|started| started.details.get("settings") != Some(&settings_now))
        });
        auditor.note(
            What::Started {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                profile: settings.profile.map(|profile| profile.as_str().to_owned()),
                settings: settings_now.clone(),
            },
            None,
        );
        if changed {
            auditor.note(
                What::SettingsChanged {
                    settings: settings_now,
                },
                None,
            );
        }
        Ok(auditor)
    }

    /// Notes what happened. Blocks on the disk.
    pub fn note(&self, what: What, case: Option<CaseId>) {
        let noted = self.log.append(what, case, clock::now());
        let mut trouble = self.trouble.lock();
        *trouble = noted.err().map(|error| {
            tracing::warn!(kind = ?error.kind(), "the audit log cannot be written");
            Problem::new(Code::AuditFailed, TryAgain::AfterChange).because(error.kind().to_string())
        });
    }

    /// Why the last line could not be written, if it could not.
    pub fn trouble(&self) -> Option<Problem> {
        self.trouble.lock().clone()
    }
}

/// Notes that a key that was given, or looked for, did not open the vault. That one is still to be typed is nothing to
/// note. Blocks on the disk.
pub(crate) fn vault_not_unlocked(settings: &Settings, problem: &Problem) {
    let tried = matches!(
        problem.code,
        Code::PassphraseWrong | Code::VaultKeyMissing | Code::CredentialStore
    );
    if let (true, Ok(log)) = (tried, settings.audit_log())
        && let Err(error) = log.append(What::VaultNotUnlocked, None, clock::now())
    {
        tracing::warn!(kind = ?error.kind(), "the audit log cannot be written");
    }
}

impl Booth {
    /// Notes what happened in the audit log. A log that fails stops nothing: the booth's view tells of it.
    pub(crate) async fn note(&self, what: What, case: Option<CaseId>) {
        let booth = self.clone();
        let noted = tokio::task::spawn_blocking(move || booth.0.auditor.note(what, case));
        if noted.await.is_err() {
            tracing::error!("noting broke");
        }
    }

    /// The same for callers that cannot wait.
    pub(crate) fn note_soon(&self, what: What, case: Option<CaseId>) {
        let booth = self.clone();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || booth.0.auditor.note(what, case))),
            Err(_) => booth.0.auditor.note(what, case),
        }
    }
}

/// What there is to note when a case became another. The one place that decides it.
pub(crate) fn of_change(before: &Case, now: &Case) -> Vec<What> {
    let mut happened = Vec::new();
    let entered = |is: fn(&State) -> bool| is(&now.state) && !is(&before.state);
    if entered(|state| matches!(state, State::Submitting)) {
        happened.push(What::CaseSubmitted);
    }
    let stopped = !matches!(before.state, State::Failed { .. }) && !now.is_handed_over();
    if let (State::Failed { problem }, true) = (&now.state, stopped) {
        happened.push(What::DeliveryStopped { code: problem.code });
    }
    match (before.is_handed_over(), now.is_handed_over()) {
        (false, true) => happened.push(What::CaseHandedOver),
        (true, false) => happened.push(What::CaseTakenBack),
        _ => {}
    }
    if before.retention.purged_at.is_none() && now.retention.purged_at.is_some() {
        happened.push(What::CasePurged);
    }
    if before.delivery.confirmed.is_none() && now.delivery.confirmed.is_some() {
        happened.push(What::CaseDelivered);
    }
    if let (false, Review::Made { decision }) = (matches!(before.review, Review::Made { .. }), &now.review) {
        let decision = match decision.verdict {
            Verdict::Approved => Decided::Approved,
            Verdict::Refused { .. } => Decided::Refused,
        };
        happened.push(What::DecisionMade { decision });
    }
    if entered(|state| matches!(state, State::Refused { .. })) {
        happened.push(What::CaseRefused);
    }
    if entered(|state| matches!(state, State::Signed)) {
        happened.push(What::CaseSigned);
    }
    if entered(|state| matches!(state, State::Closed { .. })) {
        happened.push(What::CaseClosed);
    }
    happened
}
