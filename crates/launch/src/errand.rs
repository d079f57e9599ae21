//! What children are started for: when nobody wants that any more, they end.

use crate::ward::Ward;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

thread_local! {
    /// What this thread is at.
    static CURRENT: RefCell<Option<Errand>> = const { RefCell::new(None) };
}

/// Something that takes a while and that may be given up, such as opening a file: see
/// [`Errand::within`]. Clones are the same one.
#[derive(Clone, Default)]
pub struct Errand(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_given_up: bool,
    children: Vec<Weak<Ward>>,
}

impl Errand {
    /// One that nobody has given up.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does something on this thread: the children that it starts are started for this errand.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let _restored = Restored(CURRENT.replace(Some(self.clone())));
        work()
    }

    /// Ends the children that were started for it and still live, whoever has them by now; none
    /// is started for it any more. Does not wait.
    pub fn give_up(&self) {
        let mut state = self.state();
        state.is_given_up = true;
        for child in state.children.drain(..).filter_map(|child| child.upgrade()) {
            child.kill();
        }
    }

    /// Whether it was given up.
    pub fn is_given_up(&self) -> bool {
        self.state().is_given_up
    }

    /// That of this thread.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// From now on a child is one of those that were started for it.
    pub(crate) fn add(&self, child: &Arc<Ward>) {
        let mut state = self.state();
        if state.is_given_up {
            return child.kill();
        }
        state.children.retain(|child| child.strong_count() > 0);
        state.children.push(Arc::downgrade(child));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts back what the thread was at before.
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
