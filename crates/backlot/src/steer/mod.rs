//! Commands that steer the running program: each is one request through its socket.

mod action;
mod preview;
mod record;
mod status;
mod watch;

pub use action::{SceneChoice, Steer, SteerArgs};
pub use preview::PreviewArgs;
pub use record::RecordArgs;
pub use status::StatusArgs;
pub use watch::WatchArgs;

use crate::socket;
use anyhow::Result;
use backlot_control::Client;
use backlot_protocol::{Mode, Request, RequestDef, State};
use backlot_terminal::stdio;
use serde_json::{Value, json};
use std::path::Path;

/// Runs a command.
///
/// # Errors
/// One sentence when nothing runs, or it refuses.
pub fn run(command: &Steer) -> Result<()> {
    match command {
        Steer::Status(args) => status::run(args),
        Steer::Watch(args) => watch::run(args),
        Steer::Record(args) => record::run(args),
        Steer::Preview(args) => preview::run(args),
        action => {
            let plain = SteerArgs::default();
            ask(action.request()?, action.args().unwrap_or(&plain))
        }
    }
}

/// Shows a scene.
///
/// # Errors
/// As [`run`].
pub fn show_scene(choice: &SceneChoice) -> Result<()> {
    ask(choice.request()?, &choice.steer)
}

/// Writes a picture of what viewers of the running program see.
///
/// # Errors
/// As [`run`].
pub fn snapshot(file: &Path, force: bool, scene: Option<&str>, quiet: bool) -> Result<()> {
    let mut client = Client::connect(&socket::path(None)?)?;
    let (file, force) = (std::path::absolute(file)?, Some(force));
    let scene = scene.map(str::to_owned);
    client.ask(Request::Snapshot { file: file.clone(), force, scene }, false)?;
    match quiet {
        true => Ok(()),
        false => Ok(stdio::print_line(format_args!("wrote {}", file.display()))?),
    }
}

/// Prints what the scene that is shown costs.
///
/// # Errors
/// As [`run`].
pub fn explain(is_json: bool) -> Result<()> {
    let mut client = Client::connect(&socket::path(None)?)?;
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

/// Asks for something, and tells what became of it.
fn ask(request: Request, args: &SteerArgs) -> Result<()> {
    let mut client = Client::connect(&socket::path(args.socket.as_deref())?)?;
    let is_edit = RequestDef::named(request.name()).is_some_and(RequestDef::is_edit);
    let quits = matches!(request, Request::Quit);
    let answer = client.ask(request, args.save)?;
    if args.json {
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
