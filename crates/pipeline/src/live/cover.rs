//! What hides everything from all viewers at once, whatever else hangs.

use std::sync::atomic::{AtomicU8, Ordering};

/// Why viewers see a card and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// A break.
    Pause,
    /// In a hurry.
    Panic,
}

/// Whether a cover hangs before all virtual cameras.
#[derive(Debug, Default)]
pub(super) struct Covered(AtomicU8);

impl Covered {
    const ALL: [Option<Cover>; 3] = [None, Some(Cover::Pause), Some(Cover::Panic)];

    /// The cover, if there is one.
    pub fn now(&self) -> Option<Cover> {
        Self::ALL.get(usize::from(self.0.load(Ordering::Acquire))).copied().flatten()
    }

    /// Hangs a cover, or takes it away.
    pub fn set(&self, cover: Option<Cover>) {
        let number = Self::ALL.iter().position(|known| *known == cover).unwrap_or(0);
        self.0.store(number as u8, Ordering::Release);
    }
}
