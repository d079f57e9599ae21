//! Damage to files that can be used in part.

use crate::FilesError;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Damage to a file that can be used in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, as the end of a sentence.
    pub why: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, why } = self;
        let path = path.display();
        write!(f, "'{path}' is damaged or cut short: {why}; what could be decoded was used")
    }
}

impl From<Damage> for FilesError {
    fn from(damage: Damage) -> Self {
        Self::Damaged { path: damage.path, why: damage.why }
    }
}

/// Collects damage from everything that reads files. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Report(Arc<Mutex<Vec<Damage>>>);

impl Report {
    /// Adds damage, unless it is already there.
    pub fn add(&self, damage: Damage) {
        let mut known = self.lock();
        if !known.contains(&damage) {
            known.push(damage);
        }
    }

    /// Takes the damage reported so far.
    pub fn take(&self) -> Vec<Damage> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Damage>> {
        // The list is consistent after every push.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_damage_is_told_once_and_taken_once() {
        let (report, why) = (Report::default(), "it ends too early".to_owned());
        let damage = Damage { path: "a.jpg".into(), why };
        report.clone().add(damage.clone());
        report.add(damage.clone());
        assert_eq!(report.take(), [damage]);
        assert_eq!(report.take(), []);
    }
}
