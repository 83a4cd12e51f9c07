//! What is shown of a case depends on the settings too.

use evidence::Case;

use super::numbers;
use crate::booth::Booth;
use crate::view::{CaseSummary, CaseView};

impl Booth {
    /// A case as the doors show it, with what the settings make of it.
    pub(crate) fn shown(&self, case: &Case) -> CaseView {
        let mut view = super::case(case);
        view.kept = self.kept(case);
        if let Some(delivery) = &mut view.delivery {
            delivery.by_itself = self.goes_by_itself(case);
        }
        view
    }

    /// A case in the list.
    pub(crate) fn summary(&self, case: &Case) -> CaseSummary {
        CaseSummary {
            id: case.id.to_string(),
            code: case.id.short_code(),
            step: case.step(),
            opened_at: case.opened_at.0,
            request_pk: numbers(case).map(|numbers| numbers.request_pk),
            by_itself: self.goes_by_itself(case),
        }
    }

    fn goes_by_itself(&self, case: &Case) -> bool {
        self.0.settings.delivery.queue && case.is_queued()
    }
}
