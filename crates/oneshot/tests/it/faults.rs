//! What a network and what stands in it can do, and what the client makes of it.

use std::sync::Arc;
use std::time::Duration;

use oneshot::{Client, Error, ErrorKind, Outcome, RequestPk, Retry};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::script::{Script, Step, fixture_answer, http};
use crate::{client, config, fixture, person};

async fn create(step: Step) -> Error {
    let server = Script::play([step]).await;
    client(&server.base)
        .create_videoid(&person())
        .await
        .expect_err("the script has no success")
}

async fn read(step: Step) -> Error {
    let server = Script::play([step]).await;
    client(&server.base)
        .read_request(RequestPk::new(388141))
        .await
        .expect_err("the script has no success")
}

fn told(error: &Error) -> (ErrorKind, Outcome, Retry) {
    (error.kind, error.outcome(), error.retry())
}

const NOT_REACHED: (ErrorKind, Outcome, Retry) = (ErrorKind::Unreachable, Outcome::NotSent, Retry::Offline);
const LOST: (ErrorKind, Outcome, Retry) = (ErrorKind::ConnectionLost, Outcome::Unknown, Retry::FindOut);

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/oneshot/api/v1", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(told(&error), NOT_REACHED, "{error:?}");
}

#[tokio::test]
async fn an_unknown_host_is_unreachable() {
    // RFC 6761 keeps `.invalid` from ever existing.
    let error = client("http://nowhere.invalid/oneshot/api/v1")
        .create_videoid(&person())
        .await
        .unwrap_err();
    assert_eq!(told(&error), NOT_REACHED, "{error:?}");
}

#[tokio::test]
async fn a_server_without_tls_where_tls_is_due_is_told_apart() {
    let server = Script::play([Step::Blurt(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]).await;
    let base = server.base.replace("http://", "https://");
    let error = client(&base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(
        told(&error),
        (ErrorKind::Tls, Outcome::NotSent, Retry::Never),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_ends_it_before_anything_is_sent() {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".into()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!(
        "https://localhost:{}/oneshot/api/v1",
        listener.local_addr().unwrap().port()
    );
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        TlsAcceptor::from(Arc::new(tls)).accept(stream).await.is_ok()
    });
    let error = client(&base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(
        told(&error),
        (ErrorKind::Tls, Outcome::NotSent, Retry::Never),
        "{error:?}"
    );
    assert!(!server.await.unwrap(), "the handshake never ended");
}

#[tokio::test]
async fn a_connection_closed_before_anything_was_read_is_no_refusal() {
    let error = create(Step::CloseAtOnce).await;
    // It depends on who is faster: the closing is seen before the call is begun, or the call is lost in it.
    let begun = (ErrorKind::ConnectionLost, Outcome::Unknown, Retry::FindOut);
    let never = (ErrorKind::ConnectionLost, Outcome::NotSent, Retry::Offline);
    assert!(told(&error) == begun || told(&error) == never, "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_after_the_request_leaves_it_open() {
    let error = create(Step::CloseAfterwards).await;
    assert_eq!(told(&error), LOST, "{error:?}");
    let error = read(Step::CloseAfterwards).await;
    assert_eq!(error.retry(), Retry::Later, "reading may be repeated: {error:?}");
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_leaves_it_open() {
    let mut cut = http(200, "application/json", &fixture("create.200.json"));
    cut.truncate(cut.len() - 40);
    assert_eq!(told(&create(Step::Answer(cut)).await), LOST);

    let head = b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec();
    assert_eq!(told(&create(Step::Answer(head)).await), LOST);
}

#[tokio::test]
async fn a_refusal_cut_in_the_middle_is_still_a_refusal() {
    let mut cut = http(
        422,
        "application/json",
        &fixture("create.422.field-required.json"),
    );
    cut.truncate(cut.len() - 20);
    let error = create(Step::Answer(cut)).await;
    assert_eq!(
        told(&error),
        (ErrorKind::Invalid, Outcome::Refused, Retry::Never),
        "{error:?}"
    );
}

#[tokio::test]
async fn silence_ends_with_the_calls_own_limit() {
    let server = Script::play([Step::Silence, Step::Silence]).await;
    let mut config = config(&server.base);
    config.timeouts.create = Duration::from_millis(200);
    config.timeouts.read = Duration::from_millis(200);
    let client = Client::new(config).unwrap();
    let error = client.create_videoid(&person()).await.unwrap_err();
    assert_eq!(
        told(&error),
        (ErrorKind::TimedOut, Outcome::Unknown, Retry::FindOut),
        "{error:?}"
    );
    let error = client.read_request(RequestPk::new(388141)).await.unwrap_err();
    assert_eq!(
        told(&error),
        (ErrorKind::TimedOut, Outcome::Unknown, Retry::Later),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_proxys_page_is_never_taken_for_success() {
    let page = |status| {
        http(
            status,
            "text/html",
            b"<!DOCTYPE html><title>Welcome to the hotel</title>",
        )
    };
    let error = create(Step::Answer(page(200))).await;
    assert_eq!(
        told(&error),
        (ErrorKind::NotTheService, Outcome::Refused, Retry::Later),
        "{error:?}"
    );
    let error = create(fixture_answer("any.502.proxy.html")).await;
    assert_eq!(
        told(&error),
        (ErrorKind::ServerFault, Outcome::Unknown, Retry::FindOut),
        "{error:?}"
    );
    let error = read(fixture_answer("any.504.proxy.html")).await;
    assert_eq!(
        told(&error),
        (ErrorKind::ServerFault, Outcome::Unknown, Retry::Later),
        "{error:?}"
    );
}

#[tokio::test]
async fn another_protocol_is_not_the_service() {
    let words = b"SSH-2.0-OpenSSH_9.6\r\n";
    let error = create(Step::Answer(words.to_vec())).await;
    assert_eq!(error.kind, ErrorKind::NotTheService, "{error:?}");

    // A server that speaks first may be heard before the call is begun.
    let error = create(Step::Blurt(words.to_vec())).await;
    let never = (ErrorKind::ConnectionLost, Outcome::NotSent, Retry::Offline);
    assert!(
        error.kind == ErrorKind::NotTheService || told(&error) == never,
        "{error:?}"
    );
}

#[tokio::test]
async fn validation_errors_reach_the_screen() {
    let error = create(fixture_answer("create.422.field-required.json")).await;
    assert_eq!(told(&error), (ErrorKind::Invalid, Outcome::Refused, Retry::Never));
    assert_eq!(error.message.as_deref(), Some("body.email: field required"));
}

#[tokio::test]
async fn an_error_of_the_connection_prints_neither_address_nor_number() {
    let server = Script::play([Step::CloseAfterwards]).await;
    let error = client(&server.base)
        .read_request(RequestPk::new(388141))
        .await
        .unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert!(
        !shown.contains("388141") && !shown.contains("oneshot/api"),
        "{shown}"
    );
}
