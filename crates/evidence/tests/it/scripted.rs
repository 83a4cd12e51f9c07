//! The script of the video: made while it is recorded, ended with it, gone with it.

use evidence::{
    Biometrics, CaptureEvent, Case, CaseEvent, Chapter, ChapterKind, Consent, Event, Prompt, PromptEnd,
    PromptOutcome, Script, ScriptEvent, ScriptOutcome, ScriptStep, StartEvent, Step, step,
};

use crate::walk::{AT, NUMBERS, a_case, after, at_review, consent, picture};

pub const NONCE: &str = "ffeeddccbbaa99887766554433221100";

pub fn script() -> Script {
    let asked = |prompt, digits: Option<&str>, limit_ms| ScriptStep {
        prompt,
        digits: digits.map(str::to_owned),
        limit_ms,
    };
    Script {
        nonce: NONCE.into(),
        made_at: AT,
        steps: vec![
            asked(Prompt::Back, None, 15_000),
            asked(Prompt::Fingers, Some("35"), 7_000),
            asked(Prompt::Front, None, 15_000),
        ],
        outcome: None,
    }
}

pub fn outcome() -> ScriptOutcome {
    let went = |asked, end| PromptOutcome {
        asked_ms: Some(asked),
        ended_ms: Some(asked + 2_000),
        end: Some(end),
    };
    ScriptOutcome {
        method: Some("beside/1".into()),
        at: AT,
        video: picture(1).sha256,
        steps: vec![
            went(1_000, PromptEnd::Seen),
            went(4_000, PromptEnd::TimePassed),
            went(7_000, PromptEnd::Missed),
        ],
    }
}

fn began() -> Event {
    Event::Capture(CaptureEvent::RecordingBegan {
        at: AT,
        method: picture(1).method,
    })
}

fn recording() -> Case {
    let case = after(&at_review(), Event::Went(Step::Video)).case;
    let case = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    after(&case, began()).case
}

fn made(script: Script) -> Event {
    Event::Script(ScriptEvent::Made(script))
}

fn ended(nonce: &str, outcome: ScriptOutcome) -> Event {
    Event::Script(ScriptEvent::Ended {
        nonce: nonce.into(),
        outcome,
    })
}

/// A video that was just taken with the script.
fn taken() -> Case {
    let case = after(&recording(), made(script())).case;
    let taken = CaptureEvent::Taken { exhibit: picture(77) };
    after(&case, Event::Capture(taken)).case
}

#[test]
fn a_script_is_made_while_the_recording_runs_and_its_nonce_is_used_once() {
    assert!(step(&at_review(), made(script())).is_err(), "nothing is recorded");
    assert!(step(&taken(), made(script())).is_err(), "the recording is over");
    let case = after(&recording(), made(script())).case;
    assert!(step(&case, made(script())).is_err(), "its nonce was used");
    for wrong in [
        Script {
            nonce: String::new(),
            ..script()
        },
        Script {
            steps: Vec::new(),
            ..script()
        },
        Script {
            outcome: Some(outcome()),
            ..script()
        },
    ] {
        assert!(step(&recording(), made(wrong)).is_err());
    }
    let happened = case.history.happened().last().map(|happened| happened.what);
    assert_eq!(happened, Some(CaseEvent::ScriptMade));
}

#[test]
fn whoever_refuses_is_asked_for_everything_but_movements() {
    let case = after(&at_review(), Event::Went(Step::Consent)).case;
    let refused = Consent {
        biometrics: Some(Biometrics::Refused),
        ..consent()
    };
    let case = after(&case, Event::Consented(refused)).case;
    let case = after(&case, Event::Went(Step::Video)).case;
    let case = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    let case = after(&case, began()).case;
    let mut moving = script();
    moving.steps[0].prompt = Prompt::Movements;
    assert!(step(&case, made(moving)).is_err());
    assert!(step(&case, made(script())).is_ok());
}

#[test]
fn an_outcome_belongs_to_its_script_and_its_video() {
    let case = taken();
    assert!(step(&case, ended("ff", outcome())).is_err(), "another script's");
    let mut of_another_video = outcome();
    of_another_video.video = "99".repeat(32);
    assert!(step(&case, ended(NONCE, of_another_video)).is_err());
    let mut short = outcome();
    short.steps.pop();
    assert!(step(&case, ended(NONCE, short)).is_err(), "a prompt is missing");
    let mut seen = outcome();
    seen.steps[1].end = Some(PromptEnd::Seen);
    assert!(
        step(&case, ended(NONCE, seen)).is_err(),
        "nothing looks at fingers"
    );
    let case = after(&case, ended(NONCE, outcome())).case;
    assert!(step(&case, ended(NONCE, outcome())).is_err(), "it ends once");
    let used = after(&case, Event::Capture(CaptureEvent::Use)).case;
    assert_eq!(used.prompting, None);
    assert!(used.script.is_some_and(|script| script.outcome.is_some()));
}

#[test]
fn a_script_goes_with_its_video_and_stays_with_one_that_is_kept() {
    let case = after(&taken(), ended(NONCE, outcome())).case;
    let retaken = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    assert_eq!(retaken.prompting, None, "its video is gone");

    let used = after(&case, Event::Capture(CaptureEvent::Use)).case;
    let again = after(&used, Event::Went(Step::Video)).case;
    let again = after(&again, Event::Capture(CaptureEvent::Retake)).case;
    let again = after(&again, began()).case;
    let lost = after(&again, Event::Capture(CaptureEvent::RecordingLost)).case;
    assert_eq!(lost.script, used.script, "the accepted video is still there");
    let mut other = picture(99);
    other.sha256 = "99".repeat(32);
    let again = after(&again, Event::Capture(CaptureEvent::Taken { exhibit: other })).case;
    let replaced = after(&again, Event::Capture(CaptureEvent::Use)).case;
    assert_eq!(replaced.script, None, "the new video was recorded without one");
}

#[test]
fn the_stored_form_is_as_it_was() {
    let mut script = script();
    script.outcome = Some(outcome());
    let chapters = [
        Chapter::at(120, ChapterKind::FaceSeen),
        Chapter {
            prompt: Some(Prompt::Fingers),
            digits: Some("35".into()),
            ..Chapter::at(4_000, ChapterKind::Asked)
        },
        Chapter::at(9_000, ChapterKind::Gap),
    ];
    insta::assert_json_snapshot!((&script, &chapters));
    let text = serde_json::to_string(&script).expect("a script is data");
    assert_eq!(serde_json::from_str::<Script>(&text).ok(), Some(script));
}

#[test]
fn a_case_without_a_script_is_stored_as_it_was() {
    let case = after(&a_case(), Event::Start(StartEvent::Existing { numbers: NUMBERS })).case;
    let json = serde_json::to_value(case).expect("a case is data");
    let keys = json.as_object().expect("an object");
    assert!(!keys.contains_key("script") && !keys.contains_key("prompting"));
}
