//! The operators' own faces, where a booth has pictures of them: whoever enrols themselves is pointed out.
//!
//! The pictures stay where they are. A template of one lives for one comparison, as any other does.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use evidence::{NoFace, OperatorLikeness};

use super::decoded;
use super::faces::FACE_PIXELS;
use super::matcher::{Compares, Known, Shows};

/// More operators than this have no booth in common.
const MOST: usize = 50;
/// A larger file is no portrait.
const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// A picture of an operator, by the name of its file; its bytes, where it can be read.
pub(super) type Enrolled = (String, Option<Vec<u8>>);

/// The pictures in `folder`, in the order of their names. A folder that cannot be read is an operator nobody could be
/// compared with, by its own name.
pub(super) fn pictures(folder: &Path) -> Vec<Enrolled> {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let Ok(listed) = fs::read_dir(folder) else {
        return vec![(name(folder), None)];
    };
    let is_picture = |path: &PathBuf| {
        path.extension().is_some_and(|it| {
            ["jpg", "jpeg", "png"]
                .iter()
                .any(|ending| it.eq_ignore_ascii_case(ending))
        })
    };
    let mut files: Vec<PathBuf> = listed
        .flatten()
        .map(|entry| entry.path())
        .filter(is_picture)
        .collect();
    files.sort();
    files.truncate(MOST);
    files.iter().map(|path| (name(path), read(path))).collect()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
    read.ok().map(|_| bytes)
}

/// The operator the selfie is most like, and the pictures that gave nothing to compare.
pub(super) fn compared(
    matcher: &dyn Compares,
    selfie: &Known,
    enrolled: &[Enrolled],
) -> (Option<OperatorLikeness>, BTreeMap<String, NoFace>) {
    let mut missing = BTreeMap::new();
    let mut likest: Option<OperatorLikeness> = None;
    for (name, bytes) in enrolled {
        let known = bytes
            .as_deref()
            .and_then(|bytes| decoded(bytes, FACE_PIXELS))
            .and_then(|picture| matcher.know(&picture, Shows::Person).ok())
            .unwrap_or(Err(NoFace::Unreadable));
        match known {
            Err(why) => {
                missing.insert(name.clone(), why);
            }
            Ok(known) => {
                let likeness = selfie.likeness(&known);
                if likest
                    .as_ref()
                    .is_none_or(|it| likeness.cosine > it.likeness.cosine)
                {
                    let stem = Path::new(name).file_stem().unwrap_or_default();
                    likest = Some(OperatorLikeness {
                        operator: stem.to_string_lossy().into_owned(),
                        flagged: likeness.cosine >= matcher.method().threshold,
                        likeness,
                    });
                }
            }
        }
    }
    (likest, missing)
}

#[cfg(test)]
mod tests {
    use super::super::matcher::Matcher;
    use super::*;

    fn drawn() -> Vec<u8> {
        let clip = crate::practice::CLIPS[2].2;
        clip[capture::jpeg::split(clip).swap_remove(0)].to_vec()
    }

    #[test]
    fn an_operator_who_enrols_themselves_is_pointed_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
        put("alma.jpg", &drawn());
        put("torn.png", b"\x89PNG nothing more");
        put("notes.txt", b"no picture");
        let matcher = Matcher::load().expect("the networks are in the program");
        let picture = decoded(&drawn(), FACE_PIXELS).expect("a picture");
        let Ok(Ok(selfie)) = matcher.know(&picture, Shows::Person) else {
            panic!("the drawn person has a face");
        };
        let (likest, missing) = compared(&matcher, &selfie, &pictures(folder.path()));
        let likest = likest.expect("a comparison");
        assert_eq!((likest.operator.as_str(), likest.flagged), ("alma", true));
        assert_eq!(
            missing,
            BTreeMap::from([("torn.png".to_owned(), NoFace::Unreadable)])
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let (name, bytes) = pictures(Path::new("/nowhere/operators")).swap_remove(0);
        assert_eq!((name.as_str(), bytes), ("operators", None));
    }
}
