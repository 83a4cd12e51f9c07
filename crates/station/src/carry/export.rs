//! A case into a sealed bundle.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use evidence::{Case, CaseId, Code, CustodyEvent, Event, HandoverId, ObjectId, Problem, TryAgain};
use seal::{BundleError, Contents, Manifest, Objects, Recipient, Sealed};
use uuid::Uuid;
use vault::Store;
use zeroize::Zeroizing;

use super::keys;
use super::stamp::Authority;
use super::target::{NotWritten, Target};
use crate::audit::What;
use crate::booth::Booth;
use crate::desk::Desk;
use crate::view::CaseView;
use crate::{clock, problems};

/// The longest a server's clock is asked for.
const AT_ONCE: Duration = Duration::from_secs(3);

/// What a bundle is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A copy for the files: the case is delivered from here, and the bundle taken in by nobody.
    #[default]
    Copy,
    /// The case is delivered by the machine whose recipient is given, and from here no more.
    HandOver,
}

/// How a case is exported.
#[derive(Debug, Clone, Default)]
pub struct Export {
    /// The file, which must not be there yet, or the folder it is put in under the case's identity.
    pub to: PathBuf,
    /// Who can open it (`age1…`); those of the settings where none is given.
    pub recipients: Vec<String>,
    /// What it is for.
    pub purpose: Purpose,
    /// Anybody who has the file may read it. Copies only.
    pub in_clear: bool,
}

/// What was exported.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The bundle.
    pub file: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Who can open it; nobody in particular where it is in the clear.
    pub recipients: Vec<String>,
    /// The time stamp's time, epoch milliseconds, where there is one.
    pub stamped_at: Option<i64>,
    /// Why there is none, where an authority is set.
    pub not_stamped: Option<Problem>,
    /// The case as it is now.
    pub case: CaseView,
}

impl Booth {
    /// Exports a case as a sealed bundle: what it is, signed by this device, with every object that is kept here. A case
    /// that was handed over before is written again for the same recipient, and for no other.
    ///
    /// # Errors
    /// There is no such case, or another program has it open; nobody is named to encrypt for; the case cannot be handed
    /// over; no time stamp where one is required; or the bundle cannot be written. It is delivered from here still then,
    /// unless the bundle may be there all the same.
    pub async fn export(&self, id: &str, export: &Export) -> Result<Exported, Problem> {
        let id: CaseId = id.parse().map_err(|_| problems::unknown_case())?;
        let recipients = self.recipients_of(export)?;
        let authority = Authority::of(&self.0.settings)?;
        let target = Target::at(&export.to, id).map_err(|error| not_written(&error))?;
        self.with_desk(id, async |desk| {
            let fresh = match export.purpose {
                Purpose::Copy => false,
                Purpose::HandOver => self.hand_over(desk, &recipients[0]).await?,
            };
            let bundle = self.sealed(desk.case().await, export.purpose, authority).await;
            let written = match bundle {
                Ok(bundle) => self.write(bundle, target, recipients).await,
                Err(problem) => Err((problem, false)),
            };
            match written {
                Ok(mut exported) => {
                    self.note(What::CaseExported, Some(id)).await;
                    exported.case = self.shown(&desk.case().await);
                    Ok(exported)
                }
                Err((problem, may_be_there)) => {
                    if fresh && may_be_there {
                        let why = problem.code.as_str();
                        return Err(handed_over().because(why));
                    }
                    if fresh {
                        let event = CustodyEvent::TakenBack { at: clock::now() };
                        self.apply(desk, Event::Custody(event)).await?;
                    }
                    Err(problem)
                }
            }
        })
        .await
    }

    /// Takes a case back that was handed over: it is delivered from here again. `nobody_has_it`: a person vouches that
    /// no other machine took the bundle in, and that none will.
    ///
    /// # Errors
    /// Nobody vouches; there is no such case, another program has it open, or it was not handed over.
    pub async fn take_back(&self, id: &str, nobody_has_it: bool) -> Result<CaseView, Problem> {
        let id: CaseId = id.parse().map_err(|_| problems::unknown_case())?;
        if !nobody_has_it {
            return Err(handed_over());
        }
        self.with_desk(id, async |desk| {
            let event = CustodyEvent::TakenBack { at: clock::now() };
            self.apply(desk, Event::Custody(event)).await
        })
        .await
    }

    /// Marks the case as another machine's, before anything of the bundle is written. True unless it was that before.
    async fn hand_over(&self, desk: &Arc<Desk>, to: &Recipient) -> Result<bool, Problem> {
        let to = to.to_string();
        match &desk.case().await.custody.handed_over {
            // The same bundle once more: only that machine opens it, and takes it in once.
            Some(before) if before.to == to => return Ok(false),
            Some(before) => {
                return Err(handed_over().because(before.to.clone()));
            }
            None => {}
        }
        let event = CustodyEvent::HandedOver {
            id: HandoverId(Uuid::new_v4()),
            to,
            at: clock::now(),
        };
        self.apply(desk, Event::Custody(event)).await?;
        Ok(true)
    }

    fn recipients_of(&self, export: &Export) -> Result<Vec<Recipient>, Problem> {
        let missing = || Problem::new(Code::RecipientMissing, TryAgain::AfterChange);
        if export.in_clear {
            return match export.purpose {
                Purpose::Copy => Ok(Vec::new()),
                // Whoever finds it could take it in.
                Purpose::HandOver => Err(missing()),
            };
        }
        let given = if export.recipients.is_empty() {
            &self.0.settings.export.recipients
        } else {
            &export.recipients
        };
        let recipients = keys::recipients(given)?;
        match export.purpose {
            Purpose::Copy if !recipients.is_empty() => Ok(recipients),
            // Two who can open it could both deliver it.
            Purpose::HandOver if recipients.len() == 1 => Ok(recipients),
            _ => Err(missing()),
        }
    }

    /// Milliseconds to add to this machine's clock to have the server's, where it answers at once: a seal does not wait
    /// for a network.
    async fn clock_offset(&self) -> Option<i64> {
        let asked = SystemTime::now();
        let greeting = tokio::time::timeout(AT_ONCE, async { self.client().await.ok()?.greet().await.ok() });
        let date = greeting.await.ok()??.date?;
        Some(clock::behind(date, asked, SystemTime::now()))
    }

    /// The case, sealed as it is now, with a time stamp where one can be had.
    async fn sealed(
        &self,
        case: Case,
        purpose: Purpose,
        authority: Option<Authority>,
    ) -> Result<Bundle, Problem> {
        let key = self.signing_key().await?;
        let unsealable = |error| problems::internal(&format!("the case cannot be sealed: {error}"));
        let (mut manifest, record) =
            Manifest::of(&case, key.public(), self.clock_offset().await, clock::now()).map_err(unsealable)?;
        let record = Zeroizing::new(record);
        if purpose == Purpose::HandOver {
            manifest = manifest.handing_over(&case);
        }
        let (mut stamp, mut not_stamped) = (None, None);
        if let Some(authority) = authority {
            match authority.stamp(&manifest.stamped().map_err(unsealable)?).await {
                Ok(given) => {
                    manifest = manifest.with_timestamp(&given.token);
                    stamp = Some(given);
                }
                Err(problem) if self.0.settings.seal.tsa_required => return Err(problem),
                Err(problem) => not_stamped = Some(problem),
            }
        }
        Ok(Bundle {
            sealed: seal::seal(manifest, &key).map_err(unsealable)?,
            record,
            stamped_at: stamp.as_ref().map(|stamp| stamp.at),
            token: stamp.map(|stamp| stamp.token),
            not_stamped,
            view: self.shown(&case),
        })
    }

    /// Writes the bundle. When it fails: why, and whether the bundle may be there all the same.
    async fn write(
        &self,
        bundle: Bundle,
        target: Target,
        recipients: Vec<Recipient>,
    ) -> Result<Exported, (Problem, bool)> {
        let store = self.store();
        let write = move || {
            let written = target.write(|out| {
                let contents = Contents {
                    sealed: &bundle.sealed,
                    record: &bundle.record,
                    timestamp: bundle.token.as_deref(),
                    objects: &InStore {
                        store: &*store,
                        case: bundle.sealed.manifest().case,
                    },
                };
                seal::write_bundle(&contents, out, &recipients)
            });
            let written =
                written.map_err(|NotWritten { error, may_be_there }| (from_bundle(&error), may_be_there))?;
            Ok(Exported {
                file: written.path,
                bytes: written.bytes,
                recipients: recipients.iter().map(ToString::to_string).collect(),
                stamped_at: bundle.stamped_at,
                not_stamped: bundle.not_stamped,
                case: bundle.view,
            })
        };
        let broke = |_| Err((problems::internal("exporting broke"), true));
        tokio::task::spawn_blocking(write).await.unwrap_or_else(broke)
    }
}

/// What is written.
struct Bundle {
    sealed: Sealed,
    record: Zeroizing<Vec<u8>>,
    token: Option<Vec<u8>>,
    stamped_at: Option<i64>,
    not_stamped: Option<Problem>,
    view: CaseView,
}

/// The objects of a case, decrypted while they are read.
struct InStore<'a> {
    store: &'a dyn Store,
    case: CaseId,
}

impl Objects for InStore<'_> {
    fn open(&self, object: ObjectId) -> io::Result<Box<dyn Read + '_>> {
        let reader = self
            .store
            .open_object(self.case, object)
            .map_err(io::Error::other)?;
        Ok(Box::new(reader))
    }
}

fn from_bundle(error: &BundleError) -> Problem {
    match error {
        BundleError::Io(error) => not_written(error),
        BundleError::Changed(_) | BundleError::Object(..) => {
            Problem::new(Code::StoreDamaged, TryAgain::AfterChange).because(error.to_string())
        }
        error => problems::internal(&error.to_string()),
    }
}

/// Where the case is now, somebody has to find out.
const fn handed_over() -> Problem {
    Problem::new(Code::CaseHandedOver, TryAgain::FindOutFirst)
}

fn not_written(error: &io::Error) -> Problem {
    Problem::new(Code::BundleNotWritten, TryAgain::AfterChange).because(error.kind().to_string())
}
