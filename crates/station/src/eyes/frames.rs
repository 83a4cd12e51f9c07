//! More frames of the moment in which a picture was taken by itself: where its MRZ cannot be read, they bear witness.
//!
//! They are in memory only, and go when the picture is taken anew or its case leaves the screen.

use std::collections::BTreeMap;

use bytes::Bytes;
use evidence::{CaseId, LookedAt, Role};
use parking_lot::Mutex;

/// The frames kept for the case on the screen.
#[derive(Default)]
pub(crate) struct Frames(Mutex<Option<Kept>>);

struct Kept {
    case: CaseId,
    /// With the SHA-256 of the picture they stand by.
    of: BTreeMap<Role, (String, Vec<Bytes>)>,
}

impl Frames {
    /// Keeps the frames beside a picture, in place of those beside an earlier one.
    pub fn keep(&self, case: CaseId, role: Role, sha256: &str, frames: Vec<Bytes>) {
        let mut kept = self.0.lock();
        let of_case = kept.take().filter(|kept| kept.case == case);
        let mut of = of_case.map(|kept| kept.of).unwrap_or_default();
        of.insert(role, (sha256.to_owned(), frames));
        *kept = Some(Kept { case, of });
    }

    /// Those beside this picture, JPEGs, the best first.
    pub fn beside(&self, case: CaseId, role: Role, picture: &LookedAt) -> Vec<Bytes> {
        let kept = self.0.lock();
        let of_case = kept.as_ref().filter(|kept| kept.case == case);
        of_case
            .and_then(|kept| kept.of.get(&role))
            .filter(|(sha256, _)| *sha256 == picture.sha256)
            .map(|(_, frames)| frames.clone())
            .unwrap_or_default()
    }

    /// Forgets all.
    pub fn forget(&self) {
        self.0.lock().take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_case() -> CaseId {
        CaseId(uuid::Uuid::new_v4())
    }

    #[test]
    fn frames_stand_by_the_picture_they_were_taken_with_and_no_other() {
        let (frames, case) = (Frames::default(), some_case());
        let picture = |sha256: &str| LookedAt {
            sha256: sha256.to_owned(),
            corners: None,
        };
        frames.keep(case, Role::Front, "a", vec![Bytes::from_static(b"1")]);
        frames.keep(case, Role::Rear, "b", vec![Bytes::from_static(b"2")]);
        assert_eq!(frames.beside(case, Role::Front, &picture("a")), ["1"]);
        assert_eq!(frames.beside(case, Role::Rear, &picture("b")), ["2"]);
        assert!(frames.beside(case, Role::Front, &picture("b")).is_empty());
        assert!(frames.beside(some_case(), Role::Front, &picture("a")).is_empty());
        // The next person's case takes their place.
        frames.keep(some_case(), Role::Front, "c", Vec::new());
        assert!(frames.beside(case, Role::Rear, &picture("b")).is_empty());
        frames.keep(case, Role::Front, "a", vec![Bytes::from_static(b"1")]);
        frames.forget();
        assert!(frames.beside(case, Role::Front, &picture("a")).is_empty());
    }
}
