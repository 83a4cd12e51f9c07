//! What the killed program said, a line each.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::str::FromStr;

use anyhow::{Context as _, anyhow};
use evidence::{Role, Step};
use station::view::{CaseView, ShowingView};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Where the case stands, with every accepted piece of evidence by its SHA-256 and the video on the screen.
    Case(Standing),
    /// The case was picked up: what comes now is new.
    Stands,
    /// Milliseconds of video so far.
    Recording(u64),
    /// A recording ended as it should.
    RecordingEnded,
    /// A problem, by its code.
    Problem(String),
    /// The server has everything.
    Submitted,
}

/// A case at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Standing {
    pub case: String,
    pub step: Option<Step>,
    /// Accepted evidence.
    pub kept: BTreeMap<String, String>,
    /// Milliseconds of the video that was just taken.
    pub taken_ms: Option<u64>,
}

impl Said {
    pub fn of(view: &CaseView) -> Self {
        let kept = view
            .exhibits
            .iter()
            .map(|exhibit| (format!("{:?}", exhibit.role), exhibit.sha256.clone()));
        let taken_ms = view.capture.as_ref().and_then(|capture| match &capture.showing {
            ShowingView::Taken { exhibit } if exhibit.role == Role::Video => exhibit.duration_ms,
            _ => None,
        });
        Self::Case(Standing {
            case: view.id.clone(),
            step: Some(view.step),
            kept: kept.collect(),
            taken_ms,
        })
    }

    /// Says it, at once: what is printed was true when the program died.
    pub fn print(&self) {
        let mut out = std::io::stdout().lock();
        // Whoever listens may be gone.
        let _ = writeln!(out, "{self}").and_then(|()| out.flush());
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(standing) => {
                let json = serde_json::to_string(standing).map_err(|_| std::fmt::Error)?;
                write!(f, "case {json}")
            }
            Self::Stands => f.write_str("stands"),
            Self::Recording(millis) => write!(f, "recording {millis}"),
            Self::RecordingEnded => f.write_str("recording-ended"),
            Self::Problem(code) => write!(f, "problem {code}"),
            Self::Submitted => f.write_str("submitted"),
        }
    }
}

impl FromStr for Said {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(match word {
            "case" => Self::Case(serde_json::from_str(rest).context("a case")?),
            "stands" => Self::Stands,
            "recording" => Self::Recording(rest.parse()?),
            "recording-ended" => Self::RecordingEnded,
            "problem" => Self::Problem(rest.to_owned()),
            "submitted" => Self::Submitted,
            _ => return Err(anyhow!("not a line of the script: {word}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let standing = Standing {
            case: "c".into(),
            step: Some(Step::Video),
            kept: BTreeMap::from([("Front".into(), "ab".into())]),
            taken_ms: Some(12),
        };
        for said in [
            Said::Case(standing),
            Said::Stands,
            Said::Recording(5),
            Said::RecordingEnded,
            Said::Problem("store_full".into()),
            Said::Submitted,
        ] {
            assert_eq!(said.to_string().parse::<Said>().expect("a line"), said);
        }
    }
}
