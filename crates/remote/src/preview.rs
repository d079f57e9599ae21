//! What viewers see, in a window or as a video.

use crate::error::{RemoteError, Result};
use backlot_control::Client;
use backlot_launch::{Limits, Order, found};
use backlot_protocol::Request;
use backlot_terminal::stdio;
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Programs that show a Y4M video from their standard input as it comes.
const PLAYERS: [(&str, &[&str]); 2] = [
    (
        "mpv",
        &[
            "--profile=low-latency",
            "--untimed",
            "--no-cache",
            "--really-quiet",
            "--title=Backlot",
            "-",
        ],
    ),
    (
        "ffplay",
        &[
            "-loglevel",
            "error",
            "-fflags",
            "nobuffer",
            "-flags",
            "low_delay",
            "-probesize",
            "4096",
            "-f",
            "yuv4mpegpipe",
            "-window_title",
            "Backlot",
            "-i",
            "pipe:0",
        ],
    ),
];

/// A player may be looked at for ever, and paused.
const LIMITS: Limits = Limits { total: None, idle: None, ..Limits::LIVE };

/// Shows what viewers of the program behind a socket see, or would see of another scene: in a window
/// where standard output is a terminal, else as a Y4M video there. It ends when the window is closed, or
/// whoever reads has enough.
///
/// # Errors
/// One sentence when nothing runs, or there is no player.
pub fn preview(socket: &Path, scene: Option<String>) -> Result<()> {
    let player = match stdio::output_is_terminal() {
        true => Some(player()?),
        false => None,
    };
    let mut client = Client::connect(socket)?;
    let pipe = Pipe::make(socket.parent().unwrap_or(Path::new("/tmp")))?;
    let video = pipe.open()?;
    client.ask(Request::Preview { pipe: pipe.0.clone(), scene }, false)?;
    // Both have it open: nobody needs its name any more.
    drop(pipe);
    rustix::fs::fcntl_setfl(&video, OFlags::empty()).map_err(broken)?;
    match player {
        Some((name, options)) => play(name, options, video),
        None => pass_on(video, &mut stdio::stream().lock()),
    }
}

/// The first player that is installed.
fn player() -> Result<(&'static str, &'static [&'static str])> {
    PLAYERS.into_iter().find(|(name, _)| found(Path::new(name)).is_some()).ok_or_else(|| {
        RemoteError::Other(
            "neither mpv nor ffplay is installed to show the preview: install one of them, or pipe it into \
             another program"
                .to_owned(),
        )
    })
}

fn play(name: &str, options: &[&str], video: File) -> Result<()> {
    let mut order = Order::new(name, LIMITS);
    order.args(options).with_input();
    let mut child = order.start()?;
    if let Some(mut input) = child.input() {
        pass_on(video, &mut input)?;
    }
    match child.wait().success {
        true => Ok(()),
        false => Err(RemoteError::Other(format!("{name} failed: {}", child.log().trim()))),
    }
}

fn pass_on(mut video: File, out: &mut impl Write) -> Result<()> {
    match io::copy(&mut video, out).and_then(|_| out.flush()) {
        // Whoever reads has enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(broken),
    }
}

fn broken(why: impl Into<io::Error>) -> RemoteError {
    RemoteError::Other(format!("the preview can't be passed on: {}", why.into()))
}

/// A named pipe. Dropping this removes its name.
struct Pipe(PathBuf);

impl Pipe {
    fn make(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("preview-{}", std::process::id()));
        // One that a program with the same number left.
        let _ = std::fs::remove_file(&path);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).map_err(broken)?;
        Ok(Self(path))
    }

    /// Opens it for reading, without waiting for who writes.
    fn open(&self) -> Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(open(&self.0, flags, Mode::empty()).map_err(broken)?.into())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // Whoever removed it was faster.
        let _ = std::fs::remove_file(&self.0);
    }
}
