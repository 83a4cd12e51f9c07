//! Every documented message, understood.

use oneshot::RequestPk;
use oneshot::webhook::{WebhookFormat, parse};

use crate::{fixture, fixture_json, fixtures_dir};

#[test]
fn every_documented_message_is_read() {
    let mut seen = 0;
    for entry in std::fs::read_dir(fixtures_dir()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("webhook.") {
            continue;
        }
        seen += 1;
        let event = parse(&fixture(&name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let said = fixture_json(&name);
        let older = name.ends_with(".legacy.json");
        let about = if older { &said } else { &said["request"] };
        assert_eq!(event.format == WebhookFormat::A, older, "{name}");
        assert_eq!(event.status.as_str(), about["status"], "{name}");
        let pk = if older { &said["request"] } else { &about["pk"] };
        assert_eq!(event.request_pk, pk.as_i64().map(RequestPk::new), "{name}");
        assert_eq!(event.event_type.as_deref(), said["event_type"].as_str(), "{name}");
        let previous = event.previous.as_ref().map(|status| status.as_str());
        assert_eq!(previous, said["previous_status"].as_str(), "{name}");
        let at = said["sent_at"].as_str().or(said["date"].as_str());
        assert_eq!(event.sent_at.as_deref(), at, "{name}");
        let certificates = said["certificates"].as_array().map_or(0, Vec::len);
        assert_eq!(event.certificates.len(), certificates, "{name}");
    }
    assert!(seen >= 20, "{seen} messages");
}

#[test]
fn a_certificate_has_a_status_of_its_own() {
    let event = parse(&fixture("webhook.request.revoked.json")).unwrap();
    assert_eq!(event.status.as_str(), "ISSUED");
    let certificate = &event.certificates[0];
    assert_eq!(certificate.status.as_deref(), Some("REVOKED"));
    assert_eq!(certificate.serial_number.as_deref(), Some("X0123456789ABCDEF0"));
    assert_eq!(certificate.valid_from.as_deref(), Some("20250715 08:36:33"));
    assert_eq!(certificate.valid_to.as_deref(), Some("20250716 08:36:33"));
}

#[test]
fn a_message_that_leaves_the_request_out_is_still_one() {
    let event = parse(&fixture("webhook.request.enrolled-status-only.json")).unwrap();
    assert_eq!(event.request_pk, None);
    assert!(event.key().contains("REQUEST_ENROLLED"));
}
