//! `backlot preview`

use crate::socket::path;
use crate::{completing, typed};
use anyhow::{Context, Result, bail};
use backlot_control::Client;
use backlot_protocol::Request;
use backlot_terminal::stdio;
use clap::{Args, ValueHint};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `backlot preview`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot preview                     in a window, with mpv or ffplay
  backlot preview --scene desk        another scene than the call's
  backlot preview | ffmpeg -i - -t 5 five-seconds.mp4

It is a viewer like others: it opens the camera, and sees what the guard lets out."
)]
pub struct PreviewArgs {
    /// Show this scene, whatever viewers see
    #[arg(long, value_name = "NAME", add = completing::scenes())]
    pub scene: Option<String>,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

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

/// Runs the command, until the window is closed, or whoever reads has enough.
///
/// # Errors
/// One sentence when nothing runs, or there is no player.
pub fn run(args: &PreviewArgs) -> Result<()> {
    let player = match stdio::output_is_terminal() {
        true => Some(player()?),
        false => None,
    };
    let socket = path(args.socket.as_deref())?;
    let mut client = Client::connect(&socket)?;
    let folder = socket.parent().unwrap_or(Path::new("/tmp"));
    let pipe = Pipe::make(folder)?;
    let video = pipe.open()?;
    let scene = args.scene.clone();
    client.ask(Request::Preview { pipe: pipe.0.clone(), scene }, false)?;
    // Both have it open: nobody needs its name any more.
    drop(pipe);
    rustix::fs::fcntl_setfl(&video, OFlags::empty())?;
    match player {
        Some((name, options)) => play(name, options, video),
        None => pass_on(video),
    }
}

/// The first player that is installed.
fn player() -> Result<(&'static str, &'static [&'static str])> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&folders).collect();
    let is_there = |name: &str| folders.iter().any(|folder| folder.join(name).is_file());
    PLAYERS.into_iter().find(|(name, _)| is_there(name)).context(
        "neither mpv nor ffplay is installed to show the preview: install one of them, or pipe it into \
         another program",
    )
}

fn play(name: &str, options: &[&str], video: File) -> Result<()> {
    let status = Command::new(name).args(options).stdin(video).stdout(Stdio::null()).status();
    let status = status.with_context(|| format!("{name} can't be started"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

fn pass_on(mut video: File) -> Result<()> {
    let mut out = stdio::stream().lock();
    match std::io::copy(&mut video, &mut out).and_then(|_| out.flush()) {
        // Whoever reads has enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("the preview can't be written"),
    }
}

/// A named pipe. Dropping this removes its name.
struct Pipe(PathBuf);

impl Pipe {
    fn make(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("preview-{}", std::process::id()));
        // One that a program with the same number left.
        let _ = std::fs::remove_file(&path);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .with_context(|| format!("'{}' can't be made", path.display()))?;
        Ok(Self(path))
    }

    /// Opens it for reading, without waiting for who writes.
    fn open(&self) -> Result<File> {
        let nonblock = OFlags::NONBLOCK.bits().cast_signed();
        Ok(File::options().read(true).custom_flags(nonblock).open(&self.0)?)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // Whoever removed it was faster.
        let _ = std::fs::remove_file(&self.0);
    }
}
