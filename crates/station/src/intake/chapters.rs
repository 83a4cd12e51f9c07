//! What happened in a video, as chapters of the record and of the file.

use std::time::Duration;

use capture::clip::{self, Tags};
use capture::recorder::Recording;
use evidence::{Chapter, ChapterKind};

use super::keeping::millis;
use crate::eyes::Asked;

/// What the file's list has room for.
const MOST: usize = 255;

/// What was asked and seen, and where no picture came, in the order of their times.
pub(super) fn of(asked: Option<&Asked>, recording: &Recording) -> Vec<Chapter> {
    let gaps = recording.gaps.iter();
    let gaps = gaps.map(|gap| Chapter::at(millis(gap.at), ChapterKind::Gap));
    let happened = asked.map(|asked| asked.chapters(recording.started));
    let mut chapters: Vec<Chapter> = happened.unwrap_or_default().into_iter().chain(gaps).collect();
    chapters.sort_by_key(|chapter| chapter.at_ms);
    chapters.truncate(MOST);
    chapters
}

/// Chapters as the file has them: in plain English, without anything of the person.
pub(super) fn tags(chapters: &[Chapter]) -> Tags {
    let chapters = chapters.iter().map(|chapter| clip::Chapter {
        at: Duration::from_millis(chapter.at_ms),
        title: chapter.title(),
    });
    Tags {
        chapters: chapters.collect(),
    }
}
