//! Frames on their way to the preview and to the recorder.

use super::*;
use crate::FrameOrigin;

#[test]
fn the_preview_gets_the_newest_frame_and_never_an_old_one() {
    let camera = Double::new("newest").open(CALM).unwrap();
    let mut seen = 0;
    for _ in 0..5 {
        let frame = camera.newest_after(seen, SOON).unwrap().unwrap();
        assert!(frame.sequence > seen);
        seen = frame.sequence;
    }
    assert!(camera.latest().unwrap().sequence >= seen);
    assert_eq!(camera.info().id.as_str(), "usb:test:newest:@1");
}

#[test]
fn waiting_for_a_frame_ends_in_time() {
    let trap = Trap::new();
    let step = trap.step_into();
    let camera = Double::new("timeout").on_frame(move |_, format| {
        step();
        Ok(picture(1, format.size))
    });
    let camera = camera.open(CALM).unwrap();
    assert!(
        camera
            .newest_after(0, Duration::from_millis(20))
            .unwrap()
            .is_none()
    );
    assert!(camera.latest().is_none());
    trap.release();
}

#[test]
fn every_frame_reaches_a_subscriber_in_order() {
    let camera = Double::new("order").open(CALM).unwrap();
    let frames = camera.subscribe(4);
    let mut before: Option<Arc<Frame>> = None;
    for _ in 0..30 {
        let frame = frames.recv_timeout(SOON).unwrap().unwrap();
        if let Some(before) = before {
            assert_eq!(frame.sequence, before.sequence + 1 + frames.dropped());
            assert!(frame.at >= before.at, "sample times never run backwards");
        }
        before = (frames.dropped() == 0).then_some(frame);
    }
}

#[test]
fn a_slow_subscriber_loses_frames_knowingly_and_slows_nobody_down() {
    let camera = Double::new("slow").open(CALM).unwrap();
    let slow = camera.subscribe(2);
    let start = camera.health().frames;
    wait_for(&camera, start + 20);
    let dropped = slow.dropped();
    assert!(dropped >= 15, "{dropped}");
    assert!(camera.health().dropped >= dropped);
    let first = slow.recv_timeout(SOON).unwrap().unwrap().sequence;
    let second = slow.recv_timeout(SOON).unwrap().unwrap().sequence;
    assert_eq!(second, first + 1, "what it had room for is there, in order");
}

#[test]
fn a_subscriber_that_left_is_forgotten() {
    let camera = Double::new("left").open(CALM).unwrap();
    drop(camera.subscribe(1));
    let now = camera.health().frames;
    wait_for(&camera, now + 5);
    assert_eq!(camera.health().dropped, 0);
}

#[test]
fn closing_the_camera_ends_its_subscriptions() {
    let camera = Double::new("close").open(CALM).unwrap();
    let frames = camera.subscribe(4);
    wait_for(&camera, 3);
    drop(camera);
    let ended = loop {
        if let Err(error) = frames.recv_timeout(SOON) {
            break error;
        }
    };
    assert_eq!(ended, CaptureError::Closed);
}

#[test]
fn raw_pixels_become_jpeg_and_say_so() {
    let camera = Double::new("raw")
        .formats(&[offer(PREVIEW, PixelFormat::Yuyv)])
        .on_frame(|n, format| Ok(vec![n as u8; format.size.area() as usize * 2].into()))
        .open(CALM)
        .unwrap();
    let frame = wait_for(&camera, 1);
    assert_eq!((frame.origin, frame.size), (FrameOrigin::EncodedHere, PREVIEW));
    assert_eq!(crate::picture::inspect(&frame.jpeg).unwrap().size, PREVIEW);
    assert_eq!(camera.still().unwrap().origin, FrameOrigin::EncodedHere);
}

#[test]
fn a_frame_is_trimmed_to_its_end_and_its_size_is_its_own() {
    let real = Size::new(160, 90);
    let camera = Double::new("trim").on_frame(move |n, _| {
        let mut buffer = picture(n, real).to_vec();
        buffer.resize(200_000, 0);
        Ok(buffer.into())
    });
    let camera = camera.open(CALM).unwrap();
    let frame = wait_for(&camera, 1);
    assert_eq!(frame.size, real, "the driver promised {PREVIEW}");
    assert!(frame.jpeg.ends_with(&[0xff, 0xd9]) && frame.jpeg.len() < 100_000);
    assert_eq!(frame.origin, FrameOrigin::Device);
}

#[test]
fn the_rate_is_the_one_that_arrives() {
    let camera = Double::new("rate").open(CALM).unwrap();
    wait_for(&camera, 40);
    let fps = camera.health().fps;
    assert!(
        (20.0..600.0).contains(&fps),
        "one frame in 2 ms or a little more, not the promised 30: {fps}"
    );
}

#[test]
fn a_camera_can_be_shared_between_threads() {
    fn assert_shared<T: Send + Sync>() {}
    fn assert_sent<T: Send>() {}
    assert_shared::<Camera>();
    assert_sent::<Subscription>();
}
