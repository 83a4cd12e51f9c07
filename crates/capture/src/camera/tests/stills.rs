//! Pictures at the highest resolution, and what happens when that does not work.

use super::*;
use crate::FrameOrigin;

fn both() -> [OfferedFormat; 2] {
    [
        offer(PREVIEW, PixelFormat::Mjpeg),
        offer(LARGE, PixelFormat::Mjpeg),
    ]
}

#[test]
fn a_still_is_the_devices_own_bytes_at_its_best() {
    let started = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&started);
    let camera = Double::new("best")
        .formats(&both())
        .on_start(move |format| {
            log.lock().push(format.size);
            Ok(())
        })
        .open(CALM)
        .unwrap();
    let shown = wait_for(&camera, 1);
    let still = camera.still().unwrap();
    assert_eq!(
        still.jpeg,
        picture(5, LARGE),
        "the first frame after four that let the exposure settle"
    );
    assert_eq!((still.size, still.preview_size), (LARGE, PREVIEW));
    assert_eq!((still.origin, &still.note), (FrameOrigin::Device, &None));
    assert_eq!(&still.source, camera.info());
    assert!(still.at >= shown.at);

    // The preview goes on in its own format, and another still can be taken.
    let after = camera.health().frames;
    assert_eq!(wait_for(&camera, after + 2).size, PREVIEW);
    assert_eq!(camera.delivered().size, PREVIEW);
    assert_eq!(camera.still().unwrap().size, LARGE);
    assert_eq!(*started.lock(), [PREVIEW, LARGE, PREVIEW, LARGE, PREVIEW]);
}

#[test]
fn damaged_frames_at_the_best_resolution_are_passed_over() {
    let camera = Double::new("best-damaged")
        .formats(&both())
        .on_frame(|n, format| {
            let whole = picture(n, format.size);
            Ok(if format.size == LARGE && n < 8 {
                specimens::with_a_hole(&whole)
            } else {
                whole
            })
        });
    let still = camera.open(CALM).unwrap().still().unwrap();
    assert_eq!(still.jpeg, picture(8, LARGE));
}

#[test]
fn a_best_resolution_that_does_not_work_gives_the_preview_and_says_so() {
    let camera = Double::new("no-best").formats(&both()).on_start(|format| {
        if format.size == LARGE {
            Err(CaptureError::Driver("no bandwidth".into()))
        } else {
            Ok(())
        }
    });
    let camera = camera.open(CALM).unwrap();
    let still = camera.still().unwrap();
    assert_eq!((still.size, still.origin), (PREVIEW, FrameOrigin::Device));
    assert!(still.note.unwrap().contains("192x108 did not work"));
    assert_eq!(
        camera.health().last_error,
        Some(CaptureError::Driver("no bandwidth".into()))
    );
    let after = camera.health().frames;
    wait_for(&camera, after + 2);
}

#[test]
fn only_damage_at_the_best_resolution_gives_the_preview() {
    let camera = Double::new("best-rubbish")
        .formats(&both())
        .on_frame(|n, format| {
            Ok(if format.size == LARGE {
                Bytes::from_static(b"rubbish")
            } else {
                picture(n, format.size)
            })
        });
    let still = camera.open(CALM).unwrap().still().unwrap();
    assert_eq!(still.size, PREVIEW);
    assert!(still.note.unwrap().contains("cut off"));
}

#[test]
fn unplugged_while_a_still_is_taken() {
    let camera = Double::new("best-unplug").formats(&both()).on_frame(|n, format| {
        if format.size == LARGE {
            Err(CaptureError::Unplugged)
        } else {
            Ok(picture(n, format.size))
        }
    });
    let camera = camera.open(CALM).unwrap();
    assert_eq!(camera.still().unwrap_err(), CaptureError::Unplugged);
    assert_eq!(end_of(&camera), CaptureError::Unplugged);
}

#[test]
fn a_camera_that_falls_silent_at_its_best_is_not_asked_for_it_again() {
    let trap = Trap::new();
    let step = trap.step_into();
    let camera = Double::new("best-silent")
        .formats(&both())
        .on_frame(move |n, format| {
            if format.size == LARGE {
                step();
                return Err(CaptureError::Unplugged);
            }
            Ok(picture(n, format.size))
        });
    let camera = camera.open(QUICK).unwrap();
    wait_for(&camera, 1);
    assert_eq!(
        camera.still().unwrap_err(),
        CaptureError::Silent(QUICK.first_frame)
    );

    // It was plugged in anew; that ended the thread left behind in the driver.
    trap.release();
    let again = Double::new("best-silent").formats(&both()).open(CALM).unwrap();
    let still = again.still().unwrap();
    assert_eq!(still.size, PREVIEW);
    assert!(still.note.unwrap().contains("fell silent at 192x108"));
}

#[test]
fn two_stills_asked_for_at_once_are_two_stills() {
    let camera = Double::new("two").formats(&both()).open(CALM).unwrap();
    std::thread::scope(|scope| {
        let takers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| camera.still().unwrap().size))
            .collect();
        for taker in takers {
            assert_eq!(taker.join().unwrap(), LARGE);
        }
    });
}

#[test]
fn closing_the_camera_ends_a_still_that_is_being_taken() {
    let trap = Trap::new();
    let step = trap.step_into();
    let camera = Double::new("best-closed")
        .formats(&both())
        .on_frame(move |n, format| {
            if format.size == LARGE {
                step();
            }
            Ok(picture(n, format.size))
        });
    let camera = camera.open(CALM).unwrap();
    wait_for(&camera, 1);
    let shared = Arc::clone(&camera.shared);
    let taker = std::thread::spawn(move || shared.still());
    drop(camera);
    assert_eq!(taker.join().unwrap().unwrap_err(), CaptureError::Closed);
    trap.release();
}
