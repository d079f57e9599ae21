//! What a path is.

use crate::intake::sniff::{Head, sniff};
use crate::video::info::VideoInfo;
use crate::{FilesError, Intake};
use std::path::Path;

/// What a path is.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// One still picture.
    Picture,
    /// A folder.
    Folder,
    /// A video or an animated picture, with its contents if they had to be examined.
    Video(Option<Box<VideoInfo>>),
}

fn probe(path: &Path, intake: &Intake) -> Result<InputKind, FilesError> {
    match sniff(path)? {
        Head::Folder => Ok(InputKind::Folder),
        Head::Picture(_) | Head::Foreign(_) => Ok(InputKind::Picture),
        Head::Heic => Err(FilesError::Heic(path.to_owned())),
        Head::Animation(_) => Ok(InputKind::Video(None)),
        head @ Head::Video(_) => {
            Ok(InputKind::Video(Some(Box::new(VideoInfo::of(path, head, intake)?))))
        }
    }
}

impl Intake {
    /// Finds out what `path` is, and checks that it can be opened.
    ///
    /// # Errors
    /// One sentence if it is missing, can't be read, or is neither a picture nor a video.
    pub fn probe(&self, path: &Path) -> Result<InputKind, FilesError> {
        probe(path, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_nothing_get_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("empty.mp4"), b"").unwrap();
        std::fs::write(at("text.mp4"), b"This is no video.\n").unwrap();
        let message = |name: &str| probe(&at(name), &Intake::default()).unwrap_err().to_string();
        assert!(message("none.mp4").ends_with("none.mp4' does not exist: check the name"));
        assert!(message("empty.mp4").ends_with("neither a picture nor a video: it is empty"));
        assert!(message("text.mp4").ends_with("neither a picture nor a video: it is text"));
        assert_eq!(probe(folder.path(), &Intake::default()).unwrap(), InputKind::Folder);
        assert!(probe(Path::new("/dev/null"), &Intake::default()).is_err());
    }
}
