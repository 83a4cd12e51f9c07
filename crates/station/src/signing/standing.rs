//! Following what the server says of the request.

use evidence::{Problem, Standing};
use oneshot::{Reason, RequestRecord, RequestStatus};

use super::Errand;
use crate::booth::Booth;
use crate::follow;
use crate::view::CaseView;

/// Where a submitted request stands; `None` where the server's word says nothing about that.
pub(crate) const fn standing(record: &RequestRecord) -> Option<Standing> {
    said(&record.status)
}

const fn said(status: &RequestStatus) -> Option<Standing> {
    match status {
        // In two steps it is validated first, and still waits for its approval.
        RequestStatus::VideoReview | RequestStatus::Created => Some(Standing::InReview),
        RequestStatus::EnrollReady => Some(Standing::Ready),
        RequestStatus::Issued | RequestStatus::Renewed => Some(Standing::Issued),
        RequestStatus::Cancelled => Some(Standing::Cancelled),
        RequestStatus::VideoPending
        | RequestStatus::VideoIncomplete
        | RequestStatus::VideoError
        | RequestStatus::Other(_) => None,
    }
}

impl Booth {
    /// Reads where the request of the case on the screen stands, and goes on accordingly.
    ///
    /// # Errors
    /// The server cannot be reached, or does not know the request.
    pub async fn refresh_status(&self) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        if errand.case().await.is_over() {
            return Ok(errand.view().await);
        }
        errand.follow().await?;
        Ok(errand.view().await)
    }
}

impl Errand {
    /// Reads the request and tells the case where it stands.
    async fn follow(&self) -> Result<(), Problem> {
        follow::look_in_turn(&self.booth, self.desk()).await.map(drop)
    }

    /// After a call that was refused because of the request's state: somebody else moved it. The refusal is what is told;
    /// whether the state could be read too is not.
    pub(super) async fn follow_after(&self, error: &oneshot::Error) {
        let moved = matches!(error.reason, Some(Reason::WrongStatus | Reason::AlreadyIssued))
            || error.kind == oneshot::ErrorKind::WrongState;
        if moved && let Err(problem) = self.follow().await {
            tracing::warn!(code = %problem, "the request could not be read");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_about_a_submitted_request_say_where_it_stands() {
        let of = |word: &str| said(&RequestStatus::from_word(word));
        assert_eq!(of("VIDEOREVIEW"), Some(Standing::InReview));
        assert_eq!(of("CREATED"), Some(Standing::InReview));
        assert_eq!(of("ENROLLREADY"), Some(Standing::Ready));
        assert_eq!(of("ISSUED"), Some(Standing::Issued));
        assert_eq!(of("CANCELED"), Some(Standing::Cancelled));
        assert_eq!(of("VIDEOINCOMPLETE"), None);
        assert_eq!(of("SOMETHING"), None);
    }
}
