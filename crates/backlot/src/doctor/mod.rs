//! `backlot doctor`: what would fail when other programs open the virtual camera, and what fixes
//! it. It changes nothing, never becomes root, and only prints commands.

mod report;

use crate::cli::DoctorArgs;
use anyhow::{Result, bail};
use backlot_host::Root;
use backlot_host::doctor::Diagnosis;
use backlot_terminal::Outcome;
use backlot_terminal::stdio;

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
