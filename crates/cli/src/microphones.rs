//! `proofbooth microphones`

use serde_json::json;
use station::{Booth, Problem};

use crate::output::Output;

/// Lists what can deliver sound, and which one the video is recorded with.
pub async fn run(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let view = booth.view().await?;
    let chosen = view.sound.as_ref().and_then(|sound| sound.chosen.clone());
    let found = booth.microphones().await?;
    for microphone in &found {
        let records = chosen.as_ref() == Some(&microphone.id);
        output.value(&json!({
            "id": microphone.id, "name": microphone.name, "synthetic": microphone.synthetic, "records": records,
        }));
        let synthetic = if microphone.synthetic { "  (synthetic)" } else { "" };
        output.line(&format!("{}{synthetic}", microphone.name));
        output.line(&format!("    {}", microphone.id));
        if records {
            output.line("    records the video's sound");
        }
    }
    if found.is_empty() {
        return Err(Problem::new(
            station::Code::MicrophoneNone,
            station::TryAgain::AfterChange,
        ));
    }
    if view.sound.is_none() {
        output.line("The video is recorded without sound: `[recording] sound = true` has it recorded.");
    }
    Ok(())
}
