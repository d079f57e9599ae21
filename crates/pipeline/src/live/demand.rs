//! Whether anyone watches, which opens and closes the camera.

use super::Mailbox;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The number of watched virtual cameras, with a bell that rings when it changes.
#[derive(Debug, Default)]
pub(crate) struct Demand {
    watched: AtomicUsize,
    bell: Mailbox<()>,
}

/// Whether anyone may be watching one virtual camera, by the last report of its thread.
#[derive(Debug, Default)]
pub(crate) struct Watched(AtomicBool);

impl Demand {
    /// Reports whether anyone may be watching a virtual camera.
    pub fn set(&self, output: &Watched, watched: bool) {
        if output.0.swap(watched, Ordering::AcqRel) == watched {
            return;
        }
        if watched {
            self.watched.fetch_add(1, Ordering::AcqRel);
        } else {
            self.watched.fetch_sub(1, Ordering::AcqRel);
        }
        self.bell.wake();
    }

    /// Whether anyone may be watching any of them.
    pub fn is_any(&self) -> bool {
        self.watched.load(Ordering::Acquire) > 0
    }

    /// The bell that the camera's thread waits for.
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
        let (demand, one, other) = (Demand::default(), Watched::default(), Watched::default());
        let rings = || demand.bell().take(Some(Duration::ZERO)) == Taken::Woken;
        assert!(!demand.is_any());
        demand.set(&one, true);
        assert!(demand.is_any() && rings());
        demand.set(&one, true);
        demand.set(&other, false);
        assert!(!rings());
        demand.set(&other, true);
        demand.set(&one, false);
        assert!(demand.is_any() && rings());
        demand.set(&other, false);
        assert!(!demand.is_any() && rings());
    }
}
