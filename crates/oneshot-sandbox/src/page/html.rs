//! Writing a page so that nothing that was sent can become markup.

use std::fmt::Display;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use crate::kept::Status;
use crate::settings::Settings;

/// A page being written. Markup is only what stands in this program's text; everything else is escaped.
pub(crate) struct Html(String);

impl Html {
    /// Begins a page. With `refresh` it loads itself again every few seconds.
    pub(crate) fn begin(settings: &Settings, title: &str, refresh: bool) -> Self {
        let mut page = Self(String::with_capacity(16 * 1024));
        page.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        if refresh {
            page.raw("<meta http-equiv=\"refresh\" content=\"4\">");
        }
        page.raw("<link rel=\"stylesheet\" href=\"/_sandbox/style.css\"><title>")
            .text(title);
        page.raw("</title></head><body><p class=\"practice\" role=\"note\"><strong>Sandbox: practice only.</strong> ");
        page.raw(if settings.allow_other_machines {
            "Other machines can reach this page. Everything here is forgotten when it stops."
        } else {
            "Nothing leaves this machine, and everything here is forgotten when it stops."
        });
        page.raw("</p><main>");
        page
    }

    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, between tags or between the quotes of an attribute.
    pub(crate) fn text(&mut self, text: impl Display) -> &mut Self {
        for character in text.to_string().chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// A row of a table of names and values.
    pub(crate) fn row(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.raw("<tr><th scope=\"row\">")
            .text(name)
            .raw("</th><td>")
            .text(value)
            .raw("</td></tr>")
    }

    pub(crate) fn time(&mut self, at: Timestamp) -> &mut Self {
        let machine = at.to_string();
        self.raw("<time datetime=\"")
            .text(machine)
            .raw("\">")
            .text(when(at))
            .raw("</time>")
    }

    pub(crate) fn status(&mut self, status: Status) -> &mut Self {
        self.raw(match status {
            Status::Pending => "<span class=\"status pending\">",
            Status::Incomplete => "<span class=\"status incomplete\">",
            Status::Error => "<span class=\"status error\">",
            Status::Review | Status::Created => "<span class=\"status review\">",
            Status::EnrollReady => "<span class=\"status ready\">",
            Status::Issued => "<span class=\"status issued\">",
            Status::Cancelled => "<span class=\"status cancelled\">",
        });
        self.text(status).raw("</span>")
    }

    pub(crate) fn end(mut self) -> Response {
        self.raw("</main></body></html>");
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0).into_response()
    }

    pub(crate) fn end_not_found(self) -> Response {
        (StatusCode::NOT_FOUND, self.end()).into_response()
    }
}

/// A moment for reading: `2026-11-23 04:05:10.123 UTC`.
pub(crate) fn when(at: Timestamp) -> String {
    format!("{at:.3}").replace('T', " ").replace('Z', " UTC")
}

/// A number of bytes for reading.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

/// A value of a body for reading: text as it is, everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_sent_becomes_markup() {
        let mut page = Html(String::new());
        page.raw("<td>")
            .text(r#"<img src=x onerror="a('b')">&amp;"#)
            .raw("</td>");
        assert_eq!(
            page.0,
            "<td>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</td>"
        );
    }

    #[test]
    fn moments_and_sizes_read_well() {
        assert_eq!(
            when("2026-11-23T04:05:10.1239Z".parse().unwrap()),
            "2026-11-23 04:05:10.123 UTC"
        );
        assert_eq!(
            [size(999), size(65_432), size(12_345_678)],
            ["999 B", "65.4 kB", "12.35 MB"]
        );
    }
}
