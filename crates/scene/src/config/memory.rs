//! Amounts of memory as people write them.

use std::fmt;
use std::str::FromStr;

/// A number of bytes, written as `600MB`, `2GB` or `1.5 GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySize(pub u64);

impl MemorySize {
    /// So many million bytes.
    pub const fn megabytes(count: u64) -> Self {
        Self(count * 1_000_000)
    }
}

impl fmt::Display for MemorySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes % (1 << 30) == 0 => write!(f, "{}GiB", bytes >> 30),
            bytes if bytes % 1_000_000_000 == 0 => write!(f, "{}GB", bytes / 1_000_000_000),
            bytes => write!(f, "{}MB", bytes as f64 / 1e6),
        }
    }
}

impl FromStr for MemorySize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const UNITS: [(&str, f64); 4] = [
            ("gib", (1_u64 << 30) as f64),
            ("mib", (1_u64 << 20) as f64),
            ("gb", 1e9),
            ("mb", 1e6),
        ];
        let lower = text.trim().to_ascii_lowercase();
        let known = UNITS.iter().find_map(|(unit, size)| Some((lower.strip_suffix(unit)?, size)));
        let number =
            known.and_then(|(number, size)| Some(number.trim().parse::<f64>().ok()? * size));
        match number {
            Some(bytes) if (1e6..=1e15).contains(&bytes) => Ok(Self(bytes as u64)),
            _ => Err(format!("'{text}' is no size of memory: write for example 800MB or 2GB")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let bytes = |text: &str| text.parse::<MemorySize>().map(|size| size.0);
        assert_eq!(bytes("800MB"), Ok(800_000_000));
        assert_eq!(bytes("1.5 GiB"), Ok(3 << 29));
        for text in ["", "800", "MB", "-1GB", "1e30GB", "nanMB", "0.5MB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
