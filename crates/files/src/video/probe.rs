//! What reads a moving picture, by its first bytes.

use crate::intake::sniff::{Head, sniff};
use crate::still::animation;
use crate::{FilesError, Intake, VideoInfo};
use std::path::Path;

impl VideoInfo {
    /// Runs `ffprobe` on the file.
    ///
    /// # Errors
    /// One sentence when the file is not a video, has no picture, or has an impossible size.
    pub fn read(path: &Path, intake: &Intake) -> Result<Self, FilesError> {
        Self::of(path, sniff(path)?, intake)
    }

    /// What [`Intake::probe`] found in a video, or [`VideoInfo::read`] if it did not look inside.
    ///
    /// # Errors
    /// As [`VideoInfo::read`].
    pub fn probed(
        path: &Path,
        found: Option<Box<Self>>,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        found.map_or_else(|| Self::read(path, intake), |info| Ok(*info))
    }

    /// [`VideoInfo::read`] for a file whose first bytes have been read.
    pub(crate) fn of(path: &Path, head: Head, intake: &Intake) -> Result<Self, FilesError> {
        let format = match head {
            Head::Folder => {
                let why = "it is a folder".to_owned();
                return Err(FilesError::NotMedia { path: path.into(), why });
            }
            Head::Video(format) => format,
            Head::Picture(image::ImageFormat::Gif) | Head::Animation(image::ImageFormat::Gif) => {
                Some("gif")
            }
            Head::Animation(image::ImageFormat::WebP) => {
                return animation::info(path, intake);
            }
            Head::Animation(image::ImageFormat::Png) => Some("apng"),
            Head::Foreign(format) => Some(format),
            Head::Heic => return Err(FilesError::Heic(path.into())),
            Head::Picture(_) | Head::Animation(_) => None,
        };
        Self::asked(path, format, intake)
    }
}
