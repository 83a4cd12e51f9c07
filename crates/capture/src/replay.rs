//! The replay twin of a camera: pictures from a file, a folder or memory, at a camera's pace, round and round.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;

use crate::{
    CaptureError, Delivered, Fps, OfferedFormat, PixelFormat, SourceId, SourceInfo, SourceKind, SourceSpec,
    frame_source::{FrameSource, RawFrame},
    jpeg,
    picture::{self, Media},
};

/// A replay is held in memory; more than this is no demonstration any more.
const MOST_BYTES: u64 = 1 << 30;

/// Plays pictures on a monotonic schedule.
pub(crate) struct Replay {
    id: SourceId,
    name: String,
    fps: Fps,
    material: Material,
    /// Where the next picture stands, and when it is due.
    next: usize,
    due: Option<Instant>,
}

enum Material {
    Path(PathBuf),
    Ready(Arc<[Bytes]>),
    Encoded(Bytes),
}

impl Replay {
    pub fn of_path(path: PathBuf, fps: Fps) -> Self {
        let id = SourceSpec::Replay(path.clone()).id();
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        Self {
            id,
            name,
            fps,
            material: Material::Path(path),
            next: 0,
            due: None,
        }
    }

    pub fn of_clip(name: &str, frames: Arc<[Bytes]>, fps: Fps) -> Self {
        let id = SourceId::new(format!("clip:{name}"));
        Self {
            id,
            name: name.to_owned(),
            fps,
            material: Material::Ready(frames),
            next: 0,
            due: None,
        }
    }

    fn pictures(&self) -> &[Bytes] {
        match &self.material {
            Material::Ready(pictures) => pictures,
            Material::Encoded(picture) => std::slice::from_ref(picture),
            Material::Path(_) => &[],
        }
    }
}

impl FrameSource for Replay {
    fn describe(&mut self) -> Result<SourceInfo, CaptureError> {
        if let Material::Path(path) = &self.material {
            self.material = load(path)?;
        }
        let size = self
            .pictures()
            .iter()
            .find_map(|bytes| jpeg::outline(bytes))
            .map(|outline| outline.size)
            .ok_or_else(|| CaptureError::BadMedia("no whole picture in it".to_owned()))?;
        Ok(SourceInfo {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: SourceKind::Replay,
            synthetic: true,
            formats: vec![OfferedFormat {
                size,
                fps: self.fps,
                pixel: PixelFormat::Mjpeg,
            }],
        })
    }

    fn start(&mut self, format: OfferedFormat) -> Result<Delivered, CaptureError> {
        self.due = None;
        Ok(Delivered {
            size: format.size,
            fps: format.fps,
            pixel: format.pixel,
        })
    }

    fn next_frame(&mut self) -> Result<RawFrame, CaptureError> {
        let interval = self.fps.interval();
        let now = Instant::now();
        // Due times follow from each other, so that naps that last too long do not add up; a machine that slept
        // takes up the pace again from now on instead of catching up.
        let due = self.due.filter(|due| *due + interval * 4 >= now).unwrap_or(now);
        if let Some(rest) = due
            .checked_duration_since(now)
            .filter(|rest| *rest > Duration::ZERO)
        {
            std::thread::sleep(rest);
        }
        self.due = Some(due + interval);
        let pictures = self.pictures();
        let bytes = pictures[self.next % pictures.len()].clone();
        let size = jpeg::outline(&bytes).map_or(crate::Size::new(0, 0), |outline| outline.size);
        self.next = (self.next + 1) % pictures.len();
        let late = due.elapsed();
        let utc = SystemTime::now()
            .checked_sub(late)
            .unwrap_or_else(SystemTime::now);
        let encoded_here = matches!(self.material, Material::Encoded(_));
        let raw = RawFrame::now(bytes, PixelFormat::Mjpeg, size);
        Ok(RawFrame {
            at: due,
            utc,
            encoded_here,
            ..raw
        })
    }

    fn stop(&mut self) {}
}

fn load(path: &Path) -> Result<Material, CaptureError> {
    let about = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    if about.is_dir() {
        return load_folder(path);
    }
    if about.len() > MOST_BYTES {
        return Err(CaptureError::BadMedia("more than a gigabyte".to_owned()));
    }
    let bytes = Bytes::from(std::fs::read(path).map_err(|e| unreadable(path, &e))?);
    if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
        return Ok(Material::Encoded(picture::png_to_jpeg(&bytes)?));
    }
    let is_clip = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("mjpeg") || e.eq_ignore_ascii_case("mjpg"));
    if is_clip {
        let pictures: Vec<Bytes> = jpeg::split(&bytes)
            .into_iter()
            .map(|range| bytes.slice(range))
            .collect();
        return Ok(Material::Ready(pictures.into()));
    }
    // A single picture is taken on purpose: it has to be sound, or there is nothing to play.
    let picture = picture::inspect(&bytes)?;
    debug_assert_eq!(picture.media, Media::Jpeg, "PNG was dealt with above");
    Ok(Material::Ready(Arc::from([bytes])))
}

/// The JPEGs of a folder in the order of their names; other files are none of our business.
fn load_folder(path: &Path) -> Result<Material, CaptureError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|e| unreadable(path, &e))? {
        let file = entry.map_err(|e| unreadable(path, &e))?.path();
        let is_jpeg = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("jpg") || e.eq_ignore_ascii_case("jpeg");
        if file.extension().is_some_and(is_jpeg) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    let mut total = 0;
    let mut pictures = Vec::with_capacity(files.len());
    for file in files {
        let bytes = std::fs::read(&file).map_err(|e| unreadable(&file, &e))?;
        total += bytes.len() as u64;
        if total > MOST_BYTES {
            return Err(CaptureError::BadMedia("more than a gigabyte".to_owned()));
        }
        pictures.push(Bytes::from(bytes));
    }
    Ok(Material::Ready(pictures.into()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> CaptureError {
    match error.kind() {
        std::io::ErrorKind::NotFound => CaptureError::NotFound(path.display().to_string()),
        kind => CaptureError::Read(kind),
    }
}
