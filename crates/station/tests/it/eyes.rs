//! What the booth sees for itself: the picture taken once it is good, the corners, and what is written on the card.

use std::time::{Duration, Instant};

use evidence::{Corners, DocumentType, FieldKey, Role, Step};
use station::view::{CaseView, HintView, Notice, ShowingView, ShutterView, SightView};
use station::{Booth, practice_person};

use crate::rehearsal::{Rehearsal, code};

/// At the live picture of the front.
async fn at_front(rehearsal: &Rehearsal) -> CaseView {
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::IdentityCard).await
}

/// Looks at the live picture as the page does, for as long as `length` or until something was taken; what was seen.
async fn looked(booth: &Booth, role: Role, length: Duration) -> (Vec<SightView>, Option<CaseView>) {
    let mut notices = booth.notices();
    let looking = {
        let booth = booth.clone();
        tokio::spawn(async move {
            let mut after = 0;
            while let Ok(frame) = booth.preview(role, after, Duration::from_millis(500)).await {
                after = frame.map_or(0, |frame| frame.sequence);
            }
        })
    };
    let (mut seen, mut taken) = (Vec::new(), None);
    let until = Instant::now() + length;
    while let Ok(Ok(notice)) = tokio::time::timeout_at(until.into(), notices.recv()).await {
        match notice {
            Notice::Sight { sight } => seen.push(sight),
            Notice::Case { case } if taken_of(&case).is_some() => {
                taken = Some(*case);
                break;
            }
            _ => {}
        }
    }
    looking.abort();
    (seen, taken)
}

fn taken_of(case: &CaseView) -> Option<&station::view::ExhibitView> {
    match &case.capture.as_ref()?.showing {
        ShowingView::Taken { exhibit } => Some(exhibit),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_lies_well_is_taken_by_itself_once() {
    let rehearsal = Rehearsal::new().await;
    let case = at_front(&rehearsal).await;
    let (seen, taken) = looked(&rehearsal.booth, Role::Front, Duration::from_secs(20)).await;
    let taken = taken.unwrap_or_else(|| panic!("nothing was taken; last seen: {:?}", seen.last()));
    let exhibit = taken_of(&taken).expect("it was taken");
    assert!(exhibit.by_itself && exhibit.synthetic);
    assert!(exhibit.corners.is_some_and(|corners| corners.are_possible()));
    assert!(!exhibit.corners_by_hand);
    assert!(
        seen.iter()
            .all(|sight| sight.case == case.id && sight.role == Role::Front)
    );
    let holding = |sight: &&SightView| matches!(sight.shutter, ShutterView::Holding { .. });
    assert!(seen.iter().find(holding).is_some(), "it is announced");
    // The person was not quick enough, and gets the picture that is there.
    let view = rehearsal.booth.take_still().await.expect("the picture");
    assert_eq!(taken_of(&view).map(|it| &it.object), Some(&exhibit.object));
    let view = rehearsal.booth.use_capture().await.expect("used");
    assert_eq!(view.step, Step::Portrait);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_the_booth_only_looks() {
    let rehearsal = Rehearsal::with(|settings| settings.eyes.auto_capture = false).await;
    at_front(&rehearsal).await;
    let (seen, taken) = looked(&rehearsal.booth, Role::Front, Duration::from_secs(4)).await;
    assert!(taken.is_none());
    assert!(!seen.is_empty() && seen.iter().all(|sight| sight.shutter == ShutterView::Waiting));
    let view = rehearsal.booth.take_still().await.expect("a person takes it");
    assert!(!taken_of(&view).expect("taken").by_itself);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_is_never_taken() {
    let rehearsal = Rehearsal::new().await;
    at_front(&rehearsal).await;
    rehearsal
        .booth
        .choose_camera(Role::Front, "clip:practice-face")
        .await
        .expect("a camera");
    let (seen, taken) = looked(&rehearsal.booth, Role::Front, Duration::from_secs(5)).await;
    assert!(taken.is_none(), "a face is no document");
    assert!(!seen.is_empty());
}

/// At the live picture of the selfie, its person having refused biometrics.
async fn at_selfie(rehearsal: &Rehearsal) -> CaseView {
    at_front(rehearsal).await;
    rehearsal.picture().await;
    rehearsal.portrait().await;
    rehearsal.picture().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_is_well_placed_is_taken_by_itself_once() {
    let rehearsal = Rehearsal::new().await;
    let case = at_selfie(&rehearsal).await;
    assert_eq!(case.step, Step::Selfie);
    let (seen, taken) = looked(&rehearsal.booth, Role::Selfie, Duration::from_secs(20)).await;
    let taken = taken.unwrap_or_else(|| panic!("nothing was taken; last seen: {:?}", seen.last()));
    let exhibit = taken_of(&taken).expect("it was taken").clone();
    assert!(exhibit.by_itself && exhibit.synthetic);
    let holding = |sight: &SightView| matches!(sight.shutter, ShutterView::Holding { .. });
    assert!(seen.iter().any(holding), "it is announced");
    assert!(
        seen.iter().all(|sight| sight.hint.is_none() || !holding(sight)),
        "one thing is said at a time"
    );
    let (_, another) = looked(&rehearsal.booth, Role::Selfie, Duration::from_secs(2)).await;
    assert!(
        another.is_none(),
        "nothing more is taken while a person looks at it"
    );
    // It was not good enough: the next waits for a breath.
    let retaken = rehearsal.booth.retake_capture().await.expect("live again");
    assert!(taken_of(&retaken).is_none());
    let since = Instant::now();
    let (_, taken) = looked(&rehearsal.booth, Role::Selfie, Duration::from_secs(20)).await;
    let again = taken.expect("the next is taken, too");
    assert_ne!(taken_of(&again).map(|it| &it.object), Some(&exhibit.object));
    assert!(since.elapsed() >= Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_shows_their_face_no_selfie_is_taken_and_it_is_said() {
    let rehearsal = Rehearsal::new().await;
    at_selfie(&rehearsal).await;
    rehearsal
        .booth
        .choose_camera(Role::Selfie, "clip:practice-rear")
        .await
        .expect("a camera");
    let (seen, taken) = looked(&rehearsal.booth, Role::Selfie, Duration::from_secs(5)).await;
    assert!(taken.is_none(), "the back of a card is no face");
    assert_eq!(seen.last().and_then(|sight| sight.hint), Some(HintView::NoFace));
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_a_selfie_is_only_helped() {
    let rehearsal = Rehearsal::with(|settings| settings.eyes.auto_capture = false).await;
    at_selfie(&rehearsal).await;
    let (seen, taken) = looked(&rehearsal.booth, Role::Selfie, Duration::from_secs(4)).await;
    assert!(taken.is_none());
    assert!(!seen.is_empty() && seen.iter().all(|sight| sight.shutter == ShutterView::Waiting));
    let view = rehearsal.booth.take_still().await.expect("a person takes it");
    assert!(!taken_of(&view).expect("taken").by_itself);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_once_the_step_was_left() {
    let rehearsal = Rehearsal::with(|settings| settings.eyes.auto_capture = false).await;
    at_front(&rehearsal).await;
    let (seen, _) = looked(&rehearsal.booth, Role::Front, Duration::from_secs(2)).await;
    assert!(!seen.is_empty());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut notices = rehearsal.booth.notices();
    let later = tokio::time::timeout(Duration::from_secs(1), async {
        loop {
            if matches!(notices.recv().await, Ok(Notice::Sight { .. })) {
                break;
            }
        }
    });
    assert!(later.await.is_err(), "the thread has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn corners_are_put_by_hand_and_the_picture_stays_whole() {
    let rehearsal = Rehearsal::new().await;
    at_front(&rehearsal).await;
    let before = rehearsal.booth.take_still().await.expect("taken");
    let whole = taken_of(&before).expect("taken").clone();
    let corners = Corners([[0.1, 0.1], [0.9, 0.15], [0.85, 0.9], [0.1, 0.8]]);
    let after = rehearsal.booth.outline_document(corners).await.expect("put");
    let now = taken_of(&after).expect("taken");
    assert_eq!((now.corners, now.corners_by_hand), (Some(corners), true));
    assert_eq!((&now.object, &now.sha256), (&whole.object, &whole.sha256));
    let crossed = Corners([[0.1, 0.1], [0.85, 0.9], [0.9, 0.15], [0.1, 0.8]]);
    assert_eq!(
        code(rehearsal.booth.outline_document(crossed).await),
        "crop_outside"
    );
}

/// Waits until the booth has read what was accepted.
async fn read_case(booth: &Booth, sides: usize) -> CaseView {
    for _ in 0..400 {
        let view = booth.current_case().await.expect("a case");
        let read = view.reading.is_some()
            && view
                .exhibits
                .iter()
                .filter(|it| it.role != Role::Portrait)
                .count()
                >= sides;
        if read {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it was not read within 20 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_card_says_is_proposed_and_nothing_is_confirmed() {
    let rehearsal = Rehearsal::with(|settings| {
        settings.eyes.read = true;
        settings.eyes.auto_capture = false;
    })
    .await;
    at_front(&rehearsal).await;
    rehearsal.picture().await;
    let view = read_case(&rehearsal.booth, 1).await;
    assert_eq!(view.step, Step::Portrait, "nobody had to wait for it");
    rehearsal.portrait().await;
    rehearsal.picture().await;
    let mut view = read_case(&rehearsal.booth, 2).await;
    for _ in 0..200 {
        if view.checks.iter().any(|check| check.measured_by.is_some()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        view = rehearsal.booth.current_case().await.expect("a case");
    }
    let person = practice_person();
    let field = |key| {
        view.fields
            .iter()
            .find(|field| field.key == key)
            .expect("a field")
    };
    for (key, wanted) in [
        (FieldKey::GivenName, &person.given_name),
        (FieldKey::SerialNumber, &person.serial_number),
    ] {
        let read = field(key)
            .read
            .as_ref()
            .unwrap_or_else(|| panic!("{key:?} was not read"));
        assert_eq!(&read.value.to_uppercase(), wanted);
        assert!(read.corners.is_some(), "its place is known");
        assert_eq!(field(key).value, "", "a person confirms it");
    }
    let checks: Vec<_> = view
        .checks
        .iter()
        .filter(|check| check.passed.is_some())
        .map(|check| (check.check, check.passed, check.measured_by.is_some()))
        .collect();
    assert!(checks.iter().all(|(_, _, measured)| *measured), "{checks:?}");
    assert!(
        checks.contains(&(evidence::Check::DocumentNotExpired, Some(true), true)),
        "{checks:?}"
    );
}
