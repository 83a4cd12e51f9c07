//! Where signatures show: `options` of the older dialect, `signature.appearance` of the current one.
//!
//! The inside of `appearance` is not documented. Taken is one object for all documents, or an object of them by the uid of
//! a document; each with `position` and, if it is to be, `page`, `text` and `image` (the uid of one that was uploaded,
//! or Base64).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::voice::Voice;
use crate::kept::Request;
use crate::notary;
use crate::signer::Stamp;

/// The lines of a signature nobody said anything about.
const LINES: [&str; 2] = ["Signed by: %(CN)s", "Date: %(DATE)s"];
const DATE_FORMAT: &str = "%d/%m/%Y %H:%M:%S";
/// Longer texts and more lines than these do not fit on any page.
const LONGEST_TEXT: usize = 2_000;
const MOST_LINES: usize = 20;
/// The longest side of a page, points (ISO 32000-1, annex C).
const FURTHEST: f32 = 14_400.0;

/// What is drawn on each document, by its uid.
pub(crate) type Stamps = BTreeMap<String, Vec<Stamp>>;

/// What a body asks to be drawn, as it was sent: an object for each document.
pub(crate) fn wishes(voice: Voice, body: &Map<String, Value>, uids: &[String]) -> Map<String, Value> {
    if voice.is_legacy() {
        let options = body.get("options").and_then(Value::as_object);
        return options.cloned().unwrap_or_default();
    }
    let appearance = body.get("signature").and_then(|it| it.get("appearance"));
    match appearance.and_then(Value::as_object) {
        None => Map::new(),
        Some(by_uid) if !by_uid.is_empty() && by_uid.values().all(Value::is_object) => by_uid.clone(),
        Some(one) => uids
            .iter()
            .map(|uid| (uid.clone(), Value::Object(one.clone())))
            .collect(),
    }
}

/// What is drawn, or what is wrong with it.
pub(crate) fn stamps(
    asked: &Asked,
    body: &Map<String, Value>,
    request: &Request,
    wishes: &Map<String, Value>,
) -> Result<Stamps, Answer> {
    let voice = asked.voice;
    let lines = Lines::new(voice, body)?;
    let mut stamps = Stamps::new();
    for (uid, wish) in wishes {
        let wrong = |status: u16, said: String| voice.refuse(status, json!({ uid.as_str(): said }));
        let invalid = |what: &str| wrong(400, format!("Invalid parameter '{what}' for file {uid}"));
        let position = match wish.get("position") {
            None | Some(Value::Null) => {
                let said = format!("Missing required parameter 'position' for file {uid}");
                return Err(wrong(400, said));
            }
            Some(position) => position,
        };
        let image = wish.get("image").and_then(Value::as_str);
        let image_png = match image.filter(|it| !it.is_empty()) {
            None => None,
            Some(image) => Some(picture(asked, image).ok_or_else(|| {
                // What is no uid is a picture in full, and not repeated.
                let name = if image.len() <= 64 { image } else { "sent" };
                wrong(404, format!("The image {name} cannot be found on disk"))
            })?),
        };
        let own = wish.get("text").and_then(Value::as_str);
        let stamp = Stamp {
            page: page(wish.get("page")).ok_or_else(|| invalid("page"))?,
            rect: rect(position).ok_or_else(|| invalid("position"))?,
            text: lines.of(request, own).ok_or_else(|| invalid("text"))?,
            image_png,
        };
        stamps.entry(uid.clone()).or_default().push(stamp);
    }
    Ok(stamps)
}

/// `"300, 100, 500, 150"`: x1, y1, x2, y2 in points from the bottom left. A list of four numbers does too.
fn rect(position: &Value) -> Option<[f32; 4]> {
    let numbers: Vec<f32> = match position {
        Value::String(text) => text
            .split(',')
            .map(|part| part.trim().parse().ok())
            .collect::<Option<_>>()?,
        Value::Array(list) => list
            .iter()
            .map(|it| it.as_f64().map(|it| it as f32))
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let rect: [f32; 4] = numbers.try_into().ok()?;
    let sound = rect.iter().all(|it| it.is_finite() && it.abs() <= FURTHEST);
    (sound && rect[0] != rect[2] && rect[1] != rect[3]).then_some(rect)
}

/// Counted from 0, as a number or in a text; 0 where it is not said.
fn page(page: Option<&Value>) -> Option<u32> {
    match page {
        None | Some(Value::Null) => Some(0),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(other) => other.as_u64().and_then(|it| it.try_into().ok()),
    }
}

/// An image by the uid of one that was uploaded, or the image itself.
fn picture(asked: &Asked, image: &str) -> Option<Vec<u8>> {
    let stored = asked.store.shelf(|shelf| shelf.images.get(image).cloned());
    if let Some(stored) = stored {
        return Some(stored.bytes.to_vec());
    }
    let bytes = STANDARD.decode(image).ok()?;
    let look = crate::picture::look(&bytes).ok()?;
    (look.format == crate::Format::Png).then_some(bytes)
}

/// What a visible signature says.
struct Lines {
    /// With places for names and moment; empty if it shows no text.
    lines: Vec<String>,
    date_format: String,
}

impl Lines {
    fn new(voice: Voice, body: &Map<String, Value>) -> Result<Self, Answer> {
        let format = body.get("signature_format").filter(|_| voice.is_legacy());
        let part = |name: &str| format.and_then(|format| format.get(name));
        let lines = match part("text_format") {
            None | Some(Value::Null) => LINES.map(str::to_owned).to_vec(),
            Some(Value::Array(lines)) if lines.iter().all(Value::is_string) => {
                let lines = lines.iter().take(MOST_LINES).filter_map(Value::as_str);
                lines
                    .map(|line| line.chars().take(LONGEST_TEXT).collect())
                    .collect()
            }
            Some(_) => return Err(voice.refuse(400, "Invalid parameter 'text_format'")),
        };
        let silent = voice.is_legacy() && body.get("use_signature_text") == Some(&Value::Bool(false));
        let date_format = part("date_format").and_then(Value::as_str);
        Ok(Self {
            lines: if silent { Vec::new() } else { lines },
            date_format: date_format.unwrap_or(DATE_FORMAT).to_owned(),
        })
    }

    /// The lines for one person, `own` instead of the common ones; `None` if the moment cannot be written so. The zone is
    /// UTC whatever is asked for: the sandbox has no tables of time zones.
    fn of(&self, request: &Request, own: Option<&str>) -> Option<Vec<String>> {
        let (common_name, subject) = notary::names(request);
        let now = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let date = jiff::fmt::strtime::format(&self.date_format, &now).ok()?;
        let email = request.field("email").unwrap_or_default();
        let lines = match own {
            Some(own) if own.len() > LONGEST_TEXT => return None,
            Some(own) => own.lines().take(MOST_LINES).map(str::to_owned).collect(),
            None => self.lines.clone(),
        };
        let put = |line: String| {
            line.replace("%(CN)s", &common_name)
                .replace("%(SUBJECT)s", &subject)
                .replace("%(DATE)s", &date)
                .replace("%(E)s", email)
        };
        Some(lines.into_iter().map(put).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_four_numbers_that_span_something() {
        assert_eq!(
            rect(&json!("300, 100, 500, 150")),
            Some([300.0, 100.0, 500.0, 150.0])
        );
        assert_eq!(rect(&json!([1, 2.5, 3, 4])), Some([1.0, 2.5, 3.0, 4.0]));
        for bad in [
            json!(""),
            json!("1, 2, 3"),
            json!("1, 2, 3, x"),
            json!("1, 2, 1, 4"),
            json!("1, 2, 3, NaN"),
            json!(7),
            json!("1, 2, 3, 1e30"),
        ] {
            assert_eq!(rect(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_counts_from_nought_in_number_or_text() {
        for (sent, expect) in [
            (json!(null), Some(0)),
            (json!(2), Some(2)),
            (json!("3"), Some(3)),
            (json!(-1), None),
            (json!("last"), None),
            (json!(1.5), None),
        ] {
            assert_eq!(page(Some(&sent)), expect, "{sent}");
        }
    }
}
