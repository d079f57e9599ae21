//! `backlot demo`: the presenter through two scenes, as a video and as a picture of how it works.

use crate::typed;
use anyhow::Result;
use backlot_jobs::DemoRequest;
use backlot_terminal::{Outcome, duration};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `backlot demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for demo.mp4 and demo.png
    #[arg(short, long, value_name = "FOLDER", default_value = "out", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// Length of each scene: seconds, or 1:30
    #[arg(short = 't', long, value_name = "TIME", default_value = "10")]
    pub duration: String,
    /// Replace files that exist
    #[arg(short, long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
/// One sentence about what stopped it.
pub fn run(args: &DemoArgs) -> Result<Outcome> {
    let duration = duration(&args.duration)?;
    Ok(DemoRequest { folder: args.output.clone(), duration, force: args.force }.run()?)
}
