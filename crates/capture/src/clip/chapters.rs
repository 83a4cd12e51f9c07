//! Chapters of a video: a list of moments with a title each, in `moov/udta/chpl` as Nero laid it down and as ffmpeg, VLC
//! and mp4chaps read it.
//!
//! The list is small: 255 chapters of 255 bytes at most, because both counts are a byte.

use std::time::Duration;

use shiguredo_mp4::boxes::MoovBox;

use super::boxes::children;
use crate::CaptureError;

/// Units of a chapter's time in a second.
const PER_SECOND: u128 = 10_000_000;
/// The most chapters, and the most bytes of a title.
const MOST: usize = u8::MAX as usize;

/// A moment of a video that somebody may want to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// When it is, from the start of the video.
    pub at: Duration,
    /// What happens there. Stored in UTF-8, 255 bytes at most; what is longer is cut.
    pub title: String,
}

/// What is said about a video inside its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// In any order, 255 at most.
    pub chapters: Vec<Chapter>,
}

impl Tags {
    /// The `udta` box that says it; nothing where there is nothing to say.
    ///
    /// # Errors
    /// [`CaptureError::Codec`] for more chapters than the list has room for.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, CaptureError> {
        if self.chapters.is_empty() {
            return Ok(Vec::new());
        }
        let count = u8::try_from(self.chapters.len())
            .map_err(|_| CaptureError::Codec(format!("{} chapters", self.chapters.len())))?;
        // Players take the start of the next one for the end of each.
        let mut chapters: Vec<&Chapter> = self.chapters.iter().collect();
        chapters.sort_by_key(|chapter| chapter.at);
        // Version 1, no flags, a word that nobody uses.
        let mut list = vec![1, 0, 0, 0, 0, 0, 0, 0, count];
        for Chapter { at, title } in chapters {
            let units = at.as_nanos() / (1_000_000_000 / PER_SECOND);
            list.extend(u64::try_from(units).unwrap_or(u64::MAX).to_be_bytes());
            let title = &title[..title.floor_char_boundary(MOST)];
            list.push(title.len() as u8);
            list.extend(title.as_bytes());
        }
        Ok(boxed(*b"udta", &boxed(*b"chpl", &list)))
    }
}

fn boxed(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
    // Cannot overflow: 255 chapters of 264 bytes.
    let size = (payload.len() + 8) as u32;
    [&size.to_be_bytes(), &kind, payload].concat()
}

/// The chapters a file lists, as far as the list is whole. A list that makes no sense is no reason not to play a video.
pub(super) fn of(moov: &MoovBox) -> Vec<Chapter> {
    let lists = moov
        .unknown_boxes
        .iter()
        .filter(|unknown| unknown.box_type.as_bytes() == b"udta")
        .take(1);
    lists.flat_map(|udta| listed(&udta.payload)).collect()
}

/// The chapters in the payload of a `udta` box.
pub(crate) fn listed(udta: &[u8]) -> Vec<Chapter> {
    children(udta)
        .find(|(kind, _)| kind == b"chpl")
        .map(|(_, list)| decode(list))
        .unwrap_or_default()
}

fn decode(list: &[u8]) -> Vec<Chapter> {
    let Some((&version, rest)) = list.split_first() else {
        return Vec::new();
    };
    let skipped = if version == 0 { 3 } else { 7 };
    let Some((&count, mut rest)) = rest.get(skipped..).and_then(<[u8]>::split_first) else {
        return Vec::new();
    };
    let mut chapters = Vec::new();
    for _ in 0..count {
        let Some((units, after)) = rest.split_first_chunk() else {
            break;
        };
        let Some((title, after)) = after
            .split_first()
            .and_then(|(&length, after)| after.split_at_checked(usize::from(length)))
        else {
            break;
        };
        let nanos = u128::from(u64::from_be_bytes(*units)) * (1_000_000_000 / PER_SECOND);
        chapters.push(Chapter {
            at: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)),
            title: String::from_utf8_lossy(title).into_owned(),
        });
        rest = after;
    }
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(chapters: &[(u64, &str)]) -> Tags {
        let chapters = chapters.iter().map(|&(millis, title)| Chapter {
            at: Duration::from_millis(millis),
            title: title.to_owned(),
        });
        Tags {
            chapters: chapters.collect(),
        }
    }

    /// The payload of `chpl`.
    fn payload(tags: &Tags) -> Vec<u8> {
        tags.encode().unwrap()[16..].to_vec()
    }

    #[test]
    fn what_is_written_is_read() {
        let tags = list(&[(0, "Begin"), (1_234, "Año, дата"), (u64::from(u32::MAX), "")]);
        assert_eq!(decode(&payload(&tags)), tags.chapters);
        let turned = Tags {
            chapters: tags.chapters.iter().rev().cloned().collect(),
        };
        assert_eq!(turned.encode(), tags.encode(), "in the order of their times");
        assert_eq!(
            Tags::default().encode().unwrap(),
            b"",
            "nothing to say takes no room"
        );
    }

    #[test]
    fn a_long_title_is_cut_between_characters_and_a_long_list_is_refused() {
        let tags = list(&[(0, &"ñ".repeat(200)), (1, "after")]);
        let read = decode(&payload(&tags));
        assert_eq!(read[0].title, "ñ".repeat(127));
        assert_eq!(read[1].title, "after");
        assert!(list(&[(0, "x"); 255]).encode().is_ok());
        assert!(list(&[(0, "x"); 256]).encode().is_err());
    }

    #[test]
    fn a_torn_list_gives_its_whole_chapters() {
        let whole = payload(&list(&[(0, "one"), (5, "two")]));
        assert_eq!(decode(&whole[..whole.len() - 1]).len(), 1);
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).len() < 2);
        }
        // Version 0, as older programs write it.
        let old = [&[0, 0, 0, 0, 1][..], &10_000_u64.to_be_bytes(), b"\x02hi"].concat();
        let read = decode(&old);
        assert_eq!(
            (read[0].at, read[0].title.as_str()),
            (Duration::from_millis(1), "hi")
        );
    }
}
