//! What people say: which document, which fields, and what they vouch for.

use evidence::{
    Basis, Check, CountryCode, Document, Event, FieldKey, Fields, Finding, Problem, Similarity,
    SimilarityWord,
};

use crate::booth::Booth;
use crate::view::{CaseView, DocumentView, FieldValue};
use crate::{clock, settings};

impl Booth {
    /// The document was chosen.
    ///
    /// # Errors
    /// The country is not two letters, or it is not the time.
    pub async fn choose_document(&self, document: DocumentView) -> Result<CaseView, Problem> {
        let country = CountryCode::new(&document.country).map_err(settings::wrong)?;
        self.happened(Event::DocumentChosen(Document {
            kind: document.kind,
            country,
        }))
        .await
    }

    /// A person confirmed the fields as they are sent here; a field that is not among them stays as it was. `operator`
    /// answers for what differs from what was read; empty where no name was given.
    ///
    /// # Errors
    /// A field is missing or malformed; the problem says which.
    pub async fn confirm_fields(&self, values: Vec<FieldValue>, operator: &str) -> Result<CaseView, Problem> {
        let before = self.desk()?.case().await.fields;
        let mut fields = Fields::default();
        for key in FieldKey::ALL {
            let given = values.iter().find(|value| value.key == key);
            fields.set(key, given.map_or_else(|| before.get(key), |value| &value.value));
        }
        let by = Some(operator.trim().to_owned()).filter(|name| !name.is_empty());
        self.happened(Event::FieldsConfirmed {
            fields,
            by,
            at: clock::now(),
        })
        .await
    }

    /// `operator` vouches for a check, one way or the other, or takes it back (`None`).
    ///
    /// # Errors
    /// There is no name, the check cannot be vouched for, or it is not the time.
    pub async fn attest(
        &self,
        check: Check,
        passed: Option<bool>,
        operator: &str,
    ) -> Result<CaseView, Problem> {
        let by = operator.trim().to_owned();
        let finding = passed.map(|passed| Finding {
            passed,
            basis: Basis::Attested { by, at: clock::now() },
        });
        self.happened(Event::Attested { check, finding }).await
    }

    /// `operator` compared portrait and selfie, or takes it back (`None`).
    ///
    /// # Errors
    /// There is no name, or it is not the time.
    pub async fn judge_similarity(
        &self,
        word: Option<SimilarityWord>,
        operator: &str,
    ) -> Result<CaseView, Problem> {
        let by = operator.trim().to_owned();
        let similarity = word.map(|word| Similarity::Attested {
            word,
            by,
            at: clock::now(),
        });
        self.happened(Event::SimilarityJudged(similarity)).await
    }
}
