//! Threads that end together, with a limit on waiting for them.

use backlot_media::threads;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Threads of one running thing.
#[derive(Default)]
pub(crate) struct Team {
    threads: Vec<JoinHandle<()>>,
    at_work: Arc<AtWork>,
}

/// How many threads have not ended.
#[derive(Default)]
struct AtWork(Mutex<usize>, Condvar);

/// Counts a thread as long as it lives, however it ends.
struct Presence(Arc<AtWork>);

impl Presence {
    fn of(at_work: &Arc<AtWork>) -> Self {
        *at_work.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Self(at_work.clone())
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.1.notify_all();
    }
}

impl Team {
    /// Starts another thread.
    pub fn start(
        &mut self,
        name: &'static str,
        run: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let presence = Presence::of(&self.at_work);
        let work = move || {
            let _presence = presence;
            run();
        };
        self.threads.push(threads::start(name, work)?);
        Ok(())
    }

    /// Drops those that have ended.
    pub fn forget_the_ended(&mut self) {
        self.threads.retain(|thread| !thread.is_finished());
    }

    /// Waits until all have ended, at most for `limit`. It leaves the others to themselves.
    pub fn wait(&mut self, limit: Duration) {
        let AtWork(count, ended) = &*self.at_work;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ended.wait_timeout_while(count, limit, |count| *count > 0);
        let all = *waited.unwrap_or_else(PoisonError::into_inner).0 == 0;
        for thread in self.threads.drain(..) {
            if all || thread.is_finished() {
                // A panic was already reported when it happened.
                let _ = thread.join();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Instant;

    #[test]
    fn a_hanging_thread_is_left_behind_and_a_panicked_one_has_ended() {
        let (mut team, (sender, receiver)) = (Team::default(), channel::<()>());
        team.start("good", || ()).unwrap();
        team.start("bad", || panic!("as the test wants it")).unwrap();
        team.wait(Duration::from_secs(60));
        assert_eq!(*team.at_work.0.lock().unwrap(), 0);
        team.start("stuck", move || assert!(receiver.recv().is_err())).unwrap();
        let start = Instant::now();
        team.wait(Duration::from_millis(50));
        assert!(start.elapsed() >= Duration::from_millis(50));
        assert_eq!(*team.at_work.0.lock().unwrap(), 1);
        drop(sender);
        team.wait(Duration::from_secs(60));
        assert_eq!(*team.at_work.0.lock().unwrap(), 0);
    }
}
