//! How much memory a file may take.

use crate::FilesError;
use std::path::Path;

/// The most bytes that decoding one file may take at a time: the decoder's own memory, the decoded
/// pixels, and what they are converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(600_000_000)
    }
}

impl Budget {
    /// A budget of so many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self { bytes }
    }

    /// The budget in bytes.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// Checks that `needed` bytes are within it, before they are taken.
    ///
    /// # Errors
    /// One sentence that names the file, what it needs and what is allowed.
    pub fn check(self, path: &Path, needed: u64) -> Result<(), FilesError> {
        if needed <= self.bytes {
            return Ok(());
        }
        Err(FilesError::Budget { path: path.to_owned(), needed, budget: self.bytes })
    }

    /// Checks that `needed` bytes are within it and that the system has them.
    ///
    /// # Errors
    /// One sentence that names the file and what it needs.
    pub(crate) fn claim(self, path: &Path, needed: u64) -> Result<(), FilesError> {
        self.check(path, needed)?;
        let bytes = usize::try_from(needed).unwrap_or(usize::MAX);
        // Nothing is written to it, so it costs nothing. Most decoders abort the program when
        // they run out of memory.
        let there = Vec::<u8>::new().try_reserve_exact(bytes);
        there.map_err(|_| FilesError::Memory { path: path.to_owned(), needed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_the_budget_is_named_with_both_sizes() {
        let budget = Budget::new(600_000_000);
        assert!(budget.check(Path::new("a.png"), 600_000_000).is_ok());
        let message = budget.check(Path::new("a.png"), 4_000_000_001).unwrap_err().to_string();
        assert_eq!(
            message,
            "'a.png' takes 4000 MB to decode, more than the 600 MB that a file may take: make it smaller, or allow more with --memory"
        );
    }
}
