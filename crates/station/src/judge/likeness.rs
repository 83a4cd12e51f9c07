//! From the likeness of portrait and selfie to `similarity_level`.
//!
//! | form | what is sent of a measurement | of a person's word |
//! |---|---|---|
//! | `number` | the level, 0 to 100 (the schema of the API) | the word: a number would pretend to a measurement |
//! | `word` | `high` from 75, `medium` from 50, `low` below (the samples of the API) | the word |
//!
//! The level is a monotone map of the cosine with the threshold at 50 (`vision::face::level`): `medium` begins where two
//! faces count as one person's, `high` at a cosine of 0.50.

use evidence::{Case, Similarity, SimilarityWord};

use crate::settings::SimilarityForm;

/// The level from which two faces count as one person's.
const MEDIUM: u8 = 50;
/// The level of a cosine of 0.50.
const HIGH: u8 = 75;

/// What may be claimed about the likeness of portrait and selfie.
pub(crate) fn similarity(case: &Case, form: SimilarityForm) -> Option<oneshot::Similarity> {
    let similarity = case
        .similarity
        .as_ref()
        .filter(|similarity| holds(case, similarity))?;
    let word = |word| Some(oneshot::Similarity::Word(as_written(word).to_owned()));
    match (similarity, form) {
        // What the server reported is its own word: it is never sent back as ours.
        (Similarity::Reported { .. }, _) => None,
        (Similarity::Attested { word: said, .. }, _) => word(*said),
        (Similarity::Measured { level, .. }, SimilarityForm::Number) => {
            Some(oneshot::Similarity::Level(*level))
        }
        (Similarity::Measured { level, .. }, SimilarityForm::Word) => word(level_word(*level)),
    }
}

/// Whether its basis holds: a named person's word, or a comparison that is in the case and does not contradict itself.
pub(crate) fn holds(case: &Case, similarity: &Similarity) -> bool {
    match similarity {
        Similarity::Attested { by, .. } => !by.trim().is_empty(),
        Similarity::Measured {
            level,
            cosine,
            threshold,
            ..
        } => {
            let compared = case.faces.as_ref().filter(|_| case.allows_biometrics());
            let likeness = compared.and_then(|faces| faces.portrait);
            likeness.is_some_and(|likeness| (likeness.level, likeness.cosine) == (*level, *cosine))
                && *level <= 100
                && (*level >= MEDIUM) == (cosine >= threshold)
        }
        Similarity::Reported { .. } => false,
    }
}

/// The band a level lies in.
pub(crate) const fn level_word(level: u8) -> SimilarityWord {
    match level {
        HIGH.. => SimilarityWord::High,
        MEDIUM.. => SimilarityWord::Medium,
        _ => SimilarityWord::Low,
    }
}

const fn as_written(word: SimilarityWord) -> &'static str {
    match word {
        SimilarityWord::High => "high",
        SimilarityWord::Medium => "medium",
        SimilarityWord::Low => "low",
    }
}
