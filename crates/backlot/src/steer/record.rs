//! `backlot record`

use crate::socket::path;
use crate::{completing, typed};
use anyhow::{Result, bail};
use backlot_control::{Client, ClientError};
use backlot_protocol::{Recording, Request};
use backlot_terminal::{interrupt, stdio};
use clap::{Args, ValueHint};
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long the first picture may take: a camera, or a scene, may have to be opened.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to look for Ctrl-C.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// `backlot record`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot record                      into a new file among your videos, until Ctrl-C
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

/// Runs the command, until the recording ends.
///
/// # Errors
/// One sentence when nothing runs, or nothing can be recorded.
pub fn run(args: &RecordArgs) -> Result<()> {
    let request = args.request()?;
    let mut client = Client::connect(&path(args.socket.as_deref())?)?;
    if request == Request::StopRecording {
        let answer = client.ask_within(request, false, PATIENCE)?;
        return tell(&serde_json::from_value(answer)?, args.json);
    }
    let stop = interrupt::watch(|| ())?;
    interrupt::has_result();
    let answer = client.ask_within(request, false, PATIENCE)?;
    let file = answer["file"].as_str().unwrap_or_default().to_owned();
    if !args.json {
        stdio::print_line(format_args!("Recording {file}; Ctrl-C ends it"))?;
    }
    loop {
        let is_ending = stop.load(Ordering::Relaxed);
        if is_ending {
            let ended = client.ask_within(Request::StopRecording, false, PATIENCE);
            // It may have ended by itself just now.
            if let Ok(answer) = ended {
                return tell(&serde_json::from_value(answer)?, args.json);
            }
        }
        match client.event(Some(LOOK_EVERY)) {
            Ok(_) => {}
            Err(ClientError::Gone) => {
                bail!("the program has ended; '{file}' has what was recorded before")
            }
            Err(error) => return Err(error.into()),
        }
        let state = client.state();
        if let Some(recording) = state.recording.as_ref().filter(|known| known.file == file) {
            stdio::status(&line(recording));
        } else if let Some(recording) = state.recordings.iter().find(|known| known.file == file) {
            return tell(recording, args.json);
        }
    }
}

/// Prints how a recording ended.
fn tell(recording: &Recording, is_json: bool) -> Result<()> {
    if is_json {
        stdio::print_json(&json!(recording))?;
    }
    match &recording.problem {
        Some(problem) if recording.pictures == 0 => bail!("{problem}"),
        Some(problem) => bail!("{problem}; the file has {}", line(recording)),
        None if is_json => Ok(()),
        None => {
            Ok(stdio::print_line(format_args!("wrote {} ({})", recording.file, line(recording)))?)
        }
    }
}

/// How long it is, and what is missing.
fn line(recording: &Recording) -> String {
    let seconds = recording.seconds.get();
    let (minutes, seconds) = ((seconds / 60.0) as u64, seconds % 60.0);
    let mut line = format!("{minutes}:{seconds:04.1}, {} pictures", recording.pictures);
    if recording.dropped > 0 {
        line += &format!(", {} dropped: the encoder is too slow", recording.dropped);
    }
    line
}
