//! What stays on this machine once the server has it.

use std::path::Path;

use evidence::{Role, Step};
use station::view::CaseView;

use crate::rehearsal::{Rehearsal, code, shown};

/// Whether any file below the folder holds the bytes.
fn is_anywhere(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                is_anywhere(&path, bytes)
            } else {
                let held = std::fs::read(&path).expect("a file");
                held.windows(bytes.len()).any(|window| window == bytes)
            }
        })
}

fn digests(view: &CaseView) -> Vec<(Role, String, u64)> {
    view.exhibits
        .iter()
        .map(|exhibit| (exhibit.role, exhibit.sha256.clone(), exhibit.bytes))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_is_removed_and_its_proof_stays() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let before = rehearsal.up_to_review().await;
    let delivered = rehearsal.delivered().await;
    let kept = delivered.kept.expect("it is counted");
    let confirmed_at = delivered.delivery.expect("delivered").confirmed_at;
    assert_eq!(
        kept.until,
        confirmed_at.map(|at| at + 24 * 3600 * 1000),
        "a day, unless the settings say otherwise"
    );
    let folder = rehearsal.settings.data_dir.clone().expect("a folder");
    let front = shown(&rehearsal.booth, &before, Role::Front).await;
    rehearsal.booth.purge_due().await.expect("looked through");
    assert_eq!(
        shown(&rehearsal.booth, &before, Role::Front).await,
        front,
        "its time is not over"
    );
    let view = rehearsal.booth.purge_now(&before.id).await.expect("removed");
    assert!(!is_anywhere(&folder, &front[..64]), "the picture is gone");
    let object = &before.exhibits[0].object;
    assert_eq!(
        code(rehearsal.booth.object(&before.id, object).await.map(drop)),
        "case_unknown"
    );
    for personal in ["alma@example.org", "127.0.0.1"] {
        assert!(!is_anywhere(&folder, personal.as_bytes()), "{personal} is gone");
    }
    assert_eq!(digests(&view), digests(&before), "the proof stays");
    assert!(view.exhibits.iter().all(|exhibit| !exhibit.kept));
    assert!(view.kept.expect("it says when").removed_at.is_some());
    let receipt = rehearsal.booth.receipt_text().await.expect("a receipt");
    assert!(receipt.contains(&before.exhibits[0].sha256), "{receipt}");
    rehearsal
        .booth
        .purge_now(&before.id)
        .await
        .expect("once more is no error");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_once_means_at_once() {
    let rehearsal = Rehearsal::with(|settings| settings.retention.after_hours = 0).await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    assert_eq!(rehearsal.delivered().await.step, Step::Submitted);
    for _ in 0..100 {
        let view = rehearsal.booth.look_at(&id).await.expect("kept");
        if view.kept.is_some_and(|kept| kept.removed_at.is_some()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it is still here after two seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_does_not_have_is_never_removed() {
    let port = super::nobodys_port();
    let rehearsal = Rehearsal::with(|settings| {
        super::towards(settings, port);
        settings.retention.after_hours = 0;
    })
    .await;
    rehearsal.begun().await;
    rehearsal.booth.start_defer().await.expect("on without a request");
    let view = rehearsal.up_to_review().await;
    assert_eq!(rehearsal.delivered().await.step, Step::Failed);
    assert_eq!(code(rehearsal.booth.purge_now(&view.id).await), "out_of_order");
    rehearsal.booth.purge_due().await.expect("looked through");
    for role in [Role::Front, Role::Portrait, Role::Selfie, Role::Video] {
        assert!(!shown(&rehearsal.booth, &view, role).await.is_empty());
    }
    let server = super::server_at(port).await;
    assert_eq!(
        rehearsal.delivered().await.step,
        Step::Submitted,
        "it could still be sent"
    );
    drop(server);
}
