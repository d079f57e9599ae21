//! Recording, from its beginning to its end.

use crate::error::{RemoteError, Result, strange};
use backlot_control::{Client, ClientError};
use backlot_protocol::{Recording, Request};
use backlot_terminal::{interrupt, stdio};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long the first picture may take: a camera, or a scene, may have to be opened.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to look for Ctrl-C.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Has a recording begun, and tells of it until it ends, by itself or by Ctrl-C.
///
/// # Errors
/// One sentence when nothing runs, or nothing can be recorded.
pub fn record(socket: &Path, request: Request, is_json: bool) -> Result<()> {
    let mut client = Client::connect(socket)?;
    let stop = interrupt::watch(|| ())?;
    interrupt::has_result();
    let answer = client.ask_within(request, false, PATIENCE)?;
    let file = answer["file"].as_str().unwrap_or_default().to_owned();
    if !is_json {
        stdio::print_line(format_args!("Recording {file}; Ctrl-C ends it"))?;
    }
    loop {
        if stop.load(Ordering::Relaxed) {
            // It may have ended by itself just now.
            if let Ok(answer) = client.ask_within(Request::StopRecording, false, PATIENCE) {
                return tell(&recording(answer)?, is_json);
            }
        }
        match client.event(Some(LOOK_EVERY)) {
            Ok(_) => {}
            Err(ClientError::Gone) => {
                let rest = "has what was recorded before";
                return Err(other(format!("the program has ended; '{file}' {rest}")));
            }
            Err(error) => return Err(error.into()),
        }
        let state = client.state();
        if let Some(recording) = state.recording.as_ref().filter(|known| known.file == file) {
            stdio::status(&line(recording));
        } else if let Some(recording) = state.recordings.iter().find(|known| known.file == file) {
            return tell(recording, is_json);
        }
    }
}

/// Ends the recording under way, and tells of it.
///
/// # Errors
/// One sentence when nothing runs, or nothing is recorded.
pub fn stop_recording(socket: &Path, is_json: bool) -> Result<()> {
    let mut client = Client::connect(socket)?;
    let answer = client.ask_within(Request::StopRecording, false, PATIENCE)?;
    tell(&recording(answer)?, is_json)
}

fn recording(answer: Value) -> Result<Recording> {
    serde_json::from_value(answer).map_err(|error| strange(&error))
}

const fn other(sentence: String) -> RemoteError {
    RemoteError::Other(sentence)
}

/// Prints how a recording ended.
fn tell(recording: &Recording, is_json: bool) -> Result<()> {
    if is_json {
        stdio::print_json(&json!(recording))?;
    }
    match &recording.problem {
        Some(problem) if recording.pictures == 0 => Err(other(problem.clone())),
        Some(problem) => Err(other(format!("{problem}; the file has {}", line(recording)))),
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
