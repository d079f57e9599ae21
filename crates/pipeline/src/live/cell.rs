//! What threads show one another.

use backlot_guard::Cleared;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A finished picture, for all virtual cameras. The place is reused when nobody has it.
pub(crate) type Shown = Arc<Option<Cleared>>;

/// One value that a thread writes now and then and others read.
#[derive(Default)]
pub(crate) struct Cell<T>(Mutex<T>);

impl<T> Cell<T> {
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Held only for a few instructions.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set(&self, value: T) {
        *self.lock() = value;
    }
}
