//! The video is read back before a case counts as submitted: what the officer will see is what was taken.

use std::net::SocketAddr;

use evidence::Step;
use oneshot_sandbox::{Fault, Operation, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::officer::{AtDesk, Generation, booth_at, calls, sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn the_video_is_read_back_once_and_a_torn_reading_is_made_again() {
    for generation in Generation::BOTH {
        let sandbox = sandbox().await;
        let booth = booth_at(&sandbox, generation, "139", |_| {}).await;
        booth.begun().await;
        booth.up_to_review().await;
        sandbox.fail_next(Operation::DownloadVideo, Fault::TruncatedBody);
        let view = booth.delivered().await;
        assert_eq!(view.step, Step::Submitted, "{generation:?}: {:?}", view.problem);
        assert_eq!(calls(&sandbox, Operation::DownloadVideo), 2);
        let receipt = booth.booth.receipt_text().await.expect("a receipt");
        assert!(!receipt.contains("not compared"), "{receipt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_switched_off_the_receipt_says_so() {
    let desk = AtDesk::submitted_with(Generation::Current, "139", |settings| {
        settings.server.as_mut().expect("a server").verify_video = false;
    })
    .await;
    assert_eq!(desk.calls(Operation::DownloadVideo), 0);
    let receipt = desk.rehearsal.booth.receipt_text().await.expect("a receipt");
    assert!(receipt.contains("verify_video = false"), "{receipt}");
}

/// Passes everything on, but for one letter of every video that comes from the server.
async fn meddler(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let server = TcpStream::connect(server).await.expect("the sandbox is there");
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
                let mut buffer = vec![0; 1 << 16];
                while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
                    let passing = &mut buffer[..read];
                    if let Some(at) = passing.windows(4).position(|word| word == b"mdat") {
                        passing[at] = b'M';
                    }
                    if to_client.write_all(passing).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_is_another_one_there_is_not_submitted() {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("the sandbox starts");
    let through = meddler(sandbox.address()).await;
    let booth = booth_at(&sandbox, Generation::Current, "139", |settings| {
        let server = settings.server.as_mut().expect("a server");
        server.base_url = server
            .base_url
            .replace(&sandbox.address().to_string(), &through.to_string());
    })
    .await;
    booth.begun().await;
    booth.up_to_review().await;
    let view = booth.delivered().await;
    assert_eq!(view.step, Step::Failed);
    assert_eq!(
        view.problem.expect("it says why").code.as_str(),
        "evidence_rejected"
    );
    assert_eq!(
        calls(&sandbox, Operation::UploadVideo),
        1,
        "it is not sent again on its own"
    );
}
