//! Pictures and videos that the page hands in: decoded, made anew, and kept under names of ours.
//!
//! Nothing of what was sent is kept as it came: no metadata, no name, and nothing that only looks like a
//! picture. It is written into a file as it arrives, which is gone before the answer.

use crate::secret::random;
use axum::body::Bytes;
use backlot_files::{
    Content, FilesError, InputKind, Intake, Overwrite, Permit, VideoInfo, VideoOptions,
    VideoOutOptions, VideoSink, VideoSource, picture_in_view, read_file, read_picture,
    write_picture,
};
use backlot_media::{ColorSpace, FrameRate, Matrix, Size, Source, Window};
use serde_json::{Value, json};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::Receiver;

/// The most that is sent for one, in bytes.
pub(crate) const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// The most that is sent for a picture, in bytes.
const MOST_FOR_PICTURE: u64 = 64 * 1024 * 1024;
/// The longest video, and the largest picture of one. A video of a higher rate than this has fewer pictures.
const LONGEST_VIDEO: Duration = Duration::from_secs(10 * 60);
const LARGEST_VIDEO: Size = Size { width: 1920, height: 1080 };
const FASTEST_VIDEO: FrameRate = FrameRate::FPS_30;
/// How many are kept.
const MOST: usize = 500;
/// The longest side of one, in pixels: more than any virtual camera shows.
const LONGEST: u32 = 3840;
/// The longest part of its name that is ours to choose, in letters.
const NAME: usize = 40;

/// What was handed in.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    folder: PathBuf,
}

impl Uploads {
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All of them, the latest first.
    pub fn list(&self) -> Value {
        let time = |name: &String| self.folder.join(name).metadata().and_then(|m| m.modified());
        let dated = |name: String| (time(&name).unwrap_or(SystemTime::UNIX_EPOCH), name);
        let mut names: Vec<_> = self.names().into_iter().map(dated).collect();
        names.sort_by(|one, other| other.cmp(one));
        names.iter().map(|(_, name)| self.told(name)).collect()
    }

    fn told(&self, name: &str) -> Value {
        json!({ "name": name, "background": self.folder.join(name) })
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| kind(name).is_some()).collect()
    }

    /// A picture, and what it is; none where there is none of that name. Videos aren't shown whole.
    pub fn read(&self, name: &str) -> Option<(&'static str, Vec<u8>)> {
        let kind = kind(name).filter(|kind| *kind != VIDEO)?;
        Some((kind, read_file(&self.folder.join(name), 2 * MOST_FOR_PICTURE).ok()?))
    }

    /// Removes one; returns whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        kind(name).is_some() && fs::remove_file(self.folder.join(name)).is_ok()
    }

    /// Takes a picture or a video in, and tells where it is. What is sent ends with nothing: without that it
    /// was cut off. Decoding takes its time; nothing is kept once nobody waits any more.
    ///
    /// # Errors
    /// One sentence about why it can't be used.
    pub fn take(
        &self,
        given: &str,
        pieces: Receiver<Option<Bytes>>,
        is_waited_for: impl Fn() -> bool,
    ) -> Result<Value, String> {
        if self.names().len() >= MOST {
            return Err(format!("{MOST} files are kept already: remove some first"));
        }
        let failed =
            |error: io::Error| format!("nothing can be kept in {}: {error}", self.folder.display());
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        let mark = random(4).map_err(failed)?;
        let raw = Raw(self.folder.join(format!(".{mark}.part")));
        let sent = raw.write(pieces).map_err(failed)?;
        let sent = sent.ok_or("what was sent arrived in part")?;
        let intake = Intake::default();
        let kept = match intake.probe(&raw.0) {
            Ok(InputKind::Video(info)) => {
                let path = self.named(given, &mark, "mp4");
                let info = info.map_or_else(|| VideoInfo::read(&raw.0, &intake), |info| Ok(*info));
                info.map_err(Refusal::from)
                    .and_then(|info| keep_video(&raw.0, info, &path, is_waited_for))
                    .map(|()| path)
            }
            Ok(_) if sent > MOST_FOR_PICTURE => {
                let most = MOST_FOR_PICTURE / 1024 / 1024;
                Err(Refusal::Words(format!(
                    "'{}' is too large for a picture: {most} MiB are taken",
                    shown(given)
                )))
            }
            Ok(_) => keep_picture(&raw.0, |end| self.named(given, &mark, end)),
            Err(error) => Err(error.into()),
        };
        let path = kept.map_err(|why| match why {
            // Nobody knows the name that it has here.
            Refusal::File(error) => {
                error.to_string().replace(&raw.0.display().to_string(), &shown(given))
            }
            Refusal::Words(words) => words,
        })?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        Ok(self.told(name))
    }

    fn named(&self, given: &str, mark: &str, end: &str) -> PathBuf {
        self.folder.join(format!("{}-{mark}.{end}", plain(given)))
    }
}

/// Why something isn't kept.
#[derive(Debug)]
enum Refusal {
    File(FilesError),
    Words(String),
}

impl From<FilesError> for Refusal {
    fn from(error: FilesError) -> Self {
        Self::File(error)
    }
}

/// Makes a picture anew, under a name with the ending of its kind.
fn keep_picture(raw: &Path, named: impl Fn(&str) -> PathBuf) -> Result<PathBuf, Refusal> {
    let picture = read_picture(raw, &Intake::default())?;
    let whole = picture.size();
    let size = fitted(whole, Size { width: LONGEST, height: LONGEST });
    let (frame, alpha) = picture_in_view(&picture, (Window::whole(whole), size), ColorSpace::BT601);
    let (content, end) = match &alpha {
        Some(alpha) => (Content::Person(&frame, alpha), "png"),
        None => (Content::Frame(&frame), "jpg"),
    };
    let path = named(end);
    write_picture(&path, content, &Permit::from(Overwrite::Never))?;
    Ok(path)
}

/// Makes a video anew, without its sound.
fn keep_video(
    raw: &Path,
    info: VideoInfo,
    path: &Path,
    is_waited_for: impl Fn() -> bool,
) -> Result<(), Refusal> {
    let minutes = LONGEST_VIDEO.as_secs() / 60;
    let too_long = || Refusal::Words(format!("the video is too long: {minutes} minutes are taken"));
    if info.duration.is_some_and(|duration| duration > LONGEST_VIDEO) {
        return Err(too_long());
    }
    let size = fitted(info.size, LARGEST_VIDEO).rounded_to_even();
    let rate = if info.rate.fps() > FASTEST_VIDEO.fps() { FASTEST_VIDEO } else { info.rate };
    let options = VideoOptions {
        size: Some(size),
        rate: Some(rate),
        matrix: Some(Matrix::Bt709),
        // A picture more than is taken.
        limit: Some(LONGEST_VIDEO + Duration::from_secs(1)),
        ..VideoOptions::default()
    };
    let mut source = VideoSource::open_probed(raw, info, &options)?;
    let mut sink = VideoSink::create(path, &VideoOutOptions::new(size, rate, source.color()))?;
    sink.yield_to_others();
    let mut left = rate.frames_in(LONGEST_VIDEO);
    while let Some(frame) = source.next_video_frame()? {
        if !is_waited_for() {
            return Err(Refusal::Words("nobody waits for it any more".to_owned()));
        }
        left = left.checked_sub(1).ok_or_else(too_long)?;
        sink.write(&frame)?;
    }
    sink.complete()?;
    Ok(())
}

/// What was sent, until it is read.
struct Raw(PathBuf);

impl Raw {
    /// Writes what is sent as it comes, and returns how many bytes; none where it is cut off.
    fn write(&self, mut pieces: Receiver<Option<Bytes>>) -> io::Result<Option<u64>> {
        let file: io::Result<File> =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.0);
        let (mut file, mut sent) = (file?, 0);
        while let Some(piece) = pieces.blocking_recv() {
            match piece {
                Some(bytes) => {
                    file.write_all(&bytes)?;
                    sent += bytes.len() as u64;
                }
                None => return Ok(Some(sent)),
            }
        }
        Ok(None)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Where it was never written, there is nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

/// A size of the same shape that has no side longer than another's.
fn fitted(size: Size, most: Size) -> Size {
    let side = |side: u32, factor: (u32, u32)| {
        (u64::from(side) * u64::from(factor.0) / u64::from(factor.1)).max(2) as u32
    };
    let factors = [(1, 1), (most.width, size.width), (most.height, size.height)];
    let product = |a: (u32, u32), b: (u32, u32)| u64::from(a.0) * u64::from(b.1);
    let least = factors.into_iter().min_by(|&a, &b| product(a, b).cmp(&product(b, a)));
    let factor = least.unwrap_or((1, 1));
    Size { width: side(size.width, factor), height: side(size.height, factor) }
}

/// What a video of ours is.
const VIDEO: &str = "video/mp4";

/// What a name of ours stands for.
fn kind(name: &str) -> Option<&'static str> {
    let (stem, end) = name.split_once('.')?;
    let is_ours = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if stem.is_empty() || stem.len() > NAME + 9 || !stem.bytes().all(is_ours) {
        return None;
    }
    match end {
        "jpg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "mp4" => Some(VIDEO),
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

    /// Hands in all of it, in pieces.
    fn hand_in(uploads: &Uploads, given: &str, bytes: &[u8]) -> Result<Value, String> {
        let (to, pieces) = tokio::sync::mpsc::channel(1 << 16);
        for piece in bytes.chunks(1000) {
            to.try_send(Some(Bytes::copy_from_slice(piece))).unwrap();
        }
        to.try_send(None).unwrap();
        uploads.take(given, pieces, || true)
    }

    /// A video that ffmpeg makes of its own test pictures.
    fn video(folder: &Path, size: &str, seconds: u32) -> Vec<u8> {
        let path = folder.join("made.mkv");
        let pictures = format!("testsrc=s={size}:r=50:d={seconds}");
        let args = ["-v", "error", "-y", "-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i"];
        let sound = format!("sine=d={seconds}");
        let codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
        let made = std::process::Command::new("ffmpeg")
            .args(args)
            .arg(sound)
            .args(codecs)
            .arg(&path)
            .status()
            .expect("ffmpeg is there");
        assert!(made.success());
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(path).unwrap();
        bytes
    }

    #[test]
    fn a_video_is_made_anew_without_sound_and_no_larger_than_viewers_see() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().join("kept"));
        let first = hand_in(&uploads, "first.png", &png(8, 8, 255)).unwrap();
        let told = hand_in(&uploads, "My cat.MKV", &video(folder.path(), "2560x1440", 1)).unwrap();
        let name = told["name"].as_str().unwrap();
        assert!(name.starts_with("my-cat-") && name.ends_with(".mp4"), "{name}");
        let path = uploads.folder.join(name);
        let info = VideoInfo::read(&path, &Intake::default()).unwrap();
        assert_eq!((info.size.to_string(), info.has_sound), ("1920x1080".to_owned(), false));
        assert_eq!((info.rate, info.duration), (FrameRate::FPS_30, Some(Duration::from_secs(1))));
        assert_eq!(uploads.list(), json!([told, first]), "the latest first");
        assert!(uploads.read(name).is_none(), "it isn't sent whole");
        assert!(uploads.remove(name));
        assert_eq!(fs::read_dir(&uploads.folder).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn nothing_is_left_of_a_video_that_is_cut_off_or_that_nobody_waits_for() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().join("kept"));
        let bytes = video(folder.path(), "64x48", 2);
        let (to, pieces) = tokio::sync::mpsc::channel(4);
        to.try_send(Some(Bytes::copy_from_slice(&bytes[..1000]))).unwrap();
        drop(to);
        let why = uploads.take("cat.mkv", pieces, || true).unwrap_err();
        assert_eq!(why, "what was sent arrived in part");
        let (to, pieces) = tokio::sync::mpsc::channel(4);
        to.try_send(Some(Bytes::copy_from_slice(&bytes))).unwrap();
        to.try_send(None).unwrap();
        assert!(uploads.take("cat.mkv", pieces, || false).is_err());
        // What only begins like a video.
        let mut broken = bytes[..200].to_vec();
        broken.extend([7; 100_000]);
        let why = hand_in(&uploads, "cat.mkv", &broken).unwrap_err();
        assert!(why.contains("cat.mkv") && !why.contains(".part"), "{why}");
        assert_eq!(fs::read_dir(&uploads.folder).unwrap().count(), 0);
    }

    #[test]
    fn sizes_keep_their_shape() {
        let size = |text: &str| text.parse::<Size>().unwrap();
        for (from, to) in [
            ("1280x720", "1280x720"),
            ("3840x2160", "1920x1080"),
            ("1080x1920", "607x1080"),
            ("8000x100", "1920x24"),
        ] {
            assert_eq!(fitted(size(from), LARGEST_VIDEO), size(to), "{from}");
        }
    }

    #[test]
    fn a_picture_is_made_anew_under_a_name_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().join("a/b"));
        assert_eq!(uploads.list(), json!([]));
        let told = hand_in(&uploads, "../../My Béach!.PNG", &png(64, 32, 255)).unwrap();
        let name = told["name"].as_str().unwrap();
        assert!(name.starts_with("my-b-ach-") && name.ends_with(".jpg"), "{name}");
        assert_eq!(uploads.list(), json!([told]));
        let (kind, bytes) = uploads.read(name).unwrap();
        let kept = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!((kind, kept.dimensions()), ("image/jpeg", (64, 32)));
        let pixel = kept.get_pixel(30, 15).0;
        assert!(pixel.iter().zip([200, 30, 40]).all(|(is, was)| is.abs_diff(was) < 6), "{pixel:?}");
        let clear = hand_in(&uploads, "clear.png", &png(4000, 50, 128)).unwrap();
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
            let why = hand_in(&uploads, "evil.png", bytes).unwrap_err();
            assert!(why.contains("evil.png") && !why.contains(".part"), "{why}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_names_of_ours_are_looked_for() {
        assert_eq!(kind("beach-0a1b2c3d.jpg"), Some("image/jpeg"));
        assert_eq!(kind("cat-0a1b2c3d.mp4"), Some(VIDEO));
        for name in ["", ".jpg", "../a.jpg", "a/b.png", "a.svg", "A.jpg", "a.jpg.png", "a\0.png"] {
            assert_eq!(kind(name), None, "{name}");
        }
        assert_eq!(plain("///"), "picture");
        assert_eq!(plain(&"a".repeat(500)).len(), NAME);
    }
}
