//! One call, as it was asked.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::Answer;
use super::form::{self, Form};
use super::receive::Received;
use super::routes::{Route, Values};
use super::voice::Voice;
use crate::kept::DocumentCopy;
use crate::store::{Store, Which};

/// A call that was found, and everything that came with it.
pub(crate) struct Asked {
    pub(crate) store: Arc<Store>,
    pub(crate) voice: Voice,
    pub(crate) route: &'static Route,
    pub(crate) received: Received,
    values: Vec<(&'static str, String)>,
    query: String,
}

impl Asked {
    pub(crate) fn new(
        store: Arc<Store>,
        voice: Voice,
        route: &'static Route,
        values: &Values<'_>,
        query: &str,
        received: Received,
    ) -> Self {
        let owned = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
        Self {
            store,
            voice,
            route,
            received,
            values: values.iter().map(owned).collect(),
            query: query.to_owned(),
        }
    }

    /// A value of the path, as it was sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        let mut values = self.values.iter();
        values.find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }

    /// The last value of the path: the name of a token, an image, an entry.
    pub(crate) fn uid(&self) -> &str {
        self.values.last().map_or("", |(_, value)| value)
    }

    /// The request meant. What is no number answers 422 in the current dialect; in the older one there is just no such
    /// request.
    pub(crate) fn which(&self) -> Result<Which, Answer> {
        let named = self.values.iter().find(|(name, _)| name.ends_with("_pk"));
        let Some((name, value)) = named else {
            return Err(self.voice.refuse(404, "Not Found"));
        };
        match (value.parse::<u64>(), *name) {
            (Ok(pk), "videoid_pk") => Ok(Which::Videoid(pk)),
            (Ok(pk), _) => Ok(Which::Request(pk)),
            // No request has this number.
            (Err(_), _) if self.voice.is_legacy() => Ok(Which::Request(0)),
            (Err(_), name) => {
                let mut form = Form::default();
                form.wrong(
                    &["path", name],
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer",
                );
                Err(form.refusal(self.voice))
            }
        }
    }

    /// What a call that changes a request holds until it is done.
    pub(crate) fn turn(&self) -> Option<Arc<tokio::sync::Mutex<()>>> {
        if self.route.method == "GET" {
            return None;
        }
        self.store.turn(self.which().ok()?)
    }

    /// The body, an object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Answer> {
        form::json_object(self.voice, self.received.content_type(), &self.received.body)
    }

    /// The body, an object, or nothing at all.
    pub(crate) fn object_or_nothing(&self) -> Result<Map<String, Value>, Answer> {
        if self.received.body.is_empty() {
            Ok(Map::new())
        } else {
            self.object()
        }
    }

    /// Which copy of a document is meant, by the path or by the query.
    pub(crate) fn copy(&self) -> Result<Option<DocumentCopy>, Answer> {
        let (place, word) = match self.text("document_type") {
            "" => {
                let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
                match pairs.rfind(|(name, _)| *name == "document_type") {
                    Some((_, word)) => ("query", word),
                    None => return Ok(None),
                }
            }
            word => ("path", word),
        };
        if let Some(copy) = DocumentCopy::parse(word) {
            return Ok(Some(copy));
        }
        let mut form = Form::default();
        form.wrong(
            &[place, "document_type"],
            "enum",
            "Input should be 'original' or 'signed'",
        );
        Err(form.refusal(self.voice))
    }
}
