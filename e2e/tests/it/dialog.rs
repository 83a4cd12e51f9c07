//! The system's file dialogs, which WebDriver cannot reach: a person types the path.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::stage::Stage;

/// GTK names its file dialogs after what they are for.
pub const OPEN: &str = "^Open File$";
pub const SAVE: &str = "^Save File$";

/// Types a path into the dialog of this name.
pub async fn answer(stage: &Stage, name: &str, path: &Path) -> anyhow::Result<()> {
    opened(stage, name).await?;
    if name == OPEN {
        // A slash opens the line for a path; what was typed before it opened is gone.
        keys(stage, &["key", "slash"])?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    keys(stage, &["key", "ctrl+a"])?;
    keys(stage, &["type", "--delay", "15", &path.to_string_lossy()])?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    keys(stage, &["key", "Return"])
}

/// Closes the dialog of this name without an answer.
pub async fn cancel(stage: &Stage, name: &str) -> anyhow::Result<()> {
    opened(stage, name).await?;
    keys(stage, &["key", "Escape"])
}

/// Waits until the dialog is open and has the keyboard.
async fn opened(stage: &Stage, name: &str) -> anyhow::Result<()> {
    for _ in 0..200 {
        let found = stage
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name", name])
            .output()?;
        if let Some(id) = String::from_utf8_lossy(&found.stdout).lines().next() {
            return keys(stage, &["windowfocus", "--sync", id]);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("no dialog opened")
}

fn keys(stage: &Stage, arguments: &[&str]) -> anyhow::Result<()> {
    let status = stage
        .command("xdotool")
        .args(arguments)
        .status()
        .context("xdotool")?;
    ensure!(status.success(), "xdotool {arguments:?}");
    Ok(())
}
