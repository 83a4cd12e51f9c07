//! Objects of the store on their way out.

use std::io::{self, Read};
use std::sync::Arc;

use evidence::{CaseId, ObjectId};
use oneshot::BytesSource;
use vault::{Store, StoreError};

use crate::booth::Booth;

/// An object of the store, as something that can be sent.
pub(crate) struct Kept {
    store: Arc<dyn Store>,
    case: CaseId,
    object: ObjectId,
    bytes: u64,
}

impl Kept {
    /// The object, which has to be `bytes` long still when it goes out.
    pub fn source(booth: &Booth, case: CaseId, object: ObjectId, bytes: u64) -> Arc<dyn BytesSource> {
        Arc::new(Self {
            store: booth.store(),
            case,
            object,
            bytes,
        })
    }
}

impl BytesSource for Kept {
    fn len(&self) -> u64 {
        self.bytes
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let reader = self
            .store
            .open_object(self.case, self.object)
            .map_err(|error| match error {
                StoreError::Missing => io::ErrorKind::NotFound.into(),
                error => io::Error::other(error.to_string()),
            })?;
        if reader.length() != self.bytes {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the object's length has changed",
            ));
        }
        Ok(Box::new(reader))
    }
}
