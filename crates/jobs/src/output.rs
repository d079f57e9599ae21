//! What a job writes, according to the ending of its name.

use crate::error::Result;
use backlot_files::PictureFormat;
use backlot_schema::nearest;
use std::path::{Path, PathBuf};

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Y4M on standard output.
    Stdout,
    /// A video.
    Video(PathBuf),
    /// One picture.
    Picture(PathBuf),
    /// A folder of pictures.
    Folder(PathBuf),
}

/// Endings of videos that can be written.
const VIDEOS: [&str; 5] = ["mp4", "mkv", "mov", "webm", "gif"];

/// Endings of pictures that can be written.
const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"];

impl Output {
    /// Resolves a name by its ending.
    pub fn find(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let ends_in_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        if path.is_dir() || ends_in_slash || path.extension().is_none() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let ending = ending(path);
        if VIDEOS.contains(&&*ending) {
            return Ok(Self::Video(path.to_owned()));
        }
        if PICTURES.contains(&&*ending) {
            return Ok(Self::Picture(path.to_owned()));
        }
        let known = || VIDEOS.into_iter().chain(PICTURES);
        let hint = nearest(&ending, known()).map(|e| format!(" (did you mean .{e}?)"));
        refuse!(
            "'{}' can't be written: '.{ending}' is not a known ending{}: use {}, or the name of a folder",
            path.display(),
            hint.unwrap_or_default(),
            known().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" ")
        )
    }

    /// The most frames it can hold.
    pub const fn limit(&self) -> Option<u64> {
        match self {
            Self::Picture(_) => Some(1),
            _ => None,
        }
    }

    /// Whether the person can be written with transparency.
    pub fn holds_alpha(&self) -> bool {
        let ending = ending(self.path());
        match self {
            Self::Stdout => false,
            Self::Video(_) => ["webm", "mov"].contains(&&*ending),
            Self::Picture(path) => PictureFormat::of(path).is_some_and(PictureFormat::has_alpha),
            Self::Folder(_) => true,
        }
    }

    /// Refuses outputs that can't hold transparency.
    ///
    /// # Errors
    /// One sentence that names outputs that can.
    pub fn need_alpha(&self) -> Result<()> {
        if !self.holds_alpha() {
            refuse!(
                "'{}' can't hold transparency: choose .webm or .mov for a video, .png for a picture",
                self.path().display()
            );
        }
        Ok(())
    }

    /// The name to show.
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdout => Path::new("-"),
            Self::Video(path) | Self::Picture(path) | Self::Folder(path) => path,
        }
    }
}

/// The ending of a name in lower case, without the dot.
pub fn ending(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_ending() {
        let find = |name: &str| Output::find(Path::new(name)).unwrap();
        assert_eq!(find("-"), Output::Stdout);
        assert!(matches!(find("a.MP4"), Output::Video(_)));
        assert!(matches!(find("a.b.png"), Output::Picture(_)));
        assert!(matches!(find("mattes"), Output::Folder(_)));
        assert!(matches!(find("v1.0/"), Output::Folder(_)));
        let error = Output::find(Path::new("out.mp5")).unwrap_err().to_string();
        assert!(error.contains("'out.mp5'") && error.contains("did you mean .mp4?"), "{error}");
    }
}
