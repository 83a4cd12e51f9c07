//! How a video was taken, for the record: from the recorder that knows it, or from the file that is left of it.

use std::time::Duration;

use capture::clip::{Clip, MovieSound};
use capture::recorder::{Recording, stamp};
use capture::sound::RATE;
use evidence::{CaseId, Chapter, ChapterKind, Gap, Pixels, Sound, SoundTrack, Take};

use super::keeping::millis;

/// Of a recording that ended as it should. `damaged` pictures were thrown away before they came to the recorder.
pub(super) fn of_recording(recording: &Recording, damaged: u64) -> Take {
    Take {
        lasted_ms: Some(millis(recording.lasted)),
        longest_gap_ms: millis(recording.longest_gap),
        gaps: recording.gaps.iter().map(gap).collect(),
        dropped: Some(recording.dropped),
        stream_sha256: Some(recording.stream_sha256.clone()),
        remuxed: true,
        stamp: recording.stamped.then(|| stamp::LAYOUT.to_owned()),
        clock: None,
        damaged: Some(recording.damaged + damaged),
        delivered: Some(Pixels {
            width: recording.delivered.width,
            height: recording.delivered.height,
        }),
        altered: false,
        sound: None,
        chapters: Vec::new(),
    }
}

/// Of a recording whose recorder is gone: what its file still shows, and nothing else.
pub(super) fn of_file(clip: &mut Clip, case: CaseId) -> Take {
    let longest = clip.pauses().map(|pause| pause.length).max();
    // A take is stamped throughout or not at all, so its ends speak for it.
    let end = clip.movie().duration;
    let stamped = [Duration::ZERO, end].into_iter().all(|time| {
        let read = clip.stamp_at(time).ok().flatten();
        read.is_some_and(|stamped| stamped.code == case.short_code())
    });
    // What was asked is not known any more.
    let gaps: Vec<Gap> = clip.gaps().iter().map(gap).collect();
    let chapters = gaps.iter().map(|gap| Chapter::at(gap.at_ms, ChapterKind::Gap));
    Take {
        lasted_ms: None,
        longest_gap_ms: millis(longest.unwrap_or_default()),
        chapters: chapters.collect(),
        gaps,
        dropped: None,
        stream_sha256: None,
        remuxed: !clip.movie().fragmented,
        stamp: stamped.then(|| stamp::LAYOUT.to_owned()),
        clock: None,
        damaged: None,
        delivered: None,
        altered: false,
        sound: clip.movie().sound.as_ref().map(sound_of_file).map(Box::new),
    }
}

fn sound_of_file(sound: &MovieSound) -> Sound {
    Sound {
        device: None,
        microphone: None,
        synthetic: None,
        track: Some(SoundTrack {
            codec: "opus".to_owned(),
            channels: sound.channels,
            rate: RATE,
            captured_rate: None,
            lasted_ms: millis(sound.duration),
            longest_silence_ms: None,
            clipped_ppm: None,
            offset_us: None,
            pauses: None,
            sound_sha256: None,
        }),
        failed: None,
    }
}

fn gap(gap: &capture::recorder::Gap) -> Gap {
    Gap {
        at_ms: millis(gap.at),
        for_ms: millis(gap.length),
    }
}
