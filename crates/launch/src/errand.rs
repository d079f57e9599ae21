//! The work that children are started for: they end when it is given up.

use crate::ward::Ward;
use crate::wards::Wards;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

thread_local! {
    /// The errand of this thread.
    static CURRENT: RefCell<Option<Errand>> = const { RefCell::new(None) };
}

/// Something that takes a while and may be given up, such as opening a file: see
/// [`Errand::within`]. Clones are the same errand.
#[derive(Clone, Default)]
pub struct Errand(Arc<Mutex<Wards>>);

impl Errand {
    /// A new errand.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` on this thread; the children that it starts belong to this errand.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let _restored = Restored(CURRENT.replace(Some(self.clone())));
        work()
    }

    /// Ends the children that belong to it and still live, whoever owns them by now, and starts no
    /// more for it. It doesn't wait.
    pub fn give_up(&self) {
        self.wards().end();
    }

    /// Whether it was given up.
    pub fn is_given_up(&self) -> bool {
        self.wards().is_over()
    }

    /// The errand of this thread.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Adds a child to those that belong to it.
    pub(crate) fn add(&self, child: &Arc<Ward>) {
        self.wards().add(child);
    }

    fn wards(&self) -> MutexGuard<'_, Wards> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Restores the thread's earlier errand.
struct Restored(Option<Errand>);

impl Drop for Restored {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand").field("is_given_up", &self.is_given_up()).finish_non_exhaustive()
    }
}
