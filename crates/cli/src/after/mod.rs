//! What happens once the server has everything: the officer's decision, and everything up to the deletion.

pub mod review;
pub mod signing;
pub mod webhook;

use serde_json::{Value, json};
use station::view::{CaseView, RequestView};

use crate::output::Output;
use crate::words::key;

/// One value for a script, one line for a person: where the case stands now.
fn stands(view: &CaseView, more: Value, output: &Output) {
    let request = match view.request {
        RequestView::Known { request_pk, .. } => Some(request_pk),
        _ => None,
    };
    let mut value =
        json!({ "case": view.id, "code": view.code, "step": key(&view.step), "request_pk": request });
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    output.value(&value);
    output.line(&format!("case {}: {}", view.code, output.words.step(view.step)));
}
