use super::*;
use crate::answer::parse_answer;

#[test]
fn a_dialect_is_spelled_as_in_the_settings() {
    for dialect in [Dialect::Current, Dialect::Legacy] {
        assert_eq!(dialect.to_string().parse(), Ok(dialect));
        assert_eq!(
            serde_json::to_value(dialect).unwrap(),
            serde_json::json!(dialect.to_string())
        );
    }
    assert_eq!("v1".parse::<Dialect>(), Err(UnknownDialect));
}

#[test]
fn the_envelope_tells_the_generations_apart() {
    for (status, body, dialect) in [
        (
            200,
            r#"{"status":"200 OK","details":"Hello"}"#,
            Some(Dialect::Legacy),
        ),
        (
            400,
            r#"{"status":"404 Not Found","details":"Request not found"}"#,
            Some(Dialect::Legacy),
        ),
        (404, r#"{"title":"404 Not Found"}"#, Some(Dialect::Legacy)),
        (
            200,
            r#"{"status":"success","message":"Hello"}"#,
            Some(Dialect::Current),
        ),
        (404, r#"{"detail":"Not Found"}"#, Some(Dialect::Current)),
        (
            404,
            r#"{"status":"error","message":"no"}"#,
            Some(Dialect::Current),
        ),
        (200, "<html>Sign in</html>", None),
        (404, "", None),
        (
            404,
            r#"{"code":"404","id":"b49fee578381243a","error":"no"}"#,
            None,
        ),
        (502, r#"{"detail":"Bad Gateway"}"#, None),
        (200, "[]", None),
    ] {
        let answer = parse_answer(status, None, body.as_bytes());
        assert_eq!(written_in(&answer), dialect, "{status} {body}");
    }
}
