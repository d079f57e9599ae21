//! `backlot panel`, and `backlot` alone: the control panel in the browser.

use crate::{socket, typed};
use anyhow::{Context, Result, ensure};
use backlot_control::Client;
use backlot_session::Place;
use backlot_settings::Places;
use backlot_terminal::stdio;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `backlot panel`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot panel
  backlot panel --print               an address for another browser
  ssh -L 4800:localhost:4800 desk     and 'backlot run --panel-port 4800' there

From afar, open here what 'backlot panel --print' says there.

An address is good for one browser, within half a minute."
)]
pub struct PanelArgs {
    /// Print an address instead of opening the browser
    #[arg(long)]
    pub print: bool,
    /// Move the panel to a new address first: whoever was let in before is shut out
    #[arg(long)]
    pub new: bool,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &PanelArgs) -> Result<()> {
    let client = Client::connect(&backlot_remote::socket(args.socket.as_deref())?)?;
    Ok(stdio::print_line(backlot_panel::show(client, args.new, args.print)?)?)
}

/// Opens the panel of the running program, which is started where none runs.
pub fn open() -> Result<()> {
    let (path, place) = (backlot_remote::socket(None)?, socket::place(None));
    ensure!(place != Place::Nowhere, "{}=none leaves no way to the panel", backlot_remote::SOCKET);
    let log = Places::new().state().context("there is no folder for the log: set HOME")?;
    let log = log.with_file_name("run.log");
    let client = backlot_panel::running(&path, place == Place::Usual, &log)?;
    Ok(stdio::print_line(backlot_panel::show(client, false, false)?)?)
}
