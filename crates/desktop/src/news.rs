//! What is handed to a part's thread: the newest state, without waiting for whoever reads it.

use backlot_protocol::State;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A place for the newest state.
#[derive(Debug, Default)]
pub(crate) struct News {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    state: Option<Arc<State>>,
    is_over: bool,
}

/// Why a wait ended.
#[derive(Debug)]
pub(crate) enum Woken {
    /// There is a newer state.
    News(Arc<State>),
    /// The time has come.
    Due,
    /// Nothing will come any more.
    Over,
}

impl News {
    /// Puts a state there, in place of one that wasn't read yet.
    pub fn publish(&self, state: &Arc<State>) {
        self.lock().state = Some(Arc::clone(state));
        self.changed.notify_one();
    }

    /// Has [`wait`](Self::wait) return [`Woken::Over`] from now on.
    pub fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_one();
    }

    /// Waits for a state that wasn't read yet, at most until a time.
    pub fn wait(&self, until: Option<Instant>) -> Woken {
        let mut inside = self.lock();
        loop {
            if inside.is_over {
                return Woken::Over;
            }
            if let Some(state) = inside.state.take() {
                return Woken::News(state);
            }
            inside = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner),
                Some(rest) if rest.is_zero() => return Woken::Due,
                Some(rest) => {
                    let waited = self.changed.wait_timeout(inside, rest);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_read_once() {
        let news = News::default();
        let now = Some(Instant::now());
        assert!(matches!(news.wait(now), Woken::Due));
        for process in [1, 2] {
            news.publish(&Arc::new(State { process, ..State::default() }));
        }
        let Woken::News(state) = news.wait(None) else { panic!("no news") };
        assert_eq!(state.process, 2);
        assert!(matches!(news.wait(now), Woken::Due));
        news.end();
        assert!(matches!(news.wait(None), Woken::Over));
    }
}
