//! The same answer in the words of each dialect.

use serde_json::{Value, json};

use super::answer::Answer;
use crate::settings::{Dialect, ErrorShape, Quirks, Settings};
use crate::store::random;

/// Says answers in one dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    pub(crate) dialect: Dialect,
    shape: ErrorShape,
    pub(crate) quirks: Quirks,
}

impl Voice {
    pub(crate) fn new(dialect: Dialect, settings: &Settings) -> Self {
        Self {
            dialect,
            shape: settings.error_shape,
            quirks: settings.quirks,
        }
    }

    pub(crate) fn is_legacy(self) -> bool {
        self.dialect == Dialect::Legacy
    }

    /// It worked, and there is nothing else to say.
    pub(crate) fn done(self, message: &str) -> Answer {
        self.success("message", message.into())
    }

    /// It worked, and this is what was asked for.
    pub(crate) fn told(self, payload: Value) -> Answer {
        self.success("detail", payload)
    }

    /// The same under `details`, as the current dialect has it in some places.
    pub(crate) fn told_details(self, payload: Value) -> Answer {
        self.success("details", payload)
    }

    fn success(self, under: &str, payload: Value) -> Answer {
        let body = match self.dialect {
            Dialect::Current => json!({ "status": "success", under: payload }),
            Dialect::Legacy => json!({ "status": "200 OK", "details": payload }),
        };
        Answer::json(200, &body)
    }

    /// It did not.
    pub(crate) fn refuse(self, status: u16, said: impl Into<Value>) -> Answer {
        let said = said.into();
        let body = match (self.dialect, self.shape) {
            (Dialect::Current, ErrorShape::Detail) => json!({ "detail": said }),
            (Dialect::Current, ErrorShape::StatusError) => json!({ "status": "error", "message": said }),
            (Dialect::Legacy, _) => json!({ "status": Answer::status_line(status), "details": said }),
        };
        Answer::json(status, &body)
    }

    /// The body is no JSON. The older dialect's status has no number there.
    pub(crate) fn invalid_json(self, sentence: String) -> Answer {
        match self.dialect {
            Dialect::Current => self.refuse(400, sentence),
            Dialect::Legacy => Answer::json(400, &json!({ "status": "Invalid JSON", "details": sentence })),
        }
    }

    /// What is not there: 404, or the older specification's 400 with a 404 inside.
    pub(crate) fn not_found(self, message: impl Into<String>) -> Answer {
        let message = message.into();
        if self.quirks.missing_is_400 {
            Answer::json(400, &json!({ "status": "404 Not Found", "details": message }))
        } else {
            self.refuse(404, message)
        }
    }

    /// An error the vendor documents as 500, or the status it means where no 500 is wanted.
    pub(crate) fn trouble(self, means: u16, message: impl Into<Value>) -> Answer {
        let status = if self.quirks.wrapped_500 { 500 } else { means };
        self.refuse(status, message)
    }

    /// A refusal of the back end in the text of a 500, or of the status it means where no 500 is wanted.
    pub(crate) fn wrapped(self, what: &str, code: u16, error: &str, means: u16) -> Answer {
        // Written by hand: the back end's JSON has its keys in this order and a blank after each comma and colon.
        let inner = format!(
            r#"{{"code": "{code}", "id": "{:016x}", "error": "{error}"}}"#,
            random()
        );
        self.trouble(means, format!("{what}: {inner}"))
    }

    /// What the fault knob asks for, in any case: a 412 of the back end in a 500.
    pub(crate) fn knob_412(self) -> Answer {
        let quirks = Quirks {
            wrapped_500: true,
            ..self.quirks
        };
        let what = "Cannot carry out the call";
        Self { quirks, ..self }.wrapped(what, 412, "Invalid request status", 412)
    }
}
