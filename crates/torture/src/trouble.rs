//! What goes wrong: faults at the server's calls, and the program killed.

use std::time::Duration;

use oneshot_sandbox::{Fault, Operation};

use crate::chance::Chance;

/// What a person does, each with the calls it may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The evidence is sent, and looked after until the server has all of it.
    Submit,
    /// A person looked up whether there is a request, and says so.
    Tell,
    SignIn,
    Open,
    Decide,
    Pick,
    PutBack,
    Upload,
    Contract,
    Read,
    Code,
    Sign,
    Fetch,
    Delete,
    Resume,
}

impl Action {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Tell => "tell",
            Self::SignIn => "sign in",
            Self::Open => "open",
            Self::Decide => "decide",
            Self::Pick => "pick",
            Self::PutBack => "put back",
            Self::Upload => "upload",
            Self::Contract => "contract",
            Self::Read => "read",
            Self::Code => "code",
            Self::Sign => "sign",
            Self::Fetch => "fetch",
            Self::Delete => "delete",
            Self::Resume => "resume",
        }
    }

    /// The calls that may fail in it.
    const fn calls(self) -> &'static [Operation] {
        use Operation as O;
        match self {
            Self::Submit | Self::Tell => &[
                O::CreateVideoid,
                O::UploadEvidences,
                O::UploadVideo,
                O::DownloadVideo,
                O::GetRequest,
            ],
            Self::SignIn => &[O::GetToken],
            Self::Decide => &[O::Approve, O::Refuse, O::GetRequest],
            Self::PutBack => &[O::DeleteDocument, O::ListDocuments],
            Self::Upload => &[O::UploadDocument, O::ListDocuments],
            Self::Contract => &[O::Contract, O::ListDocuments],
            Self::Code => &[O::GenerateOtp, O::GetRequest],
            Self::Sign => &[O::Sign, O::GetRequest, O::ListDocuments],
            Self::Fetch => &[O::GetDocument, O::ListDocuments],
            Self::Delete => &[O::DeleteDocument, O::ListDocuments, O::GetDocument],
            Self::Open | Self::Pick | Self::Read | Self::Resume => &[],
        }
    }
}

/// What goes wrong during one action.
#[derive(Debug, Default)]
pub struct Trouble {
    pub faults: Vec<(Operation, Fault)>,
    /// The program is killed this long after the action began, if it has not ended by then.
    pub killed_after: Option<Duration>,
}

impl Trouble {
    pub fn of(action: Action, chance: &mut Chance) -> Self {
        let mut trouble = Self::default();
        let calls = action.calls();
        if !calls.is_empty() && chance.below(100) < 40 {
            for _ in 0..=chance.below(2) {
                trouble.faults.push((chance.pick(calls), fault(chance)));
            }
        }
        if chance.once_in(9) {
            // Most actions are over in a few milliseconds; those that wait for the server take longer.
            let most = chance.pick(&[5, 25, 350]);
            trouble.killed_after = Some(Duration::from_micros(chance.below(most * 1000)));
        }
        trouble
    }
}

fn fault(chance: &mut Chance) -> Fault {
    match chance.below(14) {
        0 => Fault::Delay(Duration::from_millis(20 + chance.below(300))),
        1 | 2 => Fault::DropBefore,
        // A lost answer is what makes things happen twice.
        3..=6 => Fault::DropAfter,
        7 => Fault::Html502,
        8 => Fault::Html413,
        9 => Fault::Status422,
        10 => Fault::Wrapped412,
        11 => Fault::TruncatedBody,
        12 => Fault::EmptyBody,
        _ => match chance.below(2) {
            0 => Fault::Html200,
            _ => Fault::SlowRead {
                bytes_per_second: 2_000_000,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_call_that_must_not_happen_twice_loses_its_answer_sometimes() {
        let mut chance = Chance::of(3, 0);
        let mut seen = BTreeSet::new();
        for action in [
            Action::Submit,
            Action::Decide,
            Action::Upload,
            Action::Code,
            Action::Sign,
        ] {
            for _ in 0..2_000 {
                let faults = Trouble::of(action, &mut chance).faults;
                let lost = faults.iter().filter(|(_, fault)| *fault == Fault::DropAfter);
                seen.extend(lost.map(|(operation, _)| operation.name()));
            }
        }
        for name in [
            "create_videoid",
            "upload_evidences",
            "upload_video",
            "approve",
            "refuse",
            "upload_document",
            "generate_otp",
            "sign",
        ] {
            assert!(seen.contains(name), "{name}: {seen:?}");
        }
    }
}
