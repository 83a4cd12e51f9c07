//! The booth of a command; whoever sits at a terminal is asked for the passphrase its vault needs.

use std::io::IsTerminal;

use station::{Booth, Code, Problem, Secret, Settings};

use crate::output::Output;

/// Opens the booth. A script is never asked: it gets the problem, and has `PROOFBOOTH_VAULT_PASSPHRASE`.
///
/// # Errors
/// What keeps the booth from being opened; a passphrase that was typed and does not open it.
pub async fn booth(settings: Settings, output: &Output) -> Result<Booth, Problem> {
    match Booth::open(settings.clone()).await {
        Err(problem) if needs_passphrase(problem.code) && output.has_a_person() => {
            let passphrase = asked(&problem, output)?;
            Booth::open(settings.unlocked_with(passphrase)).await
        }
        opened => opened,
    }
}

fn needs_passphrase(code: Code) -> bool {
    matches!(code, Code::VaultLocked | Code::PassphraseUnset)
}

/// The passphrase, typed without being shown; a new one twice.
fn asked(problem: &Problem, output: &Output) -> Result<Secret, Problem> {
    let words = |word| output.words.home(word);
    let typed = |word| {
        rpassword::prompt_password(format!("{}: ", words(word)))
            .map(Secret::new)
            // The terminal is gone: as if nobody was there.
            .map_err(|_| problem.clone())
    };
    output.note(output.words.problem(problem).0);
    if problem.code == Code::VaultLocked {
        return typed("passphrase");
    }
    loop {
        output.note(words("passphrase_hint"));
        let first = typed("passphrase_new")?;
        let again = typed("passphrase_again")?;
        // EXPOSE: compared with each other.
        if first.expose() == again.expose() {
            return Ok(first);
        }
        output.note(words("passphrase_differs"));
    }
}

/// Whether somebody can see a question and answer it.
pub fn has_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}
