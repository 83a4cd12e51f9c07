//! The script of a recording, moment by moment: which prompt is due, and how each ended. A state machine without clock,
//! camera or screen.

use std::time::Duration;

use evidence::{ChapterKind, Motion, Prompt, PromptEnd, ScriptStep};

/// So many looks one after the other have to show the document's front; one may be badly seen.
const FRONTS: u32 = 3;
/// And its back: a front whose portrait was missed looks like one.
const BACKS: u32 = 4;

/// What one look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sighting {
    /// A face.
    pub face: bool,
    /// A document beside it, and whether it bears a portrait.
    pub document: Option<bool>,
}

/// How a prompt went, in times since the first was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Went {
    pub asked: Option<Duration>,
    pub ended: Option<(Duration, PromptEnd)>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Happening {
    pub at: Duration,
    pub what: ChapterKind,
    pub prompt: Option<Prompt>,
    pub motion: Option<Motion>,
    pub digits: Option<String>,
}

/// What the screen says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// This prompt, with the time that is left for it.
    Asks(usize, Duration),
    /// How this prompt ended.
    Ended(usize, PromptEnd),
    /// That it was all.
    Over,
}

/// Goes through a script.
pub(super) struct Prompter {
    steps: Vec<ScriptStep>,
    /// Whether anything can look for a document.
    looks: bool,
    went: Vec<Went>,
    number: usize,
    /// How the last prompt ended is said until then.
    said_until: Option<Duration>,
    /// Looks in a row that showed what is asked for.
    row: u32,
    face_seen: bool,
    happened: Vec<Happening>,
}

impl Prompter {
    /// At its first prompt, which is shown now: at `at`.
    pub fn begin(steps: Vec<ScriptStep>, at: Duration) -> Self {
        let mut prompter = Self {
            went: vec![Went::default(); steps.len()],
            steps,
            looks: true,
            number: 0,
            said_until: None,
            row: 0,
            face_seen: false,
            happened: Vec::new(),
        };
        prompter.ask(at);
        prompter
    }

    /// Nothing can look for a document here: what is not seen is not missed.
    pub fn cannot_look(&mut self) {
        self.looks = false;
    }

    /// The prompt that is due; nothing while the end of the one before is said, and once all are over.
    pub fn due(&self) -> Option<Prompt> {
        let step = self.steps.get(self.number)?;
        self.said_until.is_none().then_some(step.prompt)
    }

    /// Whether somebody looks for what is due.
    pub fn is_looked_for(&self, number: usize) -> bool {
        let prompt = self.steps.get(number).map(|step| step.prompt);
        prompt.is_some_and(|prompt| prompt.is_looked_for() && (self.looks || prompt == Prompt::Movements))
    }

    /// Whether no face was seen yet.
    pub const fn waits_for_a_face(&self) -> bool {
        !self.face_seen
    }

    /// What the screen says at `at`.
    pub fn says(&self, at: Duration) -> Says {
        let ended = self.went.get(self.number).and_then(|went| went.ended);
        if let (Some(_), Some((_, end))) = (self.said_until, ended) {
            return Says::Ended(self.number, end);
        }
        let Some(step) = self.steps.get(self.number) else {
            return Says::Over;
        };
        let asked = self.went[self.number].asked.unwrap_or(at);
        let limit = Duration::from_millis(step.limit_ms);
        Says::Asks(self.number, limit.saturating_sub(at.saturating_sub(asked)))
    }

    /// Time passes. Movements take theirs: see [`Prompter::moved`].
    pub fn pass(&mut self, at: Duration) {
        if self.said_until.is_some_and(|until| at >= until) {
            self.said_until = None;
            self.number += 1;
            self.ask(at);
        }
        let (Some(prompt), Says::Asks(number, left)) = (self.due(), self.says(at)) else {
            return;
        };
        if left.is_zero() && prompt != Prompt::Movements {
            let end = if self.is_looked_for(number) {
                PromptEnd::Missed
            } else {
                PromptEnd::TimePassed
            };
            self.end(at, end, said_for(prompt, end));
        }
    }

    /// What was seen in the frame of time `at`.
    pub fn see(&mut self, at: Duration, seen: Sighting) {
        if seen.face {
            self.saw_face(at);
        }
        // A frame from before the prompt was shown answers nothing.
        let asked = self.went.get(self.number).and_then(|went| went.asked);
        if asked.is_none_or(|asked| at < asked) {
            return;
        }
        let (wanted, least) = match self.due() {
            Some(Prompt::Front) => (true, FRONTS),
            Some(Prompt::Back) => (false, BACKS),
            _ => return,
        };
        self.row = if seen.face && seen.document == Some(wanted) {
            self.row + 1
        } else {
            0
        };
        if self.row >= least {
            let prompt = self.steps[self.number].prompt;
            self.end(at, PromptEnd::Seen, said_for(prompt, PromptEnd::Seen));
        }
    }

    /// A face was seen.
    pub fn saw_face(&mut self, at: Duration) {
        if !self.face_seen {
            self.face_seen = true;
            self.happened.push(Happening {
                at,
                what: ChapterKind::FaceSeen,
                prompt: None,
                motion: None,
                digits: None,
            });
        }
    }

    /// A person goes on by hand from prompt `number`: not from movements, which have times of their own, and not from what is
    /// over.
    pub fn go_on(&mut self, at: Duration, number: usize) {
        let goes = self
            .due()
            .is_some_and(|prompt| prompt != Prompt::Movements && number == self.number);
        if goes {
            self.end(at, PromptEnd::WentOn, Duration::ZERO);
        }
    }

    /// A movement was done, or the one that was not, at `at`.
    pub fn motion(&mut self, at: Duration, what: ChapterKind, motion: Motion) {
        self.happened.push(Happening {
            at,
            what,
            prompt: Some(Prompt::Movements),
            motion: Some(motion),
            digits: None,
        });
    }

    /// The movements came to their end; `None` where nothing could look at them.
    pub fn moved(&mut self, at: Duration, passed: Option<bool>) {
        if self.due() != Some(Prompt::Movements) {
            return;
        }
        let end = match passed {
            Some(true) => PromptEnd::Seen,
            Some(false) => PromptEnd::Missed,
            None => PromptEnd::TimePassed,
        };
        self.end(at, end, said_for(Prompt::Movements, end));
    }

    /// The prompts, as the script has them.
    pub fn steps(&self) -> &[ScriptStep] {
        &self.steps
    }

    /// How each prompt went so far.
    pub fn went(&self) -> &[Went] {
        &self.went
    }

    /// What happened so far.
    pub fn happened(&self) -> &[Happening] {
        &self.happened
    }

    fn ask(&mut self, at: Duration) {
        self.row = 0;
        if self.number < self.steps.len() {
            self.went[self.number].asked = Some(at);
            self.note(at, ChapterKind::Asked);
        }
    }

    fn end(&mut self, at: Duration, end: PromptEnd, said: Duration) {
        self.went[self.number].ended = Some((at, end));
        // Movements are noted one by one.
        let is_noted = self.happened.iter().any(|it| it.motion.is_some())
            && self.steps[self.number].prompt == Prompt::Movements;
        match end {
            PromptEnd::Seen if !is_noted => self.note(at, ChapterKind::Seen),
            PromptEnd::Missed if !is_noted => self.note(at, ChapterKind::Missed),
            PromptEnd::WentOn => self.note(at, ChapterKind::WentOn),
            PromptEnd::Seen | PromptEnd::Missed | PromptEnd::TimePassed => {}
        }
        self.said_until = Some(at + said);
        if said.is_zero() {
            self.pass(at);
        }
    }

    fn note(&mut self, at: Duration, what: ChapterKind) {
        let step = &self.steps[self.number];
        self.happened.push(Happening {
            at,
            what,
            prompt: Some(step.prompt),
            motion: None,
            digits: step.digits.clone(),
        });
    }
}

/// How long it is said how a prompt ended, before the next is shown.
const fn said_for(prompt: Prompt, end: PromptEnd) -> Duration {
    Duration::from_millis(match (prompt, end) {
        (Prompt::Movements, PromptEnd::Seen) => 1_800,
        // Why not is said too.
        (Prompt::Movements, PromptEnd::Missed) => 4_000,
        (Prompt::Movements, _) => 2_500,
        (_, PromptEnd::Seen) => 1_200,
        (_, PromptEnd::Missed) => 2_500,
        (_, PromptEnd::TimePassed | PromptEnd::WentOn) => 0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRONT: Sighting = Sighting {
        face: true,
        document: Some(true),
    };
    const BACK: Sighting = Sighting {
        face: true,
        document: Some(false),
    };
    const FACE: Sighting = Sighting {
        face: true,
        document: None,
    };

    fn step(prompt: Prompt) -> ScriptStep {
        ScriptStep {
            prompt,
            digits: (prompt == Prompt::Fingers).then(|| "35".to_owned()),
            limit_ms: 10_000,
        }
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn prompter(prompts: &[Prompt]) -> Prompter {
        Prompter::begin(prompts.iter().copied().map(step).collect(), at(0))
    }

    fn ends(prompter: &Prompter) -> Vec<Option<PromptEnd>> {
        let ends = prompter.went().iter().map(|went| went.ended.map(|(_, end)| end));
        ends.collect()
    }

    /// Looks every 200 ms from `from` on, so often.
    fn looks(prompter: &mut Prompter, from: u64, seen: &[Sighting]) {
        for (look, seen) in (0..).zip(seen) {
            prompter.pass(at(from + 200 * look));
            prompter.see(at(from + 200 * look), *seen);
        }
    }

    #[test]
    fn both_sides_are_seen_in_their_order_each_in_several_looks() {
        let mut prompter = prompter(&[Prompt::Front, Prompt::Back]);
        looks(&mut prompter, 0, &[FACE, FRONT, FRONT, FACE, FRONT, FRONT]);
        assert_eq!(ends(&prompter), [None, None], "never three in a row");
        looks(&mut prompter, 1_200, &[FRONT]);
        assert_eq!(ends(&prompter), [Some(PromptEnd::Seen), None]);
        assert_eq!(prompter.says(at(1_300)), Says::Ended(0, PromptEnd::Seen));
        // What is said of the first is no time in which the second is looked for.
        looks(&mut prompter, 1_400, &[BACK; 4]);
        assert_eq!(ends(&prompter)[1], None);
        prompter.pass(at(2_400));
        assert_eq!(prompter.says(at(2_400)), Says::Asks(1, at(10_000)));
        looks(&mut prompter, 2_600, &[FRONT, FRONT, FRONT]);
        assert_eq!(
            ends(&prompter)[1],
            None,
            "the other side is not what is asked for"
        );
        looks(&mut prompter, 3_200, &[BACK; 4]);
        assert_eq!(ends(&prompter)[1], Some(PromptEnd::Seen));
        prompter.pass(at(9_000));
        assert_eq!(prompter.says(at(9_000)), Says::Over);
        let what: Vec<ChapterKind> = prompter.happened().iter().map(|it| it.what).collect();
        assert_eq!(
            what,
            [
                ChapterKind::Asked,
                ChapterKind::FaceSeen,
                ChapterKind::Seen,
                ChapterKind::Asked,
                ChapterKind::Seen
            ]
        );
    }

    #[test]
    fn a_document_without_a_face_beside_it_does_not_count() {
        let mut prompter = prompter(&[Prompt::Front]);
        let alone = Sighting { face: false, ..FRONT };
        looks(&mut prompter, 0, &[alone; 10]);
        assert_eq!(ends(&prompter), [None]);
    }

    #[test]
    fn what_is_not_answered_in_its_time_is_noted_and_the_script_goes_on() {
        let mut prompter = prompter(&[Prompt::Front, Prompt::Fingers, Prompt::Tilt]);
        prompter.pass(at(9_999));
        assert_eq!(prompter.due(), Some(Prompt::Front));
        prompter.pass(at(10_000));
        assert_eq!(ends(&prompter)[0], Some(PromptEnd::Missed));
        prompter.pass(at(12_500));
        assert_eq!(prompter.due(), Some(Prompt::Fingers));
        // Nothing looks at fingers: their time passes, and nothing is said of them.
        prompter.pass(at(22_500));
        assert_eq!(ends(&prompter)[1], Some(PromptEnd::TimePassed));
        assert_eq!(prompter.due(), Some(Prompt::Tilt));
    }

    #[test]
    fn where_nothing_can_look_nothing_is_missed() {
        let mut prompter = prompter(&[Prompt::Front]);
        prompter.cannot_look();
        assert!(!prompter.is_looked_for(0));
        prompter.pass(at(10_000));
        assert_eq!(ends(&prompter), [Some(PromptEnd::TimePassed)]);
        assert_eq!(prompter.says(at(10_000)), Says::Over);
    }

    #[test]
    fn a_person_goes_on_by_hand_once_for_each_prompt() {
        let mut prompter = prompter(&[Prompt::Fingers, Prompt::Tilt, Prompt::Movements]);
        prompter.go_on(at(500), 0);
        prompter.go_on(at(510), 0);
        assert_eq!(prompter.due(), Some(Prompt::Tilt), "pressed twice, gone on once");
        prompter.go_on(at(900), 1);
        prompter.go_on(at(950), 2);
        assert_eq!(
            prompter.due(),
            Some(Prompt::Movements),
            "they have their own times"
        );
        prompter.moved(at(9_000), Some(false));
        assert_eq!(
            ends(&prompter),
            [PromptEnd::WentOn, PromptEnd::WentOn, PromptEnd::Missed].map(Some)
        );
    }

    fn any_prompts() -> impl Strategy<Value = Vec<Prompt>> {
        use Prompt::{Back, Fingers, Front, Movements, Speech, Tilt};
        prop::collection::vec(
            prop::sample::select(vec![Front, Tilt, Back, Fingers, Speech, Movements]),
            1..8,
        )
    }

    #[derive(Debug, Clone)]
    enum Act {
        Pass,
        See(Sighting),
        GoOn(usize),
        Moved(Option<bool>),
    }

    fn any_act() -> impl Strategy<Value = Act> {
        let sighting = (any::<bool>(), any::<Option<bool>>())
            .prop_map(|(face, document)| Act::See(Sighting { face, document }));
        prop_oneof![
            3 => Just(Act::Pass),
            4 => sighting,
            1 => (0_usize..8).prop_map(Act::GoOn),
            1 => any::<Option<bool>>().prop_map(Act::Moved),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_prompts_come_in_order_and_the_script_ends(
            prompts in any_prompts(),
            acts in prop::collection::vec((0_u64..3_000, any_act()), 0..60),
        ) {
            let mut prompter = prompter(&prompts);
            let mut now = 0;
            for (later, act) in acts {
                now += later;
                match act {
                    Act::Pass => prompter.pass(at(now)),
                    Act::See(seen) => prompter.see(at(now), seen),
                    Act::GoOn(number) => prompter.go_on(at(now), number),
                    Act::Moved(passed) => prompter.moved(at(now), passed),
                }
                let asked = prompter.went().iter().take_while(|went| went.asked.is_some()).count();
                prop_assert!(prompter.went()[asked..].iter().all(|went| *went == Went::default()));
                let is_over = |went: &Went| went.ended.is_some();
                prop_assert!(prompter.went()[..asked.saturating_sub(1)].iter().all(is_over));
                for (step, went) in prompter.steps().iter().zip(prompter.went()) {
                    if let Some((ended, end)) = went.ended {
                        prop_assert!(went.asked.is_some_and(|asked| asked <= ended));
                        let measured = matches!(end, PromptEnd::Seen | PromptEnd::Missed);
                        prop_assert!(!measured || step.prompt.is_looked_for());
                    }
                }
                prop_assert!(prompter.happened().is_sorted_by_key(|it| it.at));
            }
            // Left alone, it comes to its end.
            for _ in 0..3 * prompts.len() {
                now += 11_000;
                prompter.pass(at(now));
                prompter.moved(at(now), None);
            }
            prompter.pass(at(now + 11_000));
            prop_assert_eq!(prompter.says(at(now + 11_000)), Says::Over);
        }
    }
}
