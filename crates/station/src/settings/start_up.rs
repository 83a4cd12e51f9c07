//! Which settings a door starts with.

use std::path::PathBuf;

use evidence::Problem;

use super::Settings;

/// How a door was told to start.
#[derive(Debug, Clone, Default)]
pub struct StartUp {
    /// A settings file; by default the one in the system's place for settings, if there is one.
    pub settings: Option<PathBuf>,
    /// Practice, whatever the file says.
    pub practice: bool,
    /// Where cases are kept, whatever the file says.
    pub data_dir: Option<PathBuf>,
}

impl StartUp {
    /// The settings to start with.
    ///
    /// # Errors
    /// A file that cannot be read or understood; the detail says where.
    pub fn read(self) -> Result<Settings, Problem> {
        let mut settings = match self.settings.or_else(usual_file) {
            Some(path) => Settings::read(&path)?,
            None if self.practice => Settings::practice(),
            None => Settings::default(),
        };
        settings.practice |= self.practice;
        settings.data_dir = self.data_dir.or(settings.data_dir);
        Ok(settings)
    }
}

fn usual_file() -> Option<PathBuf> {
    let path = project_dirs()?.config_dir().join("settings.toml");
    path.is_file().then_some(path)
}

pub(super) fn project_dirs() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "proofbooth")
}
