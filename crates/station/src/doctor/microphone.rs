//! The microphone of the video: opened, listened to for a moment, and given back.

use std::time::{Duration, Instant};

use capture::sound::{FLOOR_DBFS, Microphone};
use evidence::Problem;

use super::{Finding, Remark, Subject, Verdict};
use crate::microphone::Sounds;
use crate::{Settings, problems};

/// A live microphone in a quiet room is louder, in dBFS.
const SILENCE_DBFS: f32 = -60.0;
/// How long is listened.
const LISTEN: Duration = Duration::from_millis(1_200);
/// How often the level is asked for.
const TURN: Duration = Duration::from_millis(50);

pub(super) fn look_at(settings: &Settings) -> Vec<Finding> {
    if !settings.recording.sound {
        return vec![Finding::fine(Subject::Microphone, Remark::SoundOff)];
    }
    vec![listened_to(settings).unwrap_or_else(failed)]
}

fn listened_to(settings: &Settings) -> Result<Finding, Problem> {
    let (spec, name) = Sounds::chosen_by(settings)?;
    let microphone = Microphone::open(&spec).map_err(|error| problems::from_sound(&error))?;
    let began = Instant::now();
    let mut peak = FLOOR_DBFS;
    while began.elapsed() < LISTEN {
        std::thread::sleep(TURN);
        if let Some(error) = microphone.failure() {
            return Err(problems::from_sound(&error));
        }
        peak = peak.max(microphone.level().peak_dbfs);
    }
    let (verdict, remark) = if peak < SILENCE_DBFS {
        (Verdict::Warning, Remark::MicrophoneSilent)
    } else {
        (Verdict::Fine, Remark::MicrophoneFine)
    };
    Ok(Finding::new(Subject::Microphone, verdict, remark)
        .with("microphone", name)
        .with("peak", format_args!("{peak:.0} dBFS")))
}

/// The video is recorded without sound then, which is worth a warning and no more.
fn failed(problem: Problem) -> Finding {
    Finding::problem(Subject::Microphone, Verdict::Warning, problem)
}
