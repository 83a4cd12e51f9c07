//! How the program is started.

use std::path::PathBuf;

use clap::Parser;
use station::StartUp;

/// Proofbooth's window: identity evidence, captured and submitted.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "proofbooth-app", version)]
pub struct Options {
    /// Practise: nothing leaves this machine, replays stand in for cameras that are missing.
    #[arg(long)]
    pub practice: bool,
    /// The settings file; by default `settings.toml` in the system's place for settings.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Where cases are kept; by default the system's place for program data.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Fill the screen, without a frame.
    #[arg(long)]
    pub kiosk: bool,
    /// Begin with a request that was created elsewhere: its number ...
    #[arg(long, value_name = "NUMBER", requires = "videoid_pk")]
    pub request_pk: Option<i64>,
    /// ... and the number of its VideoID.
    #[arg(long, value_name = "NUMBER", requires = "request_pk")]
    pub videoid_pk: Option<i64>,
}

impl Options {
    /// What of this concerns the booth; the rest concerns its window.
    pub(crate) fn start_up(&self) -> StartUp {
        StartUp {
            settings: self.settings.clone(),
            practice: self.practice,
            data_dir: self.data_dir.clone(),
        }
    }

    /// The numbers of the request to begin with: of the request and of its VideoID.
    pub(crate) fn existing(&self) -> Option<(i64, i64)> {
        self.request_pk.zip(self.videoid_pk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_people_are_told_of_exist() {
        let options = Options::try_parse_from([
            "proofbooth-app",
            "--practice",
            "--settings",
            "branch.toml",
            "--data-dir",
            "cases",
            "--kiosk",
        ])
        .expect("the documented flags");
        assert!(options.practice && options.kiosk);
        let start_up = options.start_up();
        assert_eq!(start_up.settings, Some("branch.toml".into()));
        assert_eq!(start_up.data_dir, Some("cases".into()));
    }

    #[test]
    fn started_bare_it_is_the_real_booth_in_a_window() {
        let options = Options::try_parse_from(["proofbooth-app"]).expect("no flag is needed");
        assert!(!options.practice && !options.kiosk);
        assert_eq!(options.existing(), None);
    }

    #[test]
    fn a_request_created_elsewhere_has_both_of_its_numbers() {
        let start = |arguments: &[&str]| Options::try_parse_from([&["proofbooth-app"], arguments].concat());
        let both = start(&["--request-pk", "45836", "--videoid-pk", "16673"]).expect("both");
        assert_eq!(both.existing(), Some((45836, 16673)));
        assert!(
            start(&["--request-pk", "45836"]).is_err(),
            "one of them names nothing"
        );
    }
}
