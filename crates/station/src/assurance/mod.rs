//! The assurance statement of a case: what was checked, how, with which result and known error; what was not, and why;
//! and what a person vouched for. Derived from the case alone: whoever has the case's record can derive it again.

mod made;
#[cfg(test)]
mod tests;

use evidence::{
    Biometrics, CaseId, ChallengeFault, Check, FieldKey, Hint, NoFace, Problem, Prompt, PromptEnd, Role,
    SimilarityWord,
};
use serde::Serialize;
use ts_rs::TS;

use crate::{Booth, Code, TryAgain, problems};

/// What is known of a case, each thing with what it stands on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Assurance {
    /// Version of this form; see [`Assurance::FORMAT`].
    pub format: u32,
    /// The case.
    pub case: String,
    /// True for practice: no real person, no real server.
    pub practice: bool,
    /// What the person said about biometrics; null where the text they accepted did not ask.
    pub biometrics: Option<Biometrics>,
    /// Each check of the One-Shot API.
    pub checks: Vec<AssuredCheck>,
    /// How alike portrait and selfie are.
    pub similarity: AssuredLikeness,
    /// The challenge of the video; null where none was made.
    pub challenge: Option<AssuredChallenge>,
    /// What was asked for in the video, and what was seen of it; null where nothing was asked.
    pub script: Option<AssuredScript>,
    /// How the document was read; null where no machine read it.
    pub reading: Option<AssuredReading>,
    /// What a passive anti-spoof network says; null where none is set, or the person does not want their face compared.
    pub passive: Option<AssuredPassive>,
    /// The comparison with the operator's face; null where it was not made.
    pub operator: Option<AssuredOperator>,
    /// Files of operators' pictures in which there was no face to compare with.
    pub operators_missing: Vec<String>,
    /// Pictures in which no face could be compared, and why.
    pub missing: Vec<AssuredMissing>,
    /// How good the selfie is, as far as that was measured.
    pub selfie: Vec<AssuredScore>,
    /// The same of the portrait on the document.
    pub portrait: Vec<AssuredScore>,
    /// Fields in which a person's value stands in the place of what a machine read.
    pub changed: Vec<AssuredChange>,
    /// What the officer decided; null before.
    pub decision: Option<AssuredDecision>,
    /// Pieces of evidence that show no real moment in front of a lens: replays.
    pub synthetic: Vec<Role>,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredCheck {
    /// Which.
    pub check: Check,
    /// What is said at the server; null: nothing.
    pub sent: Option<bool>,
    /// On what it stands.
    pub stands: Stands,
    /// What is measured for it; null where no measure of this program can say yes or no.
    pub how: Option<&'static str>,
    /// The rule's source.
    pub source: &'static str,
    /// What it does not show.
    pub limits: &'static str,
}

/// On what a statement stands.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "on", rename_all = "snake_case")]
#[ts(tag = "on", rename_all = "snake_case")]
pub enum Stands {
    /// A measurement.
    Measured {
        /// Its result.
        passed: bool,
        /// Name and version of the method.
        method: String,
        /// What it measured.
        score: f64,
        /// Where yes begins.
        threshold: f64,
        /// When, epoch milliseconds.
        #[ts(type = "number")]
        at: i64,
    },
    /// A named person's word.
    Attested {
        /// What they said.
        passed: bool,
        /// Who.
        by: String,
        /// When, epoch milliseconds.
        #[ts(type = "number")]
        at: i64,
    },
    /// The server's record alone.
    Reported {
        /// What it says.
        passed: bool,
    },
    /// Nothing.
    Nothing {
        /// Why it was not checked.
        why: WhyNot,
    },
}

/// Why something was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum WhyNot {
    /// The person does not want their face compared.
    Refused,
    /// The person was not asked whether their face may be compared.
    NotAsked,
    /// There is no measure, and nobody vouched for it.
    NoMeasure,
    /// No official register was asked, or it did not answer; nobody vouched for it.
    NoRegister,
    /// No machine read the document, and nobody vouched for it.
    NotRead,
    /// The document was read and gave nothing to measure; nobody vouched for it.
    NothingToMeasure,
    /// No challenge was asked in this video, and nobody vouched for it.
    NoChallenge,
    /// The challenge was not seen to its end, or its face was not compared; nobody vouched for it.
    NotSeen,
    /// Faces were not compared, or none was found; nobody compared them by eye.
    NotCompared,
    /// There is a record of it, and it contradicts itself or what it comes from.
    Contradicted,
}

/// How alike portrait and selfie are.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredLikeness {
    /// The level measured, 0 to 100; null where it was not measured.
    pub level: Option<u8>,
    /// The cosine measured.
    pub cosine: Option<f64>,
    /// The cosine from which two faces count as one person's.
    pub threshold: Option<f64>,
    /// The band the level lies in, or what a person judged.
    pub word: Option<SimilarityWord>,
    /// Name and version of the method.
    pub method: Option<String>,
    /// SHA-256 of the network that tells faces apart.
    pub model_sha256: Option<String>,
    /// How often the method is known to be wrong.
    pub errors: Vec<AssuredError>,
    /// Who compared them by eye; null where nobody did.
    pub attested_by: Option<String>,
    /// What the server's record says, where only that is known.
    pub reported: Option<String>,
    /// Why nothing is sent; null where something is.
    pub why_not: Option<WhyNot>,
}

/// A known error of a method.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredError {
    /// Which mistake.
    #[ts(type = "'false_match' | 'false_non_match'")]
    pub kind: evidence::ErrorKind,
    /// How often it was made, 0 to 1.
    pub rate: f64,
    /// Upper end of the 95 % confidence interval.
    pub at_most: f64,
    /// Among how many pairs.
    pub pairs: u32,
    /// What the pictures were.
    pub measured_on: String,
}

/// The challenge of the video.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredChallenge {
    /// What its order was drawn from.
    pub nonce: String,
    /// When it was made, epoch milliseconds.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Its steps.
    pub steps: Vec<AssuredStep>,
    /// Whether it was passed; null where it was not judged.
    pub passed: Option<bool>,
    /// Why not.
    pub faults: Vec<ChallengeFault>,
    /// The cosine between the video's face and the selfie's.
    pub same_face: Option<f64>,
    /// In so many frames.
    pub frames: Option<u32>,
}

/// A step of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredStep {
    /// What was asked for.
    pub motion: evidence::Motion,
    /// When, milliseconds since the recording began; null where that is not known.
    #[ts(type = "number | null")]
    pub asked_ms: Option<u64>,
    /// When it was done; null where it was not.
    #[ts(type = "number | null")]
    pub done_ms: Option<u64>,
}

/// What was asked for in the video.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredScript {
    /// What order and digits were drawn from.
    pub nonce: String,
    /// When it was made, epoch milliseconds.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Whether it is the script that its nonce draws for this case: nobody chose it.
    pub drawn: bool,
    /// How many bits of it nobody could guess, rounded down.
    pub bits: u32,
    /// Name and version of what looked; null where nothing did.
    pub method: Option<String>,
    /// Its prompts, in order.
    pub steps: Vec<AssuredPrompt>,
}

/// A prompt of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredPrompt {
    /// What was asked for.
    pub prompt: Prompt,
    /// The digits.
    pub digits: Option<String>,
    /// When, milliseconds since the first picture; null where it never came to that.
    #[ts(type = "number | null")]
    pub asked_ms: Option<u64>,
    /// When it ended.
    #[ts(type = "number | null")]
    pub ended_ms: Option<u64>,
    /// How it ended, as measured; null where the recording ended first.
    pub end: Option<PromptEnd>,
}

/// How the document was read.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredReading {
    /// Name and version of the method.
    pub method: String,
    /// When, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
    /// What a person should look for; none of it is sent.
    pub hints: Vec<Hint>,
}

/// What a passive anti-spoof network of the branch's own says. Nothing is sent of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredPassive {
    /// SHA-256 of the network's file.
    pub model_sha256: String,
    /// The share it gives to a living face in the selfie, 0 to 1; null where it gave none.
    pub selfie: Option<f64>,
    /// The median of that over frames of the video.
    pub video: Option<f64>,
}

/// The comparison with the operator's face.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredOperator {
    /// The operator.
    pub operator: String,
    /// The cosine.
    pub cosine: f64,
    /// Whether they seem to be one person.
    pub flagged: bool,
}

/// A picture without a face to compare.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredMissing {
    /// Which.
    pub role: Role,
    /// Why.
    pub why: NoFace,
}

/// A property of the picture of a face.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredScore {
    /// What was measured, by its name in ISO/IEC 29794-5.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Whether it is as it should be; null where it is only noted.
    pub good: Option<bool>,
}

/// A field a person changed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredChange {
    /// Which.
    pub field: FieldKey,
    /// Who; null where no name was given.
    pub by: Option<String>,
    /// When, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
}

/// The officer's decision.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AssuredDecision {
    /// Who.
    pub officer: String,
    /// What.
    pub approved: bool,
    /// When, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
}

impl Assurance {
    /// The version of the form that this code writes.
    pub const FORMAT: u32 = 2;

    /// The statement as canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// A number in it has no exact form there.
    pub fn to_canonical(&self) -> Result<Vec<u8>, Problem> {
        seal::canonical::to_vec(self).map_err(|error| problems::internal(&error.to_string()))
    }
}

impl Booth {
    /// The assurance statement of a case kept here, as it is now.
    ///
    /// # Errors
    /// There is no such case, or it cannot be read.
    pub async fn assurance(&self, id: &str) -> Result<Assurance, Problem> {
        let unknown = |_| Problem::new(Code::CaseUnknown, TryAgain::AfterChange);
        let id: CaseId = id.parse().map_err(unknown)?;
        let case = self.with_store(move |store| store.load(id)).await?;
        Ok(Assurance::of(&case))
    }

    /// The same of the case on the screen.
    ///
    /// # Errors
    /// No case is on the screen.
    pub async fn assurance_on_screen(&self) -> Result<Assurance, Problem> {
        Ok(Assurance::of(&self.desk()?.case().await))
    }
}
