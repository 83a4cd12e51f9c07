//! What there is to choose from, which of it may be used, and what was chosen.

use std::collections::BTreeMap;

use capture::{SourceInfo, SourceSpec};
use evidence::{Code, Problem, Role, TryAgain};

use super::ROLES;
use crate::settings::SoftwareCameras;
use crate::view::{CameraView, ProvenanceView, SizeView};
use crate::{Settings, practice};

/// One source, as it is opened and as it is shown.
#[derive(Clone)]
pub(super) struct Entry {
    pub spec: SourceSpec,
    pub view: CameraView,
}

/// What there is, and what was chosen.
#[derive(Default)]
pub(super) struct Catalogue {
    pub entries: Vec<Entry>,
    /// By stable name. What is not there (any more) stays chosen: another camera never takes its place unasked.
    pub chosen: BTreeMap<Role, String>,
}

impl Catalogue {
    /// What serves `role`.
    ///
    /// # Errors
    /// The camera that was chosen is not there, or none was.
    pub fn entry_for(&self, role: Role) -> Result<Entry, Problem> {
        let missing = |code| Problem::new(code, TryAgain::AfterChange);
        let id = self.chosen.get(&role).ok_or_else(|| missing(Code::CameraNone))?;
        self.entry(id).ok_or_else(|| missing(Code::CameraMissing))
    }

    pub fn entry(&self, id: &str) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.view.id == id).cloned()
    }
}

/// Why a source may not be used here, if it may not.
pub(super) fn refusal(settings: &Settings, info: Option<&SourceInfo>) -> Option<Code> {
    let replays = settings.practice || settings.allow_replay;
    match info {
        Some(camera) if !settings.cameras.allows(camera) => Some(Code::CameraNotAllowed),
        Some(camera) if camera.synthetic => {
            let named = replays || settings.cameras.software == SoftwareCameras::Name;
            (!named).then_some(Code::CameraSoftware)
        }
        Some(_) => None,
        None => (!replays).then_some(Code::SyntheticRefused),
    }
}

/// Everything that can be chosen: the machine's cameras, replays from the settings, and in practice the clips.
pub(super) fn list(settings: &Settings) -> Vec<Entry> {
    let mut entries = Vec::new();
    if !settings.cameras.replay_only {
        match capture::sources::cameras() {
            Ok(found) => entries.extend(found.iter().map(|info| of_camera(settings, info))),
            Err(error) => tracing::warn!(%error, "the cameras could not be listed"),
        }
    }
    for text in ROLES.iter().filter_map(|&role| settings.cameras.of(role)) {
        let Ok(spec @ SourceSpec::Replay(_)) = SourceSpec::parse(text) else {
            continue;
        };
        let id = spec.id().to_string();
        if entries.iter().all(|entry| entry.view.id != id) {
            let name = replay_name(&spec);
            entries.push(of_replay(settings, name, spec));
        }
    }
    if settings.practice {
        let clips = practice::clips().into_iter();
        entries.extend(clips.map(|(name, spec)| of_replay(settings, name, spec)));
    }
    entries
}

fn of_camera(settings: &Settings, info: &SourceInfo) -> Entry {
    let sizes = info.formats.iter().map(|format| format.size);
    let largest = sizes.max_by_key(|size| size.area());
    Entry {
        spec: SourceSpec::Camera(info.id.clone()),
        view: CameraView {
            id: info.id.to_string(),
            name: info.name.clone(),
            synthetic: info.synthetic,
            replay: false,
            refused: refusal(settings, Some(info)),
            provenance: Some(ProvenanceView::of_source(&info.provenance)),
            largest: largest.map(|size| SizeView {
                width: size.width,
                height: size.height,
            }),
        },
    }
}

fn of_replay(settings: &Settings, name: String, spec: SourceSpec) -> Entry {
    Entry {
        view: CameraView {
            id: spec.id().to_string(),
            name,
            synthetic: true,
            replay: true,
            refused: refusal(settings, None),
            provenance: None,
            largest: None,
        },
        spec,
    }
}

fn replay_name(spec: &SourceSpec) -> String {
    match spec {
        SourceSpec::Replay(path) => path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into()),
        other => other.id().to_string(),
    }
}

/// What serves `role` from the start: what the settings say, else what a person chose before, else a real camera that may
/// be used, else in practice the clip that was drawn for this step. A camera that is set or remembered and not there is
/// not replaced by another: the person is told.
pub(super) fn first_choice(
    settings: &Settings,
    remembered: &BTreeMap<Role, String>,
    entries: &[Entry],
    role: Role,
) -> Option<String> {
    if let Some(text) = settings.cameras.of(role) {
        let text = text.trim();
        if entries.iter().any(|entry| entry.view.id == text) {
            return Some(text.to_owned());
        }
        // What is neither a camera nor there is a replay that may come yet.
        let id = SourceSpec::parse(text).map(|spec| spec.id().to_string());
        return Some(id.unwrap_or_else(|_| format!("replay:{text}")));
    }
    if let Some(id) = remembered.get(&role) {
        return Some(id.clone());
    }
    let usable = |entry: &&Entry| !entry.view.synthetic && entry.view.refused.is_none();
    let real = entries.iter().find(usable).map(|entry| entry.view.id.clone());
    real.or_else(|| {
        let clip = settings.practice.then(|| practice::clip_for(role))?;
        entries
            .iter()
            .any(|entry| entry.view.id == clip)
            .then(|| clip.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use capture::{Provenance, SourceId, SourceKind};

    use super::*;

    fn camera(id: &str, synthetic: bool) -> SourceInfo {
        SourceInfo {
            id: SourceId::new(id),
            name: id.to_owned(),
            kind: SourceKind::Camera,
            synthetic,
            formats: Vec::new(),
            provenance: Provenance::default(),
        }
    }

    fn settings(text: &str) -> Settings {
        Settings::parse(text).expect("settings")
    }

    #[test]
    fn a_camera_that_a_program_makes_is_refused_named_or_practised_with() {
        let made_up = camera("dev::loopback", true);
        let of = |text: &str| refusal(&settings(text), Some(&made_up));
        assert_eq!(of("profile = \"kiosk\""), Some(Code::CameraSoftware));
        assert_eq!(of("profile = \"field\""), None);
        assert_eq!(of("practice = true\nprofile = \"kiosk\""), None);
        assert_eq!(
            of("[cameras]\nallowed = [\"usb:046d:0825\"]\nsoftware = \"name\""),
            Some(Code::CameraNotAllowed)
        );
    }

    #[test]
    fn a_replay_takes_more_than_a_camera_made_of_software() {
        assert_eq!(
            refusal(&settings("profile = \"field\""), None),
            Some(Code::SyntheticRefused)
        );
        assert_eq!(refusal(&settings("allow_replay = true"), None), None);
    }

    #[test]
    fn the_camera_of_a_step_is_never_another_one_because_it_is_not_there() {
        let house = settings("[cameras]\nselfie = \"usb:1\"");
        let entries = [of_camera(&house, &camera("usb:9", false))];
        let remembered = BTreeMap::from([
            (Role::Front, "usb:2".to_owned()),
            (Role::Selfie, "usb:3".to_owned()),
        ]);
        let choice = |role| first_choice(&house, &remembered, &entries, role);
        assert_eq!(choice(Role::Selfie).as_deref(), Some("usb:1"), "the house's word");
        let late = settings("[cameras]\nfront = \"/not/there/yet.mjpeg\"");
        assert_eq!(
            first_choice(&late, &remembered, &entries, Role::Front).as_deref(),
            Some("replay:/not/there/yet.mjpeg"),
            "it is found under this name once it is there"
        );
        let drawn = settings("practice = true\n[cameras]\nfront = \"clip:practice-rear\"");
        let entries_of_practice = [of_camera(&drawn, &camera("clip:practice-rear", true))];
        assert_eq!(
            first_choice(&drawn, &remembered, &entries_of_practice, Role::Front).as_deref(),
            Some("clip:practice-rear"),
            "whatever is listed can be named"
        );
        assert_eq!(
            choice(Role::Front).as_deref(),
            Some("usb:2"),
            "a person's choice, kept"
        );
        assert_eq!(
            choice(Role::Rear).as_deref(),
            Some("usb:9"),
            "nobody said anything"
        );
        let catalogue = Catalogue {
            chosen: ROLES
                .iter()
                .filter_map(|&role| Some((role, choice(role)?)))
                .collect(),
            entries: entries.to_vec(),
        };
        let told = |role| {
            catalogue
                .entry_for(role)
                .map(|entry| entry.view.id)
                .map_err(|problem| problem.code)
        };
        assert_eq!(told(Role::Front), Err(Code::CameraMissing));
        assert_eq!(told(Role::Rear), Ok("usb:9".to_owned()));
    }

    #[test]
    fn nobody_is_given_a_camera_that_may_not_be_used() {
        let house = settings("[cameras]\nallowed = [\"usb:046d:0825\"]");
        let entries = [of_camera(&house, &camera("usb:1111:2222:@1", false))];
        assert_eq!(
            first_choice(&house, &BTreeMap::new(), &entries, Role::Front),
            None
        );
    }
}
