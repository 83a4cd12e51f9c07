//! Every answer the documents show, and what it means. A fixture nobody judged fails the test.

use std::collections::BTreeSet;

use oneshot::{Call, ErrorKind, Outcome, Retry, parse_answer};

use crate::{fixture, fixtures_dir};

/// The HTTP status a fixture is sent with: the second part of its name, but for the marked exception.
pub fn http_status(name: &str) -> u16 {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.contains(&"http-200") {
        200
    } else {
        parts[1].parse().unwrap()
    }
}

fn call(name: &str) -> Call {
    match name.split('.').next().unwrap() {
        "create" => Call::Create,
        "video" => Call::Video,
        "read-request" => Call::ReadRequest,
        "download-video" => Call::DownloadVideo,
        "evidences" | "any" => Call::Evidences,
        other => panic!("no call named {other}"),
    }
}

/// What each failure is. `.legacy`, `.title` and `.status-error` shapes of a case mean the same as the plain one.
const FAILURES: &[(&str, ErrorKind, Outcome, Retry)] = {
    use ErrorKind as K;
    use Outcome as O;
    use Retry as R;
    &[
        ("any.403.detail", K::Refused, O::Refused, R::Never),
        ("any.412.upstream", K::WrongState, O::Refused, R::Never),
        ("any.413.proxy", K::TooLarge, O::Refused, R::Never),
        ("any.500.upstream-412", K::WrongState, O::Refused, R::Never),
        ("any.502.proxy", K::ServerFault, O::Unknown, R::FindOut),
        ("any.504.proxy", K::ServerFault, O::Unknown, R::FindOut),
        ("create.400.email", K::Invalid, O::Refused, R::Never),
        ("create.400.env-unknown", K::BadConfig, O::Refused, R::Never),
        ("create.400.missing-env", K::BadConfig, O::Refused, R::Never),
        ("create.400.missing-parameters", K::Invalid, O::Refused, R::Never),
        ("create.400.phone-prefix", K::Invalid, O::Refused, R::Never),
        ("create.400.videoid-not-enabled", K::WrongRa, O::Refused, R::Never),
        ("create.403.certificates", K::Refused, O::Refused, R::Never),
        ("create.403.permission", K::Refused, O::Refused, R::Never),
        ("create.404.ra-not-found", K::WrongRa, O::Refused, R::Never),
        ("create.422.field-required", K::Invalid, O::Refused, R::Never),
        ("create.500.billing-credit", K::Refused, O::Refused, R::Never),
        ("create.500.billing-encoding", K::Refused, O::Refused, R::Never),
        (
            "create.500.certificates-path",
            K::ServerFault,
            O::Refused,
            R::Later,
        ),
        ("create.500.field-required", K::Invalid, O::Refused, R::Never),
        (
            "download-video.400.not-found-inside",
            K::NotFound,
            O::Refused,
            R::Never,
        ),
        ("evidences.400.invalid-json", K::Invalid, O::Refused, R::Never),
        (
            "evidences.400.invalid-json-coded",
            K::Invalid,
            O::Refused,
            R::Never,
        ),
        ("evidences.404.not-found", K::NotFound, O::Refused, R::Never),
        ("evidences.422.missing-name", K::Invalid, O::Refused, R::Never),
        ("evidences.500.complete", K::WrongState, O::Refused, R::Never),
        (
            "read-request.400.not-found-inside",
            K::NotFound,
            O::Refused,
            R::Never,
        ),
        ("read-request.404.not-found", K::NotFound, O::Refused, R::Never),
        ("video.400.no-file", K::Invalid, O::Refused, R::Never),
        ("video.404.not-found", K::NotFound, O::Refused, R::Never),
        ("video.422.no-file", K::Invalid, O::Refused, R::Never),
    ]
};

fn case(name: &str) -> String {
    const SHAPES: [&str; 6] = ["json", "html", "legacy", "title", "status-error", "http-200"];
    name.split('.')
        .filter(|part| !SHAPES.contains(part))
        .collect::<Vec<_>>()
        .join(".")
}

#[test]
fn every_documented_answer_means_what_it_should() {
    let mut judged = BTreeSet::new();
    for entry in std::fs::read_dir(fixtures_dir()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "index.md" || name.contains(".request.") {
            continue;
        }
        let content_type = if name.ends_with(".html") {
            "text/html"
        } else {
            "application/json"
        };
        let answer = parse_answer(http_status(&name), Some(content_type), &fixture(&name));
        let verdict = answer.into_success(call(&name));
        if name.split('.').nth(1) == Some("200") {
            assert!(verdict.is_ok(), "{name}: {verdict:?}");
            continue;
        }
        let error = verdict.expect_err(&name);
        let expected = FAILURES.iter().find(|(known, ..)| *known == case(&name));
        let (known, kind, outcome, retry) = expected.unwrap_or_else(|| panic!("{name} is not judged"));
        assert_eq!(
            (error.kind, error.outcome(), error.retry()),
            (*kind, *outcome, *retry),
            "{name}: {error:?}"
        );
        if name.ends_with(".json") {
            assert!(
                error.message.is_some(),
                "{name}: the reason must reach the screen"
            );
        }
        judged.insert(*known);
    }
    let known: BTreeSet<&str> = FAILURES.iter().map(|(known, ..)| *known).collect();
    assert_eq!(judged, known, "a case without a fixture");
}

#[test]
fn the_index_names_every_fixture() {
    let index = String::from_utf8(fixture("index.md")).unwrap();
    for entry in std::fs::read_dir(fixtures_dir()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "index.md" || index.contains(&format!("| `{name}` |")),
            "{name} is not in index.md"
        );
    }
}

#[test]
fn the_error_id_of_the_back_end_reaches_the_log_and_its_words_do_not() {
    let answer = parse_answer(500, None, &fixture("evidences.500.complete.legacy.json"));
    let error = answer.into_success(Call::Evidences).unwrap_err();
    let upstream = error.upstream.as_ref().expect("it is embedded in the message");
    assert_eq!(
        upstream.error.as_deref(),
        Some("Invalid VideoId status 'COMPLETE'")
    );
    let shown = "evidences: wrong-state, HTTP 500, body 500, upstream 412, error id 22981d7f5029e78d";
    assert_eq!(error.to_string(), shown);
    assert_eq!(format!("{error:?}"), format!("Error({shown}, outcome Refused)"));
}
