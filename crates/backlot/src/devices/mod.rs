//! `backlot devices`: cameras, virtual cameras, and their controls.

mod set;

use crate::completing;
use anyhow::Result;
use backlot_host::inventory::{Survey, in_words};
use backlot_terminal::stdio;
use backlot_terminal::text::Paint;
use clap::Args;

/// `backlot devices`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot devices
  backlot devices --controls
  backlot devices --set brightness=140 --set power_line_frequency='50 Hz'
  backlot devices --camera /dev/video2 --set focus_absolute=default"
)]
pub struct DevicesArgs {
    /// Print everything that is known as JSON
    #[arg(long)]
    pub json: bool,
    /// List each camera's controls too
    #[arg(long, conflicts_with = "json")]
    pub controls: bool,
    /// Set a control of a camera: a number, on, off, an entry's name, or default; can be repeated
    #[arg(long, value_name = "NAME=VALUE", conflicts_with_all = ["json", "controls"])]
    pub set: Vec<String>,
    /// Camera for --set: its file, number, id or name [default: the only one]
    #[arg(long, value_name = "CAMERA", requires = "set", add = completing::cameras())]
    pub camera: Option<String>,
}

/// Runs the command.
pub fn run(args: &DevicesArgs) -> Result<()> {
    let survey = Survey::take();
    if args.json {
        return Ok(stdio::print_json(&survey)?);
    }
    if !args.set.is_empty() {
        return set::run(&survey, args.camera.as_deref(), &args.set);
    }
    let text = in_words(&survey, args.controls, Paint::for_stdout());
    Ok(stdio::print(text)?)
}
