//! A picture from a file, chosen in the system's own dialog: the page sees neither the path nor the disk.

use std::path::Path;

use station::view::CaseView;
use station::{Code, Problem, TryAgain};
use tauri::{AppHandle, State};
use tokio::io::AsyncReadExt as _;

use crate::booth::{Answer, Opened};
use crate::dialogs;

/// No photograph of a document is larger; reading stops there.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

#[tauri::command]
pub(crate) async fn still_from_file(app: AppHandle, opened: State<'_, Opened>) -> Answer<CaseView> {
    let booth = opened.booth()?;
    match dialogs::pick_picture(&app).await? {
        Some(path) => Ok(booth.add_picture(read(&path).await?).await?),
        None => booth
            .current_case()
            .await
            .ok_or_else(|| Problem::new(Code::CaseUnknown, TryAgain::AfterChange).into()),
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |why: String| Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(why);
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|error| unreadable(error.kind().to_string()))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(|error| unreadable(error.kind().to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(format!("larger than {} MB", MOST_BYTES >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &Path) -> Result<Vec<u8>, Problem> {
        tauri::async_runtime::block_on(read(path))
    }

    #[test]
    fn what_cannot_be_read_is_called_an_unreadable_picture() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [folder.path().join("gone.jpg"), folder.path().to_owned()] {
            let problem = of(&path).expect_err("nothing to read");
            assert_eq!(problem.code, Code::PictureUnreadable);
            let view = station::view::ProblemView::from(problem);
            let detail = view.detail.expect("the cause");
            assert!(
                !detail.contains("gone") && !detail.is_empty(),
                "the cause, not the path: {detail}"
            );
        }
    }

    #[test]
    fn a_file_without_end_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("long.jpg");
        // Sparse: it takes no room on the disk.
        std::fs::File::create(&path)
            .and_then(|file| file.set_len(MOST_BYTES * 40))
            .expect("a file");
        assert_eq!(of(&path).expect_err("too large").code, Code::PictureUnreadable);
    }

    #[test]
    fn the_bytes_are_passed_on_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("any.jpg");
        std::fs::write(&path, [1, 2, 3]).expect("a file");
        assert_eq!(of(&path).expect("readable"), [1, 2, 3]);
    }
}
