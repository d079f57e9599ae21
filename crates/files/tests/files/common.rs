//! Small videos made for tests with ffmpeg's own generators.

use backlot_media::{ColorSpace, Frame, PixelFormat, Size};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is removed at the end of the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Everything in it, hidden files too, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder");
        let name = |e: std::io::Result<std::fs::DirEntry>| e.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(|e| name(e).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Runs ffmpeg with these words, the last of which is a file; panics with what to do.
pub fn ffmpeg(words: &str, output: &Path) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(words.split_whitespace()).arg(output);
    let status = command.status().expect("ffmpeg is not installed: run 'make setup' first");
    assert!(status.success(), "ffmpeg {words} {}", output.display());
}

/// What ffmpeg writes to standard output.
pub fn ffmpeg_says(words: &[&str]) -> String {
    let output = Command::new("ffmpeg").args(["-v", "error", "-nostdin"]).args(words).output();
    let output = output.expect("ffmpeg is not installed: run 'make setup' first");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What ffprobe reports about a file's first video stream: `key=value` lines.
pub fn ffprobe(entries: &str, path: &Path) -> String {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-select_streams", "v:0", "-count_frames", "-show_entries"]);
    let output = command.arg(entries).args(["-of", "default=nw=1"]).arg(path).output();
    let output = output.expect("ffprobe is not installed: run 'make setup' first");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An I420 frame of one colour.
pub fn flat(size: Size, rgb: [u8; 3], color: ColorSpace) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    for (mut plane, value) in frame.yuv_mut().into_iter().zip(color.encode_rgb8(rgb)) {
        plane.fill(value);
    }
    frame.color = color;
    frame
}

/// The colour at a pixel, as R, G, B.
pub fn rgb_at(frame: &Frame, x: usize, y: usize) -> [i32; 3] {
    let [luma, u, v] = frame.yuv();
    let code = [luma.row(y)[x], u.row(y / 2)[x / 2], v.row(y / 2)[x / 2]];
    frame.color.decode(code.map(f64::from)).map(|c| (c * 255.0).round() as i32)
}

pub fn assert_near(found: [i32; 3], expected: [i32; 3], tolerance: i32, what: &str) {
    let far = found.iter().zip(expected).any(|(f, e)| (f - e).abs() > tolerance);
    assert!(!far, "{what}: {found:?} instead of {expected:?}");
}
