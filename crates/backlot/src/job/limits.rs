//! How files are read, as options.

use anyhow::{Result, bail};
use backlot_files::{Budget, Intake};
use clap::Args;

/// What a file may take and how well it must be.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct IntakeArgs {
    /// Refuse damaged files instead of using what can be decoded
    #[arg(long)]
    pub strict: bool,
    /// Memory that decoding one file may take, for example 2GB [default: 600MB]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub memory: Option<u64>,
}

impl IntakeArgs {
    /// How files are read.
    pub fn intake(self) -> Intake {
        let budget = self.memory.map(Budget::new).unwrap_or_default();
        Intake { budget, strict: self.strict, ..Intake::default() }
    }
}

/// A number of bytes as people write it: `800MB`, `2GB`, `1.5 GiB`.
fn bytes(text: &str) -> Result<u64> {
    const UNITS: [(&str, f64); 4] =
        [("gib", (1_u64 << 30) as f64), ("mib", (1_u64 << 20) as f64), ("gb", 1e9), ("mb", 1e6)];
    let lower = text.trim().to_ascii_lowercase();
    let known = UNITS.iter().find_map(|(unit, size)| Some((lower.strip_suffix(unit)?, size)));
    let number = known.and_then(|(number, size)| Some(number.trim().parse::<f64>().ok()? * size));
    match number {
        Some(bytes) if (1e6..=1e15).contains(&bytes) => Ok(bytes as u64),
        _ => bail!("'{text}' is no size of memory: write for example 800MB or 2GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("800MB").unwrap(), 800_000_000);
        assert_eq!(bytes("1.5 GiB").unwrap(), 3 << 29);
        for text in ["", "800", "MB", "-1GB", "1e30GB", "nanMB", "0.5MB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
