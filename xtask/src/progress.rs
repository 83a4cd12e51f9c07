//! Steps said before they start and closed with the time they took.

use std::time::{Duration, Instant};

/// Counts the steps of one task: `[2/5] Building the window ...`.
pub struct Steps {
    of: usize,
    at: usize,
    began: Instant,
}

impl Steps {
    /// Begins a task of `of` steps.
    pub fn new(of: usize) -> Self {
        Self {
            of,
            at: 0,
            began: Instant::now(),
        }
    }

    /// Says the step, does it, and says how long it took. A failure is passed on as it is.
    pub fn step<T>(&mut self, what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.say(what);
        let began = Instant::now();
        let outcome = work()?;
        println!("      done in {}", spoken(began.elapsed()));
        Ok(outcome)
    }

    /// Says a step that has no end of its own, such as the booth being open.
    pub fn say(&mut self, what: &str) {
        self.at += 1;
        println!("[{}/{}] {what} ...", self.at, self.of);
    }

    /// Time since the task began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 59.5 {
        format!("{seconds:.0} s")
    } else {
        let whole = seconds.round();
        format!("{:.0} min {:02.0} s", (whole / 60.0).floor(), whole % 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = |millis| spoken(Duration::from_millis(millis));
        assert_eq!(said(40), "0.0 s");
        assert_eq!(said(9_900), "9.9 s");
        assert_eq!(said(9_960), "10 s", "never 10.0 s");
        assert_eq!(said(59_400), "59 s");
        assert_eq!(said(59_700), "1 min 00 s", "never 60 s");
        assert_eq!(said(185_000), "3 min 05 s");
    }
}
