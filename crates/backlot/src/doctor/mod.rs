//! `backlot doctor`: what would fail when other programs open the virtual camera, and what fixes
//! it. It changes nothing, never becomes root, and only prints commands.

mod report;

use crate::Outcome;
use crate::cli::DoctorArgs;
use crate::lists::print_json;
use anyhow::{Result, bail};
use backlot_host::Root;
use backlot_host::doctor::Diagnosis;

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
        print_json(&diagnosis)?;
    } else {
        report::print(&diagnosis)?;
    }
    Ok(if diagnosis.fine { Outcome::Done } else { Outcome::Faulty })
}
