//! The search for a document's outline.

use vision::find::{self, Search};
use vision::geometry::Rect;
use vision::pixels::Picture;

use crate::samples;

/// The share of a level's scenes whose corners are within 2 % of the document's width.
fn within(level: &str) -> Option<f32> {
    let folder = samples::folder("scenes")?;
    let table = std::fs::read_to_string(folder.join("scenes.jsonl")).unwrap();
    let (mut hits, mut all) = (0, 0);
    for scene in samples::table(&table) {
        if scene["difficulty"] != level {
            continue;
        }
        let name = scene["file"].as_str().unwrap().trim_start_matches("scenes/");
        let picture = samples::picture(&std::fs::read(folder.join(name)).unwrap());
        let truth = samples::quad(&scene["quad"]).unwrap();
        all += 1;
        hits +=
            usize::from(find::find(&picture).is_some_and(|found| samples::off(&truth, &found.quad) <= 0.02));
    }
    Some(hits as f32 / all as f32)
}

#[test]
fn a_document_on_a_table_is_found_to_two_hundredths_of_its_width() {
    let Some(share) = within("easy") else { return };
    assert!(share >= 0.95, "{share}");
}

#[test]
fn an_empty_table_and_a_person_are_no_document() {
    let Some(folder) = samples::folder("scenes") else {
        return;
    };
    let table = std::fs::read_to_string(folder.join("scenes.jsonl")).unwrap();
    for scene in samples::table(&table) {
        let kind = scene["negative_kind"].as_str().unwrap_or_default();
        if [
            "empty_desk",
            "hand_only",
            "person",
            "news",
            "blank_card",
            "phone_screen",
        ]
        .contains(&kind)
        {
            let name = scene["file"].as_str().unwrap().trim_start_matches("scenes/");
            let picture = samples::picture(&std::fs::read(folder.join(name)).unwrap());
            assert!(find::find(&picture).is_none(), "{name}");
        }
    }
}

#[test]
fn any_picture_is_survived() {
    for (width, height) in [(1, 1), (1, 4000), (97, 96), (640, 3), (200, 3000)] {
        let rgb = (0..width * height * 3).map(|i| (i * 7 % 251) as u8).collect();
        let picture = Picture::new(width, height, rgb).unwrap();
        let search = Search {
            region: Some(Rect::new(f32::NAN, 0.0, -1.0, 1.0)),
            faint: true,
            ..Search::default()
        };
        let any = [find::find_with(&picture, &search), find::filling(&picture)];
        for found in any.into_iter().flatten() {
            let _ = find::straighten(&picture, &found.quad, found.shape);
        }
    }
}
