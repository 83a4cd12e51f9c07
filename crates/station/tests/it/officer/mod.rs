//! The registration officer's desk, against a sandbox that outlives the booth.

mod decisions;
mod fetched;
mod lost;
mod session;

use std::sync::Arc;

use evidence::{Check, Step};
use oneshot_sandbox::{Operation, Request, Sandbox};
use station::Settings;
use station::view::{CaseView, SignIn};

use crate::rehearsal::Rehearsal;

/// Which generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    Current,
    Legacy,
}

impl Generation {
    pub const BOTH: [Self; 2] = [Self::Current, Self::Legacy];
}

/// A booth at a sandbox of its own.
pub struct AtDesk {
    pub rehearsal: Rehearsal,
    pub sandbox: Arc<Sandbox>,
    pub view: CaseView,
}

/// The operator of every case here.
pub const OPERATOR: &str = "José Núñez";
/// The officer.
pub const OFFICER: &str = "R. Vidal";

impl AtDesk {
    /// A case that waits for the officer, vouched for by [`OPERATOR`].
    pub async fn submitted(generation: Generation) -> Self {
        Self::submitted_with(generation, "139", |_| {}).await
    }

    pub async fn submitted_with(
        generation: Generation,
        authority: &str,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let sandbox = sandbox().await;
        let rehearsal = booth_at(&sandbox, generation, authority, change).await;
        let view = submit(&rehearsal).await;
        Self {
            rehearsal,
            sandbox,
            view,
        }
    }

    pub fn request(&self) -> Request {
        self.sandbox.requests().remove(0)
    }

    pub fn calls(&self, operation: Operation) -> usize {
        calls(&self.sandbox, operation)
    }

    pub async fn signed_in(&self) {
        sign_in(&self.rehearsal, &self.sandbox).await;
    }
}

pub async fn sandbox() -> Arc<Sandbox> {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default()).await;
    Arc::new(sandbox.expect("the sandbox starts"))
}

/// A booth of its own, which asks for a request's state only when it is told to.
pub async fn booth_at(
    sandbox: &Sandbox,
    generation: Generation,
    authority: &str,
    change: impl FnOnce(&mut Settings),
) -> Rehearsal {
    let (base_url, dialect) = match generation {
        Generation::Current => (sandbox.base_url(), "current"),
        Generation::Legacy => (sandbox.legacy_base_url(), "legacy"),
    };
    Rehearsal::with(|settings| {
        let server = format!(
            "[server]\nbase_url = \"{base_url}\"\ndialect = \"{dialect}\"\nregistration_authority = \"{authority}\"\n\
             profile = \"PFnubeQAFCiudadano\"\n"
        );
        settings.server = Settings::parse(&server).expect("settings").server;
        settings.polling.on = false;
        settings.secrets = station::credentials::Source::in_memory([]);
        change(settings);
    })
    .await
}

/// Captures and submits a case.
pub async fn submit(rehearsal: &Rehearsal) -> CaseView {
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    rehearsal
        .booth
        .attest(Check::DocumentNotExpired, Some(true), OPERATOR)
        .await
        .expect("attested");
    let view = rehearsal.delivered().await;
    assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
    view
}

pub async fn sign_in(rehearsal: &Rehearsal, sandbox: &Sandbox) {
    let officer = with_token(OFFICER, sandbox);
    rehearsal
        .booth
        .officer_sign_in(officer)
        .await
        .expect("the token is good");
}

pub fn with_token(name: &str, sandbox: &Sandbox) -> SignIn {
    SignIn {
        name: name.to_owned(),
        rao: Some("1400".to_owned()),
        token: Some(sandbox.token()),
        ..SignIn::default()
    }
}

pub fn with_password(pin: &str) -> SignIn {
    SignIn {
        name: OFFICER.to_owned(),
        rao: Some("1400".to_owned()),
        username: Some("1000001".to_owned()),
        password: Some("Gy6F89xK".to_owned()),
        pin: Some(pin.to_owned()),
        ..SignIn::default()
    }
}

pub fn calls(sandbox: &Sandbox, operation: Operation) -> usize {
    let history = sandbox.history();
    history
        .iter()
        .filter(|call| call.operation == Some(operation))
        .count()
}
