//! Every answer the documents show, and what it means. A fixture nobody judged fails the test.

use std::collections::BTreeSet;

use oneshot::{Call, ErrorKind, Outcome, Reason, Retry, parse_answer};

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
        "any" => Call::Evidences,
        other => Call::from_name(other).unwrap_or_else(|| panic!("no call named {other}")),
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
        if name == "index.md" || name == "errors.tsv" || name.contains(".request.") {
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
            name == "index.md" || name == "errors.tsv" || index.contains(&format!("| `{name}` |")),
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
    let shown = "evidences: wrong-state, HTTP 500, body 500, upstream 412, error id 22981d7f5029e78d, evidence-complete";
    assert_eq!(error.to_string(), shown);
    assert_eq!(format!("{error:?}"), format!("Error({shown}, outcome Refused)"));
}

/// One line of the table of refusals.
pub struct Refusal {
    pub call: Call,
    pub http: u16,
    pub body: String,
    pub reason: Option<Reason>,
    pub retry: Retry,
}

/// Every refusal of section 4, in every shape and dialect it comes in.
pub fn refusals() -> Vec<Refusal> {
    let table = String::from_utf8(fixture("errors.tsv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("call\tdialect\thttp\tbody\treason\tretry\tsection")
    );
    let refusal = |line: &str| {
        let [name, _, http, body, reason, retry, _] = line
            .split('\t')
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|_| panic!("seven columns: {line}"));
        let reason_of = |word: &str| {
            let known = Reason::ALL.iter().find(|reason| format!("{reason:?}") == word);
            *known.unwrap_or_else(|| panic!("no reason named {word}"))
        };
        Refusal {
            call: call(name),
            http: http.parse().unwrap(),
            body: body.to_owned(),
            reason: (reason != "-").then(|| reason_of(reason)),
            retry: match retry {
                "offline" => Retry::Offline,
                "later" => Retry::Later,
                "never" => Retry::Never,
                "find_out" => Retry::FindOut,
                other => panic!("no such advice: {other}"),
            },
        }
    };
    lines.map(refusal).collect()
}

#[test]
fn every_refusal_of_the_reference_is_told_by_its_sentence() {
    let refusals = refusals();
    assert!(refusals.len() > 200, "the table is whole");
    for refusal in &refusals {
        let shown = format!("{:?} {} {}", refusal.call, refusal.http, refusal.body);
        let error = parse_answer(refusal.http, Some("application/json"), refusal.body.as_bytes())
            .into_success(refusal.call)
            .expect_err(&shown);
        assert_eq!(
            (error.reason, error.retry()),
            (refusal.reason, refusal.retry),
            "{shown}: {error:?}"
        );
        if let Some(reason) = error.reason {
            assert_eq!(
                (error.kind, error.outcome()),
                (reason.kind(), Outcome::Refused),
                "{shown}"
            );
        }
    }
    let told: BTreeSet<&str> = refusals
        .iter()
        .filter_map(|refusal| Some(refusal.reason?.name()))
        .collect();
    let all: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(told, all, "a reason without a sentence in the table");
}

#[test]
fn a_refusal_under_any_status_is_no_success() {
    for refusal in refusals().iter().filter(|refusal| refusal.reason.is_some()) {
        let answer = parse_answer(200, Some("application/json"), refusal.body.as_bytes());
        let error = answer.into_success(refusal.call).expect_err(&refusal.body);
        assert_eq!(error.reason, refusal.reason, "{}", refusal.body);
    }
}

#[test]
fn what_is_complained_of_is_named() {
    let fields = |call: Call, status, body: &str| {
        parse_answer(status, None, body.as_bytes())
            .into_success(call)
            .unwrap_err()
            .fields
    };
    for (status, body, named) in [
        (
            500,
            r#"{"detail":"Cannot approve Request 46391: Invalid request fields: serial_number; surname_1; mobile_phone_number; given_name"}"#,
            &["serial_number", "surname_1", "mobile_phone_number", "given_name"][..],
        ),
        (
            400,
            r#"{"details":{"712c29ac":"Missing required parameter 'position' for file 712c29ac"}}"#,
            &["712c29ac"],
        ),
        (
            404,
            r#"{"detail":"The following documents are not found in Request's folders: 712c29ac, ec27331a"}"#,
            &["712c29ac", "ec27331a"],
        ),
        (
            422,
            r#"{"detail":[{"loc":["body","rao"],"msg":"Field required"},{"loc":["body","stamps",0],"msg":"no"}]}"#,
            &["rao", "stamps.0"],
        ),
        (
            500,
            r#"{"details":{"email":["This field is required"]}}"#,
            &["email"],
        ),
        (403, r#"{"detail":"Invalid RAO credentials"}"#, &[]),
    ] {
        assert_eq!(fields(Call::Sign, status, body), named, "{body}");
    }
}
