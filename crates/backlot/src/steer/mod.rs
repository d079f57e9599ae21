//! Commands that steer the running program: each is one request through its socket, or a few.

mod action;
mod args;

pub use action::{SceneChoice, Steer, SteerArgs};
pub use args::{PreviewArgs, RecordArgs, StatusArgs, WatchArgs};

use anyhow::Result;
use args::Format;
use backlot_protocol::Request;
use backlot_remote::{Ask, WatchForm};
use std::path::{Path, absolute};

/// Runs a command.
///
/// # Errors
/// One sentence when nothing runs, or it refuses.
pub fn run(command: &Steer) -> Result<()> {
    match command {
        Steer::Status(args) => {
            Ok(backlot_remote::status(&backlot_remote::socket(args.socket.as_deref())?, args.json)?)
        }
        Steer::Watch(args) => watch(args),
        Steer::Record(args) => record(args),
        Steer::Preview(args) => {
            let socket = backlot_remote::socket(args.socket.as_deref())?;
            Ok(backlot_remote::preview(&socket, args.scene.clone())?)
        }
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
pub fn snapshot(file: &Path, force: bool, scene: Option<String>, quiet: bool) -> Result<()> {
    Ok(backlot_remote::snapshot(
        &backlot_remote::socket(None)?,
        absolute(file)?,
        force,
        scene,
        quiet,
    )?)
}

/// Prints what the scene that is shown costs.
///
/// # Errors
/// As [`run`].
pub fn explain(is_json: bool) -> Result<()> {
    Ok(backlot_remote::explain(&backlot_remote::socket(None)?, is_json)?)
}

fn ask(request: Request, args: &SteerArgs) -> Result<()> {
    let asked = Ask { request, save: args.save, is_json: args.json };
    Ok(backlot_remote::ask(&backlot_remote::socket(args.socket.as_deref())?, asked)?)
}

fn watch(args: &WatchArgs) -> Result<()> {
    let form = match args.format {
        _ if args.json => WatchForm::Json,
        Format::Text => WatchForm::Text,
        Format::Waybar => WatchForm::Waybar,
    };
    Ok(backlot_remote::watch(&backlot_remote::socket(args.socket.as_deref())?, form)?)
}

fn record(args: &RecordArgs) -> Result<()> {
    let (request, socket) = (args.request()?, backlot_remote::socket(args.socket.as_deref())?);
    match request {
        Request::StopRecording => backlot_remote::stop_recording(&socket, args.json)?,
        request => backlot_remote::record(&socket, request, args.json)?,
    }
    Ok(())
}
