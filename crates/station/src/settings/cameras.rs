//! Which camera serves which step, and which cameras may be used at all.

use capture::SourceInfo;
use evidence::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which camera serves which step: a stable name as `proofbooth cameras` lists it, or the path of a replay. What is not
/// set is what a person chose in the window, and is remembered.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CameraSettings {
    /// The document's front.
    pub front: Option<String>,
    /// The document's back; by default the front's.
    pub rear: Option<String>,
    /// The person; by default the first camera.
    pub selfie: Option<String>,
    /// The video; by default the selfie's.
    pub video: Option<String>,
    /// Never look for real cameras: for practice on a machine whose camera is in use.
    pub replay_only: bool,
    /// The only cameras that may be used: `usb:VENDOR:PRODUCT` for a model, `usb:VENDOR:PRODUCT:SERIAL` for one device,
    /// or a whole name. Empty: any.
    #[schemars(with = "Vec<String>")]
    pub allowed: Vec<AllowedCamera>,
    /// What becomes of a camera that a program makes (`v4l2loopback` and the like): `refuse` it, or `name` it as such to
    /// person and officer. In practice it is named.
    pub software: SoftwareCameras,
}

impl CameraSettings {
    /// What is set for `role`, with the defaults above.
    pub(crate) fn of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Front | Role::Portrait => self.front.as_deref(),
            Role::Rear => self.rear.as_deref().or(self.front.as_deref()),
            Role::Selfie => self.selfie.as_deref(),
            Role::Video => self.video.as_deref().or(self.selfie.as_deref()),
        }
    }

    /// Whether a camera may be used as far as the list goes.
    pub(crate) fn allows(&self, camera: &SourceInfo) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|entry| entry.is(camera))
    }
}

/// What becomes of a camera that a program makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareCameras {
    /// It is listed, and cannot be used.
    #[default]
    Refuse,
    /// It can be used; what it shows is marked.
    Name,
}

/// An entry of the list of cameras: a model, a device, or a whole name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllowedCamera(String);

impl AllowedCamera {
    fn is(&self, camera: &SourceInfo) -> bool {
        if camera.id.as_str() == self.0 {
            return true;
        }
        let mut parts = self.0.trim_start_matches("usb:").split(':');
        let of = &camera.provenance;
        let (vendor, product) = (parts.next(), parts.next());
        let serial = parts.next().filter(|serial| *serial != "*");
        let same = |wanted: Option<&str>, found: &Option<String>| {
            wanted.is_some_and(|wanted| {
                found
                    .as_deref()
                    .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
            })
        };
        same(vendor, &of.vendor)
            && same(product, &of.product)
            && (serial.is_none() || same(serial, &of.serial))
    }
}

impl From<AllowedCamera> for String {
    fn from(allowed: AllowedCamera) -> Self {
        allowed.0
    }
}

impl TryFrom<String> for AllowedCamera {
    type Error = String;

    /// A slip of the pen would shut out every camera: what cannot be an entry is said so at once.
    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim().to_owned();
        let is_number = |part: &str| part.len() == 4 && part.bytes().all(|c| c.is_ascii_hexdigit());
        let parts: Vec<&str> = text.trim_start_matches("usb:").split(':').collect();
        let is_model = matches!(parts[..], [vendor, product] | [vendor, product, _]
            if is_number(vendor) && is_number(product));
        let is_name = ["dev:", "os:"].iter().any(|kind| text.starts_with(kind))
            || (text.starts_with("usb:") && text.contains('@'));
        if is_model || is_name {
            Ok(Self(text))
        } else {
            Err(format!(
                "{text}: no camera like usb:046d:0825, usb:046d:0825:SERIAL or a name of `proofbooth cameras`"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use capture::{Provenance, SourceId, SourceKind};

    use super::*;
    use crate::Settings;

    fn camera(id: &str, numbers: Option<(&str, &str, &str)>) -> SourceInfo {
        let text = |text: &str| Some(text.to_owned());
        SourceInfo {
            id: SourceId::new(id),
            name: "Webcam".to_owned(),
            kind: SourceKind::Camera,
            synthetic: false,
            formats: Vec::new(),
            provenance: numbers.map_or_else(Provenance::default, |(vendor, product, serial)| Provenance {
                vendor: text(vendor),
                product: text(product),
                serial: text(serial),
                ..Provenance::default()
            }),
        }
    }

    fn allows(list: &str, camera: &SourceInfo) -> bool {
        let settings = Settings::parse(&format!("[cameras]\nallowed = {list}")).expect("settings");
        settings.cameras.allows(camera)
    }

    #[test]
    fn a_camera_is_allowed_by_its_model_its_serial_number_or_its_whole_name() {
        let id = "usb:046d:0825:1A2B@1-2:1.0";
        let webcam = camera(id, Some(("046d", "0825", "1A2B")));
        for list in [
            "[]",
            r#"["usb:046d:0825"]"#,
            r#"["046D:0825"]"#,
            r#"["usb:046d:0825:*"]"#,
            r#"["usb:046d:0825:1A2B"]"#,
            r#"["usb:1111:2222", "usb:046d:0825:1A2B@1-2:1.0"]"#,
        ] {
            assert!(allows(list, &webcam), "{list}");
        }
        for list in [
            r#"["usb:046d:0826"]"#,
            r#"["usb:046d:0825:9999"]"#,
            r#"["usb:046d:0825:1A2B@1-3:1.0"]"#,
            r#"["dev:vivid.0:vivid"]"#,
        ] {
            assert!(!allows(list, &webcam), "{list}");
        }
    }

    #[test]
    fn a_camera_without_numbers_is_allowed_by_its_whole_name_only() {
        let loopback = camera("dev::OBS Camera", None);
        assert!(allows(r#"["dev::OBS Camera"]"#, &loopback));
        assert!(!allows(r#"["usb:046d:0825"]"#, &loopback));
    }

    #[test]
    fn an_entry_that_can_be_no_camera_is_named() {
        for list in [
            r#"["webcam"]"#,
            r#"["usb:46d:0825"]"#,
            r#"[""]"#,
            r#"["usb:046d"]"#,
        ] {
            assert!(
                Settings::parse(&format!("[cameras]\nallowed = {list}")).is_err(),
                "{list}"
            );
        }
    }

    #[test]
    fn a_camera_that_a_program_makes_is_refused_unless_an_agent_is_there() {
        let of = |text: &str| Settings::parse(text).expect("settings").cameras.software;
        assert_eq!(of(""), SoftwareCameras::Refuse);
        assert_eq!(of("profile = \"kiosk\""), SoftwareCameras::Refuse);
        assert_eq!(of("profile = \"self_service\""), SoftwareCameras::Refuse);
        assert_eq!(of("profile = \"field\""), SoftwareCameras::Name);
        assert_eq!(
            of("profile = \"field\"\n[cameras]\nsoftware = \"refuse\""),
            SoftwareCameras::Refuse
        );
    }

    #[test]
    fn the_rear_uses_the_fronts_camera_and_the_video_the_selfies() {
        let cameras = CameraSettings {
            front: Some("usb:1".into()),
            selfie: Some("usb:2".into()),
            ..CameraSettings::default()
        };
        assert_eq!(
            (cameras.of(Role::Rear), cameras.of(Role::Video)),
            (Some("usb:1"), Some("usb:2"))
        );
    }
}
