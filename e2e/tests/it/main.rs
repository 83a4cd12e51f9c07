//! The real window under WebDriver, on a screen, a bus and a sandbox of its own.
//!
//! One window at a time. Pictures of every step are kept in `artifacts/screenshots/`, one of the window at the moment of
//! a failure in `artifacts/failures/`.

#![cfg(target_os = "linux")]

mod after;
mod bad_input;
mod carry;
mod challenge;
mod children;
mod dialog;
mod drop;
mod existing;
mod eyes;
mod keyboard;
mod language;
mod locked_down;
mod officer;
mod operator;
mod page;
mod residue;
mod screen;
mod stage;
mod unlock;
mod walk;
mod whole_case;
