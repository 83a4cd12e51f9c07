//! What an object is for.

use std::fmt;

use evidence::{Case, ObjectId, Role, Showing, State};

/// What an object is for. An encrypted object is bound to it: a portrait put in the place of a front does not open.
///
/// Kept in the clear beside the object; the words are a stored format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    /// The front of the document, or the data page of a passport.
    Front,
    /// The portrait cut out of the front.
    Portrait,
    /// The back of the document.
    Rear,
    /// The person, now.
    Selfie,
    /// The identification video, with its index in front.
    Video,
    /// The identification video while it is recorded, in fragments.
    Recording,
    /// A document to be signed.
    Paper,
    /// The contract to be read.
    Contract,
    /// A signed copy of a document.
    Copy,
}

impl Label {
    /// Every label.
    pub const ALL: &[Self] = &[
        Self::Front,
        Self::Portrait,
        Self::Rear,
        Self::Selfie,
        Self::Video,
        Self::Recording,
        Self::Paper,
        Self::Contract,
        Self::Copy,
    ];

    /// The label as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Portrait => "portrait",
            Self::Rear => "rear",
            Self::Selfie => "selfie",
            Self::Video => "video",
            Self::Recording => "recording",
            Self::Paper => "paper",
            Self::Contract => "contract",
            Self::Copy => "copy",
        }
    }

    /// The label that is stored as `text`.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|label| label.as_str() == text)
    }

    /// What `object` is for in `case`; `None` when the case does not refer to it.
    #[must_use]
    pub fn of(case: &Case, object: ObjectId) -> Option<Self> {
        if let State::Capture {
            role,
            showing: Showing::Taken { exhibit },
        } = &case.state
            && exhibit.object == object
        {
            return Some((*role).into());
        }
        let exhibit = case.exhibits.iter().find(|(_, exhibit)| exhibit.object == object);
        if let Some((role, _)) = exhibit {
            return Some((*role).into());
        }
        let signing = &case.signing;
        if signing
            .contract
            .as_ref()
            .is_some_and(|contract| contract.object == object)
        {
            return Some(Self::Contract);
        }
        signing.papers.iter().find_map(|paper| {
            if paper.object == object {
                return Some(Self::Paper);
            }
            let copy = paper.signed.as_ref()?;
            (copy.object == object).then_some(Self::Copy)
        })
    }
}

impl From<Role> for Label {
    fn from(role: Role) -> Self {
        match role {
            Role::Front => Self::Front,
            Role::Portrait => Self::Portrait,
            Role::Rear => Self::Rear,
            Role::Selfie => Self::Selfie,
            Role::Video => Self::Video,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_comes_back_from_what_is_stored() {
        for &label in Label::ALL {
            assert_eq!(Label::from_stored(label.as_str()), Some(label));
        }
        assert_eq!(Label::from_stored("Front"), None);
    }
}
