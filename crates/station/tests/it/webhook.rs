//! Webhooks as the sandbox sends them, in both forms: hints that make the booth look.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use evidence::Step;
use oneshot_sandbox::{Operation, RegistrationAuthority, Sandbox, WebhookFormat, WebhookTarget};
use station::webhook::{self, Heard, Options};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::officer::{Generation, booth_at, calls, sign_in, submit};
use crate::rehearsal::code;

const PATH: &str = "f00dcafe-0123456789abcdef";

/// A port that was free a moment ago: the sandbox has to know it before anybody listens there.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address")
}

async fn heard(events: &mut mpsc::Receiver<Heard>, about: impl Fn(&Heard) -> bool) -> Heard {
    let found = async {
        loop {
            let heard = events.recv().await.expect("the listener is there");
            if about(&heard) {
                break heard;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), found)
        .await
        .expect("it is told within 20 s")
}

/// Sends bytes as they are and says the status of the answer.
async fn post(address: SocketAddr, path: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.expect("somebody listens");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // One that is refused early may hang up before it has all of it.
    let _ = stream.write_all(body.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    answer
        .split_whitespace()
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("an answer: {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_makes_the_booth_read_the_state_and_go_on() {
    for (format, name) in [(WebhookFormat::A, "a"), (WebhookFormat::B, "b")] {
        let address = free_address();
        let target = WebhookTarget {
            url: format!("http://{address}/{PATH}"),
            format,
        };
        let mut authority = RegistrationAuthority::new("139");
        authority.webhook = Some(target);
        let settings = oneshot_sandbox::Settings {
            registration_authorities: vec![authority],
            ..Default::default()
        };
        let sandbox = Sandbox::start(settings).await.expect("the sandbox starts");
        let booth = booth_at(&sandbox, Generation::Current, "139", |_| {}).await;
        let (tell, mut events) = mpsc::channel(64);
        let options = Options {
            address,
            path: Some(PATH.to_owned()),
        };
        let listener = webhook::listen(&booth.booth, options, move |heard| {
            tell.try_send(heard).expect("there is room");
        })
        .await
        .expect("it listens");
        assert_eq!(listener.url(), format!("http://{address}/{PATH}"));
        let view = submit(&booth).await;

        let office = booth_at(&sandbox, Generation::Current, "139", |_| {}).await;
        sign_in(&office, &sandbox).await;
        let request = sandbox.requests().remove(0);
        let (pk, videoid) = (request.request_pk.cast_signed(), request.videoid_pk.cast_signed());
        office.booth.desk_fetch(pk, videoid).await.expect("fetched");
        office.booth.approve().await.expect("approved");

        let approved = heard(&mut events, |heard| heard.claimed == "ENROLLREADY").await;
        assert_eq!(approved.problem, None);
        assert_eq!(approved.format, name);
        assert_eq!(approved.request_pk, Some(pk));
        assert_eq!(approved.case.as_deref(), Some(view.id.as_str()));
        assert_eq!(approved.server_status.as_deref(), Some("ENROLLREADY"));
        assert_eq!(approved.step, Some(Step::Documents), "{name}");
        let case = booth.booth.current_case().await.expect("on the screen");
        assert_eq!(case.step, Step::Documents);

        // The same once more, as a gateway that is not sure would.
        let sent = sandbox
            .webhooks()
            .pop()
            .expect("the sandbox told")
            .body
            .to_string();
        let looks = calls(&sandbox, Operation::GetRequest);
        assert_eq!(post(address, &format!("/{PATH}"), &sent).await, 200);
        let again = heard(&mut events, |heard| heard.repeated).await;
        assert_eq!(again.request_pk, Some(pk));
        assert_eq!(
            calls(&sandbox, Operation::GetRequest),
            looks,
            "nothing was read because of it"
        );
        listener.stop().await;
        assert!(
            TcpStream::connect(address).await.is_err(),
            "nobody listens any more"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_hint_changes_nothing() {
    let sandbox = crate::officer::sandbox().await;
    let booth = booth_at(&sandbox, Generation::Current, "139", |_| {}).await;
    let (tell, mut events) = mpsc::channel(64);
    let options = Options::from(&booth.settings);
    let listener = webhook::listen(&booth.booth, options, move |heard| {
        tell.try_send(heard).expect("there is room");
    })
    .await
    .expect("it listens");
    assert!(listener.address().ip().is_loopback());
    let path = listener
        .url()
        .split_once(&listener.address().to_string())
        .expect("its own")
        .1
        .to_owned();
    assert!(path.len() > 60, "nobody guesses it");
    submit(&booth).await;
    let pk = sandbox.requests().remove(0).request_pk;

    let hint = format!(
        r#"{{"status":"ISSUED","date":"2026-11-23T08:00:00","request":{pk},"registration_authority":139}}"#
    );
    assert_eq!(post(listener.address(), &path, &hint).await, 200);
    let told = heard(&mut events, |heard| heard.claimed == "ISSUED").await;
    assert_eq!(
        told.server_status.as_deref(),
        Some("VIDEOREVIEW"),
        "what the server says"
    );
    assert_eq!(told.step, Some(Step::Submitted), "is what the booth goes by");

    let named = format!(
        r#"{{"event_type":"Alma Ejemplo","sent_at":"20261123080000","request":{{"status":"alma@example.org","pk":{pk}}},"certificates":[]}}"#
    );
    assert_eq!(post(listener.address(), &path, &named).await, 200);
    let told = heard(&mut events, |heard| heard.format == "b").await;
    assert_eq!(
        (told.claimed.as_str(), told.event_type),
        ("?", None),
        "anybody can write anything"
    );

    let elsewhere = r#"{"status":"ISSUED","request":1,"registration_authority":139}"#;
    assert_eq!(post(listener.address(), &path, elsewhere).await, 200);
    let told = heard(&mut events, |heard| heard.request_pk == Some(1)).await;
    assert_eq!((told.case, told.problem), (None, None), "no case of ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_webhook_is_turned_away() {
    let sandbox = crate::officer::sandbox().await;
    let booth = booth_at(&sandbox, Generation::Current, "139", |_| {}).await;
    let options = Options {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        path: Some(PATH.to_owned()),
    };
    let listener = webhook::listen(&booth.booth, options.clone(), |heard| {
        panic!("nothing to hear: {heard:?}")
    })
    .await
    .expect("it listens");
    let address = listener.address();
    let path = format!("/{PATH}");
    assert_eq!(post(address, "/", "{}").await, 404);
    assert_eq!(post(address, &format!("{path}/more"), "{}").await, 404);
    assert_eq!(post(address, &path, "not json").await, 400);
    assert_eq!(post(address, &path, "{}").await, 400);
    assert_eq!(post(address, &path, &" ".repeat(70_000)).await, 413);

    let taken = Options { address, ..options };
    let second = webhook::listen(&booth.booth, taken, |_| {}).await.map(|_| ());
    assert_eq!(code(second), "listen_failed");
    let guessed = Options {
        path: Some("webhook".to_owned()),
        ..Options::from(&booth.settings)
    };
    let guessed = webhook::listen(&booth.booth, guessed, |_| {}).await.map(|_| ());
    assert_eq!(code(guessed), "settings_wrong");
}
