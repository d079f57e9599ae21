//! `backlot install`: shows, then writes the files that make the virtual camera start by itself.
//!
//! It never becomes root: what only root may write is printed as one command.

use crate::typed;
use anyhow::{Result, bail, ensure};
use backlot_host::install::{self, Facts, Plan, UserFolders, Wish};
use backlot_settings::Places;
use backlot_terminal::{Outcome, stdio};
use clap::{Args, ValueHint};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// `backlot install`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot install --dry-run          show what would be written
  backlot install                    show it, ask, and write it
  backlot install --user-only        without the kernel module: PipeWire only
  backlot install --devices 2        two virtual cameras, for two scenes at once
  backlot install --uninstall

It copies the program to ~/.local/bin, unless it is in a folder for programs already, and writes \
the options of v4l2loopback (/etc/modprobe.d/backlot.conf), its loading at boot \
(/etc/modules-load.d/backlot.conf), a systemd user service that runs 'backlot run', and a rule for \
WirePlumber, so that programs do not list the virtual camera twice. It never touches files that it \
did not write, and never becomes root: what needs root is printed as one command."
)]
pub struct InstallArgs {
    /// Remove everything that was installed
    #[arg(long)]
    pub uninstall: bool,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Do only what needs no root
    #[arg(long)]
    pub user_only: bool,
    /// Do only what needs root, for 'sudo'
    #[arg(long, conflicts_with = "user_only")]
    pub system_only: bool,
    /// Load the kernel module as well, anew if it has no device for Backlot, so that the virtual camera is there at once
    #[arg(long, conflicts_with_all = ["user_only", "uninstall", "dry_run", "root"])]
    pub load: bool,
    /// How many virtual cameras there are to be, 1 to 7 [default: as many as there are, or 1]
    #[arg(long, value_name = "N", conflicts_with_all = ["user_only", "uninstall"], value_parser = clap::value_parser!(u8).range(1..=7))]
    pub devices: Option<u8>,
    /// Write to a folder that stands for the system's root
    #[arg(long, value_name = "FOLDER", value_parser = typed::path(), hide = true, value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &InstallArgs) -> Result<Outcome> {
    if let Some(folder) = args.root.as_deref().filter(|folder| !folder.is_dir()) {
        bail!(
            "'{}' is not a folder: --root takes a folder with the files of a system",
            folder.display()
        );
    }
    let places = Places::new();
    let config_home = places.config_home().map(Path::to_owned);
    let user = UserFolders { config_home, programs: places.programs() };
    let facts = Facts::gather(args.root.as_deref(), user)?;
    ensure!(!args.load || facts.is_root, "only root may load the kernel module: run it with sudo");
    let InstallArgs { uninstall, user_only, system_only, devices, .. } = *args;
    let wish = Wish { uninstall, user_only, system_only, devices };
    let plan = Plan::make(&facts, wish);
    stdio::print(install::before(&plan, &facts))?;
    let mine = plan.for_me(facts.is_root);
    if !args.dry_run && !mine.is_empty() {
        if !args.yes && !agreed()? {
            stdio::print_line("Nothing was done.")?;
            return Ok(Outcome::Done);
        }
        install::apply(&mine)?;
        stdio::print_line("Done.")?;
    }
    if args.load {
        install::load(&facts)?;
        stdio::print_line("The kernel module is loaded.")?;
        return Ok(Outcome::Done);
    }
    stdio::print(install::after(&plan, &facts, args.dry_run))?;
    Ok(Outcome::Done)
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "standard input is not a terminal, so nothing was done: give --yes, or --dry-run to look"
        );
    }
    stdio::print("Do it? [y/N] ")?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}
