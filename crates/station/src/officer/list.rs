//! The cases at the desk: those the server has everything of.

use evidence::{Case, CaseId, Problem, Step};
use futures_util::stream::{self, StreamExt as _};
use oneshot::RequestRecord;

use crate::booth::Booth;
use crate::view::{CaseView, DeskEntry};
use crate::{follow, problems, views};

/// Requests whose state is read at once: enough for a morning's list, little enough for the server.
const AT_ONCE: usize = 4;

impl Booth {
    /// The cases the server has everything of: those that wait for the officer first, the newest first among equals.
    ///
    /// # Errors
    /// Nobody is signed in, or the store cannot be read.
    pub async fn desk_list(&self) -> Result<Vec<DeskEntry>, Problem> {
        self.at_work()?;
        let cases = self.cases_at_desk().await?;
        Ok(cases.iter().map(|case| self.entry(case)).collect())
    }

    /// The same, after the state of each request was read at the server. One that cannot be read says why, and hides no
    /// other.
    ///
    /// # Errors
    /// Nobody is signed in, or the store cannot be read.
    pub async fn desk_refresh(&self) -> Result<Vec<DeskEntry>, Problem> {
        self.at_work()?;
        let cases = self.cases_at_desk().await?;
        let open: Vec<CaseId> = cases
            .iter()
            .filter(|case| !case.is_over())
            .map(|case| case.id)
            .collect();
        let looks = open.into_iter().map(|id| {
            let booth = self.clone();
            async move { (id, booth.look_from_afar(id).await.map(drop)) }
        });
        let looked: Vec<(CaseId, Result<(), Problem>)> =
            stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
        // Read anew: what was heard may have moved them.
        let cases = self.cases_at_desk().await?;
        Ok(cases
            .iter()
            .map(|case| {
                let problem = looked
                    .iter()
                    .find(|(id, _)| *id == case.id)
                    .and_then(|(_, looked)| looked.as_ref().err().cloned());
                DeskEntry {
                    problem: problem.map(Into::into),
                    ..self.entry(case)
                }
            })
            .collect())
    }

    /// Opens a case at the desk: it comes on the screen, and goes when the officer does.
    ///
    /// # Errors
    /// Nobody is signed in, there is no such case, the server does not have all of it yet, another program has it open,
    /// or its evidence was removed here and cannot be read back.
    pub async fn desk_open(&self, id: &str) -> Result<CaseView, Problem> {
        self.at_work()?;
        let wanted: CaseId = id.parse().map_err(|_| problems::unknown_case())?;
        let case = self.with_store(move |store| store.load(wanted)).await?;
        if !case.is_after_submission() {
            return Err(problems::out_of_order());
        }
        self.resume_case(id).await?;
        *self.0.office.opened.lock() = Some(wanted);
        let desk = self.desk()?;
        self.bring_back(&desk).await?;
        Ok(self.shown(&desk.case().await))
    }

    async fn cases_at_desk(&self) -> Result<Vec<Case>, Problem> {
        let listed = self.with_store(|store| store.list()).await?;
        let mut cases: Vec<Case> = listed
            .into_iter()
            .flatten()
            .filter(Case::is_after_submission)
            .collect();
        // Stable: the store's order, the newest first, stays among equals.
        cases.sort_by_key(|case| place(case.step()));
        Ok(cases)
    }

    /// Reads where the request of a case stands, on the screen or not.
    pub(crate) async fn look_from_afar(&self, id: CaseId) -> Result<RequestRecord, Problem> {
        let desk = self.borrow_desk(id).await?;
        let looked = follow::look(self, &desk).await;
        self.put_away(desk);
        looked
    }

    fn entry(&self, case: &Case) -> DeskEntry {
        DeskEntry {
            id: case.id.to_string(),
            code: case.id.short_code(),
            step: case.step(),
            request_pk: views::numbers(case).map(|numbers| numbers.request_pk),
            submitted_at: case.confirmation().map(|(at, _)| at.0),
            review: views::review::state(case),
            server_status: self.0.office.word(case.id),
            problem: None,
        }
    }
}

/// Where a case stands in the list.
const fn place(step: Step) -> u8 {
    match step {
        Step::Submitted => 0,
        Step::Documents => 1,
        Step::Reading => 2,
        Step::Code => 3,
        Step::Signed => 4,
        Step::Refused => 6,
        Step::Closed => 7,
        _ => 5,
    }
}
