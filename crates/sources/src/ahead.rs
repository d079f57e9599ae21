//! What takes long to make is made ahead, by a thread of its own.

use backlot_media::threads;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The number of items that wait to be taken.
const WAITING: usize = 3;

/// A series of numbered items that a thread makes, a few ahead.
pub(crate) struct Ahead<T, E> {
    ready: Receiver<Word<T, E>>,
    /// No earlier item is needed any more.
    wanted: Arc<AtomicU64>,
    /// The item after those that were taken.
    next: Option<(u64, T)>,
    end: Option<u64>,
}

enum Word<T, E> {
    Made(u64, T),
    /// There is no item from this number on.
    End(u64),
    Failed(E),
}

impl<T: Send + 'static, E: Send + 'static> Ahead<T, E> {
    /// The most items that are alive at a time, in here, in the making, and taken last.
    pub const MOST: usize = WAITING + 3;

    /// Starts making items from a number on, one after the other, until there is none.
    pub fn start(
        name: &'static str,
        first: u64,
        make: impl FnMut(u64) -> Result<Option<T>, E> + Send + 'static,
    ) -> io::Result<Self> {
        let wanted = Arc::new(AtomicU64::new(first));
        let (to, ready) = sync_channel(WAITING);
        let least = wanted.clone();
        threads::start(name, move || work(make, &least, &to))?;
        Ok(Self { ready, wanted, next: None, end: None })
    }

    /// The newest item that is made and not after `target`, if it wasn't taken yet. With `waits`, it is
    /// that of `target`.
    ///
    /// # Errors
    /// Why no more are made.
    pub fn newest(&mut self, target: u64, waits: bool) -> Result<Option<(u64, T)>, E> {
        if waits {
            self.wanted.fetch_max(target, Ordering::Relaxed);
        }
        let mut newest = None;
        loop {
            if let Some((number, item)) = self.next.take() {
                if number > target {
                    self.next = Some((number, item));
                    return Ok(newest);
                }
                newest = Some((number, item));
                if number == target {
                    return Ok(newest);
                }
            }
            let word = match waits {
                true => self.ready.recv().ok(),
                false => self.ready.try_recv().ok(),
            };
            match word {
                Some(Word::Made(number, item)) => self.next = Some((number, item)),
                Some(Word::End(end)) => self.end = Some(end),
                Some(Word::Failed(error)) => return Err(error),
                None => return Ok(newest),
            }
        }
    }

    /// The first number without an item, once it is known.
    pub const fn end(&self) -> Option<u64> {
        self.end
    }
}

fn work<T, E>(
    mut make: impl FnMut(u64) -> Result<Option<T>, E>,
    wanted: &AtomicU64,
    to: &SyncSender<Word<T, E>>,
) {
    let mut number = 0;
    loop {
        number = wanted.load(Ordering::Relaxed).max(number);
        let word = match make(number) {
            Ok(Some(item)) => Word::Made(number, item),
            Ok(None) => Word::End(number),
            Err(error) => Word::Failed(error),
        };
        let goes_on = matches!(word, Word::Made(..));
        // Nobody takes any more: what was made ahead is dropped.
        if to.send(word).is_err() || !goes_on {
            return;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn numbers(end: u64) -> Ahead<u64, String> {
        Ahead::start("numbers", 0, move |number| match number {
            _ if number < end => Ok(Some(10 * number)),
            _ => Ok(None),
        })
        .unwrap()
    }

    #[test]
    fn whoever_waits_gets_the_item_itself() {
        let mut ahead = numbers(100);
        for target in [0, 1, 1, 2, 50, 99] {
            let taken = ahead.newest(target, true).unwrap();
            assert!(
                taken.is_none_or(|taken| taken == (target, 10 * target)),
                "{target}: {taken:?}"
            );
        }
        assert_eq!(ahead.newest(100, true).unwrap(), None);
        assert_eq!(ahead.end(), Some(100));
    }

    #[test]
    fn nobody_waits_for_a_slow_one() {
        let (go, may_go) = channel::<()>();
        let mut ahead = Ahead::<u64, String>::start("slow", 0, move |number| {
            may_go.recv().map_err(|e| e.to_string())?;
            Ok(Some(number))
        })
        .unwrap();
        assert_eq!(ahead.newest(7, false), Ok(None));
        go.send(()).unwrap();
        assert_eq!(ahead.newest(0, true), Ok(Some((0, 0))));
        assert_eq!(ahead.newest(7, false), Ok(None));
        drop(go);
        assert!(ahead.newest(7, true).is_err());
    }

    #[test]
    fn what_is_not_due_is_kept() {
        let mut ahead = numbers(5);
        assert_eq!(ahead.newest(3, true), Ok(Some((3, 30))));
        assert_eq!(ahead.newest(3, false), Ok(None));
        assert_eq!(ahead.newest(4, true), Ok(Some((4, 40))));
    }
}
