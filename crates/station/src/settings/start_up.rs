//! Which settings a door starts with.

use std::path::PathBuf;

use evidence::Problem;

use super::layers::{self, Effective};
use super::{Settings, text_of};

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
    /// A file or a variable of the environment that cannot be read or understood; the detail says where.
    pub fn read(self) -> Result<Settings, Problem> {
        Ok(self.effective()?.settings)
    }

    /// The settings to start with, and where each comes from.
    ///
    /// # Errors
    /// A file or a variable of the environment that cannot be read or understood; the detail says where.
    pub fn effective(self) -> Result<Effective, Problem> {
        // A variable that is no text is none of ours: a path may be no text, and is set in the file then.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        self.with(variables)
    }

    fn with(self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Effective, Problem> {
        let file = self.settings.or_else(usual_file);
        let text = file.as_deref().map(text_of).transpose()?;
        let mut effective = layers::effective(text.as_deref(), variables)?;
        let settings = &mut effective.settings;
        if text.is_none() && self.practice && settings.booth == Settings::default().booth {
            settings.booth = Settings::practice().booth;
        }
        if self.practice {
            settings.practice = true;
            effective.by_command_line("practice");
        }
        if self.data_dir.is_some() {
            effective.settings.data_dir = self.data_dir;
            effective.by_command_line("data_dir");
        }
        Ok(effective)
    }
}

fn usual_file() -> Option<PathBuf> {
    let path = project_dirs()?.config_dir().join("settings.toml");
    path.is_file().then_some(path)
}

pub(super) fn project_dirs() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "proofbooth")
}

#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::super::layers::Origin;
    use super::*;

    fn started(file: &str, variables: &[(&str, &str)]) -> Result<Effective, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, file).expect("written");
        let start_up = StartUp {
            settings: Some(path),
            data_dir: Some("elsewhere".into()),
            ..StartUp::default()
        };
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        start_up.with(variables).map_err(|problem| {
            let detail = problem.detail.expect("it says what");
            detail.into_exposed()
        })
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_profile() {
        let file = "profile = \"field\"\nbooth = \"B\"\n[officer]\nidle_minutes = 7\n\
                    [server]\nregistration_authority = \"139\"\nprofile = \"P\"\n";
        let started = started(
            file,
            &[
                ("PROOFBOOTH_SERVER__BASE_URL", "https://optimizer.example/api"),
                ("PROOFBOOTH_SERVER__TWO_STEP", "true"),
                ("PROOFBOOTH_SERVER__EXTRA_HEADERS", "X-Api-Key, X-Branch"),
                ("PROOFBOOTH_SERVER__CREATE_FIELDS", "{ cost_center = \"7\" }"),
                ("PROOFBOOTH_OFFICER__IDLE_MINUTES", "3"),
                ("PROOFBOOTH_LANGUAGE", "es"),
                ("PROOFBOOTH_BOOTH", ""),
                ("PROOFBOOTH_RAO_TOKEN", "a credential"),
                ("PROOFBOOTH_HEADER_X__Y", "a credential"),
                ("PATH", "/bin"),
            ],
        )
        .expect("settings");
        let settings = &started.settings;
        let server = settings.server.as_ref().expect("a server");
        assert_eq!(server.base_url, "https://optimizer.example/api");
        assert_eq!(server.extra_headers, ["X-Api-Key", "X-Branch"]);
        assert_eq!(server.create_fields["cost_center"], "7");
        assert!(server.two_step);
        assert_eq!(
            (settings.officer.idle_minutes, settings.language.as_str()),
            (3, "es")
        );
        let origin = |name: &str| {
            let key = Key::all().into_iter().find(|key| key.name() == name);
            started.origin(&key.expect("there is such a key"))
        };
        assert_eq!(origin("booth"), Origin::File);
        assert_eq!(origin("polling.away_s"), Origin::Profile);
        assert_eq!(
            origin("officer.idle_minutes"),
            Origin::Environment("PROOFBOOTH_OFFICER__IDLE_MINUTES".to_owned())
        );
        assert_eq!(origin("officer.desk"), Origin::Default);
        assert_eq!(origin("data_dir"), Origin::CommandLine);
    }

    #[test]
    fn a_wrong_variable_is_named_and_what_it_holds_is_not() {
        let server =
            "[server]\nbase_url = \"https://a.example\"\nregistration_authority = \"1\"\nprofile = \"P\"\n";
        for (variable, value) in [
            ("PROOFBOOTH_SERVER__BASEURL", "hunter2"),
            ("PROOFBOOTH_OFFICER__DESK", "hunter2"),
            ("PROOFBOOTH_POLLING__AWAY_S", "hunter2"),
            ("PROOFBOOTH_POLLING__AWAY_S", "-1"),
            ("PROOFBOOTH_PROFILE", "hunter2"),
            ("PROOFBOOTH_SERVER__CREATE_FIELDS", "hunter2"),
            ("PROOFBOOTH_HOME_COUNTRY", "ESP"),
            ("PROOFBOOTH_SERVER__WEBHOOK__LISTEN", "nowhere"),
        ] {
            let told = started(server, &[(variable, value)]).expect_err(variable);
            assert!(told.starts_with(variable), "{variable}: {told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn a_wrong_line_is_named_whatever_the_environment_says() {
        let told = started(
            "booth = \"B\"\nlangauge = \"es\"\n",
            &[("PROOFBOOTH_LANGUAGE", "es")],
        );
        let told = told.expect_err("no such key");
        assert!(told.starts_with("line 2") && told.contains("langauge"), "{told}");
    }

    #[test]
    fn what_must_not_be_shown_is_hidden() {
        let file = "[server]\nbase_url = \"https://me:hunter2@a.example\"\nregistration_authority = \"1\"\n\
                    profile = \"P\"\n[server.webhook]\nlisten = \"127.0.0.1:8765\"\npath = \"hunter2hunter2hunter2\"\n";
        let started = started(file, &[]).expect("settings");
        let shown: Vec<_> = Key::all().iter().filter_map(|key| started.shown(key)).collect();
        assert!(shown.contains(&"(hidden)".to_owned()) && shown.contains(&"127.0.0.1:8765".to_owned()));
        assert!(!shown.join(" ").contains("hunter2"));
    }
}
