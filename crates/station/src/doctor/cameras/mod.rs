//! The cameras of the steps: each is opened for one frame, and given back. By itself each is tried for longer: `trial`.

mod trial;

use std::collections::BTreeSet;
use std::time::Duration;

use evidence::{Code, Problem, TryAgain};
use tokio::sync::broadcast;

pub(super) use self::trial::try_out as try_for_long;
use super::{Finding, Remark, Subject, Verdict};
use crate::cameras::Cameras;
use crate::{Settings, judge, problems};

/// A webcam needs a second or two to wake up.
const FIRST_FRAME: Duration = Duration::from_secs(8);

/// Each camera of the machine, and each replay that serves a step, tried out for some seconds one after the other.
pub(super) async fn look_closely(settings: &Settings) -> Vec<Finding> {
    let cameras = match find(settings).await {
        Ok(cameras) => cameras,
        Err(finding) => return vec![finding],
    };
    let chosen: BTreeSet<String> = cameras
        .chosen()
        .into_iter()
        .filter_map(|chosen| chosen.camera)
        .collect();
    let views = cameras.views();
    let there: Vec<&str> = views
        .iter()
        .filter(|view| !view.replay || chosen.contains(&view.id))
        .map(|view| view.id.as_str())
        .collect();
    if there.is_empty() {
        return vec![failed(Problem::new(Code::CameraNone, TryAgain::AfterChange))];
    }
    let mut findings = Vec::new();
    for id in there {
        findings.extend(try_for_long(&cameras, id).await);
    }
    findings
}

async fn find(settings: &Settings) -> Result<Cameras, Finding> {
    // Nobody listens: what the cameras tell a page is told by the findings.
    let (sender, _) = broadcast::channel(1);
    let wanted = settings.clone();
    let found = tokio::task::spawn_blocking(move || Cameras::find(&wanted, sender)).await;
    found.map_err(|_| failed(problems::internal("looking for cameras broke")))
}

pub(super) async fn look_at(settings: &Settings) -> Vec<Finding> {
    let cameras = match find(settings).await {
        Ok(cameras) => cameras,
        Err(finding) => return vec![finding],
    };
    let names = cameras.views();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for chosen in cameras.chosen() {
        // Steps that share a camera share its finding; steps without one share theirs.
        if !seen.insert(chosen.camera.clone()) {
            continue;
        }
        let name = names
            .iter()
            .find(|camera| Some(&camera.id) == chosen.camera.as_ref())
            .map(|camera| camera.name.clone());
        findings.push(match name {
            Some(name) => try_out(&cameras, chosen.role, &name).await,
            None => failed(Problem::new(
                if chosen.camera.is_some() {
                    Code::CameraMissing
                } else {
                    Code::CameraNone
                },
                TryAgain::AfterChange,
            )),
        });
        // A failure of one camera is not held against the next.
        cameras.restart();
    }
    findings
}

async fn try_out(cameras: &Cameras, role: evidence::Role, name: &str) -> Finding {
    let loan = match cameras.lend(role).await {
        Ok(loan) => loan,
        Err(problem) => return failed(problem).with("camera", name),
    };
    let frame = tokio::task::spawn_blocking(move || loan.camera.newest_after(0, FIRST_FRAME)).await;
    let size = match frame {
        Ok(Ok(Some(frame))) => frame.size,
        Ok(Ok(None)) => {
            return failed(Problem::new(Code::CameraSilent, TryAgain::Now)).with("camera", name);
        }
        Ok(Err(error)) => return failed(problems::from_clip(&error)).with("camera", name),
        Err(_) => return failed(problems::internal("a camera broke")).with("camera", name),
    };
    let small = judge::cameras::is_small(size.area());
    let (verdict, remark) = if small {
        (Verdict::Warning, Remark::CameraSmall)
    } else {
        (Verdict::Fine, Remark::CameraFine)
    };
    Finding::new(Subject::Camera, verdict, remark)
        .with("camera", name)
        .with("width", size.width)
        .with("height", size.height)
}

fn failed(problem: Problem) -> Finding {
    Finding::problem(Subject::Camera, Verdict::Failed, problem)
}
