//! Sealed bundles: a copy for the files, and a case that another machine delivers, once.

mod copies;
mod handover;
mod refused;
mod stamp;

use std::path::Path;

use evidence::Step;
use oneshot_sandbox::{Operation, Sandbox};
use station::{Export, Exported, Problem, Purpose};

use crate::queue::towards;
use crate::rehearsal::Rehearsal;

/// A machine whose server is at that port.
async fn machine(port: u16) -> Rehearsal {
    Rehearsal::with(|settings| towards(settings, port)).await
}

/// A case captured without a network, up to the review. Its identity.
async fn captured(here: &Rehearsal) -> String {
    here.begun().await;
    here.booth.start_defer().await.expect("on without a request");
    let view = here.up_to_review().await;
    here.booth.close_case().await.expect("the next one comes");
    view.id
}

/// A folder on a stick.
fn stick() -> tempfile::TempDir {
    tempfile::tempdir().expect("a stick")
}

async fn handed_over(from: &Rehearsal, id: &str, stick: &tempfile::TempDir, to: &Rehearsal) -> Exported {
    let export = Export {
        to: stick.path().to_owned(),
        recipients: vec![to.booth.recipient().await.expect("its recipient")],
        purpose: Purpose::HandOver,
        in_clear: false,
    };
    from.booth.export(id, &export).await.expect("handed over")
}

async fn imported(there: &Rehearsal, file: &Path, from: &Rehearsal) -> Result<String, Problem> {
    let device = from.booth.device_key().await.expect("its key").to_string();
    let view = there.booth.import(file, &[device]).await?;
    assert_eq!(view.step, Step::Submitting, "it waits to be delivered");
    Ok(view.id)
}

/// How often anything that must happen once did.
fn counted(sandbox: &Sandbox) -> [usize; 3] {
    [
        Operation::CreateVideoid,
        Operation::UploadEvidences,
        Operation::UploadVideo,
    ]
    .map(|operation| {
        sandbox
            .history()
            .iter()
            .filter(|call| call.operation == Some(operation))
            .count()
    })
}

/// What the audit log says, without the start.
fn noted(machine: &Rehearsal) -> Vec<String> {
    let log = machine.settings.audit_log().expect("a place");
    let entries = log.entries().expect("it can be read");
    entries.into_iter().map(|entry| entry.what).skip(1).collect()
}
