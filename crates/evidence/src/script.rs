//! What a person is asked to show in the identification video, and what came of it.

use serde::{Deserialize, Serialize};

use crate::{Motion, UtcMillis};

/// One thing that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Prompt {
    /// Hold the front of the document, or a passport's page with the photo, beside the face.
    Front,
    /// Tilt the document, so that what is printed to change in the light does.
    Tilt,
    /// Hold the back of the document beside the face.
    Back,
    /// Show digits with the fingers.
    Fingers,
    /// Say digits.
    Speech,
    /// Do the movements of the challenge.
    Movements,
}

impl Prompt {
    /// Whether this program looks whether it was done. Of the others a person has to judge by the video.
    #[must_use]
    pub const fn is_looked_for(self) -> bool {
        matches!(self, Self::Front | Self::Back | Self::Movements)
    }
}

/// A prompt of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptStep {
    /// What is asked for.
    pub prompt: Prompt,
    /// The digits to show or to say, in order; absent where none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<String>,
    /// How long the person has, in milliseconds; for movements, what all of them have together.
    pub limit_ms: u64,
}

/// How a prompt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PromptEnd {
    /// What was asked for was seen.
    Seen,
    /// It was looked for and not seen in its time.
    Missed,
    /// Its time passed; nothing looked whether it was done.
    TimePassed,
    /// A person went on by hand.
    WentOn,
}

/// How a prompt went. Times are in milliseconds since the first picture of the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptOutcome {
    /// When it was shown; absent where it never came to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_ms: Option<u64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<u64>,
    /// How it ended; absent where the recording ended first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PromptEnd>,
}

impl PromptOutcome {
    /// Whether times and end fit each other, and `prompt`.
    const fn is_possible(&self, prompt: Prompt) -> bool {
        let times = match (self.asked_ms, self.ended_ms, self.end) {
            (None, None, None) | (Some(_), None, None) => true,
            (Some(asked), Some(ended), Some(_)) => asked <= ended,
            _ => false,
        };
        // Nothing was seen that nothing looks for.
        let seen = matches!(self.end, Some(PromptEnd::Seen | PromptEnd::Missed));
        times && (!seen || prompt.is_looked_for())
    }
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptOutcome {
    /// What looked, with its version; absent where nothing could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// When the recording had ended.
    pub at: UtcMillis,
    /// SHA-256 of the video it was seen in.
    pub video: String,
    /// The prompts as they went, one for each step.
    pub steps: Vec<PromptOutcome>,
}

/// A script made for one recording of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What order and digits were drawn from, in hex. Never used twice.
    pub nonce: String,
    /// When it was made: the recording had begun.
    pub made_at: UtcMillis,
    /// What was asked for, in order.
    pub steps: Vec<ScriptStep>,
    /// What came of it; absent until the recording ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ScriptOutcome>,
}

impl Script {
    /// Whether an outcome can be one of this script.
    #[must_use]
    pub fn fits(&self, outcome: &ScriptOutcome) -> bool {
        let mut pairs = self.steps.iter().zip(&outcome.steps);
        outcome.steps.len() == self.steps.len() && pairs.all(|(step, went)| went.is_possible(step.prompt))
    }

    /// Whether movements are asked for.
    #[must_use]
    pub fn has_movements(&self) -> bool {
        self.steps.iter().any(|step| step.prompt == Prompt::Movements)
    }
}

/// What happened at a moment of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ChapterKind {
    /// A prompt was shown.
    Asked,
    /// A face was seen, for the first time.
    FaceSeen,
    /// What the prompt asks for was seen.
    Seen,
    /// A prompt was not answered in its time.
    Missed,
    /// A person went on by hand.
    WentOn,
    /// No picture came for a while.
    Gap,
}

/// A moment of a video to jump to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Chapter {
    /// When, in milliseconds since the first picture.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// What happened.
    pub what: ChapterKind,
    /// The prompt it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub prompt: Option<Prompt>,
    /// The movement, where the prompt asks for several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub motion: Option<Motion>,
    /// The digits that were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub digits: Option<String>,
}

impl Chapter {
    /// A moment that needs no more words.
    #[must_use]
    pub const fn at(at_ms: u64, what: ChapterKind) -> Self {
        Self {
            at_ms,
            what,
            prompt: None,
            motion: None,
            digits: None,
        }
    }

    /// What it is called in the file, in plain English: whoever plays it elsewhere reads this.
    #[must_use]
    pub fn title(&self) -> String {
        let about = match (self.motion, self.prompt) {
            (Some(Motion::Left), _) => "head to the left",
            (Some(Motion::Right), _) => "head to the right",
            (Some(Motion::Blink), _) => "both eyes shut for a moment",
            (Some(Motion::Closer), _) => "closer to the camera",
            (None, Some(Prompt::Front)) => "front of the document beside the face",
            (None, Some(Prompt::Tilt)) => "tilt the document",
            (None, Some(Prompt::Back)) => "back of the document beside the face",
            (None, Some(Prompt::Fingers)) => "show with the fingers",
            (None, Some(Prompt::Speech)) => "say",
            (None, Some(Prompt::Movements)) => "movements of the head",
            (None, None) => "",
        };
        let digits = self.digits.as_deref().map(spaced).unwrap_or_default();
        let about = format!("{about} {digits}");
        let about = about.trim();
        match (self.what, self.prompt) {
            (ChapterKind::FaceSeen, _) => "Face seen".to_owned(),
            (ChapterKind::Gap, _) => "No picture for a while".to_owned(),
            (ChapterKind::Asked, _) => format!("Asked: {about}"),
            // What was found, and no more.
            (ChapterKind::Seen, Some(Prompt::Front)) => {
                "Seen: a document with a portrait beside the face".to_owned()
            }
            (ChapterKind::Seen, Some(Prompt::Back)) => {
                "Seen: a document without a portrait beside the face".to_owned()
            }
            (ChapterKind::Seen, _) => format!("Seen: {about}"),
            (ChapterKind::Missed, _) => format!("Not seen: {about}"),
            (ChapterKind::WentOn, _) => format!("Went on by hand: {about}"),
        }
    }
}

/// Digits with room between them.
fn spaced(digits: &str) -> String {
    let digits: Vec<String> = digits.chars().map(String::from).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn went(asked_ms: Option<u64>, ended_ms: Option<u64>, end: Option<PromptEnd>) -> PromptOutcome {
        PromptOutcome {
            asked_ms,
            ended_ms,
            end,
        }
    }

    #[test]
    fn nothing_is_seen_that_nothing_looks_for() {
        let seen = went(Some(1), Some(2), Some(PromptEnd::Seen));
        assert!(seen.is_possible(Prompt::Front) && seen.is_possible(Prompt::Back));
        for prompt in [Prompt::Tilt, Prompt::Fingers, Prompt::Speech] {
            assert!(!seen.is_possible(prompt));
            let missed = went(Some(1), Some(2), Some(PromptEnd::Missed));
            assert!(!missed.is_possible(prompt), "nor missed");
        }
    }

    #[test]
    fn what_ended_was_asked_before() {
        let end = Some(PromptEnd::TimePassed);
        assert!(went(Some(1), Some(1), end).is_possible(Prompt::Tilt));
        assert!(went(Some(1), None, None).is_possible(Prompt::Tilt));
        assert!(went(None, None, None).is_possible(Prompt::Tilt));
        for wrong in [
            went(None, Some(2), end),
            went(Some(3), Some(2), end),
            went(Some(1), Some(2), None),
            went(Some(1), None, end),
        ] {
            assert!(!wrong.is_possible(Prompt::Tilt), "{wrong:?}");
        }
    }

    #[test]
    fn a_title_says_what_was_found_and_no_more() {
        let chapter = |what, prompt| Chapter {
            prompt: Some(prompt),
            ..Chapter::at(0, what)
        };
        let digits = Chapter {
            digits: Some("35".into()),
            ..chapter(ChapterKind::Asked, Prompt::Fingers)
        };
        assert_eq!(digits.title(), "Asked: show with the fingers 3 5");
        assert_eq!(
            chapter(ChapterKind::Seen, Prompt::Front).title(),
            "Seen: a document with a portrait beside the face"
        );
        let turned = Chapter {
            motion: Some(Motion::Left),
            ..chapter(ChapterKind::Missed, Prompt::Movements)
        };
        assert_eq!(turned.title(), "Not seen: head to the left");
    }
}
