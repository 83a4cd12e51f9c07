//! What waits goes out by itself, once; what was delivered does not stay.

mod disk;
mod hours;
mod progress;
mod retention;
mod waiting;

use std::time::Duration;

use evidence::Step;
use oneshot_sandbox::Sandbox;
use station::view::CaseView;
use station::{Booth, QueuePauses, Settings};

/// A port that was free a moment ago: nobody listens there until the test wants it.
pub fn nobodys_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port()
}

/// The settings of a booth whose server is at that port.
pub fn towards(settings: &mut Settings, port: u16) {
    let server = format!(
        "[server]\nbase_url = \"http://127.0.0.1:{port}/oneshot/api/v1\"\nregistration_authority = \"139\"\n\
         profile = \"PFnubeQAFCiudadano\""
    );
    settings.server = Settings::parse(&server).expect("settings").server;
}

/// The queue on, with pauses a test can wait for.
pub fn by_itself(settings: &mut Settings) {
    let pauses = (Duration::from_millis(20), Duration::from_millis(100));
    settings.delivery.queue = true;
    settings.delivery.pauses = QueuePauses {
        offline: pauses,
        fault: pauses,
    };
}

/// The server begins to listen there.
pub async fn server_at(port: u16) -> Sandbox {
    Sandbox::start(oneshot_sandbox::Settings {
        listen: ([127, 0, 0, 1], port).into(),
        ..Default::default()
    })
    .await
    .expect("the network is back")
}

/// The case once it is at this step, on the screen or not.
pub async fn arrives_at(booth: &Booth, id: &str, step: Step) -> CaseView {
    let arriving = async {
        loop {
            let view = booth.look_at(id).await.expect("it is kept");
            if view.step == step {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arriving)
        .await
        .unwrap_or_else(|_| panic!("it does not come to {step:?}"))
}
