//! The doctor: whether this machine can do what the booth needs, and what to do where it cannot.
//!
//! [`examine`] tries each thing the way a case would: a camera is opened for one frame and given back, a file is
//! written and synced, an entry goes into the system's store of credentials and out again, the server is asked for
//! nothing but an answer. Nothing is left behind. What it finds is a closed set of [`Remark`]s, each with a sentence
//! and an action in every language (`doctor` in `ui/src/i18n`), or a [`Problem`] like any other.

mod cameras;
mod disk;
mod eyes;
mod finding;
mod keyring;
mod microphone;
mod register;
mod server;
mod vault;

use evidence::{Code, Problem, TryAgain};

pub use self::finding::{Finding, Remark, Report, Subject, Verdict};
use crate::booth::Booth;
use crate::view::CameraTrial;
use crate::{Settings, StartUp};

/// Examines this machine for the settings a door would start with. Settings that cannot be read are the first finding,
/// and the last: everything else depends on them.
pub async fn examine(start_up: StartUp) -> Report {
    match start_up.read() {
        Ok(settings) => {
            let running = disk::running(&settings);
            let mut report = examine_settings(&settings).await;
            report.findings.push(running);
            report
        }
        Err(problem) => Report::without_settings(problem),
    }
}

/// Tries out each camera of this machine for some seconds, for the settings a door would start with.
pub async fn examine_cameras(start_up: StartUp) -> Report {
    match start_up.read() {
        Ok(settings) => Report {
            findings: cameras::look_closely(&settings).await,
        },
        Err(problem) => Report::without_settings(problem),
    }
}

impl Booth {
    /// Tries out one camera for some seconds; meanwhile its pictures are in [`Booth::tried_picture`]. Only behind the
    /// booth, while no case is on the screen: no step's camera is open beside it.
    ///
    /// # Errors
    /// A case is on the screen, or nobody may look behind this booth.
    pub async fn try_camera(&self, camera: &str) -> Result<CameraTrial, Problem> {
        if !self.0.settings.has_operator_pages() || self.desk().is_ok() {
            return Err(Problem::new(Code::OutOfOrder, TryAgain::AfterChange));
        }
        let _one_at_a_time = self.0.taking.lock().await;
        Ok(CameraTrial {
            camera: camera.to_owned(),
            findings: cameras::try_for_long(&self.0.cameras, camera).await,
        })
    }

    /// Examines this machine for the settings the booth was opened with. All that is kept here is read through.
    pub async fn examine(&self) -> Report {
        let kept = vault::of_open(self.vault()).await;
        looked_at(&self.0.settings, kept).await
    }
}

/// Examines this machine for these settings, whoever else has the booth open.
pub async fn examine_settings(settings: &Settings) -> Report {
    let kept = on_a_thread(settings, vault::of).await;
    looked_at(settings, kept).await
}

async fn looked_at(settings: &Settings, kept: Vec<Finding>) -> Report {
    let mut findings = vec![Finding::fine(Subject::Settings, Remark::SettingsFine)];
    findings.extend(on_a_thread(settings, disk::look_at).await);
    findings.extend(kept);
    findings.push(keyring::look_at(settings).await);
    findings.extend(server::look_at(settings).await);
    findings.extend(cameras::look_at(settings).await);
    findings.extend(on_a_thread(settings, microphone::look_at).await);
    findings.extend(on_a_thread(settings, eyes::look_at).await);
    findings.extend(on_a_thread(settings, register::look_at).await);
    Report { findings }
}

/// Looks at something that blocks.
async fn on_a_thread(settings: &Settings, look: fn(&Settings) -> Vec<Finding>) -> Vec<Finding> {
    let settings = settings.clone();
    let looked = tokio::task::spawn_blocking(move || look(&settings)).await;
    looked.unwrap_or_else(|_| {
        let broke: Problem = crate::problems::internal("looking at the disk broke");
        vec![Finding::problem(Subject::Disk, Verdict::Failed, broke)]
    })
}
