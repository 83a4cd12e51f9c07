//! Unplugged, busy, silent, damaged, panicking.

use std::time::Instant;

use super::*;
use crate::FrameOrigin;

#[test]
fn a_camera_that_blocks_for_ever_is_silent_and_left_behind() {
    let trap = Trap::new();
    let step = trap.step_into();
    let camera = Double::new("silent").on_frame(move |n, format| {
        if n == 3 {
            step();
        }
        Ok(picture(n, format.size))
    });
    let camera = camera.open(QUICK).unwrap();
    let frames = camera.subscribe(8);
    let before = Instant::now();
    assert_eq!(end_of(&camera), CaptureError::Silent(QUICK.frame));
    assert!(
        before.elapsed() < Duration::from_secs(5),
        "took {:?}",
        before.elapsed()
    );
    assert_eq!(
        camera.health().last_error,
        Some(CaptureError::Silent(QUICK.frame))
    );

    // What the thread still brings after it was given up is thrown away.
    let published = camera.health().frames;
    trap.release();
    let ended = loop {
        match frames.recv_timeout(SOON) {
            Ok(frame) => assert!(frame.is_some(), "the subscription has to end"),
            Err(error) => break error,
        }
    };
    assert_eq!(
        ended,
        CaptureError::Silent(QUICK.frame),
        "the subscriber learns the reason too"
    );
    assert_eq!(camera.health().frames, published);
}

#[test]
fn dropping_a_stuck_camera_does_not_wait_for_it() {
    let trap = Trap::new();
    let step = trap.step_into();
    let camera = Double::new("drop")
        .on_frame(move |_, format| {
            step();
            Ok(picture(1, format.size))
        })
        .open(CALM)
        .unwrap();
    let before = Instant::now();
    drop(camera);
    assert!(
        before.elapsed() < Duration::from_secs(1),
        "took {:?}",
        before.elapsed()
    );
    trap.release();
}

#[test]
fn a_driver_that_hangs_on_open_is_silent() {
    let trap = Trap::new();
    let step = trap.step_into();
    let opened = Double::new("hang")
        .on_start(move |_| {
            step();
            Ok(())
        })
        .open(QUICK);
    assert_eq!(opened.err(), Some(CaptureError::Silent(QUICK.open)));
    trap.release();
}

#[test]
fn a_camera_that_was_given_up_is_silent_and_not_busy_when_it_is_opened_again() {
    let trap = Trap::new();
    let step = trap.step_into();
    let stuck = Double::new("again").on_frame(move |_, format| {
        step();
        Ok(picture(1, format.size))
    });
    let stuck = stuck.open(QUICK).unwrap();
    assert_eq!(end_of(&stuck), CaptureError::Silent(QUICK.first_frame));
    let again = Double::new("again").open(QUICK);
    assert_eq!(again.err(), Some(CaptureError::Silent(QUICK.vacate)));

    // Once the driver lets go of the thread, the camera can be used again.
    trap.release();
    let camera = Double::new("again").open(CALM).unwrap();
    wait_for(&camera, 1);
}

#[test]
fn a_camera_already_open_here_is_busy() {
    let _first = Double::new("twice").open(CALM).unwrap();
    assert_eq!(Double::new("twice").open(CALM).err(), Some(CaptureError::Busy));
}

#[test]
fn a_closed_camera_can_be_opened_again_at_once() {
    for _ in 0..5 {
        let camera = Double::new("reopen").open(CALM).unwrap();
        wait_for(&camera, 1);
    }
}

#[test]
fn an_unplugged_camera_ends_after_its_last_frame() {
    let go = Trap::new();
    let wait = go.step_into();
    let camera = Double::new("unplug").on_frame(move |n, format| match n {
        1 => {
            wait();
            Ok(picture(n, format.size))
        }
        2..=5 => Ok(picture(n, format.size)),
        _ => Err(CaptureError::Unplugged),
    });
    let camera = camera.open(CALM).unwrap();
    let frames = camera.subscribe(8);
    go.release();
    for sequence in 1..=5 {
        assert_eq!(frames.recv_timeout(SOON).unwrap().unwrap().sequence, sequence);
    }
    assert_eq!(frames.recv_timeout(SOON).unwrap_err(), CaptureError::Unplugged);
    assert_eq!(end_of(&camera), CaptureError::Unplugged);
    assert_eq!(camera.still().unwrap_err(), CaptureError::Unplugged);
    assert_eq!(
        camera.latest().unwrap().sequence,
        5,
        "the last picture stays on the screen"
    );
}

#[test]
fn a_busy_camera_is_not_asked_for_other_formats() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let formats = [
        offer(PREVIEW, PixelFormat::Mjpeg),
        offer(LARGE, PixelFormat::Mjpeg),
    ];
    let opened = Double::new("busy")
        .formats(&formats)
        .on_start(move |_| {
            *count.lock() += 1;
            Err(CaptureError::Busy)
        })
        .open(CALM);
    assert_eq!(opened.err(), Some(CaptureError::Busy));
    assert_eq!(*asked.lock(), 1);
}

#[test]
fn a_refused_format_gives_way_to_the_next_best() {
    let formats = [
        offer(PREVIEW, PixelFormat::Mjpeg),
        offer(LARGE, PixelFormat::Mjpeg),
    ];
    let camera = Double::new("refused").formats(&formats).on_start(|format| {
        if format.size == PREVIEW {
            Err(CaptureError::Driver("rejected".into()))
        } else {
            Ok(())
        }
    });
    let camera = camera.open(CALM).unwrap();
    assert_eq!(camera.delivered().size, LARGE);
    assert_eq!(wait_for(&camera, 1).size, LARGE);
}

#[test]
fn a_camera_without_a_usable_format_says_so() {
    let opened = Double::new("none").formats(&[]).open(CALM);
    assert_eq!(opened.err(), Some(CaptureError::NoUsableFormat));
}

#[test]
fn damaged_frames_are_counted_and_never_shown() {
    let camera = Double::new("damaged").on_frame(|n, format| {
        let whole = picture(n, format.size);
        Ok(match n % 4 {
            1 => whole.slice(..whole.len() / 2),
            2 => specimens::with_a_hole(&whole),
            3 => Bytes::from_static(b"no picture at all"),
            _ => whole,
        })
    });
    let camera = camera.open(CALM).unwrap();
    let frames = camera.subscribe(8);
    for _ in 0..3 {
        let frame = frames.recv_timeout(SOON).unwrap().unwrap();
        crate::picture::inspect(&frame.jpeg).expect("only sound pictures are published");
    }
    let health = camera.health();
    assert!(health.damaged >= 3 * (health.frames - 1), "{health:?}");
    assert!(
        matches!(health.last_error, Some(CaptureError::BadMedia(_))),
        "{health:?}"
    );
}

#[test]
fn a_camera_that_delivers_only_damage_ends() {
    let camera = Double::new("rubbish").on_frame(|_, _| Ok(Bytes::from_static(b"rubbish")));
    let camera = camera.open(CALM).unwrap();
    assert_eq!(end_of(&camera), CaptureError::Damaged(30));
    assert_eq!(camera.health().damaged, 30);
    assert!(camera.latest().is_none());
}

#[test]
fn a_driver_that_panics_ends_the_camera_and_nothing_else() {
    let camera = Double::new("panic").on_frame(|_, _| panic!("odd node"));
    assert!(matches!(
        end_of(&camera.open(CALM).unwrap()),
        CaptureError::Driver(_)
    ));
}

#[test]
fn a_driver_that_panics_when_it_is_closed_leaves_the_device_free() {
    let mut first = Double::new("closing").on_frame(|_, _| Err(CaptureError::Unplugged));
    first.panics_on_drop = true;
    assert_eq!(end_of(&first.open(CALM).unwrap()), CaptureError::Unplugged);
    wait_for(&Double::new("closing").open(CALM).unwrap(), 1);
}

#[test]
fn frames_without_huffman_tables_are_made_fit_for_the_preview() {
    let camera = Double::new("bare")
        .on_frame(|n, format| Ok(specimens::without_tables(&picture(n, format.size))))
        .open(CALM)
        .unwrap();
    let frame = wait_for(&camera, 1);
    assert_eq!(frame.origin, FrameOrigin::DeviceWithTables);
    assert!(crate::jpeg::outline(&frame.jpeg).unwrap().has_tables);
    let still = camera.still().unwrap();
    assert_eq!(still.origin, FrameOrigin::Device);
    assert!(
        !crate::jpeg::outline(&still.jpeg).unwrap().has_tables,
        "a still keeps the device's own bytes"
    );
}

#[test]
fn a_frame_that_is_continued_by_an_older_one_is_damaged() {
    // Four buffers in turn, as a driver has them: each keeps what the frame before left in it.
    let mut buffers = vec![vec![0u8; 60_000]; 4];
    let camera = Double::new("torn").on_frame(move |n, format| {
        let whole = specimens::noisy(format.size.width as usize, format.size.height as usize, n);
        let written = if n <= 8 {
            &whole[..]
        } else {
            &whole[..whole.len() / 2]
        };
        let buffer = &mut buffers[n as usize % 4];
        buffer[..written.len()].copy_from_slice(written);
        Ok(buffer.clone().into())
    });
    let camera = camera.open(CALM).unwrap();
    assert_eq!(end_of(&camera), CaptureError::Damaged(30));
    assert_eq!(
        camera.health().frames,
        8,
        "not one of the torn frames was published"
    );
}
