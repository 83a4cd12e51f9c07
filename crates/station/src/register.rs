//! Asking an official register about the fields a person confirmed, where a booth has one.
//!
//! In order, when all goes well: the fields are confirmed; the program the settings name is started in the background and
//! given one line of JSON; its one line of answer becomes an event of the case, and with it `documents_match` is claimed.
//! A program that fails, takes too long or writes anything else claims nothing: the check is left to a named person. What
//! was asked goes through a pipe and nowhere else.

use std::process::Stdio;

use evidence::{Case, CaseId, Event, FieldKey, Problem, RegisterAnswer, RegisterQuestion};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::intake::allows_register;
use crate::settings::Register;
use crate::{Booth, clock, judge, problems};

/// The longest answer that is read, in bytes.
const MOST_BYTES: u64 = 64 << 10;
/// The longest reference that is kept, in characters.
const LONGEST_REFERENCE: usize = 100;

/// What was asked last, so that a register that does not answer is not asked again at each step.
#[derive(Default)]
pub(crate) struct Asked(Mutex<Option<(CaseId, RegisterQuestion)>>);

impl Asked {
    /// Whether this was not asked yet; from now on it was.
    fn is_new(&self, case: CaseId, question: &RegisterQuestion) -> bool {
        let wanted = Some((case, question.clone()));
        let mut asked = self.0.lock();
        let is_new = *asked != wanted;
        *asked = wanted;
        is_new
    }
}

/// The line a register's program reads.
#[derive(Serialize)]
struct Line<'a> {
    format: u8,
    document: Document<'a>,
    fields: std::collections::BTreeMap<FieldKey, &'a str>,
}

#[derive(Serialize)]
struct Document<'a> {
    country: &'a str,
    kind: evidence::DocumentType,
}

/// The line it writes.
#[derive(Deserialize)]
struct Said {
    matches: bool,
    #[serde(default)]
    reference: Option<String>,
}

/// Why a register gave no answer. None of these says anything about the person.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("its program could not be started: {0}")]
    Start(std::io::ErrorKind),
    #[error("its program could not be spoken with: {0}")]
    Pipe(std::io::ErrorKind),
    #[error("its program took too long")]
    Late,
    #[error("its program ended without success")]
    Failed,
    #[error("its program answered something else than was agreed")]
    Garbled,
}

impl Booth {
    /// Asks the register about what was confirmed, in the background, where one is set and was not asked.
    pub(crate) fn ask_register_what_is_new(&self, case: &Case) {
        let Some(register) = self.0.settings.register.register() else {
            return;
        };
        if !allows_register(case) {
            return;
        }
        let Some(question) = case.to_be_asked_of_a_register() else {
            return;
        };
        if !self.0.register.is_new(case.id, &question) {
            return;
        }
        let (booth, id) = (std::sync::Arc::downgrade(&self.0), case.id);
        tokio::spawn(async move {
            let said = match ask(&register, &question).await {
                Ok(said) => said,
                Err(error) => {
                    tracing::warn!(%error, "a register did not answer");
                    return;
                }
            };
            let Some(inner) = booth.upgrade() else { return };
            let answer = answer(&register, said);
            if let Err(problem) = Self(inner).take_answer(id, question, answer).await {
                // The fields changed meanwhile: it is asked about the new ones.
                tracing::debug!(code = %problem, "a register's answer came too late");
            }
        });
    }

    async fn take_answer(
        &self,
        case: CaseId,
        question: RegisterQuestion,
        answer: RegisterAnswer,
    ) -> Result<(), Problem> {
        let Some(desk) = self.open_desk(case) else {
            return Err(problems::internal("the case was put away"));
        };
        let event = Event::RegisterAnswered {
            question: Box::new(question),
            answer: Box::new(answer),
        };
        let applied = self.apply(&desk, event).await.map(drop);
        self.put_away(desk);
        applied
    }
}

fn answer(register: &Register, said: Said) -> RegisterAnswer {
    let at = clock::now();
    let reference = said.reference.map(|reference| {
        let plain = reference.trim().chars().filter(|c| !c.is_control());
        plain.take(LONGEST_REFERENCE).collect::<String>()
    });
    RegisterAnswer {
        register: register.name.clone(),
        reference: reference.filter(|reference| !reference.is_empty()),
        at,
        measured: judge::answered_by_register(&register.name, said.matches, at),
    }
}

async fn ask(register: &Register, question: &RegisterQuestion) -> Result<Said, NoAnswer> {
    let asking = tokio::time::timeout(register.timeout, spoken_with(register, question));
    asking.await.map_err(|_| NoAnswer::Late)?
}

async fn spoken_with(register: &Register, question: &RegisterQuestion) -> Result<Said, NoAnswer> {
    let mut command = Command::new(&register.program);
    command.args(&register.arguments).env_clear();
    // Credentials are in the environment of this program: nothing of it is passed on but where programs are.
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut program = command.spawn().map_err(|error| NoAnswer::Start(error.kind()))?;
    let line = line(question);
    if let Some(mut input) = program.stdin.take() {
        match input.write_all(line.as_bytes()).await {
            // One that answers without reading to the end is no error of ours.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                return Err(NoAnswer::Pipe(error.kind()));
            }
            _ => {}
        }
    }
    let mut answer = Vec::new();
    if let Some(output) = program.stdout.take() {
        let mut output = output.take(MOST_BYTES);
        let read = output.read_to_end(&mut answer).await;
        read.map_err(|error| NoAnswer::Pipe(error.kind()))?;
    }
    let ended = program
        .wait()
        .await
        .map_err(|error| NoAnswer::Pipe(error.kind()))?;
    if !ended.success() {
        return Err(NoAnswer::Failed);
    }
    serde_json::from_slice(&answer).map_err(|_| NoAnswer::Garbled)
}

fn line(question: &RegisterQuestion) -> String {
    let fields = FieldKey::ALL.into_iter().filter_map(|key| {
        // Phone and address are nothing an identity register knows.
        let asked = !matches!(key, FieldKey::MobilePhone | FieldKey::Email);
        let value = question.fields.get(key);
        (asked && !value.is_empty()).then_some((key, value))
    });
    let line = Line {
        format: 1,
        document: Document {
            country: question.document.country.as_str(),
            kind: question.document.kind,
        },
        fields: fields.collect(),
    };
    let mut line = serde_json::to_string(&line).expect("texts and a number");
    line.push('\n');
    line
}
