//! The options for reading files.

use crate::completing;
use backlot_files::{Budget, Intake};
use backlot_scene::config::MemorySize;
use clap::Args;

/// The memory a file may use, and whether it may be damaged.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Reading")]
pub struct IntakeArgs {
    /// Refuse damaged files instead of warning about them
    #[arg(long)]
    pub strict: bool,
    /// Memory that decoding one file may use, for example 2GB [default: 600MB, or what the
    /// settings of 'run' say]
    #[arg(long, value_name = "SIZE", add = completing::memories())]
    pub memory: Option<MemorySize>,
}

impl IntakeArgs {
    /// How files are read.
    pub fn intake(self) -> Intake {
        let budget = self.memory.map(|size| Budget::new(size.0)).unwrap_or_default();
        Intake { budget, strict: self.strict, ..Intake::default() }
    }
}
