//! The commands that are more than one request: what they take.

use crate::{completing, typed};
use anyhow::{Result, bail};
use backlot_protocol::Request;
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `backlot status`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot status
  backlot status --json | jq .figures"
)]
pub struct StatusArgs {
    /// Print everything as JSON
    #[arg(long)]
    pub json: bool,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

/// `backlot watch`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot watch                       a line for each change
  backlot watch --json                each change as a line of JSON
  backlot watch --format waybar       for a module \"custom/backlot\" of waybar"
)]
pub struct WatchArgs {
    /// Print each change as a line of JSON
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// How to print changes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line for people
    Text,
    /// What waybar's custom modules take
    Waybar,
}

/// `backlot record`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot record                      until Ctrl-C, among your videos
  backlot record talk.mp4 --duration 60
  backlot record desk.mkv --scene desk
                                      another scene than the call's
  backlot record stop                 from another terminal, or by a key

What was recorded can be played whatever happens, but for its last half second."
)]
pub struct RecordArgs {
    /// Video to write, mkv or mp4; or 'stop', which ends the recording under way
    #[arg(value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// End it after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub duration: Option<u32>,
    /// Record this scene, whatever viewers see
    #[arg(long, value_name = "NAME", add = completing::scenes())]
    pub scene: Option<String>,
    /// Replace the file if it exists
    #[arg(short, long)]
    pub force: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

impl RecordArgs {
    /// The request for it.
    ///
    /// # Errors
    /// When options don't go with `stop`, or the present folder is gone.
    pub fn request(&self) -> Result<Request> {
        if self.file.as_ref().is_some_and(|file| file.as_os_str() == "stop") {
            if self.duration.is_some() || self.scene.is_some() || self.force {
                bail!("'backlot record stop' takes no options: it ends what is being recorded");
            }
            return Ok(Request::StopRecording);
        }
        Ok(Request::Record {
            file: self.file.as_ref().map(std::path::absolute).transpose()?,
            force: self.force.then_some(true),
            scene: self.scene.clone(),
            duration: self.duration.map(|seconds| seconds as usize),
        })
    }
}

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
