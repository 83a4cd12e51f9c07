//! Challenges answered by a head in space: what a trace of it has to show, and what must never pass.

use std::time::Duration;

use proptest::prelude::*;
use vision::face::Face;
use vision::geometry::{Point, Rect};
use vision::liveness::{Outcome, Reason, Sample, Script, Step, Trace, Watcher, judge, judge_against};

/// How a head is held at a moment.
#[derive(Clone, Copy)]
struct Held {
    /// Radians to the person's left.
    yaw: f32,
    /// Pixels for what is between the eyes.
    size: f32,
    lids: f32,
}

const STRAIGHT: Held = Held {
    yaw: 0.0,
    size: 80.0,
    lids: 0.32,
};

/// Who answers, and how: seconds a step takes, frames a second, where the head is.
#[derive(Debug, Clone, Copy)]
struct Person {
    pace: f32,
    fps: u32,
    sway: f32,
    noise: u32,
}

fn people() -> impl Strategy<Value = Person> {
    (0.9..2.2_f32, 10..31_u32, 0.5..2.0_f32, 1..u32::MAX).prop_map(|(pace, fps, sway, noise)| Person {
        pace,
        fps,
        sway,
        noise,
    })
}

/// A cheap, even noise from -1 to 1.
fn noise(seed: &mut u32) -> f32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 8) as f32 / (1_u32 << 23) as f32 - 1.0
}

/// The five points of a head in space, seen from afar.
fn face(held: Held, at: Point, flat: bool, seed: &mut u32) -> Face {
    let depth = if flat { 0.0 } else { 1.0 };
    let points = [
        [-0.5, 0.0, 0.0],
        [0.5, 0.0, 0.0],
        [0.0, 0.58, 0.65 * depth],
        [-0.4, 1.05, 0.1 * depth],
        [0.4, 1.05, 0.1 * depth],
    ]
    .map(|[x, y, z]| {
        let across = x * held.yaw.cos() + z * held.yaw.sin();
        let shake = 0.004 * held.size;
        Point::new(
            at.x + held.size * across + shake * noise(seed),
            at.y + held.size * y + shake * noise(seed),
        )
    });
    Face {
        bounds: Rect::new(
            at.x - held.size,
            at.y - held.size,
            2.0 * held.size,
            2.9 * held.size,
        ),
        points,
        score: 0.9,
    }
}

/// How the head is held `share` of the way through a step.
fn during(step: Step, share: f32, size: f32, manner: (f32, f32)) -> Held {
    // No two turns of one person go as far, or as fast at the same moment.
    let there = manner.0 * (share.powf(manner.1) * std::f32::consts::PI).sin();
    let held = Held { size, ..STRAIGHT };
    match step {
        Step::Left => Held { yaw: there, ..held },
        Step::Right => Held { yaw: -there, ..held },
        Step::Blink if (0.45..0.65).contains(&share) => Held { lids: 0.11, ..held },
        Step::Blink => held,
        Step::Closer => Held {
            size: size * (1.0 + 0.4 * share.min(0.8) / 0.8),
            ..held
        },
    }
}

/// Somebody who does these steps one after the other, after a second of waiting.
fn answer(steps: &[Step], person: Person) -> Vec<Sample> {
    let mut seed = person.noise;
    let mut samples = Vec::new();
    let mut size = STRAIGHT.size;
    let mut begun = 0;
    let whole = (1.0 + (person.pace + 0.4) * steps.len() as f32 + 0.5) * person.fps as f32;
    for number in 0..whole as u32 {
        let seconds = number as f32 / person.fps as f32;
        let since = (seconds - 1.0) / (person.pace + 0.4);
        let index = since.floor().max(0.0) as usize;
        let share = since.fract() * (person.pace + 0.4) / person.pace;
        let held = match steps.get(index) {
            Some(&step) if since >= 0.0 && share <= 1.0 => {
                let mut own = person.noise ^ (index as u32).wrapping_mul(0x9E37_79B9);
                let manner = (0.55 + 0.15 * noise(&mut own), 1.0 + 0.3 * noise(&mut own));
                during(step, share, size, manner)
            }
            _ => Held { size, ..STRAIGHT },
        };
        if steps.get(index) == Some(&Step::Closer) && share >= 0.9 && begun <= index {
            size = STRAIGHT.size * 1.4;
            begun = index + 1;
        }
        let held = if steps.get(index) == Some(&Step::Closer) && begun > index {
            Held { size, ..STRAIGHT }
        } else {
            held
        };
        // Nobody holds quite still.
        let at = Point::new(
            640.0 + 6.0 * (person.sway * seconds).sin() + 3.0 * (2.7 * person.sway * seconds).cos(),
            300.0 + 4.0 * (1.3 * person.sway * seconds).cos(),
        );
        samples.push(Sample {
            at: Duration::from_secs_f32(seconds),
            faces: 1,
            face: Some(face(held, at, false, &mut seed)),
            openness: Some(held.lids + 0.02 * noise(&mut seed)),
            likeness: Some(0.75 + 0.08 * noise(&mut seed) - 0.15 * held.yaw.abs()),
            light: 120.0 + 3.0 * noise(&mut seed),
            change: 2.0 + noise(&mut seed),
            echo: Duration::ZERO,
        });
    }
    samples
}

fn judged(script: &[Step], samples: &[Sample]) -> Outcome {
    judge(&Script::new(script), &samples.iter().copied().collect())
}

fn fails_by(outcome: &Outcome, reason: Reason) -> bool {
    !outcome.passed && outcome.reasons.contains(&reason)
}

/// The same frames with new times, one after the other.
fn in_a_row(samples: Vec<Sample>, fps: u32) -> Vec<Sample> {
    let row = samples.into_iter().zip(0_u32..);
    row.map(|(sample, number)| Sample {
        at: Duration::from_secs(1) * number / fps,
        ..sample
    })
    .collect()
}

fn steps_of(nonce: u64) -> Vec<Step> {
    let script = Script::from_nonce(&nonce.to_be_bytes(), Script::STEPS);
    script.tasks().iter().map(|task| task.step).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn who_does_what_is_asked_passes(nonce: u64, person in people()) {
        let steps = steps_of(nonce);
        let outcome = judged(&steps, &answer(&steps, person));
        prop_assert!(outcome.passed, "{steps:?} {outcome:?}");
        prop_assert!(outcome.steps.iter().all(|step| step.done > step.asked));
    }

    #[test]
    fn another_order_fails(nonce: u64, other: u64, person in people()) {
        let (asked, done) = (steps_of(nonce), steps_of(other));
        let turns = |steps: &[Step]| -> Vec<Step> {
            steps.iter().copied().filter(|step| matches!(step, Step::Left | Step::Right)).collect()
        };
        // Blinking and coming closer beside what is asked is no fault: turns tell the orders apart.
        prop_assume!(turns(&asked) != turns(&done));
        let outcome = judged(&asked, &answer(&done, person));
        prop_assert!(!outcome.passed, "asked {asked:?}, done {done:?}");
    }

    #[test]
    fn a_face_that_is_exchanged_fails(nonce: u64, person in people(), share in 0.2..0.8_f32) {
        let steps = steps_of(nonce);
        let mut samples = answer(&steps, person);
        let from = (samples.len() as f32 * share) as usize;
        for sample in &mut samples[from..] {
            sample.likeness = Some(0.12);
        }
        prop_assert!(fails_by(&judged(&steps, &samples), Reason::OtherFace));
    }

    #[test]
    fn a_picture_that_freezes_fails(nonce: u64, person in people(), share in 0.1..0.9_f32) {
        let steps = steps_of(nonce);
        let mut samples = answer(&steps, person);
        let from = (samples.len() as f32 * share) as usize;
        let frozen = Sample { change: 0.0, ..samples[from] };
        let times = usize::try_from(person.fps * 3 / 2).unwrap();
        samples.splice(from..from, std::iter::repeat_n(frozen, times));
        let samples = in_a_row(samples, person.fps);
        prop_assert!(fails_by(&judged(&steps, &samples), Reason::Frozen));
    }

    #[test]
    fn a_movement_that_is_played_twice_fails(person in people()) {
        // A turn to the left, recorded once, answers twice.
        let left = answer(&[Step::Left], person);
        let twice = in_a_row([left.clone(), left].concat(), person.fps);
        let outcome = judged(&[Step::Left, Step::Left], &twice);
        prop_assert!(fails_by(&outcome, Reason::Repeated), "{outcome:?}");
    }

    #[test]
    fn an_answer_of_before_fails(nonce: u64, person in people(), later in 0..5_000_u64) {
        let steps = steps_of(nonce);
        let before = answer(&steps, person);
        let again: Trace = before
            .iter()
            .map(|sample| Sample { at: sample.at + Duration::from_millis(later), ..*sample })
            .collect();
        let earlier: Trace = before.into_iter().collect();
        let outcome = judge_against(&Script::new(&steps), &again, &[earlier]);
        prop_assert!(fails_by(&outcome, Reason::Replayed));
        let other = Person { noise: person.noise ^ 0x5555, sway: person.sway + 0.7, pace: person.pace * 1.2, ..person };
        let anew: Trace = answer(&steps, other).into_iter().collect();
        prop_assert!(judge_against(&Script::new(&steps), &anew, &[again]).passed);
    }

    #[test]
    fn frames_in_disorder_fail(person in people(), seed: u32) {
        let steps = [Step::Left, Step::Right, Step::Left];
        let mut samples = answer(&steps, person);
        let mut seed = seed;
        for i in (1..samples.len()).rev() {
            let j = ((noise(&mut seed) + 1.0) / 2.0 * i as f32) as usize;
            samples.swap(i, j);
        }
        let samples = in_a_row(samples, person.fps);
        prop_assert!(!judged(&steps, &samples).passed);
    }

    #[test]
    fn nothing_that_comes_in_breaks_it(
        numbers in proptest::collection::vec((0..20_000_u64, proptest::array::uniform10(any::<f32>()), any::<f32>()), 0..60),
    ) {
        let mut watcher = Watcher::new(Script::from_nonce(b"any", 4));
        for (milliseconds, p, other) in numbers {
            let points = std::array::from_fn(|i| Point::new(p[2 * i], p[2 * i + 1]));
            let face = Face { bounds: Rect::new(other, p[0], p[1], p[2]), points, score: other };
            watcher.see(Sample {
                at: Duration::from_millis(milliseconds),
                faces: 1,
                face: Some(face),
                openness: Some(other),
                likeness: Some(other),
                light: other,
                change: other,
                echo: Duration::ZERO,
            });
        }
        prop_assert!(!watcher.outcome().passed);
    }
}

const PERSON: Person = Person {
    pace: 1.4,
    fps: 25,
    sway: 1.1,
    noise: 7,
};

#[test]
fn a_still_is_said_to_be_one() {
    let mut seed = 3;
    let still: Vec<Sample> = answer(&[Step::Left], PERSON)
        .into_iter()
        .map(|sample| Sample {
            face: Some(face(STRAIGHT, Point::new(640.0, 300.0), false, &mut seed)),
            ..sample
        })
        .collect();
    let outcome = judged(&[Step::Left], &still);
    assert!(
        fails_by(&outcome, Reason::Still) && fails_by(&outcome, Reason::TimeOut),
        "{outcome:?}"
    );
}

#[test]
fn a_picture_that_is_sheared_until_its_nose_is_aside_is_flat() {
    let shear = |sample: Sample| {
        let mut face = sample.face.unwrap();
        let upper = face.points[0].y;
        let how_far = 0.45 * (1.5 * sample.at.as_secs_f32()).sin().max(0.0);
        face.points = face
            .points
            .map(|p| Point::new(p.x + how_far * (p.y - upper), p.y));
        Sample {
            face: Some(face),
            ..sample
        }
    };
    let picture: Vec<Sample> = answer(&[Step::Closer], PERSON).into_iter().map(shear).collect();
    assert!(picture.iter().any(|sample| sample.yaw().unwrap() > 0.2));
    let outcome = judged(&[Step::Left], &picture);
    assert!(fails_by(&outcome, Reason::Flat), "{outcome:?}");
}

#[test]
fn a_second_person_and_a_face_that_leaves_fail() {
    let steps = [Step::Left, Step::Right];
    let with = |change: &dyn Fn(&mut Sample)| {
        let mut samples = answer(&steps, PERSON);
        samples[30..70].iter_mut().for_each(change);
        judged(&steps, &samples)
    };
    assert!(fails_by(&with(&|sample| sample.faces = 2), Reason::TwoFaces));
    assert!(fails_by(
        &with(&|sample| *sample = Sample::empty(sample.at)),
        Reason::FaceLost
    ));
}

#[test]
fn a_cut_to_another_place_or_light_fails() {
    let steps = [Step::Left, Step::Right];
    let with = |change: &dyn Fn(&mut Sample)| {
        let mut samples = answer(&steps, PERSON);
        samples[20..].iter_mut().for_each(change);
        judged(&steps, &samples)
    };
    let aside = |sample: &mut Sample| {
        let face = sample.face.as_mut().unwrap();
        face.points = face.points.map(|p| Point::new(p.x + 40.0, p.y));
    };
    assert!(fails_by(&with(&aside), Reason::Jump));
    assert!(fails_by(&with(&|sample| sample.light *= 2.0), Reason::LightJump));
}

#[test]
fn nobody_at_all_is_no_answer() {
    let outcome = judged(&[Step::Left], &[]);
    assert_eq!(outcome.reasons, [Reason::NoFace]);
    assert!(!judge(&Script::new(&[]), &Trace::new()).passed);
}

#[test]
fn the_prompts_follow_the_person() {
    let mut watcher = Watcher::new(Script::new(&[Step::Left, Step::Blink]));
    let mut asked = Vec::new();
    for sample in answer(&[Step::Left, Step::Blink], PERSON) {
        let progress = watcher.see(sample);
        if asked.last() != Some(&progress.step) {
            asked.push(progress.step);
        }
        assert_eq!(progress.failed, None);
    }
    assert_eq!(asked, [Some(Step::Left), Some(Step::Blink), None]);
}
