//! The bytes of pictures and videos, as they were sent. A video can be asked for in parts, so that a player can seek.

use std::ops::Range;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::kept::DocumentCopy;
use crate::store::Store;

pub(crate) async fn image(
    State(store): State<Arc<Store>>,
    Path((pk, name)): Path<(String, String)>,
) -> Response {
    let request = super::find(&store, &pk);
    let picture = request.and_then(|request| request.evidences?.pictures.remove(&name));
    let Some(picture) = picture else {
        return super::not_found().await;
    };
    let media_type = picture
        .look
        .map_or("application/octet-stream", |look| look.format.media_type());
    ([(header::CONTENT_TYPE, media_type)], picture.bytes).into_response()
}

pub(crate) async fn document(
    State(store): State<Arc<Store>>,
    Path((pk, uid, copy)): Path<(String, String, String)>,
) -> Response {
    let request = super::find(&store, &pk);
    let document = request.and_then(|it| it.documents.into_iter().find(|it| it.uid == uid));
    let copy = DocumentCopy::parse(&copy);
    let bytes = document.and_then(|it| it.copy(copy?).cloned());
    pdf(bytes, &uid).await
}

pub(crate) async fn contract(State(store): State<Arc<Store>>, Path(pk): Path<String>) -> Response {
    let bytes = super::find(&store, &pk).and_then(|request| request.contract);
    pdf(bytes, "contract").await
}

/// Offered for saving: a browser's own viewer needs more than these pages allow themselves.
async fn pdf(bytes: Option<Bytes>, name: &str) -> Response {
    let Some(bytes) = bytes else {
        return super::not_found().await;
    };
    let name: String = name
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
        .collect();
    let disposition = format!("attachment; filename=\"{name}.pdf\"");
    (
        [(header::CONTENT_TYPE, "application/pdf")],
        [(header::CONTENT_DISPOSITION, disposition)],
        bytes,
    )
        .into_response()
}

pub(crate) async fn video(
    State(store): State<Arc<Store>>,
    Path(pk): Path<String>,
    headers: HeaderMap,
) -> Response {
    let request = super::find(&store, &pk);
    let Some(video) = request.and_then(|request| request.video) else {
        return super::not_found().await;
    };
    let media_type = if video.footage.is_ok() {
        "video/mp4"
    } else {
        "application/octet-stream"
    };
    let all = video.bytes;
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let fixed = [
        (header::CONTENT_TYPE, media_type),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    match asked.map_or(Asked::All, |asked| part(asked, all.len())) {
        Asked::All => (fixed, all).into_response(),
        Asked::Part(part) => {
            let said = format!("bytes {}-{}/{}", part.start, part.end - 1, all.len());
            (
                StatusCode::PARTIAL_CONTENT,
                fixed,
                [(header::CONTENT_RANGE, said)],
                all.slice(part),
            )
                .into_response()
        }
        Asked::Beyond => {
            let said = format!("bytes */{}", all.len());
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, said)]).into_response()
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    All,
    Part(Range<usize>),
    Beyond,
}

/// One range of bytes (RFC 9110, 14.1.2). What is no such range, or several, asks for everything, as the RFC allows.
fn part(asked: &str, length: usize) -> Asked {
    let range = asked
        .trim()
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'));
    let Some((first, last)) = range else {
        return Asked::All;
    };
    let part = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Asked::All,
    };
    if part.start < part.end {
        Asked::Part(part)
    } else {
        Asked::Beyond
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_gets_the_part_it_asks_for() {
        assert_eq!(part("bytes=0-", 1000), Asked::Part(0..1000));
        assert_eq!(part("bytes=0-1", 1000), Asked::Part(0..2));
        assert_eq!(part("bytes=990-2000", 1000), Asked::Part(990..1000));
        assert_eq!(part("bytes=-100", 1000), Asked::Part(900..1000));
        assert_eq!(part("bytes=-2000", 1000), Asked::Part(0..1000));
        assert_eq!(part("bytes=1000-", 1000), Asked::Beyond);
        assert_eq!(part("bytes=-0", 1000), Asked::Beyond);
        assert_eq!(part("bytes=0-18446744073709551615", 1000), Asked::Part(0..1000));
        for all in [
            "bytes=5-1",
            "bytes=0-1,5-6",
            "lines=0-1",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
        ] {
            assert_eq!(part(all, 1000), Asked::All, "{all}");
        }
    }
}
