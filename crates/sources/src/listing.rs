//! The contents of a folder, recognized by content and not by name.

use backlot_files::{FilesError, InputKind, Intake, VideoInfo, by_number};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Endings of pictures and videos: if such a file can't be read, it counts as a failure.
const PROMISING: [&str; 17] = [
    "png", "jpg", "jpeg", "jfif", "webp", "bmp", "gif", "tif", "tiff", "avif", "mp4", "m4v", "mkv",
    "mov", "webm", "avi", "ts",
];

/// The deepest level of nested folders to read.
const DEEPEST: usize = 64;

/// A file in a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its path.
    pub path: PathBuf,
    /// Its path within the folder.
    pub inside: PathBuf,
    /// Whether it is a video, rather than a picture.
    pub is_video: bool,
    /// What probing the video found.
    pub found: Option<Box<VideoInfo>>,
}

/// The contents of a folder, in natural order.
#[derive(Debug, Default)]
pub struct Listing {
    /// Readable files.
    pub items: Vec<Item>,
    /// Files that are neither a picture nor a video, and folders that are not read.
    pub left_out: Vec<String>,
    /// Pictures and videos that can't be read, in one sentence each.
    pub broken: Vec<String>,
}

impl Listing {
    /// Reads a folder, with its subfolders if `recursive`. Hidden files and the folder `except` are
    /// skipped.
    ///
    /// # Errors
    /// When the folder can't be read, or has no picture and no video.
    pub fn of(
        folder: &Path,
        recursive: bool,
        except: &Path,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        let mut listing = Self::default();
        let except = std::fs::metadata(except).ok().map(|meta| (meta.dev(), meta.ino()));
        let own = std::fs::metadata(folder).ok().map(|meta| (meta.dev(), meta.ino()));
        let mut seen: HashSet<_> = except.into_iter().chain(own).collect();
        listing.add(
            folder,
            Path::new(""),
            if recursive { DEEPEST } else { 0 },
            &mut seen,
            intake,
        )?;
        if listing.items.is_empty() && listing.broken.is_empty() {
            return Err(FilesError::EmptyFolder(folder.to_owned()));
        }
        Ok(listing)
    }

    fn add(
        &mut self,
        folder: &Path,
        inside: &Path,
        depth: usize,
        seen: &mut HashSet<(u64, u64)>,
        intake: &Intake,
    ) -> Result<(), FilesError> {
        let unreadable = |source| FilesError::Read { path: folder.to_owned(), source };
        let entries = std::fs::read_dir(folder).map_err(unreadable)?;
        let names = entries.map(|entry| Ok(entry.map_err(unreadable)?.file_name()));
        let mut names = names.collect::<Result<Vec<_>, FilesError>>()?;
        names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
        names.sort_by(|a, b| by_number(a, b));
        for name in names {
            let (path, inside) = (folder.join(&name), inside.join(&name));
            let Ok(meta) = std::fs::metadata(&path) else {
                self.left_out.push(inside.display().to_string());
                continue;
            };
            if !meta.is_dir() {
                self.add_file(path, inside, intake);
            } else if seen.insert((meta.dev(), meta.ino())) {
                if depth == 0 {
                    self.left_out.push(format!("{}/", inside.display()));
                } else if let Err(error) = self.add(&path, &inside, depth - 1, seen, intake) {
                    self.broken.push(error.to_string());
                }
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: PathBuf, inside: PathBuf, intake: &Intake) {
        match intake.probe(&path) {
            Ok(kind) => {
                let (is_video, found) = match kind {
                    InputKind::Video(found) => (true, found),
                    InputKind::Picture | InputKind::Folder => (false, None),
                };
                self.items.push(Item { path, inside, is_video, found });
            }
            Err(error) if is_broken(&error, &path) => self.broken.push(error.to_string()),
            Err(_) => self.left_out.push(inside.display().to_string()),
        }
    }
}

/// Whether the name and the error suggest that the file should have been readable.
fn is_broken(error: &FilesError, path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let is_promising = ending.is_some_and(|ending| PROMISING.contains(&&*ending));
    match error {
        FilesError::Unsupported { .. } | FilesError::NoPicture(_) => false,
        FilesError::Damaged { .. } | FilesError::Budget { .. } | FilesError::Size { .. } => true,
        _ => is_promising,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_count_and_the_result_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["deep/out", "deep/.hidden"] {
            std::fs::create_dir_all(at(name)).unwrap();
        }
        let picture = image::RgbImage::new(4, 4);
        for name in ["10.jfif", "9.png", "deep/a.png", "deep/out/b.png", "deep/.hidden/c.png"] {
            let format = image::ImageFormat::Png;
            picture.save_with_format(at(name), format).unwrap();
        }
        std::fs::write(at("notes.txt"), "notes").unwrap();
        std::fs::write(at("8.jpg"), "no picture").unwrap();
        std::os::unix::fs::symlink("..", at("deep/up")).unwrap();
        let list = |recursive| {
            Listing::of(folder.path(), recursive, &at("deep/out"), &Intake::default()).unwrap()
        };
        let names = |listing: &Listing| -> Vec<_> {
            listing.items.iter().map(|item| item.inside.display().to_string()).collect()
        };
        let flat = list(false);
        assert_eq!(names(&flat), ["9.png", "10.jfif"]);
        assert_eq!(flat.left_out, ["deep/", "notes.txt"]);
        assert!(flat.broken.len() == 1 && flat.broken[0].contains("8.jpg"), "{:?}", flat.broken);
        let deep = list(true);
        assert_eq!(names(&deep)[..3], ["9.png", "10.jfif", "deep/a.png"]);
        assert!(!names(&deep).iter().any(|name| name.contains("out/") || name.contains("hidden")));
    }
}
