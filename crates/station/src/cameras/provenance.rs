//! What stood behind a picture: from the camera's words to the record's.

use capture::{Camera, Delivered, OfferedFormat, PixelFormat, SourceInfo, SourceKind, Still};
use evidence::{Method, Provenance, StreamFormat};

/// The camera that records.
pub(crate) fn of_camera(camera: &Camera) -> Method {
    method(camera.info(), camera.asked(), camera.delivered())
}

/// The camera that took a still, in the format it took it in.
pub(crate) fn of_still(still: &Still) -> Method {
    method(&still.source, still.asked, still.delivered)
}

fn method(info: &SourceInfo, asked: OfferedFormat, delivered: Delivered) -> Method {
    // A replay stands behind nothing.
    let provenance = (info.kind == SourceKind::Camera).then(|| {
        let of = info.provenance.clone();
        Box::new(Provenance {
            bus: of.bus,
            vendor: of.vendor,
            product: of.product,
            serial: of.serial,
            driver: of.driver,
            path: of.path,
            physical: of.physical,
            asked: Some(StreamFormat {
                width: asked.size.width,
                height: asked.size.height,
                rate: asked.fps.to_string(),
                pixels: name(asked.pixel).to_owned(),
            }),
            delivered: Some(StreamFormat {
                width: delivered.size.width,
                height: delivered.size.height,
                rate: delivered.fps.to_string(),
                pixels: name(delivered.pixel).to_owned(),
            }),
        })
    });
    Method::Camera {
        device: info.id.to_string(),
        name: info.name.clone(),
        synthetic: info.synthetic,
        provenance,
    }
}

/// A layout's name: a stored form.
pub(crate) const fn name(pixel: PixelFormat) -> &'static str {
    match pixel {
        PixelFormat::Mjpeg => "mjpeg",
        PixelFormat::Yuyv => "yuyv",
        PixelFormat::Nv12 => "nv12",
        PixelFormat::Rgb24 => "rgb24",
        PixelFormat::Bgr24 => "bgr24",
    }
}

#[cfg(test)]
mod tests {
    use capture::{Fps, Size, SourceId};

    use super::*;

    #[test]
    fn what_was_asked_and_what_came_are_kept_apart() {
        let info = SourceInfo {
            id: SourceId::new("usb:046d:0825:1A2B@1-2:1.0"),
            name: "Webcam".to_owned(),
            kind: SourceKind::Camera,
            synthetic: false,
            formats: Vec::new(),
            provenance: capture::Provenance {
                driver: Some("uvcvideo".to_owned()),
                physical: Some(true),
                ..capture::Provenance::default()
            },
        };
        let asked = OfferedFormat {
            size: Size::new(1920, 1080),
            fps: Fps::whole(30),
            pixel: PixelFormat::Mjpeg,
        };
        let delivered = Delivered {
            size: Size::new(1280, 720),
            fps: Fps::new(15, 2),
            pixel: PixelFormat::Yuyv,
        };
        let said = serde_json::to_value(method(&info, asked, delivered)).expect("JSON");
        assert_eq!(
            said["provenance"],
            serde_json::json!({
                "driver": "uvcvideo", "physical": true,
                "asked": {"width": 1920, "height": 1080, "rate": "30", "pixels": "mjpeg"},
                "delivered": {"width": 1280, "height": 720, "rate": "15/2", "pixels": "yuyv"},
            })
        );
        let replay = SourceInfo {
            kind: SourceKind::Replay,
            ..info
        };
        assert_eq!(method(&replay, asked, delivered).provenance(), None);
    }
}
