//! Which call is meant by a method and a path.

use super::answer::Answer;
use super::table::ROUTES;
use super::voice::Voice;
use crate::fault::Operation;
use crate::settings::Dialect::{self, Current, Legacy};

/// A call of one dialect.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) dialect: Dialect,
    pub(crate) method: &'static str,
    /// Below the prefix, without a slash at either end. A segment in braces is a value.
    pub(crate) path: &'static str,
    pub(crate) operation: Operation,
    /// What is sent.
    pub(crate) body: Body,
    /// What comes back when all went well.
    pub(crate) media: Media,
    /// The statuses it may answer with, faults and proxies aside.
    pub(crate) statuses: &'static [u16],
    pub(crate) summary: &'static str,
}

/// What a call is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Nothing,
    NewRequest,
    Evidences,
    Video,
    Officer,
    Refusal,
    Update,
    Documents,
    Delivery,
    Signature,
    Credentials,
    Image,
    Settings,
    Metadata,
    Classic,
}

/// What a call answers with when all went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Mp4,
    Pdf,
    /// A PDF by another name, as the older specification types documents.
    Octets,
    /// A PDF by another name, as the older specification types the contract.
    Text,
    Png,
}

impl Media {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Mp4 => "video/mp4",
            Self::Pdf => "application/pdf",
            Self::Octets => "application/octet-stream",
            Self::Text => "text/plain",
            Self::Png => "image/png",
        }
    }
}

/// The values of a path by their names.
pub(crate) type Values<'a> = Vec<(&'static str, &'a str)>;

/// The dialect a path is in by its prefix, and the rest of it.
pub(crate) fn dialect(path: &str) -> Option<(Dialect, &str)> {
    // The vendor's rendered samples double the prefix.
    let prefixes = [
        ("/oneshot/api/v1/api/v1", Current),
        ("/oneshot/api/v1", Current),
        ("/api/v1", Legacy),
    ];
    prefixes.into_iter().find_map(|(prefix, dialect)| {
        let rest = path.strip_prefix(prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((dialect, rest))
    })
}

/// The call meant by a path below its prefix, with or without a slash at its end. No such path answers 404; such a path by
/// another method 405; one that stops before its last value in the vendor's own words.
pub(crate) fn find<'a>(
    voice: Voice,
    method: &str,
    path: &'a str,
) -> Result<(&'static Route, Values<'a>), Answer> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut matching: Vec<_> = ROUTES
        .iter()
        .filter(|route| route.dialect == voice.dialect)
        .filter_map(|route| Some((route, values(route.path, path)?)))
        .collect();
    // What is written out goes before what is a value.
    let fewest = matching.iter().map(|(_, values)| values.len()).min();
    matching.retain(|(_, values)| Some(values.len()) == fewest);
    if let Some(at) = matching.iter().position(|(route, _)| route.method == method) {
        return Ok(matching.swap_remove(at));
    }
    let mut methods: Vec<&str> = matching.iter().map(|(route, _)| route.method).collect();
    for (by, _, sentence) in NAMELESS.iter().filter(|(_, it, _)| *it == path) {
        if *by == method {
            return Err(voice.refuse(400, *sentence));
        }
        methods.push(by);
    }
    Err(if methods.is_empty() {
        voice.refuse(404, "Not Found")
    } else {
        voice.refuse(405, "Method Not Allowed").allowing(&methods)
    })
}

/// The values in `path`, if it has the form of `pattern`.
fn values<'a>(pattern: &'static str, path: &'a str) -> Option<Values<'a>> {
    let mut values = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(_) if segment.is_empty() => return None,
            Some(name) => values.push((name, segment)),
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(values)
}

/// Paths that stop before the value they need, and what the vendor says to that.
const NAMELESS: [(&str, &str, &str); 3] = [
    (
        "POST",
        "document",
        "Missing required parameters: Request's pk not specified",
    ),
    ("POST", "otp", "Missing parameters: Request's pk not specified"),
    (
        "GET",
        "token",
        "Missing required parameter: no token uid specified",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn operation(method: &str, path: &str) -> Result<Operation, u16> {
        let (dialect, rest) = dialect(path).ok_or(0_u16)?;
        let voice = Voice::new(dialect, &Settings::default());
        find(voice, method, rest)
            .map(|(route, _)| route.operation)
            .map_err(|answer| answer.status.as_u16())
    }

    #[test]
    fn the_prefix_decides_and_no_slash_does() {
        for prefix in ["/oneshot/api/v1", "/oneshot/api/v1/api/v1"] {
            for slash in ["", "/"] {
                let find = |method, path| operation(method, &format!("{prefix}/{path}{slash}"));
                assert_eq!(find("POST", "videoid"), Ok(Operation::CreateVideoid));
                assert_eq!(find("POST", "videoid/16673/approve"), Ok(Operation::Approve));
                assert_eq!(find("POST", "request/45836/approve"), Err(404));
                assert_eq!(find("GET", "document/45836/contract"), Ok(Operation::GetDocument));
                assert_eq!(find("PUT", "videoid"), Err(405));
                assert_eq!(find("GET", "videoid//video/x"), Err(404));
                assert_eq!(find("GET", "videoid//video"), Err(404));
            }
        }
        let find = |method, path: &str| operation(method, &format!("/api/v1/{path}"));
        assert_eq!(find("POST", "request/45836/approve"), Ok(Operation::Approve));
        assert_eq!(find("POST", "requests/45836/approve/"), Ok(Operation::Approve));
        assert_eq!(find("POST", "videoid/45836/approve"), Err(404));
        assert_eq!(find("GET", "document/45836/contract"), Ok(Operation::Contract));
        assert_eq!(find("DELETE", "document/45836/contract"), Err(405));
        assert_eq!(find("POST", "document/"), Err(400));
        assert_eq!(find("GET", "otp"), Err(405));
        assert_eq!(operation("GET", "/api/v12/hello"), Err(0));
    }

    #[test]
    fn no_route_hides_another_and_every_operation_has_one() {
        let shape = |it: &Route| {
            let part = |part: &str| if part.starts_with('{') { "{}" } else { part }.to_owned();
            let path: Vec<String> = it.path.split('/').map(part).collect();
            (it.dialect, it.method, path.join("/"))
        };
        for (at, route) in ROUTES.iter().enumerate() {
            let twice = ROUTES[..at].iter().any(|other| shape(other) == shape(route));
            assert!(!twice, "{} {} twice", route.method, route.path);
            assert!(
                route.statuses.is_sorted() && !route.statuses.is_empty(),
                "{}",
                route.path
            );
        }
        for operation in Operation::ALL {
            assert!(
                ROUTES.iter().any(|route| route.operation == operation),
                "{operation}"
            );
        }
    }
}
