//! What is printed: lines for a person, or one JSON value a line for a script.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use station::view::{ExhibitView, ProblemView};
use station::{Problem, Role, Step};

use crate::unlock;
use crate::words::{Words, key};

/// Where results go.
pub struct Output {
    json: bool,
    /// The sentences.
    pub words: Words,
}

impl Output {
    pub fn new(json: bool, language: Option<&str>) -> Self {
        Self {
            json,
            words: Words::of(language),
        }
    }

    /// A line for a person, or nothing.
    pub fn line(&self, text: &str) {
        if !self.json {
            say(text);
        }
    }

    /// Whether a person can be asked something.
    pub fn has_a_person(&self) -> bool {
        !self.json && unlock::has_terminal()
    }

    /// A word to the person beside what is printed.
    pub fn note(&self, text: &str) {
        if !self.json {
            eprintln!("{text}");
        }
    }

    /// A value for a script, or nothing.
    pub fn value(&self, value: &Value) {
        if self.json {
            say(&value.to_string());
        }
    }

    /// Canonical JSON for a script, byte for byte, or nothing.
    pub fn canonical(&self, json: &[u8]) {
        if self.json {
            say(&String::from_utf8_lossy(json));
        }
    }

    /// A step that is done.
    pub fn step(&self, step: Step, took: Duration, what: &str) {
        self.line(&format!(
            "  \u{2713} {:<12} {:>7.2} s   {what}",
            self.words.step(step),
            took.as_secs_f64()
        ));
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.value(&json!({ "step": key(&step), "milliseconds": milliseconds }));
    }

    /// Something that went wrong: what happened, what to do, and what support needs.
    pub fn problem(&self, problem: &Problem) {
        if self.json {
            say(&json!({ "problem": ProblemView::from(problem.clone()) }).to_string());
            return;
        }
        let (sentence, action) = self.words.problem(problem);
        eprintln!("\u{2717} {sentence}");
        eprintln!("  {action}");
        let view = ProblemView::from(problem.clone());
        let field = view
            .field
            .map(|field| format!(" ({})", key(&field)))
            .unwrap_or_default();
        match view.detail {
            Some(detail) => eprintln!("  [{}{field}] {detail}", problem.code.as_str()),
            None => eprintln!("  [{}{field}]", problem.code.as_str()),
        }
    }

    /// A bar over bytes; hidden for scripts and where there is no terminal.
    pub fn bytes_bar(&self, what: &str) -> ProgressBar {
        self.bar(what, "    {msg:<12} {bar:30} {bytes}/{total_bytes}  {eta}")
    }

    /// Waits for as long as something takes, with a bar.
    pub async fn wait(&self, what: &str, length: Duration) {
        const TICK: Duration = Duration::from_millis(100);
        let bar = self.bar(what, "    {msg:<12} {bar:30} {eta}");
        bar.set_length(u64::try_from(length.as_millis()).unwrap_or(u64::MAX));
        let began = Instant::now();
        while let Some(left) = length.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) {
            tokio::time::sleep(left.min(TICK)).await;
            bar.set_position(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        }
        bar.finish_and_clear();
    }

    fn bar(&self, what: &str, template: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !self.json && std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.to_owned());
        bar
    }
}

/// A line on stdout. Whoever read it may have left (`| head`): that ends nothing, least of all a delivery.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Measures the steps one after the other.
pub struct Stopwatch(Instant);

impl Stopwatch {
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Since the last lap.
    pub fn lap(&mut self) -> Duration {
        let took = self.0.elapsed();
        self.0 = Instant::now();
        took
    }
}

/// `1280x720, 84 kB, Logitech C270` for a piece of evidence.
pub fn describe(exhibit: &ExhibitView) -> String {
    let mut text = format!(
        "{}x{}, {}",
        exhibit.size.width,
        exhibit.size.height,
        size(exhibit.bytes)
    );
    if let (Some(millis), Some(frames)) = (exhibit.duration_ms, exhibit.frames) {
        let millis = Duration::from_millis(millis).as_secs_f64();
        text.push_str(&format!(", {millis:.1} s, {frames} frames"));
    }
    match (&exhibit.camera, exhibit.from_file) {
        (Some(camera), _) => text.push_str(&format!(", {camera}")),
        (None, true) => text.push_str(", from a file"),
        (None, false) => {}
    }
    if exhibit.synthetic {
        text.push_str(" (synthetic)");
    }
    text
}

/// Bytes as a person reads them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// What a role is called on the command line.
pub fn role_name(role: Role) -> String {
    key(&role)
}
