//! The sentences of the page, on the command line: one table for both.

use serde_json::Value;
use station::doctor::Finding;
use station::{Check, Motion, Problem, Prompt, Step};

/// The sentences of one language.
pub struct Words(Value);

impl Words {
    /// The language asked for, else the environment's, else English.
    pub fn of(language: Option<&str>) -> Self {
        let environment = std::env::var("LC_ALL")
            .or_else(|_| std::env::var("LANG"))
            .unwrap_or_default();
        let tag = language.unwrap_or(&environment);
        let text = if tag.to_ascii_lowercase().starts_with("es") {
            include_str!("../../../ui/src/i18n/es.json")
        } else {
            include_str!("../../../ui/src/i18n/en.json")
        };
        Self(serde_json::from_str(text).expect("the tables are part of the program; a test reads them"))
    }

    /// What a step is called.
    pub fn step(&self, step: Step) -> &str {
        self.text(&["steps", &key(&step)])
    }

    /// What a check says.
    pub fn check(&self, check: Check) -> &str {
        self.text(&["review", "check", &key(&check)])
    }

    /// What a person is asked to do in the video.
    pub fn motion(&self, motion: Motion) -> &str {
        self.challenge(&key(&motion))
    }

    /// What the challenge of a video says.
    pub fn challenge(&self, word: &str) -> &str {
        self.text(&["video", "challenge", word])
    }

    /// What a person is asked to show in the video.
    pub fn prompt(&self, prompt: Prompt) -> &str {
        self.text(&["video", "prompt", &key(&prompt)])
    }

    /// What a prompt is called in a list.
    pub fn what(&self, prompt: Prompt) -> &str {
        self.text(&["video", "what", &key(&prompt)])
    }

    /// How a prompt went, in a list.
    pub fn went(&self, word: &str) -> &str {
        self.text(&["video", "went", word])
    }

    /// How a prompt ended, or that all are over.
    pub fn prompt_end(&self, word: &str) -> &str {
        self.text(&["video", "prompt_end", word])
    }

    /// How the challenge of a video was answered.
    pub fn answer(&self, verdict: &str) -> &str {
        self.text(&["video", "answer", verdict])
    }

    /// A word of the assurance statement.
    pub fn assurance(&self, group: &str, word: &str) -> &str {
        self.text(&["assurance", group, word])
    }

    /// A word of the first screen.
    pub fn home(&self, word: &str) -> &str {
        self.text(&["home", word])
    }

    /// What happened, and what to do.
    pub fn problem(&self, problem: &Problem) -> (&str, &str) {
        let code = problem.code.as_str();
        (
            self.text(&["problems", code, "sentence"]),
            self.text(&["problems", code, "action"]),
        )
    }

    /// What happened, of a line of the audit log; the word itself where a newer program wrote it.
    pub fn audit<'a>(&'a self, what: &'a str) -> &'a str {
        match self.text(&["audit", "what", what]) {
            "" => what,
            text => text,
        }
    }

    /// What the doctor looked at, what was found, and what to do about it.
    pub fn finding(&self, finding: &Finding) -> (String, String, String) {
        let subject = self
            .text(&["doctor", "subject", &key(&finding.subject)])
            .to_owned();
        if let Some(problem) = &finding.problem {
            let [sentence, action] =
                ["sentence", "action"].map(|part| self.text(&["problems", problem.code.as_str(), part]));
            let about = finding
                .values
                .values()
                .map(|value| format!("{value}: "))
                .collect::<String>();
            return (subject, about + sentence, action.to_owned());
        }
        let remark = key(&finding.remark);
        let [sentence, action] = ["sentence", "action"].map(|part| {
            let text = self.text(&["doctor", "remark", &remark, part]).to_owned();
            finding.values.iter().fold(text, |text, (hole, value)| {
                text.replace(&format!("{{{hole}}}"), value)
            })
        });
        (subject, sentence, action)
    }

    fn text(&self, path: &[&str]) -> &str {
        path.iter()
            .try_fold(&self.0, |value, key| value.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// The name a closed enum has on the wire.
pub fn key(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use station::{Code, TryAgain};

    use super::*;

    /// The names of a closed enum, out of what serde says about one it does not know.
    fn variants_of<T: serde::de::DeserializeOwned + std::fmt::Debug>(unknown: Value) -> Vec<String> {
        let told = serde_json::from_value::<T>(unknown)
            .expect_err("there is no such thing")
            .to_string();
        told.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn whatever_the_doctor_says_has_a_sentence_in_each_language() {
        let unheard_of = || serde_json::json!("unheard_of");
        for language in ["en", "es"] {
            let words = Words::of(Some(language));
            for subject in variants_of::<station::doctor::Subject>(unheard_of()) {
                assert!(
                    !words.text(&["doctor", "subject", &subject]).is_empty(),
                    "{subject}"
                );
            }
            let remarks = variants_of::<station::doctor::Remark>(unheard_of());
            assert!(remarks.len() > 20);
            for remark in remarks {
                let sentence = words.text(&["doctor", "remark", &remark, "sentence"]);
                assert!(!sentence.is_empty(), "{remark} in {language}");
            }
        }
    }

    #[test]
    fn whatever_the_audit_log_says_has_a_sentence_in_each_language() {
        let known = variants_of::<station::audit::What>(serde_json::json!({ "what": "unheard_of" }));
        assert!(known.len() > 20);
        for language in ["en", "es"] {
            let words = Words::of(Some(language));
            for what in &known {
                assert_ne!(words.audit(what), what, "{language}");
            }
        }
    }

    #[test]
    fn every_code_has_a_sentence_and_an_action_in_each_language() {
        for language in ["en", "es"] {
            let words = Words::of(Some(language));
            for &code in Code::ALL {
                let (sentence, action) = words.problem(&Problem::new(code, TryAgain::Now));
                assert!(
                    !sentence.is_empty() && !action.is_empty(),
                    "{} in {language}",
                    code.as_str()
                );
            }
            for step in Step::WALK {
                assert!(!words.step(step).is_empty(), "{step:?} in {language}");
            }
        }
    }
}
