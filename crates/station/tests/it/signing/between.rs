//! Something between the booth and the server that changes what passes, and somebody else who works there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use evidence::Step;
use oneshot::{Client, Config, DocumentFile, DocumentKind, DocumentUid, RequestPk};
use oneshot_sandbox::Sandbox;
use station::view::LegProgress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Generation, Signing, agreement};
use crate::rehearsal::code;

/// Passes everything on; while it meddles, every PDF that comes from the server says another version of itself.
struct Meddler {
    address: std::net::SocketAddr,
    meddles: Arc<AtomicBool>,
}

impl Meddler {
    async fn before(sandbox: &Sandbox) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let server = sandbox.address();
        let meddles = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&meddles);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let flag = Arc::clone(&flag);
                tokio::spawn(async move {
                    let server = TcpStream::connect(server).await.expect("the sandbox is there");
                    let (mut from_client, mut to_client) = client.into_split();
                    let (mut from_server, mut to_server) = server.into_split();
                    tokio::spawn(async move {
                        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
                        let _ = to_server.shutdown().await;
                    });
                    let mut buffer = vec![0; 1 << 16];
                    while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
                        let passing = &mut buffer[..read];
                        if flag.load(Ordering::SeqCst) {
                            meddle(passing);
                        }
                        if to_client.write_all(passing).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { address, meddles }
    }

    fn meddle(&self, on: bool) {
        self.meddles.store(on, Ordering::SeqCst);
    }
}

fn meddle(passing: &mut [u8]) {
    const VERSION: &[u8] = b"%PDF-1.";
    if let Some(at) = passing
        .windows(VERSION.len())
        .position(|window| window == VERSION)
        && let Some(digit) = passing.get_mut(at + VERSION.len())
    {
        *digit = if *digit == b'4' { b'5' } else { b'4' };
    }
}

async fn meddled_with(generation: Generation) -> (Signing, Meddler) {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("the sandbox starts");
    let meddler = Meddler::before(&sandbox).await;
    let base_url = match generation {
        Generation::Current => sandbox.base_url(),
        Generation::Legacy => sandbox.legacy_base_url(),
    };
    let through = base_url.replace(&sandbox.address().to_string(), &meddler.address.to_string());
    let signing = Signing::with(generation, sandbox, &through, |_| {}).await;
    (signing, meddler)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_another_one_there_does_not_stay_there() {
    for generation in [Generation::Current, Generation::Legacy] {
        let (signing, meddler) = meddled_with(generation).await;
        signing.add(1).await;
        meddler.meddle(true);
        let uploaded = signing.booth().papers_upload().await;
        assert_eq!(code(uploaded), "document_altered", "{generation:?}");
        assert_eq!(signing.signing().await.papers[0].upload, LegProgress::Waiting);
        assert_eq!(signing.documents_there().await, 0, "the wrong one is gone");
        meddler.meddle(false);
        signing
            .booth()
            .papers_upload()
            .await
            .expect("the right one is there");
        assert_eq!(signing.documents_there().await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_document_that_does_not_hold_is_kept_and_counts_for_nothing() {
    let (signing, meddler) = meddled_with(Generation::Current).await;
    signing.to_code().await;
    signing.code().await;
    signing.signed().await;
    meddler.meddle(true);
    let booth = signing.booth();
    assert_eq!(code(booth.signed_fetch().await), "signature_invalid");
    let paper = signing.signing().await.papers.remove(0);
    let seal = paper.signed.expect("it is kept to be looked at");
    assert!(!seal.good && !seal.extends_original, "{seal:?}");
    assert_eq!(code(booth.signed_bytes(&paper.id).await), "signature_invalid");
    assert_eq!(code(booth.server_delete().await), "copy_missing");
    assert_eq!(signing.documents_there().await, 1);
    meddler.meddle(false);
    booth.signed_fetch().await.expect("now it holds");
    let view = booth.server_delete().await.expect("and may go there");
    assert_eq!(view.step, Step::Closed);
}

impl Signing {
    fn elsewhere(&self) -> Client {
        let base_url = self.sandbox.legacy_base_url().parse().expect("an address");
        let mut config = Config::new(base_url, "139", "PFnubeQAFCiudadano");
        config.dialect = oneshot::Dialect::Legacy;
        Client::new(config).expect("a client")
    }

    async fn there_pk(&self) -> RequestPk {
        RequestPk::new(self.request_pk().await.cast_signed())
    }

    /// Somebody else uploads a document to the request.
    pub async fn upload_elsewhere(&self, bytes: &[u8]) -> String {
        let file = DocumentFile {
            file_name: "elsewhere.pdf".to_owned(),
            source: Arc::new(bytes::Bytes::copy_from_slice(bytes)),
            kind: DocumentKind::Pdf,
        };
        let uploaded = self
            .elsewhere()
            .upload_document(self.there_pk().await, file, oneshot::ignore_progress())
            .await;
        uploaded.expect("the server takes it").uid.as_str().to_owned()
    }

    /// Somebody else deletes a document of the request.
    pub async fn delete_elsewhere(&self, uid: &str) {
        let uid = DocumentUid::new(uid).expect("a name of the sandbox");
        self.elsewhere()
            .delete_document(self.there_pk().await, &uid, None)
            .await
            .expect("it is deleted");
    }

    /// Somebody else cancels the request.
    pub async fn cancel_elsewhere(&self) {
        self.elsewhere()
            .cancel_request(self.there_pk().await)
            .await
            .expect("it is cancelled");
    }
}

#[test]
fn what_passes_is_changed_in_one_place() {
    let mut passing = agreement(1);
    let before = passing.clone();
    meddle(&mut passing);
    let changed = passing
        .iter()
        .zip(&before)
        .filter(|(now, then)| now != then)
        .count();
    assert_eq!(changed, 1);
}
