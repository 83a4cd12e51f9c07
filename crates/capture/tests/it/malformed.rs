//! Files that are damaged on purpose: none may crash, hang or cost memory without bound, and what is clearly no
//! whole picture is refused.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use capture::{CaptureError, jpeg, picture};

fn malformed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/malformed")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("test data is missing: {}: {e}", folder.display()))
    {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files.extend(self::files(&path))
        } else {
            files.push(path)
        }
    }
    files
}

#[test]
fn any_file_is_looked_at_without_a_crash() {
    let files = files(&malformed());
    assert!(files.len() > 200, "only {} files", files.len());
    let mut refused = 0;
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let before = Instant::now();
        match picture::inspect(&bytes) {
            Ok(found) => {
                // What was accepted can be worked with.
                let small =
                    picture::thumbnail(&bytes, 64).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                let size = picture::inspect(&small).unwrap().size;
                assert!(
                    size.width <= 64 && size.height <= 64,
                    "{}: {found:?}",
                    path.display()
                );
            }
            Err(CaptureError::BadMedia(why)) => {
                assert!(!why.is_empty());
                refused += 1;
            }
            Err(other) => panic!("{}: {other}", path.display()),
        }
        let _ = jpeg::split(&bytes);
        let took = before.elapsed();
        assert!(took < Duration::from_secs(20), "{} took {took:?}", path.display());
    }
    assert!(
        refused > files.len() / 2,
        "only {refused} of {} were refused",
        files.len()
    );
}

#[test]
fn what_is_clearly_no_whole_picture_is_refused() {
    for name in [
        "own/zero_bytes.jpg",
        "own/one_byte.jpg",
        "own/html_as_jpg.jpg",
        "own/truncated_25.jpg",
        "own/sof_0x0.jpg",
        "own/sof_65500x65500.jpg",
        "own/png_idat_crc_bad.png",
        "own/mp4_ftyp_only.mp4",
        "jpeg-decoder/empty.jpg",
        "jpeg-decoder/missing-sof.jpg",
        "jpeg-decoder/missing-sos.jpg",
        "jpeg-decoder/null_height.jpg",
    ] {
        let path = malformed().join(name);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("test data is missing: {name}: {e}"));
        assert!(
            matches!(picture::inspect(&bytes), Err(CaptureError::BadMedia(_))),
            "{name}"
        );
    }
}
