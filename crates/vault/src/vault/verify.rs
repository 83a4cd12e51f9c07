//! The whole vault, looked through.

use std::io::{self, Read};

use evidence::CaseId;
use zeroize::Zeroizing;

use super::{Vault, rows};
use crate::blob::CHUNK;
use crate::{Store, StoreError};

/// Something in the vault that is not as it was put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The case it belongs to; none when it is the database as a whole, or a secret.
    pub case: Option<CaseId>,
    /// What it is; the object is named in it.
    pub cause: StoreError,
}

impl Vault {
    /// Reads everything there is, to its last byte, and answers with what is damaged: records, keys, secrets, objects,
    /// objects that a case refers to and that are gone, the database's own structure, and whether its file was changed
    /// while nobody had it open. It takes as long as reading every
    /// video does.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn verify(&self) -> Result<Vec<Damage>, StoreError> {
        let mut found = Vec::new();
        let sound = self.inner.db.lock().query_row(
            "SELECT count(*) = 1 AND min(integrity_check) = 'ok' FROM pragma_integrity_check",
            [],
            |row| row.get(0),
        );
        if self.inner.seal.is_altered() || !matches!(sound, Ok(true)) {
            found.push(Damage {
                case: None,
                cause: StoreError::Damaged("database".to_owned()),
            });
        }
        let cases = match rows::cases(&self.inner.db.lock()) {
            Ok(cases) => cases,
            Err(StoreError::Damaged(_)) => return Ok(found),
            Err(error) => return Err(error),
        };
        match self.inner.damaged_secrets() {
            Ok(causes) => found.extend(causes.into_iter().map(|cause| Damage { case: None, cause })),
            Err(error) => found.push(Damage {
                case: None,
                cause: damage(error)?,
            }),
        }
        for case in cases {
            for cause in self.verify_case(case)? {
                found.push(Damage {
                    case: Some(case),
                    cause,
                });
            }
        }
        Ok(found)
    }

    fn verify_case(&self, id: CaseId) -> Result<Vec<StoreError>, StoreError> {
        let mut found = Vec::new();
        let mut objects = match self.objects(id) {
            Ok(objects) => objects,
            Err(error) => {
                found.push(damage(error)?);
                Vec::new()
            }
        };
        match self.load(id) {
            Ok(case) => {
                let referenced = case.objects();
                let missing = referenced.iter().filter(|object| !objects.contains(object));
                found.extend(missing.map(|&object| StoreError::damaged_object(object)));
            }
            // Deleted meanwhile.
            Err(StoreError::Missing) => return Ok(Vec::new()),
            Err(error) => found.push(damage(error)?),
        }
        objects.sort();
        for object in objects {
            let read = self
                .open_object(id, object)
                .and_then(|mut reader| Ok(read_through(&mut *reader)?));
            match read {
                // Removed meanwhile.
                Ok(()) | Err(StoreError::Missing) => {}
                Err(error) => found.push(damage(error)?),
            }
        }
        Ok(found)
    }
}

/// The error, if it says that something is not as it was put there.
fn damage(error: StoreError) -> Result<StoreError, StoreError> {
    match error {
        StoreError::Damaged(_) | StoreError::Newer(_) => Ok(error),
        error => Err(error),
    }
}

fn read_through(reader: &mut dyn Read) -> io::Result<()> {
    let mut buffer = Zeroizing::new(vec![0; CHUNK]);
    while reader.read(&mut buffer)? > 0 {}
    Ok(())
}
