//! A sealed bundle into the vault: verified, whole, once.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use evidence::{Code, CustodyEvent, Event, HandoverId, Problem, TryAgain};
use seal::{BundleError, Fault, Identity, Imported, Manifest, ObjectEntry, PublicKey, Report, Sink};
use vault::{Incoming, Label, StoreError, Vault};

use super::keys;
use crate::audit::What;
use crate::booth::Booth;
use crate::view::CaseView;
use crate::{clock, problems};

impl Booth {
    /// Takes in the case that a bundle hands over to this machine; it joins the queue as one that was submitted here.
    /// `devices`: the keys of devices that are known beside those of the settings.
    ///
    /// # Errors
    /// The bundle is not for this machine, is a copy, does not verify, or was sealed by a device nobody here knows; the
    /// case is here or was taken in before; or there is no room. Nothing of it is kept then.
    pub async fn import(&self, file: &Path, devices: &[String]) -> Result<CaseView, Problem> {
        self.room_for_a_case().await?;
        let known = keys::devices(self.0.settings.import.devices.iter().chain(devices))?;
        let taking_in = TakingIn {
            file: file.to_owned(),
            identities: self.identity().await?.into_iter().collect(),
            known,
            practice: self.0.settings.practice,
        };
        let vault = self.vault();
        let case = tokio::task::spawn_blocking(move || taking_in.into(&vault))
            .await
            .map_err(|_| problems::internal("importing broke"))??;
        self.note(What::CaseImported, Some(case.id)).await;
        self.0.queue.note(&case);
        Ok(self.shown(&case))
    }
}

/// A bundle about to be taken in.
struct TakingIn {
    file: PathBuf,
    identities: Vec<Identity>,
    known: Vec<PublicKey>,
    practice: bool,
}

impl TakingIn {
    /// Takes it in. Blocks on the disk.
    fn into(self, vault: &Vault) -> Result<evidence::Case, Problem> {
        if self.known.is_empty() {
            return Err(self.not_verified(&self.verified_by_itself()?));
        }
        let mut sink = IntoVault {
            vault,
            us: self
                .identities
                .first()
                .map(|identity| identity.recipient().to_string()),
            practice: self.practice,
            incoming: None,
            refused: None,
        };
        let imported = seal::import_bundle(self.open()?, &self.known, &mut sink);
        if let Some(problem) = sink.refused {
            return Err(problem);
        }
        let imported = imported.map_err(|error| match error {
            BundleError::NotVerified(report) => self.not_verified(&report),
            error => from_bundle(&error),
        })?;
        let (incoming, handover) = sink
            .incoming
            .ok_or_else(|| problems::internal("the case did not come"))?;
        let case = taken_in(&imported)?;
        let kept = incoming.keep(&case, handover);
        if kept.map_err(|error| problems::from_store(&error))? {
            Ok(case)
        } else {
            Err(bundle_known())
        }
    }

    fn open(&self) -> Result<Box<dyn io::Read>, Problem> {
        let file = File::open(&self.file).map_err(|error| unreadable(&error.kind().to_string()))?;
        seal::open_bundle(file, &self.identities).map_err(|error| from_bundle(&error))
    }

    /// What the bundle says of itself, whoever sealed it.
    fn verified_by_itself(&self) -> Result<Report, Problem> {
        Ok(seal::verify_bundle(self.open()?, &[]))
    }

    /// A bundle that is whole and of a stranger is told from one that was changed.
    fn not_verified(&self, report: &Report) -> Problem {
        let strange = report
            .failures()
            .all(|(_, fault)| matches!(fault, Fault::Signature | Fault::OtherKey));
        let by_itself = if strange {
            self.verified_by_itself().ok()
        } else {
            None
        };
        match by_itself {
            Some(Report { key: Some(key), .. }) if by_itself.as_ref().is_some_and(Report::is_intact) => {
                Problem::new(Code::BundleStranger, TryAgain::AfterChange).because(key.to_string())
            }
            _ => {
                let failures: Vec<String> = report
                    .failures()
                    .map(|(part, fault)| match &part.label {
                        Some(label) => format!("{label} ({}) {fault}", part.name),
                        None => format!("{} {fault}", part.name),
                    })
                    .collect();
                Problem::new(Code::BundleAltered, TryAgain::AfterChange).because(failures.join("; "))
            }
        }
    }
}

/// The case as it is here.
fn taken_in(imported: &Imported) -> Result<evidence::Case, Problem> {
    let event = Event::Custody(CustodyEvent::TakenIn {
        device: imported.sealed.public_key().to_string(),
        at: clock::now(),
    });
    let transition =
        evidence::step(&imported.case, event).map_err(|rejection| problems::from_rejection(&rejection))?;
    Ok(transition.case)
}

/// Where the objects of a bundle go.
struct IntoVault<'a> {
    vault: &'a Vault,
    /// The recipient this machine is.
    us: Option<String>,
    practice: bool,
    incoming: Option<(Incoming, HandoverId)>,
    /// Why the case is not taken in.
    refused: Option<Problem>,
}

impl IntoVault<'_> {
    fn begun(&self, manifest: &Manifest) -> Result<(Incoming, HandoverId), Problem> {
        let handover = manifest
            .handover
            .as_ref()
            .ok_or_else(|| Problem::new(Code::BundleCopy, TryAgain::AfterChange))?;
        if Some(&handover.to) != self.us.as_ref() {
            return Err(Problem::new(Code::BundleLocked, TryAgain::AfterChange)
                .because(format!("handed over to {}", handover.to)));
        }
        if manifest.practice != self.practice {
            let why = if manifest.practice {
                "the case is practice, this booth is not"
            } else {
                "this booth is in practice, the case is not"
            };
            return Err(crate::settings::wrong(why.to_owned()));
        }
        let incoming = self
            .vault
            .incoming(manifest.case, handover.id)
            .map_err(|error| problems::from_store(&error))?;
        Ok((incoming.ok_or_else(bundle_known)?, handover.id))
    }

    fn with_incoming(
        &mut self,
        work: impl FnOnce(&mut Incoming) -> Result<(), StoreError>,
    ) -> io::Result<()> {
        let (incoming, _) = self.incoming.as_mut().ok_or(io::ErrorKind::NotFound)?;
        work(incoming).map_err(|error| {
            self.refused = Some(problems::from_store(&error));
            io::Error::other(error)
        })
    }
}

impl Sink for IntoVault<'_> {
    fn begin(&mut self, manifest: &Manifest) -> io::Result<()> {
        match self.begun(manifest) {
            Ok(incoming) => {
                self.incoming = Some(incoming);
                Ok(())
            }
            Err(problem) => {
                let told = io::Error::other(problem.code.as_str());
                self.refused = Some(problem);
                Err(told)
            }
        }
    }

    fn begin_object(&mut self, entry: &ObjectEntry) -> io::Result<()> {
        // A case that is handed over has its pieces of evidence and no document yet.
        let label = Label::from_stored(&entry.label).ok_or(io::ErrorKind::InvalidData)?;
        self.with_incoming(|incoming| incoming.begin_object(entry.object, label))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.with_incoming(|incoming| incoming.write(bytes))
    }

    fn end_object(&mut self) -> io::Result<()> {
        self.with_incoming(Incoming::end_object)
    }

    fn roll_back(&mut self) {
        self.incoming = None;
    }
}

fn bundle_known() -> Problem {
    Problem::new(Code::BundleKnown, TryAgain::AfterChange)
}

fn from_bundle(error: &BundleError) -> Problem {
    let code = match error {
        BundleError::Encrypted | BundleError::NotForUs => Code::BundleLocked,
        BundleError::DamagedEncryption => Code::BundleAltered,
        BundleError::Newer(_) | BundleError::Io(_) => Code::BundleUnreadable,
        error => return problems::internal(&error.to_string()),
    };
    Problem::new(code, TryAgain::AfterChange).because(error.to_string())
}

fn unreadable(why: &str) -> Problem {
    Problem::new(Code::BundleUnreadable, TryAgain::AfterChange).because(why)
}
