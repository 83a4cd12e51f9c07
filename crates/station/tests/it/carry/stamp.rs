//! Time stamps by openssl's own authority, asked over HTTP.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use station::{Export, Settings};
use tempfile::TempDir;

use super::stick;
use crate::rehearsal::{Rehearsal, code};

const CONFIG: &str = "
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = Stamps of the test
[stamping]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = own
[own]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
";

fn openssl(folder: &Path, arguments: &str) {
    let told = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl is a part of the set-up");
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{arguments}: {said}");
}

/// An authority that listens, with its certificate.
struct Authority {
    folder: Arc<TempDir>,
    address: SocketAddr,
}

impl Authority {
    async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        std::fs::write(folder.path().join("tsa.cnf"), CONFIG).expect("written");
        std::fs::write(folder.path().join("serial"), "01\n").expect("written");
        openssl(
            folder.path(),
            "req -x509 -newkey rsa:2048 -nodes -days 2 -config tsa.cnf -keyout tsa.key -out tsa.pem",
        );
        let app = Router::new()
            .route("/", post(answer))
            .with_state(Arc::clone(&folder));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { folder, address }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("tsa.pem")
    }
}

async fn answer(State(folder): State<Arc<TempDir>>, query: Bytes) -> Vec<u8> {
    let folder = folder.path();
    std::fs::write(folder.join("query.tsq"), query).expect("written");
    openssl(
        folder,
        "ts -reply -config tsa.cnf -section own -queryfile query.tsq -out reply.tsr",
    );
    std::fs::read(folder.join("reply.tsr")).expect("answered")
}

/// A case at its review, and how it is exported.
async fn ready(change: impl FnOnce(&mut Settings)) -> (Rehearsal, String, Export, TempDir) {
    let rehearsal = Rehearsal::with(change).await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    let stick = stick();
    let export = Export {
        to: stick.path().join("case.pbx"),
        in_clear: true,
        ..Export::default()
    };
    (rehearsal, id, export, stick)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_carries_the_time_an_authority_gives() {
    let authority = Authority::new().await;
    let (rehearsal, id, export, _stick) = ready(|settings| {
        settings.seal.tsa = Some(format!("http://{}/", authority.address));
        settings.seal.tsa_required = true;
        settings.seal.tsa_authorities = Some(authority.certificate());
    })
    .await;
    let exported = rehearsal.booth.export(&id, &export).await.expect("exported");
    assert!(exported.stamped_at.is_some() && exported.not_stamped.is_none());
    let report = seal::verify_bundle(File::open(exported.file).expect("there"), &[]);
    assert!(report.is_intact(), "{report:?}");
    let stamp = report.timestamp.expect("it is in it");
    let pem = std::fs::read(authority.certificate()).expect("readable");
    let anchors = papers::Anchors::from_pem(&pem).expect("a certificate");
    let told = papers::time_stamp(&stamp.token, &stamp.stamped, &anchors).expect("it holds");
    assert_eq!(told.trust, papers::Trust::Anchored);
    assert_eq!(Some(told.at), exported.stamped_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_does_not_answer_stops_the_export_only_where_it_must() {
    let nobody = format!("http://127.0.0.1:{}/", crate::queue::nobodys_port());
    let url = nobody.clone();
    let (rehearsal, id, export, _stick) = ready(|settings| settings.seal.tsa = Some(url)).await;
    let exported = rehearsal
        .booth
        .export(&id, &export)
        .await
        .expect("exported without");
    assert_eq!(exported.stamped_at, None);
    assert_eq!(
        exported.not_stamped.expect("and it is told").code.as_str(),
        "stamp_missing"
    );

    let (rehearsal, id, export, _stick) = ready(|settings| {
        settings.seal.tsa = Some(nobody);
        settings.seal.tsa_required = true;
    })
    .await;
    assert_eq!(code(rehearsal.booth.export(&id, &export).await), "stamp_missing");
    assert!(!export.to.exists());
    let export = Export {
        recipients: vec![rehearsal.booth.recipient().await.expect("a recipient")],
        purpose: station::Purpose::HandOver,
        in_clear: false,
        ..export
    };
    assert_eq!(code(rehearsal.booth.export(&id, &export).await), "stamp_missing");
    let view = rehearsal.delivered().await;
    assert_eq!(
        view.step,
        station::Step::Submitted,
        "and it is delivered from here still"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamp_of_another_authority_is_none_and_practice_asks_nobody_outside() {
    let (authority, other) = (Authority::new().await, Authority::new().await);
    let (rehearsal, id, export, _stick) = ready(|settings| {
        settings.seal.tsa = Some(format!("http://{}/", authority.address));
        settings.seal.tsa_authorities = Some(other.certificate());
        settings.seal.tsa_required = true;
    })
    .await;
    assert_eq!(code(rehearsal.booth.export(&id, &export).await), "stamp_missing");

    let (rehearsal, id, export, _stick) =
        ready(|settings| settings.seal.tsa = Some("https://tsa.example/".to_owned())).await;
    assert_eq!(code(rehearsal.booth.export(&id, &export).await), "settings_wrong");
}
