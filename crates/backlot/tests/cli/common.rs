//! Runs the program, and makes its inputs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A temporary folder to run commands in.
pub struct Desk {
    folder: TempDir,
    /// Where the program remembers things, so that no other test's memory counts.
    state: TempDir,
}

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Desk {
    pub fn new() -> Self {
        let [folder, state] = [(); 2].map(|()| tempfile::tempdir().expect("a temporary folder"));
        Self { folder, state }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, run in the folder.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        // Runs of several tests at once don't steer one another.
        command
            .env("XDG_STATE_HOME", self.state.path())
            .env("XDG_DATA_HOME", self.state.path())
            .env("BACKLOT_SOCKET", "none");
        // Nor does the desktop of who runs them see or pause any.
        for bus in ["DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"] {
            command.env(bus, "unix:path=/nowhere/at/all");
        }
        command
    }

    /// Runs the program with arguments separated by spaces.
    pub fn run(&self, args: &str) -> Ended {
        ended(self.program().args(args.split_whitespace()).output())
    }

    /// Runs the program, which must succeed.
    pub fn ok(&self, args: &str) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "backlot {args}: {}", ended.stderr);
        ended
    }

    /// Runs the program, which must refuse with one sentence; returns the sentence.
    pub fn refused(&self, args: &str) -> String {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(1), "backlot {args}: {}", ended.stderr);
        let lines: Vec<_> = ended.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "backlot {args}: not one sentence: {}", ended.stderr);
        assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
        lines[0].to_owned()
    }

    /// Runs ffmpeg in the folder, to make an input.
    pub fn ffmpeg(&self, args: &str) {
        tool("ffmpeg", &format!("-v error -y {args}"), self.folder.path());
    }

    /// The output of ffprobe for a file, as `name=value` lines.
    pub fn probe(&self, name: &str, entries: &str) -> String {
        let args =
            format!("-v error -count_frames -show_entries {entries} -of default=nw=1 {name}");
        tool("ffprobe", &args, self.folder.path())
    }

    /// Names in the folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).expect("the folder is there");
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn tool(program: &str, args: &str, folder: &Path) -> String {
    let output = Command::new(program).args(args.split_whitespace()).current_dir(folder).output();
    let output = output.unwrap_or_else(|e| panic!("{program} ({e}): run 'make setup'"));
    assert!(
        output.status.success(),
        "{program} {args}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn ended(output: std::io::Result<Output>) -> Ended {
    let output = output.expect("the program runs");
    Ended {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A picture's pixels.
pub fn pixels(path: impl AsRef<Path>) -> image::RgbaImage {
    let path = path.as_ref();
    image::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).to_rgba8()
}

/// Copies a file, truncated to a share of its length.
pub fn truncate(from: &Path, to: &Path, share: f64) {
    let bytes = std::fs::read(from).unwrap();
    std::fs::write(to, &bytes[..(bytes.len() as f64 * share) as usize]).unwrap();
}

/// Whether the bytes contain a word.
pub fn text(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8(bytes.as_ref().to_vec()).expect("text")
}

/// A picture of the presenter, made by the program itself.
pub fn presenter(desk: &Desk, name: &str, size: &str) {
    desk.ok(&format!(
        "render presenter:noise=0 -o {name} --size {size} --background #00ff00 --quality fast"
    ));
}
