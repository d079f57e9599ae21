//! `backlot doctor`: what would fail when other programs open the virtual camera, and what fixes
//! it. It changes nothing, never becomes root, and only prints commands.

mod report;

use crate::typed;
use anyhow::{Result, bail};
use backlot_host::Root;
use backlot_host::doctor::Diagnosis;
use backlot_terminal::Outcome;
use backlot_terminal::stdio;
use clap::Args;
use std::path::PathBuf;

/// `backlot doctor`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
It checks the kernel module, the devices, PipeWire and permissions against the rules by which \
browsers and meeting programs list cameras. It changes nothing, and prints the commands that fix a \
problem. The exit status is 0 if everything would work, and 1 if something would fail."
)]
pub struct DoctorArgs {
    /// Print everything that was found as JSON
    #[arg(long)]
    pub json: bool,
    /// Check the system whose files are in this folder
    #[arg(long, value_name = "FOLDER", value_parser = typed::path(), hide = true)]
    pub root: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &DoctorArgs) -> Result<Outcome> {
    if let Some(folder) = args.root.as_deref().filter(|folder| !folder.is_dir()) {
        bail!(
            "'{}' is not a folder: --root takes a folder with the files of a system",
            folder.display()
        );
    }
    let diagnosis = Diagnosis::of(&Root::new(args.root.as_deref()));
    if args.json {
        stdio::print_json(&diagnosis)?;
    } else {
        report::print(&diagnosis)?;
    }
    Ok(if diagnosis.fine { Outcome::Done } else { Outcome::Faulty })
}
