//! A camera tried out for three seconds: what it delivers, in which light, and what it can be used for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture::{Camera, Frame, Health};
use evidence::{Code, Problem, TryAgain};
use vision::scene::Scene;

use super::{FIRST_FRAME, failed};
use crate::cameras::Cameras;
use crate::cameras::provenance::name as pixels_name;
use crate::doctor::{Finding, Remark, Subject, Verdict};
use crate::judge::cameras::{self as judge, Light, Serves};
use crate::view::CameraView;
use crate::{eyes, problems};

/// So long its pictures are counted.
const WATCHED: Duration = Duration::from_secs(3);
/// A picture is measured at no more than this, along its longer side.
const MEASURED: u32 = 1280;

/// Tries a camera out, and gives it back.
pub(in crate::doctor) async fn try_out(cameras: &Cameras, id: &str) -> Vec<Finding> {
    let Some(view) = cameras.view_of(id) else {
        return vec![failed(Problem::new(Code::CameraMissing, TryAgain::AfterChange))];
    };
    let mut findings: Vec<Finding> = origin(&view).into_iter().collect();
    let seen = match watched(cameras, id).await {
        Ok(seen) => seen,
        Err(problem) => {
            findings.insert(0, failed(problem).with("camera", &view.name));
            return findings;
        }
    };
    let mut told = seen.findings(&view);
    told.extend(findings);
    told
}

/// What came from a camera while it was watched.
struct Seen {
    camera: Arc<Camera>,
    frame: Arc<Frame>,
    before: Health,
    after: Health,
    watched: Duration,
    scene: Option<Scene>,
}

async fn watched(cameras: &Cameras, id: &str) -> Result<Seen, Problem> {
    let trial = cameras.try_out(id).await?;
    let camera = Arc::clone(&trial.camera);
    let seen = tokio::task::spawn_blocking(move || watch(camera)).await;
    seen.map_err(|_| problems::internal("trying a camera out broke"))?
}

fn watch(camera: Arc<Camera>) -> Result<Seen, Problem> {
    let nothing = || Problem::new(Code::CameraSilent, TryAgain::Now);
    let told = |error| problems::from_clip(&error);
    let first = camera.newest_after(0, FIRST_FRAME).map_err(told)?;
    let mut frame = first.ok_or_else(nothing)?;
    let (before, began) = (camera.health(), Instant::now());
    while began.elapsed() < WATCHED {
        let left = WATCHED.saturating_sub(began.elapsed());
        if let Some(newer) = camera.newest_after(frame.sequence, left).map_err(told)? {
            frame = newer;
        }
    }
    let (after, watched) = (camera.health(), began.elapsed());
    let scene = eyes::decoded(&frame.jpeg, MEASURED).map(|picture| Scene::of(&picture));
    Ok(Seen {
        camera,
        frame,
        before,
        after,
        watched,
        scene,
    })
}

impl Seen {
    fn findings(&self, view: &CameraView) -> Vec<Finding> {
        let camera = |finding: Finding| finding.with("camera", &view.name);
        let size = self.frame.size;
        let delivered = self.camera.delivered();
        let small = judge::is_small(size.area());
        let mut findings = vec![
            said(small, Remark::CameraSmall, Remark::CameraFine)
                .with("width", size.width)
                .with("height", size.height),
        ];

        let came = self.after.frames - self.before.frames;
        let reached = came as f64 / self.watched.as_secs_f64();
        // A replay promises nothing about a lens; it still has a pace.
        let promised = delivered.fps.per_second();
        findings.push(
            said(
                !judge::keeps_its_rate(promised, reached),
                Remark::CameraSlow,
                Remark::CameraRate,
            )
            .with("asked", self.camera.asked().fps)
            .with("promised", delivered.fps)
            .with("reached", format!("{reached:.1}"))
            .with("pixels", pixels_name(delivered.pixel)),
        );

        let damaged = self.after.damaged - self.before.damaged;
        findings.push(
            said(damaged > 0, Remark::CameraBroken, Remark::CameraWhole)
                .with("damaged", damaged)
                .with("frames", came + damaged),
        );
        if let Some(scene) = self.scene {
            findings.extend(of_scene(&scene));
        }

        let largest = view
            .largest
            .map_or(0, |size| u64::from(size.width) * u64::from(size.height));
        let serves = judge::serves(largest.max(size.area()), size.area(), reached);
        let (bad, remark) = match serves {
            Serves::All => (false, Remark::CameraServesAll),
            Serves::Pictures => (true, Remark::CameraServesPictures),
            Serves::Faces => (true, Remark::CameraServesFaces),
            Serves::Nothing => (true, Remark::CameraServesNothing),
        };
        findings.push(said(bad, remark, remark));
        findings.into_iter().map(camera).collect()
    }
}

fn of_scene(scene: &Scene) -> Vec<Finding> {
    let light = match judge::light(scene) {
        Light::Good => said(false, Remark::CameraLight, Remark::CameraLight),
        Light::Dark => said(true, Remark::CameraDark, Remark::CameraDark),
        Light::Bright => said(true, Remark::CameraBright, Remark::CameraBright),
        Light::Uneven => said(true, Remark::CameraUneven, Remark::CameraUneven),
    };
    let sharpness = match scene.edge {
        Some(edge) => said(!judge::is_sharp(edge), Remark::CameraBlurred, Remark::CameraSharp)
            .with("edge", format!("{edge:.1}")),
        None => said(false, Remark::CameraPlain, Remark::CameraPlain),
    };
    vec![
        light
            .with("light", format!("{:.0}", scene.light))
            .with("evenness", format!("{:.0}", scene.evenness)),
        sharpness,
    ]
}

/// Where the camera is plugged in, or that a program makes it.
fn origin(view: &CameraView) -> Option<Finding> {
    let provenance = view.provenance.as_ref()?;
    let finding = said(view.synthetic, Remark::CameraSoftware, Remark::CameraPlugged);
    Some(
        finding
            .with("where", provenance.line())
            .with("camera", &view.name),
    )
}

fn said(bad: bool, warning: Remark, fine: Remark) -> Finding {
    if bad {
        Finding::new(Subject::Camera, Verdict::Warning, warning)
    } else {
        Finding::new(Subject::Camera, Verdict::Fine, fine)
    }
}
