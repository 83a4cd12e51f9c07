//! `proofbooth cameras`

use serde_json::json;
use station::{Booth, Problem, TryAgain};

use crate::output::Output;
use crate::words::key;

/// Lists what can deliver pictures, and which step it serves.
pub async fn run(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let view = booth.view().await?;
    for camera in &view.cameras {
        let serves: Vec<String> = view
            .chosen
            .iter()
            .filter(|chosen| chosen.camera.as_deref() == Some(&camera.id))
            .map(|chosen| key(&chosen.role))
            .collect();
        let largest = camera
            .largest
            .map(|size| format!("{}x{}", size.width, size.height));
        output.value(&json!({
            "id": camera.id, "name": camera.name, "synthetic": camera.synthetic, "largest": largest, "serves": serves,
            "refused": camera.refused, "provenance": camera.provenance,
        }));
        let synthetic = match (camera.synthetic, camera.replay) {
            (true, true) => "  (synthetic)",
            (true, false) => "  (made of software)",
            (false, _) => "",
        };
        output.line(&format!("{}{synthetic}", camera.name));
        output.line(&format!("    {}", camera.id));
        if let Some(code) = camera.refused {
            let refused = Problem::new(code, TryAgain::AfterChange);
            output.line(&format!("    {}", output.words.problem(&refused).0));
        }
        if let Some(largest) = largest {
            output.line(&format!("    up to {largest}"));
        }
        if !serves.is_empty() {
            output.line(&format!("    serves {}", serves.join(", ")));
        }
    }
    if view.cameras.is_empty() {
        return Err(Problem::new(station::Code::CameraNone, TryAgain::AfterChange));
    }
    Ok(())
}
