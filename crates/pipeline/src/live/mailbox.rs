//! Passes items between threads: one place, in which the latest wins.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One place between two threads. A full one drops what is older, and counts it.
#[derive(Debug)]
pub struct Mailbox<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    dropped: AtomicU64,
}

#[derive(Debug)]
struct State<T> {
    item: Option<T>,
    woken: bool,
    closed: bool,
}

/// The result of waiting at a mailbox.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken<T> {
    /// The latest item.
    Item(T),
    /// A call without an item.
    Woken,
    /// Nothing arrived in that time.
    TimedOut,
    /// Nothing will ever arrive again.
    Closed,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State { item: None, woken: false, closed: false }),
            changed: Condvar::new(),
            dropped: AtomicU64::new(0),
        }
    }
}

impl<T> Mailbox<T> {
    /// The lock is held only for a few instructions that can't panic.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an item in, and drops the one that waits there.
    pub fn put(&self, item: T) {
        let older = self.state().item.replace(item);
        self.changed.notify_one();
        if older.is_some() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether an item waits.
    pub fn is_full(&self) -> bool {
        self.state().item.is_some()
    }

    /// Wakes whoever waits.
    pub fn wake(&self) {
        self.state().woken = true;
        self.changed.notify_one();
    }

    /// Closes it: nothing will arrive any more, and a waiting item is dropped.
    pub fn close(&self) {
        let mut state = self.state();
        (state.closed, state.item) = (true, None);
        drop(state);
        self.changed.notify_all();
    }

    /// Removes the waiting item.
    pub fn clear(&self) {
        self.state().item = None;
    }

    /// Waits for the next item, at most for `wait` (`None`: for ever).
    pub fn take(&self, wait: Option<Duration>) -> Taken<T> {
        let nothing = |s: &mut State<T>| s.item.is_none() && !s.woken && !s.closed;
        let state = self.state();
        let mut state = match wait {
            None => self.changed.wait_while(state, nothing).unwrap_or_else(PoisonError::into_inner),
            Some(wait) => {
                let waited = self.changed.wait_timeout_while(state, wait, nothing);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        if state.closed {
            return Taken::Closed;
        }
        if let Some(item) = state.item.take() {
            return Taken::Item(item);
        }
        if std::mem::take(&mut state.woken) { Taken::Woken } else { Taken::TimedOut }
    }

    /// The number of items that nobody took before the next arrived.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const NOW: Option<Duration> = Some(Duration::ZERO);

    #[test]
    fn the_latest_wins_and_the_others_are_counted() {
        let mailbox = Mailbox::default();
        assert_eq!(mailbox.take(NOW), Taken::TimedOut);
        (1..=3).for_each(|item| mailbox.put(item));
        assert!(mailbox.is_full());
        assert_eq!(mailbox.take(NOW), Taken::Item(3));
        assert_eq!(mailbox.take(NOW), Taken::TimedOut);
        assert_eq!(mailbox.dropped(), 2);
    }

    #[test]
    fn a_call_is_heard_once_and_after_what_waits() {
        let mailbox = Mailbox::default();
        mailbox.wake();
        mailbox.put(1);
        assert_eq!(mailbox.take(NOW), Taken::Item(1));
        assert_eq!(mailbox.take(NOW), Taken::Woken);
        assert_eq!(mailbox.take(NOW), Taken::TimedOut);
    }

    #[test]
    fn a_closed_one_gives_nothing_any_more() {
        let mailbox = Mailbox::default();
        mailbox.put(1);
        mailbox.close();
        assert_eq!(mailbox.take(None), Taken::Closed);
    }

    #[test]
    fn an_item_wakes_the_waiting_thread() {
        let mailbox = Arc::new(Mailbox::default());
        let waiting = mailbox.clone();
        let thread = std::thread::spawn(move || waiting.take(None));
        mailbox.put(7);
        assert_eq!(thread.join().unwrap(), Taken::Item(7));
    }
}
