//! The officer: who is signed in, what waits, what was decided.

use evidence::{FourEyes, Step};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ProblemView;

/// What the officer decided.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReviewView {
    /// How far it is.
    pub state: ReviewState,
    /// The officer's name, where the decision was made here.
    pub officer: Option<String>,
    /// When, epoch milliseconds.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// Whether the officer also took the evidence; null where the decision was not made here.
    pub four_eyes: Option<FourEyes>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The names of those who put them to the capture.
    pub taken_by: Vec<String>,
}

/// How far the officer's decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody decided.
    Open,
    /// On its way, or its fate unknown.
    Sending,
    /// Approved.
    Approved,
    /// Refused, or cancelled.
    Refused,
}

/// Who is signed in as an officer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct OfficerView {
    /// Whether the desk exists at this booth.
    pub desk: bool,
    /// The officer; null when nobody is signed in.
    pub officer: Option<SignedInView>,
    /// Whether credentials can be remembered here (never on a kiosk).
    pub can_remember: bool,
    /// The name of the officer whose credentials are remembered here, if any are.
    pub remembered: Option<String>,
    /// Practice: what to sign in with.
    pub practice: Option<PracticeOfficerView>,
}

/// The officer who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SignedInView {
    /// Their name, as they gave it.
    pub name: String,
    /// Their number at the registration authority.
    pub rao: Option<String>,
    /// When the sign-in runs out unless something is done, epoch milliseconds.
    #[ts(type = "number")]
    pub until: i64,
}

/// The practice sandbox's officer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PracticeOfficerView {
    /// A name.
    pub name: String,
    /// The number.
    pub rao: String,
    /// The token; it works with the sandbox inside the program only.
    pub token: String,
}

/// How an officer signs in. Either a token, or the three others, or a token with those it lacks; or, with nothing but
/// `remembered`, what is kept in the system's store of credentials.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, TS)]
pub struct SignIn {
    /// Their name, for the record.
    pub name: String,
    /// Their number at the registration authority.
    pub rao: Option<String>,
    /// A token.
    pub token: Option<String>,
    /// Their user name.
    pub username: Option<String>,
    /// Their password.
    pub password: Option<String>,
    /// Their PIN.
    pub pin: Option<String>,
    /// Keep it in the system's store of credentials.
    pub remember: bool,
    /// Use what is kept there.
    pub remembered: bool,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(..)")
    }
}

/// A case in the officer's list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeskEntry {
    /// Identity of the case.
    pub id: String,
    /// Four characters to tell it by.
    pub code: String,
    /// Where it stands.
    pub step: Step,
    /// The request.
    #[ts(type = "number | null")]
    pub request_pk: Option<i64>,
    /// When the server had everything, epoch milliseconds.
    #[ts(type = "number | null")]
    pub submitted_at: Option<i64>,
    /// What was decided.
    pub review: ReviewState,
    /// The server's word for it, as it was last read; null when it was not.
    pub server_status: Option<String>,
    /// Why its state could not be read.
    pub problem: Option<ProblemView>,
}
