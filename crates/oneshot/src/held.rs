//! The evidence the server holds about a person, read back for a reviewer (section 4.8).

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::evidences::{ImageSlot, SecurityChecks, Similarity};
use crate::ids::RequestPk;
use crate::reading;
use crate::record::RequestRecord;
use crate::secret::Secret;

/// What the server holds. Everything in it is personal, and none of it is printed.
#[derive(Clone, PartialEq)]
pub struct HeldEvidence {
    /// Where the request stands, out of the same reading.
    pub record: RequestRecord,
    /// What an update of the request is proven with.
    pub scratchcard: Option<Secret>,
    /// The files of the pictures, decoded.
    pub images: BTreeMap<ImageSlot, Bytes>,
    /// Slots with something in them that is no Base64.
    pub damaged: Vec<ImageSlot>,
    /// Fields of the request itself, by the API's names: what will be in the certificate.
    pub person: BTreeMap<String, String>,
    /// Fields read from the document, by the API's names; numbers as text.
    pub ocr: BTreeMap<String, String>,
    /// What was checked.
    pub checks: SecurityChecks,
    /// Checks under labels no page of the vendor's has.
    pub other_checks: BTreeMap<String, bool>,
    /// How alike face and portrait are said to be.
    pub similarity: Option<Similarity>,
    /// What the person agreed to, as it is stored.
    pub acceptance: Map<String, Value>,
    /// Who approved.
    pub approving_officer: Option<String>,
    /// Who validated, where that is a step of its own.
    pub validating_officer: Option<String>,
}

impl HeldEvidence {
    /// Reads the record of the request `asked` for. Each picture is decoded once, and its text let go.
    ///
    /// # Errors
    /// If the answer is no success, or no record of that request.
    pub fn read(answer: Answer, asked: RequestPk) -> Result<Self, Error> {
        reading::held(answer.into_success(Call::ReadRequest)?, asked)
    }
}

crate::evidences::prints_nothing!(HeldEvidence);
