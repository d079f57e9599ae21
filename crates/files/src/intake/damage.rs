//! What was damaged and could be used all the same.

use crate::FilesError;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Damage to a file of which something could be used.
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

/// Collects damage from wherever files are read. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Report(Arc<Mutex<Vec<Damage>>>);

impl Report {
    /// Adds damage, unless the same is known already.
    pub fn add(&self, damage: Damage) {
        let mut known = self.lock();
        if !known.contains(&damage) {
            known.push(damage);
        }
    }

    /// Takes out what was reported so far.
    pub fn take(&self) -> Vec<Damage> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Damage>> {
        // A list is whole after every push.
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
