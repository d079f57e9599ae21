//! What the server's thread shares with those who publish and answer.

use backlot_protocol::State;
use rustix::event::EventfdFlags;
use serde_json::Value;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A client's number; it is never used again for another one.
pub(crate) type PeerId = u64;

/// A reply that waits to be sent.
#[derive(Debug)]
pub(crate) struct Reply {
    /// To whom.
    pub peer: PeerId,
    /// What the request was called.
    pub id: Option<Value>,
    /// What became of it.
    pub result: Result<Value, String>,
}

/// What the server's thread shares with those who publish and answer.
#[derive(Debug)]
pub(crate) struct Shared {
    news: Mutex<News>,
    replies: Mutex<Vec<Reply>>,
    is_ending: AtomicBool,
    /// Wakes the server's thread.
    bell: OwnedFd,
}

#[derive(Debug, Default)]
struct News {
    state: Option<Arc<State>>,
    is_heard: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new() -> io::Result<Self> {
        let flags = EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC;
        let bell = rustix::event::eventfd(0, flags)?;
        let (news, replies) = (Mutex::default(), Mutex::default());
        Ok(Self { news, replies, is_ending: AtomicBool::new(false), bell })
    }

    fn ring(&self) {
        // It fails only if it has rung so often that the thread is awake anyway.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    /// What is readable after it rang.
    pub fn bell(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    /// Waits for the next ring.
    pub fn silence(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0; 8]);
    }

    /// Has another state told.
    pub fn publish(&self, state: &Arc<State>) {
        let old = {
            let mut news = lock(&self.news);
            let old = news.state.replace(Arc::clone(state));
            if !news.is_heard {
                return;
            }
            old
        };
        drop(old);
        self.ring();
    }

    /// The last state that was published.
    pub fn state(&self) -> Option<Arc<State>> {
        lock(&self.news).state.clone()
    }

    /// Whether anybody is connected.
    pub fn is_heard(&self) -> bool {
        lock(&self.news).is_heard
    }

    /// Says whether anybody is connected.
    pub fn set_heard(&self, is_heard: bool) {
        lock(&self.news).is_heard = is_heard;
    }

    /// Has a reply sent.
    pub fn reply(&self, reply: Reply) {
        lock(&self.replies).push(reply);
        self.ring();
    }

    /// The replies that wait.
    pub fn take_replies(&self) -> Vec<Reply> {
        std::mem::take(&mut lock(&self.replies))
    }

    /// Has the thread end.
    pub fn end(&self) {
        self.is_ending.store(true, Ordering::Release);
        self.ring();
    }

    /// Whether the thread is to end.
    pub fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Acquire)
    }
}
