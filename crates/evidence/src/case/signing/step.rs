//! What happens between the approval and the end, and what the case becomes.

use super::{
    CodeMethod, CodeState, Contract, Deletion, MOST_PAPERS, Paper, SignatureState, SignedCopy, Signing,
    UnlockKind, Upload, never_sent,
};
use crate::case::{Case, Effect, Rejection, State, Step};
use crate::{ObjectId, PaperId, UtcMillis};

/// What happens between the approval and the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningEvent {
    /// A document was picked; its bytes are in the store.
    PaperAdded(Paper),
    /// A document is not to be signed after all; the server surely does not have it, or not any more.
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
    /// The server surely does not have it: the call never arrived, was refused, or what arrived was deleted again.
    PaperNotArrived(PaperId),
    /// A document that had arrived is not at the server any more.
    PaperGone(PaperId),
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
        /// Which way it went.
        method: CodeMethod,
        /// When.
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
        /// The server's names of the documents it has. One without a good copy here forbids the deletion.
        held: Vec<String>,
        /// Now.
        at: UtcMillis,
    },
    /// The server was asked afterwards, and has none.
    Deleted {
        /// Now.
        at: UtcMillis,
    },
}

pub(in crate::case) fn step(
    case: &mut Case,
    event: SigningEvent,
    effects: &mut Vec<Effect>,
) -> Result<(), Rejection> {
    let here = case.step();
    let out_of_order = Rejection::OutOfOrder(here);
    let expect = |step: Step| {
        if here == step {
            Ok(())
        } else {
            Err(Rejection::OutOfOrder(here))
        }
    };
    // What became of an upload can still be found out when the request was signed meanwhile.
    let expect_lookup = || match here {
        Step::Documents | Step::Signed => Ok(()),
        _ => Err(Rejection::OutOfOrder(here)),
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
            // What the server has, or may have, would be signed unseen.
            if signing.papers[index].upload != Upload::Waiting {
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
            expect_lookup()?;
            // One document at the server is one document here.
            if uid.is_empty() || signing.paper_at_server(&uid).is_some() {
                return Err(out_of_order);
            }
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if !matches!(upload, Upload::Sending { .. }) {
                return Err(out_of_order);
            }
            *upload = Upload::Arrived { uid, at };
        }
        SigningEvent::PaperNotArrived(paper) => {
            expect_lookup()?;
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if !matches!(upload, Upload::Sending { .. }) {
                return Err(out_of_order);
            }
            *upload = Upload::Waiting;
        }
        SigningEvent::PaperGone(paper) => {
            // Behind the signature, a document that is gone is one whose signed copy cannot be had any more.
            if !matches!(here, Step::Documents | Step::Reading | Step::Code) || !never_sent(signing.signature)
            {
                return Err(out_of_order);
            }
            let upload = upload_of(signing, paper).ok_or(out_of_order.clone())?;
            if !matches!(upload, Upload::Arrived { .. }) {
                return Err(out_of_order);
            }
            *upload = Upload::Waiting;
            case.state = State::Documents;
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
            // A request that may be signed already needs no code: that is looked up first.
            if !never_sent(signing.signature) {
                return Err(out_of_order);
            }
            signing.code = CodeState::Asking { since: at, method };
        }
        SigningEvent::CodeSent { method, at } => {
            expect(Step::Code)?;
            match signing.code {
                CodeState::Asking { .. } => signing.code = CodeState::Sent { at, method },
                _ => return Err(out_of_order),
            }
        }
        SigningEvent::CodeNotSent => {
            expect(Step::Code)?;
            match signing.code {
                CodeState::Asking { .. } => signing.code = CodeState::None,
                _ => return Err(out_of_order),
            }
        }
        SigningEvent::SignatureSending { unlock, at } => {
            expect(Step::Code)?;
            // One whose fate is unknown is looked up first, never asked for again.
            if signing.signature != SignatureState::Waiting || !signing.all_arrived() || !signing.all_read() {
                return Err(out_of_order);
            }
            signing.signature = SignatureState::Sending { since: at, unlock };
        }
        SigningEvent::NotSigned => {
            expect(Step::Code)?;
            match signing.signature {
                SignatureState::Sending { .. } => signing.signature = SignatureState::Waiting,
                _ => return Err(out_of_order),
            }
        }
        SigningEvent::Signed { at } => {
            expect(Step::Code)?;
            if !matches!(signing.signature, SignatureState::Sending { .. }) {
                return Err(out_of_order);
            }
            signing.signature = SignatureState::Made { at };
            case.state = State::Signed;
        }
        SigningEvent::CopyKept { paper, copy } => {
            expect(Step::Signed)?;
            let paper = signing.papers.iter_mut().find(|it| it.id == paper);
            let paper = paper.ok_or(out_of_order.clone())?;
            if !matches!(paper.upload, Upload::Arrived { .. }) {
                return Err(out_of_order);
            }
            // A good copy may be the last there is: a worse one never takes its place.
            let worse = paper.is_kept() && !copy.seal.is_good();
            let gone = if worse {
                Some(copy)
            } else {
                paper.signed.replace(copy)
            };
            let kept = paper.signed.as_ref().map(|copy| copy.object);
            let gone = gone.map(|copy| copy.object).filter(|gone| Some(*gone) != kept);
            effects.extend(gone.map(Effect::Discard));
        }
        SigningEvent::Deleting { held, at } => {
            expect(Step::Signed)?;
            let is_kept = |uid: &String| signing.paper_at_server(uid).is_some_and(Paper::is_kept);
            if !signing.all_kept() || !held.iter().all(is_kept) {
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

fn after_reading(signing: &Signing) -> State {
    if signing.all_read() {
        State::Code
    } else {
        State::Reading
    }
}
