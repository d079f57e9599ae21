//! Pictures that the page hands in: decoded, made anew, and kept under names of ours.
//!
//! Nothing of what was sent is kept as it came: no metadata, no name, and nothing that only looks like a picture.

use crate::secret::random;
use backlot_files::{
    Content, Intake, Overwrite, Permit, picture_in_view, read_file, read_picture, write_picture,
};
use backlot_media::{ColorSpace, Size, Window};
use serde_json::{Value, json};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The most that is sent for one, in bytes.
pub(crate) const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How many are kept.
const MOST: usize = 500;
/// The longest side of one, in pixels: more than any virtual camera shows.
const LONGEST: u32 = 3840;
/// The longest part of its name that is ours to choose, in letters.
const NAME: usize = 40;

/// The pictures that were handed in.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    folder: PathBuf,
}

impl Uploads {
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All of them, by their names.
    pub fn list(&self) -> Value {
        let mut names = self.names();
        names.sort();
        names.iter().map(|name| self.told(name)).collect()
    }

    fn told(&self, name: &str) -> Value {
        json!({ "name": name, "background": self.folder.join(name) })
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| kind(name).is_some()).collect()
    }

    /// One of them, and what it is; none where there is none of that name.
    pub fn read(&self, name: &str) -> Option<(&'static str, Vec<u8>)> {
        let kind = kind(name)?;
        Some((kind, read_file(&self.folder.join(name), 2 * MOST_BYTES as u64).ok()?))
    }

    /// Removes one; returns whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        kind(name).is_some() && fs::remove_file(self.folder.join(name)).is_ok()
    }

    /// Takes a picture in, and tells where it is. Decoding takes its time.
    ///
    /// # Errors
    /// One sentence about why it can't be used.
    pub fn take(&self, given: &str, bytes: &[u8]) -> Result<Value, String> {
        if self.names().len() >= MOST {
            return Err(format!("{MOST} pictures are kept already: remove some first"));
        }
        let failed = |error: io::Error| {
            format!("pictures can't be kept in {}: {error}", self.folder.display())
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        let mark = random(4).map_err(failed)?;
        let raw = Raw(self.folder.join(format!(".{mark}.part")));
        raw.write(bytes).map_err(failed)?;
        let sentence = |error: backlot_files::FilesError| {
            // Nobody knows the name that it has here.
            error.to_string().replace(&raw.0.display().to_string(), &shown(given))
        };
        let picture = read_picture(&raw.0, &Intake::default()).map_err(sentence)?;
        let whole = picture.size();
        let size = bounded(whole).ok_or("a picture of no size can't be used")?;
        let view = (Window::whole(whole), size);
        let (frame, alpha) = picture_in_view(&picture, view, ColorSpace::BT601);
        let (content, end) = match &alpha {
            Some(alpha) => (Content::Person(&frame, alpha), "png"),
            None => (Content::Frame(&frame), "jpg"),
        };
        let name = format!("{}-{mark}.{end}", plain(given));
        let permit = Permit::from(Overwrite::Never);
        write_picture(&self.folder.join(&name), content, &permit).map_err(sentence)?;
        Ok(self.told(&name))
    }
}

/// What was sent, until it is read.
struct Raw(PathBuf);

impl Raw {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let file: io::Result<File> =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.0);
        file?.write_all(bytes)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Where it was never written, there is nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

/// A size with no side that is too long.
fn bounded(size: Size) -> Option<Size> {
    let longest = size.width.max(size.height);
    if longest <= LONGEST {
        return Some(size);
    }
    let side =
        |side: u32| (u64::from(side) * u64::from(LONGEST) / u64::from(longest)).max(2) as u32;
    Size::new(side(size.width), side(size.height)).ok()
}

/// What kind of picture a name of ours is.
fn kind(name: &str) -> Option<&'static str> {
    let (stem, end) = name.split_once('.')?;
    let is_ours = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if stem.is_empty() || stem.len() > NAME + 9 || !stem.bytes().all(is_ours) {
        return None;
    }
    match end {
        "jpg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        _ => None,
    }
}

/// The beginning of a name, from the name that a picture had.
fn plain(given: &str) -> String {
    let stem = Path::new(given).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let letters = stem.chars().map(|letter| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    });
    let name: String = letters.take(NAME).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "picture".to_owned() } else { name.to_owned() }
}

/// A name in a sentence.
fn shown(given: &str) -> String {
    given.chars().filter(|letter| !letter.is_control()).take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let pixels = image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 40, alpha]));
        pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_made_anew_under_a_name_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().join("a/b"));
        assert_eq!(uploads.list(), json!([]));
        let told = uploads.take("../../My Béach!.PNG", &png(64, 32, 255)).unwrap();
        let name = told["name"].as_str().unwrap();
        assert!(name.starts_with("my-b-ach-") && name.ends_with(".jpg"), "{name}");
        assert_eq!(uploads.list(), json!([told]));
        let (kind, bytes) = uploads.read(name).unwrap();
        let kept = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!((kind, kept.dimensions()), ("image/jpeg", (64, 32)));
        let pixel = kept.get_pixel(30, 15).0;
        assert!(pixel.iter().zip([200, 30, 40]).all(|(is, was)| is.abs_diff(was) < 6), "{pixel:?}");
        let clear = uploads.take("clear.png", &png(4000, 50, 128)).unwrap();
        let (kind, bytes) = uploads.read(clear["name"].as_str().unwrap()).unwrap();
        let kept = image::load_from_memory(&bytes).unwrap();
        assert_eq!((kind, kept.width(), kept.color().has_alpha()), ("image/png", 3840, true));
        assert!(uploads.remove(name) && !uploads.remove(name) && uploads.read(name).is_none());
        assert_eq!(fs::read_dir(&uploads.folder).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn what_is_no_picture_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().to_owned());
        for bytes in [&b""[..], b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", &[0; 100_000]] {
            let why = uploads.take("evil.png", bytes).unwrap_err();
            assert!(why.contains("evil.png") && !why.contains(".part"), "{why}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_names_of_ours_are_looked_for() {
        assert_eq!(kind("beach-0a1b2c3d.jpg"), Some("image/jpeg"));
        for name in ["", ".jpg", "../a.jpg", "a/b.png", "a.svg", "A.jpg", "a.jpg.png", "a\0.png"] {
            assert_eq!(kind(name), None, "{name}");
        }
        assert_eq!(plain("///"), "picture");
        assert_eq!(plain(&"a".repeat(500)).len(), NAME);
    }
}
