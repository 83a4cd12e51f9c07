//! The replay twin of a camera: pictures from a file, a folder, a video or memory, at a camera's pace, round and round.

use std::{
    fs::File,
    io::{Cursor, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;

use crate::{
    CaptureError, Delivered, Fps, OfferedFormat, PixelFormat, Provenance, SourceId, SourceInfo, SourceKind,
    SourceSpec,
    clip::Clip,
    frame_source::{FrameSource, RawFrame},
    jpeg,
    picture::{self, Media},
};

/// A replay is held in memory; more than this is no demonstration any more.
const MOST_BYTES: u64 = 1 << 30;

/// A video that shows its pictures for less would keep a core busy.
const SHORTEST: Duration = Duration::from_millis(5);

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
    Movie(Bytes),
    Playing(Box<Playing>),
}

/// A video, decoded while it is played.
struct Playing {
    clip: Clip,
    /// When each picture is shown.
    times: Vec<Duration>,
}

impl Playing {
    fn open(video: impl Read + Seek + Send + 'static) -> Result<Self, CaptureError> {
        let clip = Clip::open(video)?;
        let times = clip.times();
        if times.is_empty() {
            return Err(CaptureError::BadMedia("no picture in it".to_owned()));
        }
        Ok(Self { clip, times })
    }

    /// The nearest whole rate: what is chosen from is whole. The pace comes from the file's own times.
    fn fps(&self) -> Fps {
        let movie = self.clip.movie();
        let millis = u64::try_from(movie.duration.as_millis()).unwrap_or(u64::MAX);
        let rate = (movie.frames * 1000 + millis / 2)
            .checked_div(millis)
            .unwrap_or(30);
        Fps::whole(u32::try_from(rate).unwrap_or(30))
    }

    /// The picture of this number, empty where it cannot be decoded: it counts as damaged, and the next may be whole.
    fn picture(&mut self, number: usize) -> Bytes {
        let time = self.times[number % self.times.len()];
        self.clip.frame_at(time).unwrap_or_else(|error| {
            tracing::debug!(%error, number, "a picture of a replayed video cannot be decoded");
            Bytes::new()
        })
    }

    /// How long the picture of this number is shown.
    fn shown_for(&self, number: usize) -> Duration {
        let until = self.times.get(number + 1).copied();
        let until = until.unwrap_or_else(|| self.clip.movie().duration);
        until.saturating_sub(self.times[number]).max(SHORTEST)
    }
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

    pub fn of_movie(name: &str, bytes: Bytes) -> Self {
        Self {
            id: SourceId::new(format!("clip:{name}")),
            name: name.to_owned(),
            fps: Fps::whole(30),
            material: Material::Movie(bytes),
            next: 0,
            due: None,
        }
    }

    fn pictures(&self) -> &[Bytes] {
        match &self.material {
            Material::Ready(pictures) => pictures,
            Material::Encoded(picture) => std::slice::from_ref(picture),
            Material::Path(_) | Material::Movie(_) | Material::Playing(_) => &[],
        }
    }

    fn make_ready(&mut self) -> Result<(), CaptureError> {
        match &self.material {
            Material::Path(path) => self.material = load(path)?,
            Material::Movie(bytes) => {
                let playing = Playing::open(Cursor::new(bytes.clone()))?;
                self.material = Material::Playing(Box::new(playing));
            }
            Material::Ready(_) | Material::Encoded(_) | Material::Playing(_) => {}
        }
        if let Material::Playing(playing) = &self.material {
            self.fps = playing.fps();
        }
        Ok(())
    }

    /// The next picture, and how long it is shown.
    fn picture(&mut self) -> (Bytes, Duration) {
        let (number, count) = match &self.material {
            Material::Playing(playing) => (self.next, playing.times.len()),
            _ => (self.next, self.pictures().len()),
        };
        self.next = (number + 1) % count;
        match &mut self.material {
            Material::Playing(playing) => (playing.picture(number), playing.shown_for(number)),
            _ => (self.pictures()[number].clone(), self.fps.interval()),
        }
    }
}

impl FrameSource for Replay {
    fn describe(&mut self) -> Result<SourceInfo, CaptureError> {
        self.make_ready()?;
        let size = match &self.material {
            Material::Playing(playing) => Some(playing.clip.movie().size),
            _ => self
                .pictures()
                .iter()
                .find_map(|bytes| jpeg::outline(bytes))
                .map(|outline| outline.size),
        };
        let size = size.ok_or_else(|| CaptureError::BadMedia("no whole picture in it".to_owned()))?;
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
            provenance: Provenance::default(),
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
        // Decoded before its time has come, not after.
        let (bytes, interval) = self.picture();
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
        let size = jpeg::outline(&bytes).map_or(crate::Size::new(0, 0), |outline| outline.size);
        let late = due.elapsed();
        let utc = SystemTime::now()
            .checked_sub(late)
            .unwrap_or_else(SystemTime::now);
        let encoded_here = matches!(self.material, Material::Encoded(_) | Material::Playing(_));
        let raw = RawFrame::now(bytes, PixelFormat::Mjpeg, size);
        Ok(RawFrame {
            at: due,
            utc,
            encoded_here,
            ..raw
        })
    }

    fn rewind(&mut self) {
        self.next = 0;
        self.due = None;
    }

    fn stop(&mut self) {}
}

fn load(path: &Path) -> Result<Material, CaptureError> {
    let about = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    if about.is_dir() {
        return load_folder(path);
    }
    let has_ending = |endings: &[&str]| {
        path.extension()
            .is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
    };
    if has_ending(&["mp4", "m4v", "mov"]) {
        let video = File::open(path).map_err(|e| unreadable(path, &e))?;
        return Ok(Material::Playing(Box::new(Playing::open(video)?)));
    }
    if about.len() > MOST_BYTES {
        return Err(CaptureError::BadMedia("more than a gigabyte".to_owned()));
    }
    let bytes = Bytes::from(std::fs::read(path).map_err(|e| unreadable(path, &e))?);
    if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
        return Ok(Material::Encoded(picture::png_to_jpeg(&bytes)?));
    }
    if has_ending(&["mjpeg", "mjpg"]) {
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
