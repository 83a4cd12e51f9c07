//! Asking an official register, where a booth has one.

use super::{Case, Rejection, Step};
use crate::{Basis, Check, Fields, RegisterAnswer, RegisterQuestion};

impl Case {
    /// What a register is to be asked now and was not. `None` where nobody confirmed the fields, or it is too late.
    #[must_use]
    pub fn to_be_asked_of_a_register(&self) -> Option<RegisterQuestion> {
        let document = self.document?;
        let wanted = self.fields_confirmed && self.register.is_none() && Step::WALK.contains(&self.step());
        wanted.then(|| RegisterQuestion {
            document,
            fields: self.fields.clone(),
        })
    }

    /// The fields are about to become these: what was said of others is not said of them.
    pub(super) fn drop_stale_register(&mut self, fields: &Fields) {
        if self.fields != *fields {
            self.register = None;
        }
    }
}

/// Taken only where it answers what would be asked now.
pub(super) fn answered(
    case: &mut Case,
    question: &RegisterQuestion,
    answer: RegisterAnswer,
) -> Result<(), Rejection> {
    let is_measured = matches!(answer.measured.basis, Basis::Measured { .. });
    if case.to_be_asked_of_a_register().as_ref() != Some(question) || !is_measured {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    if answer.register.trim().is_empty() {
        return Err(Rejection::Unfounded(Check::DocumentsMatch));
    }
    case.register = Some(answer);
    case.claim_what_was_measured();
    Ok(())
}
