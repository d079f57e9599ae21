//! A thread that writes for others without blocking them.

use backlot_media::threads;
use std::io;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

/// The most messages in the queue: a second or two of the most verbose log.
const WAITING: usize = 256;

/// How often a flush retries while the lane is full.
const ASK_EVERY: Duration = Duration::from_millis(5);

enum Item<T> {
    Message(T),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// A handle to the thread.
pub struct Lane<T> {
    to: SyncSender<Item<T>>,
}

impl<T: Send + 'static> Lane<T> {
    /// Starts the thread.
    pub fn start(
        name: &'static str,
        mut write: impl FnMut(T) + Send + 'static,
    ) -> io::Result<Self> {
        let (to, items) = sync_channel(WAITING);
        threads::start(name, move || {
            for item in items {
                match item {
                    Item::Message(message) => write(message),
                    // The caller may have timed out.
                    Item::Flush(answer) => drop(answer.try_send(())),
                }
            }
        })?;
        Ok(Self { to })
    }

    /// Sends a message. If the queue is full, the message is lost.
    pub fn send(&self, message: T) {
        let _ = self.to.try_send(Item::Message(message));
    }

    /// Waits until everything is written, at most until a deadline. Returns `false` if it isn't.
    pub fn flush(&self, until: Instant) -> bool {
        let (answer, answered) = sync_channel(1);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.to.try_send(Item::Flush(answer.clone())) {
                Ok(()) => return answered.recv_timeout(left).is_ok(),
                Err(TrySendError::Full(_)) if !left.is_zero() => std::thread::sleep(ASK_EVERY),
                Err(_) => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn messages_come_in_order_and_a_flush_waits_for_them() {
        let (written, read) = channel();
        let lane = Lane::start("lane", move |n: usize| written.send(n).unwrap()).unwrap();
        (0..10).for_each(|n| lane.send(n));
        assert!(lane.flush(Instant::now() + Duration::from_secs(60)));
        assert_eq!(read.try_iter().collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn who_puts_never_waits_for_a_writer_that_hangs() {
        let (release, hang) = channel::<()>();
        let (written, read) = channel();
        let lane = Lane::start("lane", move |n: usize| {
            let _ = hang.recv();
            written.send(n).unwrap();
        });
        let lane = lane.unwrap();
        (0..10 * WAITING).for_each(|n| lane.send(n));
        assert!(!lane.flush(Instant::now() + Duration::from_millis(20)));
        drop(release);
        assert!(lane.flush(Instant::now() + Duration::from_secs(60)));
        assert!((WAITING..=WAITING + 1).contains(&read.try_iter().count()));
    }
}
