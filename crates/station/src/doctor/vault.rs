//! The vault: whether all that is kept is as it was put there, and what an interrupted program left.

use std::collections::BTreeSet;
use std::sync::Arc;

use evidence::{Code, Problem};
use vault::{Damage, Store, StoreError, Vault};

use super::{Finding, Remark, Subject, Verdict};
use crate::{Settings, problems, strongbox};

/// Looks through the vault of these settings, if there is one. It is opened as the booth does; nothing is made.
pub(super) fn of(settings: &Settings) -> Vec<Finding> {
    let Ok(folder) = settings.cases_dir() else {
        // Told with the folder.
        return Vec::new();
    };
    if !Vault::exists(&folder) {
        return vec![Finding::fine(Subject::Vault, Remark::VaultEmpty)];
    }
    match strongbox::open(settings, &folder) {
        Ok(vault) => look_at(&vault),
        // Nobody was asked for the passphrase: that is no fault of the machine.
        Err(locked) if locked.code == Code::VaultLocked => {
            vec![Finding::problem(Subject::Vault, Verdict::Warning, locked)]
        }
        Err(problem) => vec![failed(problem)],
    }
}

/// The same for a vault that is open, away from the threads that must not block.
pub(super) async fn of_open(vault: Arc<Vault>) -> Vec<Finding> {
    let looked = tokio::task::spawn_blocking(move || look_at(&vault)).await;
    looked.unwrap_or_else(|_| vec![failed(problems::internal("looking through the vault broke"))])
}

fn look_at(vault: &Vault) -> Vec<Finding> {
    let looked = vault.verify().and_then(|damage| {
        let cases = vault.list()?;
        let unfinished = unfinished(vault, cases.iter().flatten().map(|case| case.id))?;
        Ok(vec![on_damage(&damage, cases.len()), on_unfinished(unfinished)])
    });
    looked.unwrap_or_else(|error| vec![failed(problems::from_store(&error))])
}

fn on_damage(damage: &[Damage], cases: usize) -> Finding {
    if damage.is_empty() {
        return Finding::fine(Subject::Vault, Remark::VaultFine).with("cases", cases);
    }
    if damage.iter().any(|damage| damage.case.is_none()) {
        return failed(problems::from_store(&StoreError::Damaged("database".to_owned())));
    }
    let codes: BTreeSet<String> = damage
        .iter()
        .filter_map(|damage| Some(damage.case?.short_code()))
        .collect();
    Finding::new(Subject::Vault, Verdict::Failed, Remark::VaultDamaged)
        .with("pieces", damage.len())
        .with("which", codes.into_iter().collect::<Vec<_>>().join(", "))
}

fn on_unfinished(files: usize) -> Finding {
    if files == 0 {
        return Finding::fine(Subject::LeftOvers, Remark::NothingLeft);
    }
    Finding::new(Subject::LeftOvers, Verdict::Warning, Remark::LeftOvers).with("files", files)
}

/// Objects that were begun and are nobody's work any more.
fn unfinished(vault: &Vault, cases: impl Iterator<Item = evidence::CaseId>) -> Result<usize, StoreError> {
    let mut files = 0;
    for case in cases {
        let begun = vault.unfinished(case)?.len();
        // Claimed only where there is something: whoever wants the case at this moment would be told that it is in use.
        if begun > 0 && vault.claim(case).is_ok() {
            files += begun;
        }
    }
    Ok(files)
}

fn failed(problem: Problem) -> Finding {
    Finding::problem(Subject::Vault, Verdict::Failed, problem)
}
