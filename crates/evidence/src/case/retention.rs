//! How long what was taken stays here once the server has it, and what remains of it then: the proof of the delivery.
//!
//! Removing the bytes is the outside's; this says when that may be, and reduces the record. Numbers, digests, sizes,
//! who vouched for what and the server's word stay for good: none of it says who the person is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, Rejection, State};
use crate::{FieldKey, Fields, ObjectId, Role, UtcMillis};

/// What became of the evidence kept here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Counted from this moment while the clock shows one before the moment that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_from: Option<UtcMillis>,
    /// When they were read back from the server, for an officer who decides later than they are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_back_at: Option<UtcMillis>,
    /// When the pictures and the video were removed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<UtcMillis>,
}

impl Retention {
    pub(super) fn is_untouched(&self) -> bool {
        *self == Self::default()
    }
}

/// What happens to the evidence kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetentionEvent {
    /// The clock is before the moment the time is counted from: it is counted from now. Otherwise a clock set back by a
    /// year would keep a person's pictures for a year.
    CountedFrom {
        /// Now.
        at: UtcMillis,
    },
    /// The bytes are gone; the record is reduced to the proof.
    Purged {
        /// Now.
        at: UtcMillis,
    },
    /// The server's copies of what was removed are here: the same bytes, under other objects.
    BroughtBack {
        /// Where the bytes are, with the digest they have.
        objects: BTreeMap<Role, (ObjectId, String)>,
        /// The fields as the server has them.
        fields: Fields,
        /// Now.
        at: UtcMillis,
    },
}

/// Whether the evidence kept here has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// The server does not have it all, or nothing is left to remove.
    NotCounted,
    /// It stays until this moment.
    Until(UtcMillis),
    /// The clock is before the moment the time is counted from: it has to be counted from now.
    ClockSetBack,
    /// Its time is over.
    Over,
}

impl Case {
    /// Whether the evidence has to go, when it is kept for `keep_ms` after the server's word that it has everything, or
    /// after the refusal.
    ///
    /// A clock that was set back neither keeps it for ever nor removes it early: as long as it shows a moment before
    /// the one that counts, time is counted from when that was first seen; once it is right again, that is forgotten.
    #[must_use]
    pub fn keeping(&self, now: UtcMillis, keep_ms: u64) -> Keeping {
        let Some(from) = self.evidence_spare_since() else {
            return Keeping::NotCounted;
        };
        let from = if now >= from {
            from
        } else {
            match self.retention.counted_from {
                Some(counted) if counted <= now => counted,
                _ => return Keeping::ClockSetBack,
            }
        };
        if now.since(from) >= keep_ms {
            return Keeping::Over;
        }
        let keep = i64::try_from(keep_ms).unwrap_or(i64::MAX);
        Keeping::Until(UtcMillis(from.0.saturating_add(keep)))
    }

    /// Since when nothing here needs the evidence any more. None as long as the server did not say that it has it all,
    /// and once nothing is left to remove.
    fn evidence_spare_since(&self) -> Option<UtcMillis> {
        if !self.is_acknowledged() || self.is_reduced() {
            return None;
        }
        match (&self.state, self.retention.purged_at) {
            (State::Refused { at, .. }, _) => Some(*at),
            (State::Closed { at }, Some(_)) => Some(*at),
            // What is left is for the signature.
            (_, Some(_)) => None,
            (_, None) => {
                let confirmed = self.delivery.confirmed.as_ref()?.at;
                Some(
                    self.retention
                        .brought_back_at
                        .map_or(confirmed, |at| at.max(confirmed)),
                )
            }
        }
    }

    /// Whether pictures and video were removed here.
    #[must_use]
    pub const fn is_purged(&self) -> bool {
        self.retention.purged_at.is_some()
    }

    /// The objects of the accepted evidence that are kept here.
    #[must_use]
    pub fn exhibit_objects(&self) -> Vec<ObjectId> {
        if self.is_purged() {
            return Vec::new();
        }
        self.exhibits.values().map(|exhibit| exhibit.object).collect()
    }

    /// The server said that it has everything.
    fn is_acknowledged(&self) -> bool {
        self.is_after_submission() && self.delivery.confirmed.is_some()
    }

    fn is_reduced(&self) -> bool {
        let address = self.consent.as_ref().and_then(|consent| consent.address.as_ref());
        self.is_purged()
            && address.is_none()
            && self.reading.is_none()
            && self.fields == self.fields_still_needed()
    }

    /// Until the copies are here, the signature is compared with the person's name and number, and the code goes to
    /// their phone.
    fn fields_still_needed(&self) -> Fields {
        let mut fields = Fields::default();
        if !self.is_over() {
            for key in FieldKey::ALL.into_iter().filter(|&key| key != FieldKey::Email) {
                fields.set(key, self.fields.get(key));
            }
        }
        fields
    }
}

pub(super) fn step(case: &mut Case, event: RetentionEvent) -> Result<(), Rejection> {
    // Nothing unacknowledged is ever removed.
    if !case.is_acknowledged() {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    match event {
        RetentionEvent::CountedFrom { at } => case.retention.counted_from = Some(at),
        RetentionEvent::Purged { at } => {
            case.fields = case.fields_still_needed();
            // It says who the person is; what was measured stays among the findings.
            case.reading = None;
            if let Some(answer) = &mut case.register {
                answer.reference = None;
            }
            if let Some(consent) = &mut case.consent {
                consent.address = None;
            }
            case.retention.purged_at.get_or_insert(at);
            case.retention.counted_from = None;
        }
        RetentionEvent::BroughtBack { objects, fields, at } => {
            let undecided = matches!(case.state, State::Submitted { .. });
            let same = case.exhibits.iter().all(|(role, exhibit)| {
                let came = objects.get(role);
                came.is_some_and(|(_, sha256)| *sha256 == exhibit.sha256)
            });
            if !case.is_purged() || !undecided || !same {
                return Err(Rejection::OutOfOrder(case.step()));
            }
            for (role, (object, _)) in objects {
                if let Some(exhibit) = case.exhibits.get_mut(&role) {
                    exhibit.object = object;
                }
            }
            case.fields = fields;
            case.retention = Retention {
                brought_back_at: Some(at),
                ..Retention::default()
            };
        }
    }
    Ok(())
}
