//! Faces in files, on the command line: compared, measured, and challenged.

use std::path::Path;

use serde_json::Value;

use crate::{proofbooth, values};

const MATERIAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../station/material");

/// A picture of the drawn person, and one of a wall.
fn pictures(folder: &Path) -> [String; 2] {
    let clip = station::PRACTICE_CLIPS[2].2;
    let end = clip
        .windows(2)
        .position(|pair| pair == [0xff, 0xd9])
        .expect("an end");
    let face = folder.join("face.jpg");
    std::fs::write(&face, &clip[..end + 2]).expect("written");
    let wall = folder.join("wall.jpg");
    let pixels = vec![180_u8; 320 * 240 * 3];
    image::save_buffer(&wall, &pixels, 320, 240, image::ExtendedColorType::Rgb8).expect("a picture");
    [face, wall].map(|path| path.display().to_string())
}

fn said(arguments: &[&str]) -> Vec<Value> {
    let data = tempfile::tempdir().expect("a folder");
    let output = proofbooth(data.path(), &[&["--json"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    values(&output)
}

#[test]
fn a_picture_of_a_face_is_measured_in_the_terms_of_the_standard() {
    let folder = tempfile::tempdir().expect("a folder");
    let [face, wall] = pictures(folder.path());
    let torn = folder.path().join("torn.jpg");
    std::fs::write(&torn, b"\xff\xd8 torn").expect("written");
    let torn = torn.display().to_string();
    let said = said(&["face-quality", &face, &wall, &torn]);
    let quality = &said[0]["quality"];
    assert!(
        quality["inter_eye_distance"]["value"].as_f64() > Some(60.0),
        "{quality}"
    );
    assert_eq!(quality["head_pose_yaw"]["unit"], "degrees");
    assert_eq!(quality["single_face_present"]["good"], true);
    assert_eq!(
        quality["head_size"]["good"],
        Value::Null,
        "there is no bar for it"
    );
    assert_eq!(said[0]["error"], Value::Null);
    assert_eq!(said[1]["error"]["code"], "no_face");
    assert_eq!(said[2]["error"]["code"], "picture_unreadable");
}

#[test]
fn the_same_face_is_one_person_and_a_wall_is_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let [face, wall] = pictures(folder.path());
    let said = [
        said(&["face-match", &face, &face]),
        said(&["face-match", &face, &wall]),
    ]
    .concat();
    assert_eq!(
        (&said[0]["same"], &said[0]["similarity_level"]),
        (&true.into(), &100.into())
    );
    assert_eq!(said[1]["cosine"], Value::Null);
    assert_eq!(said[1]["error"]["code"], "no_face");
}

#[test]
fn a_clip_answers_its_own_order_and_no_other() {
    let clip = format!("{MATERIAL}/video.mp4");
    let passed = |script: &str| {
        // She shows her card before.
        let said = said(&["liveness", &clip, "--script", script, "--from", "12.5"]);
        assert_eq!(said[0]["error"], Value::Null, "{}", said[0]);
        said[0]["passed"].clone()
    };
    assert_eq!(passed("left,blink,right,closer"), true);
    assert_eq!(passed("right,blink,left,closer"), false);
}
