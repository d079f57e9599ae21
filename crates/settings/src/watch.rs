//! Detects when a file has changed and settled.
//!
//! It compares metadata and follows symbolic links. That catches editors that write in place,
//! editors that rename a new file over the old one, and links that change their target.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a file must stay unchanged: editors write in several steps.
pub const STILL: Duration = Duration::from_millis(200);

/// The fingerprint of a file's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    path: PathBuf,
    file: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// The fingerprint of the first file that exists.
pub fn look(paths: &[PathBuf]) -> Option<Print> {
    paths.iter().find_map(|path| print(path))
}

fn print(path: &Path) -> Option<Print> {
    let found = std::fs::metadata(path).ok()?;
    Some(Print {
        path: path.to_owned(),
        file: (found.dev(), found.ino()),
        size: found.size(),
        modified: (found.mtime(), found.mtime_nsec()),
        changed: (found.ctime(), found.ctime_nsec()),
    })
}

/// Waits until a changed value settles.
#[derive(Debug)]
pub struct Settled<T> {
    settled: T,
    pending: Option<(T, Instant)>,
}

impl<T: PartialEq + Clone> Settled<T> {
    /// Starts with a settled value.
    pub const fn new(settled: T) -> Self {
        Self { settled, pending: None }
    }

    /// The value that settled last.
    pub const fn settled(&self) -> &T {
        &self.settled
    }

    /// Whether `seen` is a new value that has stayed the same for [`STILL`].
    pub fn look(&mut self, seen: T, now: Instant) -> bool {
        if seen == self.settled {
            self.pending = None;
            return false;
        }
        match &self.pending {
            Some((pending, since)) if *pending == seen => {
                let is_still = now.saturating_duration_since(*since) >= STILL;
                if is_still {
                    self.settled = seen;
                    self.pending = None;
                }
                is_still
            }
            _ => {
                self.pending = Some((seen, now));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_counts() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut settled = Settled::new(1);
        let seen = [
            (1, 0),    // nothing new
            (2, 100),  // new
            (3, 350),  // and newer
            (3, 400),  // not yet
            (3, 600),  // settled
            (3, 900),  // told already
            (4, 1000), // comes
            (3, 1250), // and goes
            (4, 1300), // comes back
            (4, 1400),
        ];
        let told = seen.map(|(value, ms)| settled.look(value, at(ms)));
        assert_eq!(told.iter().filter(|told| **told).count(), 1);
        assert!(told[4]);
        assert!(settled.look(4, at(1500)));
    }
}
