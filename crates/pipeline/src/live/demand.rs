//! Whether somebody watches: what opens and closes the camera.

use super::Mailbox;
use std::sync::atomic::{AtomicBool, Ordering};

/// Who watches which virtual camera, and a bell that rings when that changes.
#[derive(Debug)]
pub(crate) struct Demand {
    watched: Box<[AtomicBool]>,
    bell: Mailbox<()>,
}

impl Demand {
    /// Nobody, for so many virtual cameras.
    pub fn new(outputs: usize) -> Self {
        let watched = (0..outputs).map(|_| AtomicBool::new(false)).collect();
        Self { watched, bell: Mailbox::default() }
    }

    /// Says whether somebody may be watching a virtual camera.
    pub fn set(&self, output: usize, watched: bool) {
        if self.watched[output].swap(watched, Ordering::AcqRel) != watched {
            self.bell.wake();
        }
    }

    /// Whether somebody may be watching any.
    pub fn is_any(&self) -> bool {
        self.watched.iter().any(|w| w.load(Ordering::Acquire))
    }

    /// What the camera's thread waits at.
    pub const fn bell(&self) -> &Mailbox<()> {
        &self.bell
    }
}

#[cfg(test)]
mod tests {
    use super::super::Taken;
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_bell_rings_on_changes_only() {
        let demand = Demand::new(2);
        let rings = || demand.bell().take(Some(Duration::ZERO)) == Taken::Woken;
        assert!(!demand.is_any());
        demand.set(1, true);
        assert!(demand.is_any() && rings());
        demand.set(1, true);
        demand.set(0, false);
        assert!(!rings());
        demand.set(1, false);
        assert!(!demand.is_any() && rings());
    }
}
