//! From the approval to the signed documents: papers, contract, code, signature, and nothing left at the server.

use serde::{Deserialize, Serialize};

use super::{Case, Effect, Rejection, State, Step};
use crate::{ObjectId, PaperId, Sensitive, UtcMillis};

/// The most documents one request takes (section 4.11 of the API's reference).
pub const MOST_PAPERS: usize = 10;

/// A document to be signed, a PDF. Its bytes are in the store under `object`; what is uploaded is exactly what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its identity within the case.
    pub id: PaperId,
    /// The name of the file it came from: it may name the person.
    pub file_name: Sensitive<String>,
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// Whether the server has it.
    #[serde(default)]
    pub upload: Upload,
    /// When a person had seen all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UtcMillis>,
    /// The signed copy, once it was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedCopy>,
}

/// Whether the server has a document. `Sending` found after a crash means nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "upload", rename_all = "snake_case")]
pub enum Upload {
    /// It surely has not arrived.
    #[default]
    Waiting,
    /// A call is out, or its answer was lost.
    Sending {
        /// Since when.
        since: UtcMillis,
    },
    /// The server has it, and its digest agrees where the server gave one.
    Arrived {
        /// The server's name for it.
        uid: String,
        /// Since when.
        at: UtcMillis,
    },
}

/// A signed document as it was fetched, its bytes in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCopy {
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// When it was fetched.
    pub at: UtcMillis,
    /// What the signature says, checked here.
    pub seal: Seal,
}

/// A signature in a PDF as it was checked on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Bytes, digest and signature agree.
    pub intact: bool,
    /// The signature covers the whole file.
    pub covers_whole: bool,
    /// The signed file begins with the bytes that were uploaded.
    pub extends_original: bool,
    /// Who signed, as the certificate says.
    pub signer: Sensitive<String>,
    /// Whether the certificate's subject is the person of the case; none where that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_holder: Option<bool>,
    /// Who issued the certificate.
    pub issuer: String,
    /// The certificate's serial number, hex.
    pub certificate: String,
    /// When it was signed, as the signature says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<UtcMillis>,
    /// Whether a timestamp is in it.
    pub timestamped: bool,
    /// Whether the certificate leads to an issuer this booth trusts; none where it was given none to trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
}

impl Seal {
    /// Whether the copy is what the customer is owed: the uploaded document, whole, under an intact signature of nobody
    /// else and of no issuer known to be wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.intact
            && self.covers_whole
            && self.extends_original
            && self.is_holder != Some(false)
            && self.trusted != Some(false)
    }
}

/// The service contract, as the server gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// When a person had seen all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UtcMillis>,
}

/// The way a code travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CodeMethod {
    /// A text message.
    Sms,
    /// `WhatsApp`.
    Whatsapp,
}

/// How far the one-time code is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CodeState {
    /// None was asked for.
    #[default]
    None,
    /// A call is out, or its answer was lost: a code may be on its way.
    Asking {
        /// Since when.
        since: UtcMillis,
        /// Which way.
        method: CodeMethod,
    },
    /// The server sent one.
    Sent {
        /// When.
        at: UtcMillis,
        /// Which way.
        method: CodeMethod,
    },
}

/// What unlocks the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlockKind {
    /// The one-time code.
    Code,
    /// An external authentication the registration authority has agreed on.
    External,
}

/// How far the signature is. `Sending` found after a crash means nobody knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "signature", rename_all = "snake_case")]
pub enum SignatureState {
    /// It surely was not made.
    #[default]
    Waiting,
    /// A call is out, or its answer was lost.
    Sending {
        /// Since when.
        since: UtcMillis,
        /// What it was unlocked with.
        unlock: UnlockKind,
    },
    /// The documents are signed, the certificate is issued and used up.
    Made {
        /// When the server said so.
        at: UtcMillis,
    },
}

/// Whether the documents are gone from the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deletion", rename_all = "snake_case")]
pub enum Deletion {
    /// Not asked for.
    #[default]
    Waiting,
    /// A call is out, or it is not proven.
    Sending {
        /// Since when.
        since: UtcMillis,
    },
    /// The server was asked for them afterwards, and has none.
    Proven {
        /// When.
        at: UtcMillis,
    },
}

/// Everything between the approval and the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signing {
    /// The documents, in the order they were added.
    pub papers: Vec<Paper>,
    /// The service contract.
    pub contract: Option<Contract>,
    /// The one-time code.
    pub code: CodeState,
    /// The signature.
    pub signature: SignatureState,
    /// The server's copies.
    pub deletion: Deletion,
}

impl Signing {
    /// Whether every document has arrived, and there is one.
    #[must_use]
    pub fn all_arrived(&self) -> bool {
        let arrived = |paper: &Paper| matches!(paper.upload, Upload::Arrived { .. });
        !self.papers.is_empty() && self.papers.iter().all(arrived)
    }

    /// Whether contract and documents were all seen to their ends.
    #[must_use]
    pub fn all_read(&self) -> bool {
        self.contract
            .as_ref()
            .is_some_and(|contract| contract.read_at.is_some())
            && self.papers.iter().all(|paper| paper.read_at.is_some())
    }

    /// Whether every document the server has is here, signed and in order.
    #[must_use]
    pub fn all_kept(&self) -> bool {
        self.papers.iter().all(|paper| match &paper.upload {
            Upload::Arrived { .. } => paper.signed.as_ref().is_some_and(|copy| copy.seal.is_good()),
            Upload::Waiting => true,
            Upload::Sending { .. } => false,
        })
    }

    /// Every object of the store these need.
    pub fn objects(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let papers = self
            .papers
            .iter()
            .flat_map(|paper| [Some(paper.object), paper.signed.as_ref().map(|copy| copy.object)]);
        papers
            .chain([self.contract.as_ref().map(|contract| contract.object)])
            .flatten()
    }
}

/// What happens between the approval and the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningEvent {
    /// A document was picked; its bytes are in the store.
    PaperAdded(Paper),
    /// A document is not to be signed after all; the server surely does not have it (any more).
    PaperRemoved(PaperId),
    /// The call that uploads it goes out now.
    PaperSending {
        /// Which.
        paper: PaperId,
        /// Now.
        at: UtcMillis,
    },
    /// The server has it, or was found to have it.
    PaperArrived {
        /// Which.
        paper: PaperId,
        /// The server's name for it.
        uid: String,
        /// Now.
        at: UtcMillis,
    },
    /// The server surely does not have it.
    PaperNotArrived(PaperId),
    /// The contract was fetched; its bytes are in the store.
    ContractFetched(Contract),
    /// A person saw the contract or a document to its end.
    Read {
        /// The object that was read.
        object: ObjectId,
        /// Now.
        at: UtcMillis,
    },
    /// The call that sends a code goes out now.
    CodeAsking {
        /// Which way.
        method: CodeMethod,
        /// Now.
        at: UtcMillis,
    },
    /// The server sent one, or says that it did.
    CodeSent {
        /// Now.
        at: UtcMillis,
    },
    /// The server surely sent none.
    CodeNotSent,
    /// The call that signs goes out now.
    SignatureSending {
        /// What it is unlocked with.
        unlock: UnlockKind,
        /// Now.
        at: UtcMillis,
    },
    /// The server surely did not sign.
    NotSigned,
    /// The server signed.
    Signed {
        /// Now.
        at: UtcMillis,
    },
    /// A signed document was fetched and checked; its bytes are in the store.
    CopyKept {
        /// Which.
        paper: PaperId,
        /// The copy.
        copy: SignedCopy,
    },
    /// The calls that delete the server's copies go out now.
    Deleting {
        /// Now.
        at: UtcMillis,
    },
    /// The server was asked afterwards, and has none.
    Deleted {
        /// Now.
        at: UtcMillis,
    },
}

pub(super) fn step(case: &mut Case, event: SigningEvent, effects: &mut Vec<Effect>) -> Result<(), Rejection> {
    let here = case.step();
    let out_of_order = Rejection::OutOfOrder(here);
    let expect = |step: Step| {
        if here == step {
            Ok(())
        } else {
            Err(Rejection::OutOfOrder(here))
        }
    };
    let signing = &mut case.signing;
    match event {
        SigningEvent::PaperAdded(paper) => {
            expect(Step::Documents)?;
            if signing.papers.len() >= MOST_PAPERS {
                return Err(Rejection::TooManyPapers);
            }
            let known = signing.papers.iter().any(|other| other.id == paper.id);
            if known || paper.upload != Upload::Waiting || paper.signed.is_some() {
                return Err(out_of_order);
            }
            signing.papers.push(paper);
        }
        SigningEvent::PaperRemoved(id) => {
            expect(Step::Documents)?;
            let Some(index) = signing.papers.iter().position(|paper| paper.id == id) else {
                return Err(out_of_order);
            };
            // A document whose fate is unknown would be signed unseen.
            if matches!(signing.papers[index].upload, Upload::Sending { .. }) {
                return Err(out_of_order);
            }
            effects.push(Effect::Discard(signing.papers.remove(index).object));
        }
        SigningEvent::PaperSending { paper, at } => {
            expect(Step::Documents)?;
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if *upload != Upload::Waiting {
                return Err(out_of_order);
            }
            *upload = Upload::Sending { since: at };
        }
        SigningEvent::PaperArrived { paper, uid, at } => {
            expect(Step::Documents)?;
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if !matches!(upload, Upload::Sending { .. }) {
                return Err(out_of_order);
            }
            *upload = Upload::Arrived { uid, at };
        }
        SigningEvent::PaperNotArrived(paper) => {
            expect(Step::Documents)?;
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if !matches!(upload, Upload::Sending { .. }) {
                return Err(out_of_order);
            }
            *upload = Upload::Waiting;
        }
        SigningEvent::ContractFetched(contract) => {
            if !matches!(here, Step::Documents | Step::Reading) || !signing.all_arrived() {
                return Err(out_of_order);
            }
            // The same contract again does not have to be read again.
            match &signing.contract {
                Some(known) if known.sha256 == contract.sha256 => {
                    if known.object != contract.object {
                        effects.push(Effect::Discard(contract.object));
                    }
                }
                known => {
                    effects.extend(known.as_ref().map(|known| Effect::Discard(known.object)));
                    signing.contract = Some(contract);
                }
            }
            case.state = after_reading(signing);
        }
        SigningEvent::Read { object, at } => {
            expect(Step::Reading)?;
            let contract = signing.contract.as_mut().filter(|it| it.object == object);
            let paper = signing.papers.iter_mut().find(|paper| paper.object == object);
            match (contract, paper) {
                (Some(contract), _) => contract.read_at.get_or_insert(at),
                (None, Some(paper)) => paper.read_at.get_or_insert(at),
                (None, None) => return Err(out_of_order),
            };
            case.state = after_reading(signing);
        }
        SigningEvent::CodeAsking { method, at } => {
            expect(Step::Code)?;
            signing.code = CodeState::Asking { since: at, method };
        }
        SigningEvent::CodeSent { at } => match signing.code {
            CodeState::Asking { method, .. } => signing.code = CodeState::Sent { at, method },
            _ => return Err(out_of_order),
        },
        SigningEvent::CodeNotSent => match signing.code {
            CodeState::Asking { .. } => signing.code = CodeState::None,
            _ => return Err(out_of_order),
        },
        SigningEvent::SignatureSending { unlock, at } => {
            expect(Step::Code)?;
            // One whose fate is unknown is looked up first, never asked for again.
            if signing.signature != SignatureState::Waiting || !signing.all_arrived() || !signing.all_read() {
                return Err(out_of_order);
            }
            signing.signature = SignatureState::Sending { since: at, unlock };
        }
        SigningEvent::NotSigned => match signing.signature {
            SignatureState::Sending { .. } => signing.signature = SignatureState::Waiting,
            _ => return Err(out_of_order),
        },
        SigningEvent::Signed { at } => {
            if !matches!(signing.signature, SignatureState::Sending { .. }) {
                return Err(out_of_order);
            }
            signing.signature = SignatureState::Made { at };
            case.state = State::Signed;
        }
        SigningEvent::CopyKept { paper, copy } => {
            expect(Step::Signed)?;
            let paper = signing.papers.iter_mut().find(|it| it.id == paper);
            let paper = paper.ok_or(out_of_order)?;
            let earlier = paper.signed.replace(copy);
            effects.extend(earlier.map(|earlier| Effect::Discard(earlier.object)));
        }
        SigningEvent::Deleting { at } => {
            expect(Step::Signed)?;
            if !signing.all_kept() {
                return Err(Rejection::NotKept);
            }
            signing.deletion = Deletion::Sending { since: at };
        }
        SigningEvent::Deleted { at } => {
            expect(Step::Signed)?;
            if !matches!(signing.deletion, Deletion::Sending { .. }) {
                return Err(out_of_order);
            }
            signing.deletion = Deletion::Proven { at };
            case.state = State::Closed { at };
        }
    }
    Ok(())
}

fn upload_of(signing: &mut Signing, id: PaperId) -> Option<&mut Upload> {
    let paper = signing.papers.iter_mut().find(|paper| paper.id == id)?;
    Some(&mut paper.upload)
}

const fn never_sent(signature: SignatureState) -> bool {
    matches!(signature, SignatureState::Waiting)
}

fn after_reading(signing: &Signing) -> State {
    if signing.all_read() {
        State::Code
    } else {
        State::Reading
    }
}

impl Case {
    /// Whether a person may go from one of the steps after the approval to `step` now: back to the documents or the
    /// reading, until the signature was asked for.
    pub(super) fn can_go_back_to(&self, step: Step) -> bool {
        let movable = matches!(self.state, State::Documents | State::Reading | State::Code)
            && never_sent(self.signing.signature)
            && step != self.step();
        movable
            && match step {
                Step::Documents => true,
                Step::Reading => self.signing.all_arrived() && self.signing.contract.is_some(),
                Step::Code => self.signing.all_arrived() && self.signing.all_read(),
                _ => false,
            }
    }
}
