//! One request, and what became of it.

use crate::error::Result;
use backlot_control::Client;
use backlot_protocol::{Mode, Request, State};
use backlot_terminal::stdio;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The request.
    pub request: Request,
    /// Whether the change is kept beyond the run.
    pub save: bool,
    /// Whether the answer is told as JSON.
    pub is_json: bool,
}

/// Asks the program behind a socket for something, and tells what became of it.
///
/// # Errors
/// One sentence when nothing runs, or it refuses.
pub fn ask(socket: &Path, Ask { request, save, is_json }: Ask) -> Result<()> {
    let mut client = Client::connect(socket)?;
    let is_edit = request.is_edit();
    let quits = matches!(request, Request::Quit);
    let answer = client.ask(request, save)?;
    if is_json {
        return Ok(stdio::print_json(&json!({ "ok": answer }))?);
    }
    if !is_edit {
        return Ok(stdio::print_json(&answer)?);
    }
    if quits {
        return Ok(());
    }
    // What is different now was told before the answer.
    Ok(stdio::print_line(format_args!("{}", summary(client.state())))?)
}

/// Has a picture written of what viewers see, or would see of another scene; `file` is absolute.
///
/// # Errors
/// As [`ask`].
pub fn snapshot(
    socket: &Path,
    file: PathBuf,
    force: bool,
    scene: Option<String>,
    quiet: bool,
) -> Result<()> {
    let (mut client, force) = (Client::connect(socket)?, Some(force));
    client.ask(Request::Snapshot { file: file.clone(), force, scene }, false)?;
    match quiet {
        true => Ok(()),
        false => Ok(stdio::print_line(format_args!("wrote {}", file.display()))?),
    }
}

/// Prints what the scene that is shown costs.
///
/// # Errors
/// As [`ask`].
pub fn explain(socket: &Path, is_json: bool) -> Result<()> {
    let mut client = Client::connect(socket)?;
    let answer = client.ask(Request::Explain, false)?;
    if is_json {
        return Ok(stdio::print_json(&answer)?);
    }
    let steps = answer["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ms = |step: &Value| step["ms"].as_f64().unwrap_or_default();
    let line = |name: &str, ms: f64| format!("{name:<60} {ms:>7.2}\n");
    let lines = steps.iter().map(|step| line(step["name"].as_str().unwrap_or_default(), ms(step)));
    let (text, sum) = (lines.collect::<String>(), steps.iter().map(ms).sum());
    let pictures = answer["pictures"].as_u64().unwrap_or_default();
    let head = format!("means of {pictures} pictures, in ms\n\n");
    Ok(stdio::print(format!("{head}{text}{}", line("sum", sum)))?)
}

/// What is shown now, in a line.
fn summary(state: &State) -> String {
    match state.mode {
        Mode::Paused => "Paused    the camera is closed: 'backlot resume' goes on".to_owned(),
        Mode::Panic => "Panic     viewers see a card: 'backlot resume' goes on".to_owned(),
        Mode::Off => {
            "Off       viewers see the room as it is: 'backlot resume' hides it".to_owned()
        }
        Mode::Running | Mode::Away => {
            let undo = match state.history.can_undo {
                true => ", changed: 'backlot undo' takes it back",
                false => "",
            };
            format!("Scene     {}{undo}", state.scene.title)
        }
    }
}
