//! What a booth is, and what follows from it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a booth is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// It stands among customers, with staff near it.
    Kiosk,
    /// An agent carries it, often without a network.
    Field,
    /// People are alone with it.
    SelfService,
}

impl Profile {
    /// As it is written in the settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Field => "field",
            Self::SelfService => "self_service",
        }
    }

    /// What it sets, as a settings file would. Everything else that is set wins.
    pub(super) const fn defaults(self) -> &'static str {
        match self {
            // The window is locked down, and no officer's credentials are ever on it. Its cameras are screwed on: one that
            // a program makes can only be somebody's way to put pictures in.
            Self::Kiosk => {
                "kiosk = true\n\
                 [cameras]\nsoftware = \"refuse\"\n\
                 [officer]\ndesk = false\nremember = false\n"
            }
            // The same; nobody is there to end a recording that was forgotten.
            Self::SelfService => {
                "kiosk = true\n\
                 [cameras]\nsoftware = \"refuse\"\n\
                 [officer]\ndesk = false\nremember = false\n\
                 [recording]\nlimit_s = 150\n"
            }
            // A slow or missing network is asked seldom; a laptop that is left alone signs its officer out soon. A telephone
            // as a document camera reaches a laptop through a program; the agent sees who is in front of it, and the
            // officer is told.
            Self::Field => {
                "[cameras]\nsoftware = \"name\"\n\
                 [officer]\nremember = false\nidle_minutes = 5\n\
                 [polling]\nfirst_s = 30\nlongest_s = 600\naway_s = 1800\n"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Settings;

    #[test]
    fn a_profile_sets_what_the_file_leaves_open() {
        let plain = Settings::parse("profile = \"kiosk\"").expect("settings");
        assert!(plain.kiosk && !plain.officer.desk);
        let own = Settings::parse("profile = \"kiosk\"\n[officer]\ndesk = true").expect("settings");
        assert!(own.kiosk && own.officer.desk, "an explicit key wins");
        assert_eq!(own.officer.idle_minutes, 10, "the rest of its section is as ever");
        let field = Settings::parse("profile = \"field\"").expect("settings");
        assert!(!field.kiosk && field.officer.desk && field.polling.away_s == 1800);
        let alone = Settings::parse("profile = \"self_service\"").expect("settings");
        assert!(alone.kiosk && !alone.officer.desk && alone.recording.limit_s == 150);
        assert!(Settings::parse("profile = \"pocket\"").is_err());
    }
}
