//! A gateway in front of the server, with TLS of its own making, and a proxy on the way: real ones, both.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oneshot::{Client, Config, ErrorKind, Outcome, Proxy, Retry, Secret};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::script::{Script, fixture_answer, http};
use crate::{config, fixture, person};

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..text.len().min(at + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// An authority nobody else knows.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: Vec<u8>,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Authority {
        pem: pem("CERTIFICATE", certificate.der()),
        der: certificate.der().to_vec(),
        issuer: Issuer::new(params, key),
    }
}

/// A certificate for `localhost`, and its key.
fn issued(by: &Authority) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.subject_alt_names = vec![SanType::DnsName("localhost".try_into().unwrap())];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &by.issuer).unwrap();
    (certificate, key)
}

struct Gateway {
    base: String,
    port: u16,
    /// The requests that got through, head and body.
    received: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Listens with a certificate of `own`, and lets nobody in who has none of `clients`.
async fn gateway(own: &Authority, clients: &Authority) -> Gateway {
    let (certificate, key) = issued(own);
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der.clone().into()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .unwrap();
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&received);
    let task = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let request = request(&mut stream).await;
            log.lock().unwrap().push(request);
            let answer = http(200, "application/json", &fixture("create.200.json"));
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    });
    Gateway {
        base: format!("https://localhost:{port}/oneshot/api/v1"),
        port,
        received,
        task,
    }
}

/// A head and the body it announces.
async fn request(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let announced = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= announced.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
            _ => return text,
        }
    }
}

fn identity(of: &Authority) -> Secret {
    let (certificate, key) = issued(of);
    Secret::new(format!(
        "{}{}",
        pem("CERTIFICATE", certificate.der()),
        pem("PRIVATE KEY", &key.serialize_der())
    ))
}

async fn created(config: Config) -> Result<(), oneshot::Error> {
    Client::new(config)
        .unwrap()
        .create_videoid(&person())
        .await
        .map(drop)
}

#[tokio::test]
async fn a_gateway_of_a_private_authority_is_let_in_by_name_and_lets_us_in_by_certificate() {
    let (own, clients) = (authority(), authority());
    let gateway = gateway(&own, &clients).await;
    let mut config = config(&gateway.base);
    config.trusted_roots = vec![own.pem.clone().into_bytes()];
    config.client_identity = Some(identity(&clients));
    config
        .extra_headers
        .push(("X-Api-Key".into(), Secret::new("k3y")));
    created(config).await.unwrap();
    let received = gateway.received.lock().unwrap().clone();
    assert_eq!(received.len(), 1);
    assert!(received[0].starts_with("POST /oneshot/api/v1/videoid HTTP/1.1\r\n"));
    assert!(received[0].to_lowercase().contains("x-api-key: k3y"));
    assert!(received[0].contains("\"registration_authority\":\"139\""));
}

#[tokio::test]
async fn nothing_is_sent_past_a_gateway_that_is_not_trusted_or_does_not_trust_us() {
    let (own, clients) = (authority(), authority());
    let gateway = gateway(&own, &clients).await;
    let good = || Config {
        trusted_roots: vec![own.pem.clone().into_bytes()],
        client_identity: Some(identity(&clients)),
        ..config(&gateway.base)
    };
    let unknown_server = Config {
        trusted_roots: Vec::new(),
        ..good()
    };
    let another_authority = Config {
        trusted_roots: vec![clients.pem.clone().into_bytes()],
        ..good()
    };
    let no_identity = Config {
        client_identity: None,
        ..good()
    };
    let unknown_identity = Config {
        client_identity: Some(identity(&own)),
        ..good()
    };
    for config in [unknown_server, another_authority, no_identity, unknown_identity] {
        let error = created(config).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome(), error.retry()),
            (ErrorKind::Tls, Outcome::NotSent, Retry::Never),
            "{error:?}"
        );
    }
    assert!(gateway.received.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_key_or_an_authority_that_is_none_is_found_at_once_and_not_quoted() {
    let (certificate, key) = issued(&authority());
    let key_alone = pem("PRIVATE KEY", &key.serialize_der());
    for (what, change) in [
        (
            "client_identity",
            Box::new(|c: &mut Config| c.client_identity = Some("s3cr3t".into())) as Box<dyn Fn(&mut Config)>,
        ),
        (
            "client_identity",
            Box::new(|c| c.client_identity = Some(key_alone.as_str().into())),
        ),
        (
            "client_identity",
            Box::new(|c| c.client_identity = Some(pem("CERTIFICATE", certificate.der()).into())),
        ),
        (
            "trusted_roots",
            Box::new(|c| c.trusted_roots = vec![b"s3cr3t".to_vec()]),
        ),
        (
            "trusted_roots",
            Box::new(|c| {
                c.trusted_roots =
                    vec![b"-----BEGIN CERTIFICATE-----\ns3cr3t\n-----END CERTIFICATE-----\n".to_vec()]
            }),
        ),
        (
            "proxy",
            Box::new(|c| {
                c.proxy = Some(Proxy {
                    url: "socks5://127.0.0.1:1/".parse().unwrap(),
                    username: None,
                    password: None,
                })
            }),
        ),
        (
            "proxy",
            Box::new(|c| {
                c.proxy = Some(Proxy {
                    url: "http://u:s3cr3t@127.0.0.1:1/".parse().unwrap(),
                    username: None,
                    password: None,
                })
            }),
        ),
        (
            "proxy",
            Box::new(|c| {
                c.proxy = Some(Proxy {
                    url: "http://127.0.0.1:1/".parse().unwrap(),
                    username: None,
                    password: Some("s3cr3t".into()),
                })
            }),
        ),
    ] {
        let mut config = config("https://localhost/oneshot/api/v1");
        change(&mut config);
        let error = Client::new(config).unwrap_err();
        assert_eq!(error.kind, ErrorKind::BadConfig);
        assert!(error.to_string().contains(what), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cr3t") && !shown.contains("PRIVATE"), "{shown}");
    }
}

/// A forward proxy: passes requests on, opens tunnels, wants to know who asks.
struct Forward {
    url: String,
    /// The first lines it was asked with.
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Forward {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward_proxy() -> Forward {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, Arc::clone(&log)));
        }
    });
    Forward { url, asked, task }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>) {
    let asked = request(&mut stream).await;
    let line = asked.lines().next().unwrap_or_default().to_owned();
    log.lock().unwrap().push(line.clone());
    // `booth:s3cr3t` in Base64.
    if !asked.contains("Basic Ym9vdGg6czNjcjN0") {
        let refusal =
            b"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(refusal).await;
        return;
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    if method == "CONNECT" {
        let mut server = TcpStream::connect(target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 X\r\n\r\n").await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut server).await;
        return;
    }
    let (host, path) = target.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut server = TcpStream::connect(host).await.unwrap();
    // What it was told for itself stays here.
    let kept: Vec<&str> = asked
        .split("\r\n")
        .filter(|line| !line.to_lowercase().starts_with("proxy-"))
        .collect();
    let passed = kept.join("\r\n").replacen(target, &format!("/{path}"), 1);
    server.write_all(passed.as_bytes()).await.unwrap();
    let _ = copy_bidirectional(&mut stream, &mut server).await;
}

fn through(proxy: &Forward, password: Option<&str>) -> Option<Proxy> {
    Some(Proxy {
        url: proxy.url.parse().unwrap(),
        username: password.map(|_| "booth".to_owned()),
        password: password.map(Secret::from),
    })
}

#[tokio::test]
async fn a_proxy_passes_a_plain_call_on() {
    let proxy = forward_proxy().await;
    let server = Script::play([fixture_answer("create.200.json")]).await;
    let mut config = config(&server.base);
    config.proxy = through(&proxy, Some("s3cr3t"));
    created(config).await.unwrap();
    let request = server.only();
    assert_eq!(request.line(), "POST /oneshot/api/v1/videoid");
    assert_eq!(request.header("proxy-authorization"), None);
    let asked = proxy.asked.lock().unwrap().clone();
    assert_eq!(asked, [format!("POST {}/videoid HTTP/1.1", server.base)]);
}

#[tokio::test]
async fn a_proxy_tunnels_to_a_gateway_and_sees_nothing_of_the_call() {
    let (own, clients) = (authority(), authority());
    let gateway = gateway(&own, &clients).await;
    let proxy = forward_proxy().await;
    let config = Config {
        trusted_roots: vec![own.pem.clone().into_bytes()],
        client_identity: Some(identity(&clients)),
        proxy: through(&proxy, Some("s3cr3t")),
        ..config(&gateway.base)
    };
    created(config).await.unwrap();
    assert_eq!(gateway.received.lock().unwrap().len(), 1);
    let asked = proxy.asked.lock().unwrap().clone();
    assert_eq!(asked, [format!("CONNECT localhost:{} HTTP/1.1", gateway.port)]);
}

#[tokio::test]
async fn a_proxy_that_does_not_know_us_is_told_from_a_server_that_is_away() {
    let proxy = forward_proxy().await;
    let server = Script::play([]).await;
    for base in [server.base.clone(), server.base.replace("http://", "https://")] {
        for password in [None, Some("wrong")] {
            let mut config = config(&base);
            config.proxy = through(&proxy, password);
            let error = created(config).await.unwrap_err();
            assert_eq!(
                (error.kind, error.retry()),
                (ErrorKind::Refused, Retry::Never),
                "{base} {error:?}"
            );
            assert_ne!(error.outcome(), Outcome::Unknown);
            assert!(!format!("{error:?}").contains("wrong"));
        }
    }
    assert!(server.received().is_empty());

    let mut config = config(&server.base);
    config.proxy = Some(Proxy {
        url: nobody().await.parse().unwrap(),
        username: None,
        password: None,
    });
    let error = created(config).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::Unreachable, Outcome::NotSent)
    );
}

/// An address nobody listens at.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}
