//! Folders of pictures to read.

use crate::FilesError;
use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The endings of the pictures that are read from a folder; HEIC, which is not, is named then.
const ENDINGS: [&str; 25] = [
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "gif", "tif", "tiff", "avif",
    "jp2", "j2k", "jxl", "tga", "ppm", "pgm", "pbm", "pnm", "pam", "qoi", "psd", "heic", "heif",
];

/// A picture of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// The file.
    pub path: PathBuf,
    /// Its name without the ending.
    pub stem: OsString,
}

/// The pictures of a folder, in the order in which people count: 2 before 10.
#[derive(Clone, Debug)]
pub struct FolderOfPictures {
    pictures: Vec<PictureFile>,
}

impl FolderOfPictures {
    /// Lists a folder. What is hidden or has no picture's ending is left out, and so are folders
    /// in it.
    ///
    /// # Errors
    /// One sentence when it can't be read, has no picture, or two that differ only in their ending.
    pub fn open(folder: &Path) -> Result<Self, FilesError> {
        let read_error = |source| FilesError::read(folder, source);
        let mut pictures = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(read_error)? {
            let path = entry.map_err(read_error)?.path();
            let (Some(name), Some(stem)) = (path.file_name(), path.file_stem()) else { continue };
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if !is_hidden && has_picture_ending(&path) && path.is_file() {
                let stem = stem.to_owned();
                pictures.push(PictureFile { path, stem });
            }
        }
        pictures.sort_by(|a, b| natural(&a.stem, &b.stem).then_with(|| a.path.cmp(&b.path)));
        if pictures.is_empty() {
            return Err(FilesError::EmptyFolder(folder.to_owned()));
        }
        match pictures.windows(2).find(|pair| pair[0].stem == pair[1].stem) {
            Some([a, b]) => Err(FilesError::SameStem(a.path.clone(), b.path.clone())),
            _ => Ok(Self { pictures }),
        }
    }

    /// The pictures.
    pub fn pictures(&self) -> &[PictureFile] {
        &self.pictures
    }
}

fn has_picture_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Compares names as people count, with each run of digits as a number.
pub fn by_number(a: &OsStr, b: &OsStr) -> Ordering {
    natural(a, b)
}

fn natural(a: &OsStr, b: &OsStr) -> Ordering {
    let (mut left, mut right) = (a.as_encoded_bytes(), b.as_encoded_bytes());
    while let (Some(x), Some(y)) = (left.first(), right.first()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            by_value(take_digits(&mut left), take_digits(&mut right))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

fn take_digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|c| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits
}

fn by_value(a: &[u8], b: &[u8]) -> Ordering {
    let significant = |digits: &[u8]| digits.iter().skip_while(|&&c| c == b'0').count();
    let (x, y) = (significant(a), significant(b));
    x.cmp(&y).then_with(|| a[a.len() - x..].cmp(&b[b.len() - y..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_comes_before_ten() {
        let mut names = ["a10", "a2", "A1", "b", "a02", "a", "", "10", "9"].map(OsString::from);
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "9", "10", "a", "A1", "a02", "a2", "a10", "b"].map(OsString::from));
    }

    #[test]
    fn only_pictures_are_listed_and_equal_stems_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str| std::fs::write(folder.path().join(name), "x").unwrap();
        assert!(matches!(FolderOfPictures::open(folder.path()), Err(FilesError::EmptyFolder(_))));
        for name in ["p10.jpg", "p9.PNG", "notes.txt", ".hidden.png", "p9.png.txt"] {
            add(name);
        }
        std::fs::create_dir(folder.path().join("folder.png")).unwrap();
        let listed = FolderOfPictures::open(folder.path()).unwrap();
        let stems: Vec<_> = listed.pictures().iter().map(|p| p.stem.to_str().unwrap()).collect();
        assert_eq!(stems, ["p9", "p10"]);
        add("p10.png");
        let error = FolderOfPictures::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("differ only in their ending"), "{error}");
        let missing = FolderOfPictures::open(Path::new("/nowhere")).unwrap_err().to_string();
        assert_eq!(missing, "'/nowhere' does not exist: check the name");
    }
}
