//! A line of the log.

use std::collections::BTreeMap;

use evidence::{CaseId, Code, UtcMillis};
use seal::canonical;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Mark;
use crate::clock;

/// The version of the stored form.
pub(super) const FORMAT: u64 = 1;

/// The hash before the first line.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What an officer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// The person is who they say.
    Approved,
    /// Not on this evidence.
    Refused,
}

/// What happened. Closed on purpose: a free text could hold a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The program started.
    Started {
        /// Its version.
        version: String,
        /// The profile of its settings, where one is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        profile: Option<String>,
        /// SHA-256 of its settings, in hex.
        settings: String,
    },
    /// It started with other settings than the last time.
    SettingsChanged {
        /// SHA-256 of the settings as they are now.
        settings: String,
    },
    /// A case was opened.
    CaseOpened,
    /// A case of another machine was fetched from the server.
    CaseFetched,
    /// A case was put on the screen again.
    CaseResumed,
    /// A case was deleted by a person before it was over.
    CaseDiscarded,
    /// Its delivery began, or went on.
    CaseSubmitted,
    /// Its delivery stopped.
    DeliveryStopped {
        /// Why.
        code: Code,
    },
    /// The server has it all.
    CaseDelivered,
    /// An officer's decision was made here, and the server has it.
    DecisionMade {
        /// Which.
        decision: Decided,
    },
    /// The request was refused or cancelled.
    CaseRefused,
    /// The documents were signed.
    CaseSigned,
    /// Nothing of it is left at the server.
    CaseClosed,
    /// Its evidence was deleted here, by the rule for how long it is kept.
    CasePurged,
    /// It was written into a sealed bundle.
    CaseExported,
    /// Another machine is to deliver it: it is not sent from here any more.
    CaseHandedOver,
    /// It was taken back: it is sent from here again.
    CaseTakenBack,
    /// It came out of a sealed bundle.
    CaseImported,
    /// An officer signed in.
    OfficerSignedIn,
    /// The server refused an officer's credentials, or they lacked a part.
    OfficerNotSignedIn,
    /// The officer signed out.
    OfficerSignedOut,
    /// The officer's sign-in ran out.
    OfficerRanOut,
    /// The vault was unlocked.
    VaultUnlocked,
    /// The vault was not unlocked.
    VaultNotUnlocked,
    /// The clock is behind the last line.
    ClockSetBack {
        /// By how much, in milliseconds.
        by_ms: u64,
    },
    /// The last line was not whole, as after a power cut; what was left of it is gone.
    LineTorn {
        /// How many bytes were left of it.
        bytes: u64,
    },
    /// The head knows of lines that are not here.
    LogShortened {
        /// The number of the last line the head knew of.
        until: u64,
    },
    /// The last line could not be read, or the head was gone.
    LogDamaged,
}

/// A line of the log as it is shown. Of a newer program's lines, too: what happened is a word here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number, from 0.
    pub n: u64,
    /// When, by the machine's clock.
    pub at: UtcMillis,
    /// What happened: the name of a [`What`].
    pub what: String,
    /// The case it is about, if it is about one.
    pub case: Option<String>,
    /// The four characters that case goes by.
    pub code: Option<String>,
    /// What else is known, by name.
    pub details: BTreeMap<String, String>,
    /// SHA-256 of the line without this, in hex.
    pub sha256: String,
}

impl Entry {
    /// When, as a person reads it, in UTC.
    #[must_use]
    pub fn when(&self) -> String {
        clock::readable(self.at)
    }
}

/// A line before it has its place in the chain.
pub(super) struct Draft {
    pub at: UtcMillis,
    pub case: Option<CaseId>,
    pub what: What,
}

impl Draft {
    /// The line in its place after `previous`, and its mark.
    pub fn line(&self, n: u64, previous: &str) -> (String, Mark) {
        let mut fields = match serde_json::to_value(&self.what) {
            Ok(Value::Object(fields)) => fields,
            _ => unreachable!("every `What` is an object: it has a tag"),
        };
        fields.insert("format".to_owned(), FORMAT.into());
        fields.insert("n".to_owned(), n.into());
        fields.insert("at".to_owned(), self.at.0.into());
        fields.insert("previous".to_owned(), previous.into());
        if let Some(case) = self.case {
            fields.insert("case".to_owned(), case.to_string().into());
        }
        let written = |fields: &Map<String, Value>| {
            canonical::to_vec(fields).expect("texts and small whole numbers are always canonical")
        };
        let sha256 = canonical::sha256(&written(&fields));
        fields.insert("sha256".to_owned(), sha256.as_str().into());
        let line = String::from_utf8(written(&fields)).expect("JSON is text");
        (line, Mark { n, sha256 })
    }
}

/// A line taken apart.
pub(super) struct Line {
    pub entry: Entry,
    pub previous: String,
    /// Whether its own hash is right, and it is written as this program writes.
    pub sound: bool,
}

impl Line {
    /// Takes a line apart; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
            return None;
        };
        let written = canonical::to_vec(&fields).ok();
        let sha256 = word(fields.remove("sha256")?)?;
        let digest = canonical::to_vec(&fields)
            .map(|rest| canonical::sha256(&rest))
            .ok();
        let sound = written.as_deref() == Some(text.as_bytes()) && digest.as_deref() == Some(sha256.as_str());
        let n = fields.remove("n")?.as_u64()?;
        let at = UtcMillis(fields.remove("at")?.as_i64()?);
        let previous = word(fields.remove("previous")?)?;
        let what = word(fields.remove("what")?)?;
        let case = fields.remove("case").and_then(word);
        let code = case
            .as_ref()
            .and_then(|case| Some(case.parse::<CaseId>().ok()?.short_code()));
        fields.remove("format")?;
        let details = fields
            .into_iter()
            .map(|(key, value)| {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (key, shown)
            })
            .collect();
        Some(Self {
            entry: Entry {
                n,
                at,
                what,
                case,
                code,
                details,
                sha256,
            },
            previous,
            sound,
        })
    }

    pub fn mark(&self) -> Mark {
        Mark {
            n: self.entry.n,
            sha256: self.entry.sha256.clone(),
        }
    }
}

fn word(value: Value) -> Option<String> {
    match value {
        Value::String(word) => Some(word),
        _ => None,
    }
}
