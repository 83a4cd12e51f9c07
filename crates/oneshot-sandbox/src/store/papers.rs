//! The documents of a request.

use super::{Refused, Store, Which};
use crate::kept::{DocumentCopy, KeptDocument, Request, Status};

/// What became of a call that removes documents; `request_pk`.
pub(crate) enum Removed {
    /// They are gone.
    Gone(u64),
    /// There was nothing of the kind.
    Nothing(u64),
}

impl Store {
    /// Whether documents may be added: how many more, and `request_pk`. Only between approval and signature; no source
    /// says so, but every guide does it then.
    pub(crate) fn may_take_documents(&self, which: Which) -> Result<(usize, u64), Refused> {
        self.with(which, |request| self.room(request))
    }

    /// Keeps documents, all of them or none: `None` if they are too many.
    pub(crate) fn take_documents(
        &self,
        which: Which,
        documents: Vec<KeptDocument>,
    ) -> Result<Option<u64>, Refused> {
        self.with(which, |request| {
            let (room, request_pk) = self.room(request)?;
            if documents.len() > room {
                return Ok(None);
            }
            request.documents_taken += u32::try_from(documents.len()).unwrap_or(u32::MAX);
            request.documents.extend(documents);
            Ok(Some(request_pk))
        })
    }

    fn room(&self, request: &Request) -> Result<(usize, u64), Refused> {
        if request.status != Status::EnrollReady {
            return Err(Refused::State(request.request_pk));
        }
        let held = request.documents_held().count();
        Ok((
            self.settings().most_documents.saturating_sub(held),
            request.request_pk,
        ))
    }

    /// Removes one copy of a document, or both.
    pub(crate) fn remove_document(
        &self,
        which: Which,
        uid: &str,
        copy: Option<DocumentCopy>,
    ) -> Result<Removed, Refused> {
        self.with(which, |request| {
            let request_pk = request.request_pk;
            let document = request.documents.iter_mut().find(|it| it.uid == uid);
            let removed = document.and_then(|it| {
                let original = it.original.take_if(|_| copy != Some(DocumentCopy::Signed));
                let signed = it.signed.take_if(|_| copy != Some(DocumentCopy::Original));
                original.or(signed)
            });
            Ok(match removed {
                Some(_) => Removed::Gone(request_pk),
                None => Removed::Nothing(request_pk),
            })
        })
    }

    /// Removes all documents.
    pub(crate) fn remove_documents(&self, which: Which) -> Result<Removed, Refused> {
        self.with(which, |request| {
            let held = request.documents_held().count();
            for document in &mut request.documents {
                document.original = None;
                document.signed = None;
            }
            Ok(match held {
                0 => Removed::Nothing(request.request_pk),
                _ => Removed::Gone(request.request_pk),
            })
        })
    }
}
