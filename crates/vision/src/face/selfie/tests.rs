use super::*;
use crate::geometry::{Point, Rect};

fn face(span: f32, nose: f32) -> Face {
    let at = |x: f32, y: f32| Point::new(640.0 + x * span, 360.0 + (y - 0.6) * span);
    Face {
        bounds: Rect::new(640.0 - span, 360.0 - 1.4 * span, 2.0 * span, 2.8 * span),
        points: [
            at(-0.5, 0.0),
            at(0.5, 0.0),
            at(nose, 0.58),
            at(-0.4, 1.05),
            at(0.4, 1.05),
        ],
        score: 0.9,
    }
}

/// A frame that shows this, `changed` in some measure.
fn seen(coach: &mut Coach, at: Duration, face: Face, changed: &[(Component, f32)]) -> Seen {
    let frame = Picture::new(1280, 720, vec![128; 1280 * 720 * 3]).unwrap();
    let mut quality = FaceQuality::of(&frame, &face, 1, None).unwrap();
    for (component, value) in [
        (Component::EyesVisible, 0.8),
        (Component::EyesOpen, 0.3),
        (Component::IlluminationUniformity, 0.7),
    ]
    .iter()
    .chain(changed)
    {
        quality.0.insert(*component, *value);
    }
    coach.seen(at, &frame, face, quality)
}

/// What is said after two seconds of this, and whether the picture was taken.
fn after(face_at: impl Fn(f32) -> Face, changed: &[(Component, f32)]) -> (Option<Hint>, bool) {
    let (mut coach, mut shutter) = (Coach::new(), SelfieShutter::new());
    let (mut hint, mut fired) = (None, 0);
    for number in 0..20_u32 {
        let at = Duration::from_millis(100) * number;
        let seen = seen(&mut coach, at, face_at(at.as_secs_f32()), changed);
        hint = coach.hint(at, Some(&seen));
        fired += u32::from(matches!(shutter.see(at, number, Some(&seen)), Step::Fire(_)));
    }
    assert!(fired <= 1);
    (hint, fired == 1)
}

#[test]
fn a_good_face_is_taken_once_and_nothing_is_said() {
    assert_eq!(after(|_| face(120.0, 0.0), &[]), (None, true));
}

#[test]
fn one_thing_is_said_the_most_hindering_first() {
    let dark = (Component::LuminanceMean, 20.0);
    let shut = (Component::EyesOpen, 0.12);
    let glasses = (Component::EyesVisible, 0.2);
    let two = (Component::SingleFacePresent, 2.0);
    for (size, nose, changed, hint) in [
        (40.0, 0.0, vec![], Hint::Closer),
        (40.0, 0.0, vec![dark, two], Hint::OnePerson),
        (300.0, 0.0, vec![], Hint::Further),
        (120.0, 0.0, vec![dark, shut], Hint::Light),
        (120.0, 0.3, vec![glasses], Hint::Glasses),
        (120.0, 0.3, vec![shut], Hint::LookStraight),
        (120.0, 0.0, vec![shut], Hint::OpenEyes),
    ] {
        assert_eq!(
            after(|_| face(size, nose), &changed),
            (Some(hint), false),
            "{hint:?}"
        );
    }
    let moving = |seconds: f32| {
        let mut face = face(120.0, 0.0);
        let to = 200.0 * (seconds * 20.0).sin();
        face.points = face.points.map(|p| Point::new(p.x + to / 3.0, p.y));
        face
    };
    assert_eq!(after(moving, &[]), (Some(Hint::HoldStill), false));
}

#[test]
fn a_blink_does_not_begin_the_moment_anew_and_nothing_is_taken_in_it() {
    let (mut coach, mut shutter) = (Coach::new(), SelfieShutter::new());
    let mut steps = Vec::new();
    for number in 0..12_u32 {
        let at = Duration::from_millis(100) * number;
        // The last of them comes when the moment is over.
        let is_shut = (6..8).contains(&number);
        let shut = [(Component::EyesOpen, 0.1)];
        let seen = seen(
            &mut coach,
            at,
            face(120.0, 0.0),
            if is_shut { &shut } else { &[] },
        );
        steps.push(shutter.see(at, number, Some(&seen)));
    }
    // The first frame says nothing of movement.
    assert_eq!(steps[0], Step::Wait);
    assert!(
        steps[1..8].iter().all(|step| matches!(step, Step::Hold(_))),
        "{steps:?}"
    );
    let Step::Fire(shot) = &steps[8] else {
        panic!("{steps:?}")
    };
    assert!(!(6..8).contains(&shot.frame) && shot.of == 6, "{shot:?}");
    assert!(steps[9..].iter().all(|step| *step == Step::Quiet));
}

#[test]
fn what_is_kept_is_held_against_the_same_bars() {
    for (component, value, good) in [
        (Component::HeadPoseYaw, -8.0, Some(true)),
        (Component::HeadPoseYaw, -11.0, Some(false)),
        (Component::LuminanceMean, 20.0, Some(false)),
        (Component::LuminanceMean, 240.0, Some(false)),
        (Component::SingleFacePresent, 1.0, Some(true)),
        (Component::SingleFacePresent, 2.0, Some(false)),
        (Component::InterEyeDistance, 89.0, Some(false)),
        (Component::InterEyeDistance, 120.0, Some(true)),
        (Component::BackgroundUniformity, 1.0, None),
        (Component::MouthOcclusion, 1.0, None),
    ] {
        assert_eq!(is_good(component, value), good, "{component:?} {value}");
    }
}

#[test]
fn nobody_there_is_said_and_nothing_taken() {
    let (mut coach, mut shutter) = (Coach::new(), SelfieShutter::new());
    let mut said = None;
    for number in 0..20_u32 {
        let at = Duration::from_millis(100) * number;
        said = coach.hint(at, None);
        assert_eq!(shutter.see(at, number, None), Step::Wait);
    }
    assert_eq!(said, Some(Hint::NoFace));
}
