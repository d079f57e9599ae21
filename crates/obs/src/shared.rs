//! What the threads of the server share.

use crate::kept::Kept;
use backlot_protocol::State;
use rustix::event::EventfdFlags;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What wakes a thread that waits for its client.
pub(crate) type Bell = Arc<OwnedFd>;

/// A bell that hasn't rung.
pub(crate) fn bell() -> io::Result<Bell> {
    let flags = EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC;
    Ok(Arc::new(rustix::event::eventfd(0, flags)?))
}

/// Has a bell be readable. It fails only if it has rung so often that it is anyway.
pub(crate) fn ring(bell: &OwnedFd) {
    let _ = rustix::io::write(bell, &1_u64.to_ne_bytes());
}

/// Has a bell wait for the next ring.
pub(crate) fn silence(bell: &OwnedFd) {
    let _ = rustix::io::read(bell, &mut [0; 8]);
}

/// What the threads of the server share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    news: Mutex<News>,
    ending: Mutex<bool>,
    ended: Condvar,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct News {
    state: Option<Arc<State>>,
    /// Of each thread that wants to know.
    bells: Vec<Bell>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Has another state told.
    pub fn publish(&self, state: &Arc<State>) {
        let mut news = lock(&self.news);
        let old = news.state.replace(Arc::clone(state));
        news.bells.iter().for_each(|bell| ring(bell));
        drop(news);
        drop(old);
    }

    /// The last state that was published.
    pub fn state(&self) -> Option<Arc<State>> {
        lock(&self.news).state.clone()
    }

    /// Whether anybody is connected.
    pub fn is_heard(&self) -> bool {
        !lock(&self.news).bells.is_empty()
    }

    /// Rings a bell from now on; returns whether there was room for it.
    pub fn join(&self, bell: &Bell, most: usize) -> bool {
        let mut news = lock(&self.news);
        let has_room = news.bells.len() < most;
        if has_room {
            news.bells.push(Arc::clone(bell));
        }
        has_room
    }

    /// Doesn't ring it any more.
    pub fn leave(&self, bell: &Bell) {
        lock(&self.news).bells.retain(|known| !Arc::ptr_eq(known, bell));
    }

    /// Has all threads end.
    pub fn end(&self) {
        *lock(&self.ending) = true;
        self.ended.notify_all();
        lock(&self.news).bells.iter().for_each(|bell| ring(bell));
    }

    /// Whether they are to.
    pub fn is_ending(&self) -> bool {
        *lock(&self.ending)
    }

    /// Waits; less when the server ends.
    pub fn rest(&self, duration: Duration) {
        let ending = lock(&self.ending);
        drop(self.ended.wait_timeout_while(ending, duration, |ending| !*ending));
    }

    /// What clients set that Backlot doesn't know of.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }
}
