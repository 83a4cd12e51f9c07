//! Documents, contract, code and signature, as they are shown.

use evidence::{
    Case, CodeState, Contract, Deletion, FieldKey, MOST_PAPERS, Paper, SignatureState, SignedCopy, State,
    Upload,
};

use crate::view::{CodeProgress, CodeView, ContractView, LegProgress, PaperView, SignedView, SigningView};

/// Another code can be asked for this long after the last, in milliseconds (section 4.16 of the API's reference).
pub(crate) const CODE_AGAIN_MS: i64 = 60_000;

pub(super) fn signing(case: &Case) -> Option<SigningView> {
    if matches!(case.state, State::Submitted { .. } | State::Refused { .. }) || !case.is_after_submission() {
        return None;
    }
    let signing = &case.signing;
    let (signature, signed_at) = match signing.signature {
        SignatureState::Waiting => (LegProgress::Waiting, None),
        SignatureState::Sending { .. } => (LegProgress::Sending, None),
        SignatureState::Made { at } => (LegProgress::Arrived, Some(at.0)),
    };
    let (deletion, deleted_at) = match signing.deletion {
        Deletion::Waiting => (LegProgress::Waiting, None),
        Deletion::Sending { .. } => (LegProgress::Sending, None),
        Deletion::Proven { at } => (LegProgress::Arrived, Some(at.0)),
    };
    Some(SigningView {
        papers: signing.papers.iter().map(paper).collect(),
        most_papers: u32::try_from(MOST_PAPERS).unwrap_or(u32::MAX),
        contract: signing.contract.as_ref().map(contract),
        code: code(case),
        signature,
        signed_at,
        deletion,
        deleted_at,
        all_kept: signing.all_kept(),
    })
}

fn paper(paper: &Paper) -> PaperView {
    PaperView {
        id: paper.id.to_string(),
        // EXPOSE: the person at the screen picked the file.
        file_name: paper.file_name.expose().clone(),
        object: paper.object.to_string(),
        bytes: paper.bytes,
        sha256: paper.sha256.clone(),
        pages: paper.pages,
        upload: match paper.upload {
            Upload::Waiting => LegProgress::Waiting,
            Upload::Sending { .. } => LegProgress::Sending,
            Upload::Arrived { .. } => LegProgress::Arrived,
        },
        read: paper.read_at.is_some(),
        signed: paper.signed.as_ref().map(signed),
    }
}

fn signed(copy: &SignedCopy) -> SignedView {
    let seal = &copy.seal;
    SignedView {
        object: copy.object.to_string(),
        bytes: copy.bytes,
        sha256: copy.sha256.clone(),
        good: seal.is_good(),
        intact: seal.intact,
        covers_whole: seal.covers_whole,
        extends_original: seal.extends_original,
        // EXPOSE: the person sees under which name they signed.
        signer: seal.signer.expose().clone(),
        is_holder: seal.is_holder,
        issuer: seal.issuer.clone(),
        certificate: seal.certificate.clone(),
        signed_at: seal.signed_at.map(|at| at.0),
        timestamped: seal.timestamped,
        trusted: seal.trusted,
    }
}

fn contract(contract: &Contract) -> ContractView {
    ContractView {
        object: contract.object.to_string(),
        pages: contract.pages,
        read: contract.read_at.is_some(),
    }
}

fn code(case: &Case) -> CodeView {
    let (state, method, since) = match case.signing.code {
        CodeState::None => (CodeProgress::None, None, None),
        CodeState::Asking { since, method } => (CodeProgress::Uncertain, Some(method), Some(since.0)),
        CodeState::Sent { at, method } => (CodeProgress::Sent, Some(method), Some(at.0)),
    };
    CodeView {
        state,
        method,
        sent_at: since,
        again_at: since.map(|since| since.saturating_add(CODE_AGAIN_MS)),
        phone_end: end_of(case.fields.get(FieldKey::MobilePhone)),
    }
}

/// The last three digits of a phone number: enough to tell a wrong one, too little to give the right one away.
fn end_of(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(3)..].iter().collect()
}
