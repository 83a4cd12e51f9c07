//! The case that is submitted, as files in a folder: four JPEGs, one video, and the evidences body curl sends.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oneshot::{
    Acceptance, Client, Evidences, FileSource, Image, ImageSlot, Numbers, OcrData, Progress, SecurityChecks,
    VideoidData, VideoidPk,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::measure::{Measured, forget_peak, memory};

const SLOTS: [ImageSlot; 4] = [
    ImageSlot::DocumentFront,
    ImageSlot::DocumentRear,
    ImageSlot::DocumentPhoto,
    ImageSlot::DocumentOwner,
];

const DESCRIPTION: &str = "User Accepted Terms and Conditions and Privacy Policy";
const PRIVACY: &str = "https://privacy.example";
const TERMS: &str = "https://terms.example";
const ADDRESS: &str = "127.0.0.1";
const PAGE: &str = "proofbooth://bench";
const AGENT: &str = "upload-bench/1";

pub struct Case {
    folder: PathBuf,
    /// Of the video, where this process wrote it.
    pub video_sha256: [u8; 32],
}

impl Case {
    /// Makes the case up. `pictures` and `video` are bytes in all.
    pub fn write(folder: &Path, pictures: usize, video: usize) -> Result<Self> {
        let mut noise = Noise(1);
        let sample: Value = serde_json::from_slice(&std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/oneshot/evidences.request.json"
        ))?)?;
        let mut images = serde_json::Map::new();
        for slot in SLOTS {
            let small = sample["videoid_data"]["images"][slot.wire_name()].as_str();
            let small = STANDARD.decode(small.context("the fixture has every picture")?)?;
            let picture = grown(&small, pictures / SLOTS.len(), &mut noise);
            std::fs::write(folder.join(slot.wire_name()), &picture)?;
            images.insert(slot.wire_name().to_owned(), STANDARD.encode(&picture).into());
        }
        let body = json!({
            "acceptance": {
                "description": DESCRIPTION,
                "url-doc-privacypolicy": PRIVACY,
                "url-doc-termsconditions": TERMS,
                "ip": ADDRESS,
                "url-web-videoid": PAGE,
                "user-agent": AGENT,
                "date": now()?,
            },
            "videoid_data": {
                "images": images,
                "ocr_data": {"given_name": "NAME", "surname_1": "SURNAME", "serial_number": "A9999999E"},
                "security_checks": {},
            },
        });
        std::fs::write(folder.join("evidences.json"), body.to_string())?;

        // No film: what is measured is the way there, and the sandbox takes any bytes before it looks at them.
        let mut file = BufWriter::new(File::create(folder.join("video.mp4"))?);
        let mut hash = Sha256::new();
        let mut left = video;
        while left > 0 {
            let chunk = noise.bytes(left.min(1 << 16));
            hash.update(&chunk);
            file.write_all(&chunk)?;
            left -= chunk.len();
        }
        file.into_inner()?.sync_all()?;
        Ok(Self {
            folder: folder.to_owned(),
            video_sha256: hash.finalize().into(),
        })
    }

    /// The case another process has written.
    pub fn open(folder: &Path) -> Result<Self> {
        ensure!(folder.join("video.mp4").is_file(), "there is no case");
        Ok(Self {
            folder: folder.to_owned(),
            video_sha256: [0; 32],
        })
    }

    pub fn evidences_len(&self) -> Result<u64> {
        Ok(std::fs::metadata(self.folder.join("evidences.json"))?.len())
    }

    /// Both bodies, one after the other. Memory counts from here on: the client is made, nothing was sent.
    pub async fn submitted_by(&self, client: &Client, numbers: Numbers) -> Result<Measured> {
        let evidences = self.evidences()?;
        let video = Arc::new(FileSource::new(self.folder.join("video.mp4"))?);
        forget_peak();
        let (idle, _) = memory();
        let began = Instant::now();
        let (progress, in_json) = total();
        client.upload_evidences(numbers, &evidences, progress).await?;
        let (progress, in_video) = total();
        client.upload_video(numbers, video, progress).await?;
        let seconds = began.elapsed().as_secs_f64();
        let (_, peak) = memory();
        let in_json = in_json.load(Ordering::Relaxed);
        ensure!(
            in_json == self.evidences_len()?,
            "curl does not send the same: {in_json} bytes here, {} there",
            self.evidences_len()?
        );
        Ok(Measured {
            seconds,
            bytes: in_json + in_video.load(Ordering::Relaxed),
            idle,
            peak,
        })
    }

    /// The same by curl; the seconds are curl's own count, without the start of its process.
    pub fn submitted_by_curl(&self, base: &str, videoid_pk: VideoidPk) -> Result<f64> {
        let path = |call: &str| format!("{base}/videoid/{}/{call}", videoid_pk.get());
        let evidences = format!("@{}", self.folder.join("evidences.json").display());
        let video = format!(
            "video=@{};type=video/mp4",
            self.folder.join("video.mp4").display()
        );
        Ok(curl(
            &path("evidences"),
            &[
                "-H",
                "Content-Type: application/json",
                "--data-binary",
                &evidences,
            ],
        )? + curl(&path("video"), &["-F", &video])?)
    }

    fn evidences(&self) -> Result<Evidences> {
        let images = SLOTS.map(|slot| {
            let source = FileSource::new(self.folder.join(slot.wire_name()))?;
            Ok(Image {
                slot,
                source: Arc::new(source),
            })
        });
        Ok(Evidences {
            acceptance: Acceptance {
                description: DESCRIPTION.to_owned(),
                url_doc_privacypolicy: PRIVACY.to_owned(),
                url_doc_termsconditions: TERMS.to_owned(),
                ip: Some(ADDRESS.to_owned()),
                url_web_videoid: Some(PAGE.to_owned()),
                user_agent: AGENT.to_owned(),
                date: now()?,
                extra: serde_json::Map::new(),
            },
            videoid_data: VideoidData {
                images: images.into_iter().collect::<Result<_>>()?,
                ocr: OcrData {
                    given_name: "NAME".to_owned(),
                    surname_1: "SURNAME".to_owned(),
                    serial_number: "A9999999E".to_owned(),
                    ..OcrData::default()
                },
                checks: SecurityChecks::default(),
                similarity: None,
            },
        })
    }
}

fn curl(url: &str, what: &[&str]) -> Result<f64> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--output"])
        .arg(if cfg!(windows) { "NUL" } else { "/dev/null" })
        // Asking first whether the body is welcome would cost curl a turn that the client does not take.
        .args(["--write-out", "%{time_total}", "-H", "Expect:"])
        .args(what)
        .arg(url)
        .output()
        .context("curl is needed to compare with")?;
    ensure!(
        output.status.success(),
        "curl failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// A progress that keeps the length of the body.
fn total() -> (Progress, Arc<AtomicU64>) {
    let seen = Arc::new(AtomicU64::new(0));
    let kept = Arc::clone(&seen);
    (
        Arc::new(move |_, total| kept.store(total, Ordering::Relaxed)),
        seen,
    )
}

/// A JPEG with comments put in until it has `len` bytes, or a few more: it still shows what it showed.
fn grown(small: &[u8], len: usize, noise: &mut Noise) -> Vec<u8> {
    /// A segment says its own length, these two bytes included, in two bytes.
    const MOST: usize = u16::MAX as usize - 2;
    let (start, rest) = small.split_at(2);
    let mut picture = start.to_vec();
    while picture.len() + rest.len() < len {
        let comment = noise.bytes(MOST);
        picture.extend([0xff, 0xfe]);
        picture.extend(u16::MAX.to_be_bytes());
        picture.extend(comment);
    }
    picture.extend(rest);
    picture
}

fn now() -> Result<i64> {
    Ok(SystemTime::now()
        .duration_since(UNIX_EPOCH)?
        .as_millis()
        .try_into()?)
}

/// Bytes that do not compress (xorshift64).
struct Noise(u64);

impl Noise {
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            bytes.extend(self.0.to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }
}
