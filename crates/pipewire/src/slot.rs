//! Passes pictures between threads: the newest wins, and nobody waits for a copy.
//!
//! Three buffers: one is written, one is read, and one is in between. Handing over swaps two of
//! them, so the lock is held only for a swap, and no memory is allocated.

use std::sync::{Arc, Mutex, PoisonError};

/// The buffer in between, and whether it is newer than the reader's.
struct Middle<T> {
    picture: T,
    fresh: bool,
}

/// The writing end.
pub(crate) struct Writer<T> {
    back: T,
    middle: Arc<Mutex<Middle<T>>>,
}

/// The reading end.
pub(crate) struct Reader<T> {
    front: T,
    middle: Arc<Mutex<Middle<T>>>,
}

/// Both ends of a slot, with pictures from `make`.
pub(crate) fn slot<T>(make: impl Fn() -> T) -> (Writer<T>, Reader<T>) {
    let middle = Arc::new(Mutex::new(Middle { picture: make(), fresh: false }));
    (Writer { back: make(), middle: middle.clone() }, Reader { front: make(), middle })
}

impl<T> Writer<T> {
    /// The buffer to write the next picture into. It holds an older one.
    pub(crate) fn back(&mut self) -> &mut T {
        &mut self.back
    }

    /// Hands over the written picture. Returns whether it replaces one that the reader has not
    /// taken.
    pub(crate) fn publish(&mut self) -> bool {
        let mut middle = self.middle.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut middle.picture, &mut self.back);
        std::mem::replace(&mut middle.fresh, true)
    }
}

impl<T> Reader<T> {
    /// Takes the newest picture. Returns whether there was one newer than [`Self::front`].
    pub(crate) fn refresh(&mut self) -> bool {
        let mut middle = self.middle.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = std::mem::take(&mut middle.fresh);
        if fresh {
            std::mem::swap(&mut middle.picture, &mut self.front);
        }
        fresh
    }

    /// The picture taken last.
    pub(crate) fn front(&self) -> &T {
        &self.front
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_picture_wins() {
        let (mut writer, mut reader) = slot(|| 0);
        assert!(!reader.refresh());
        for (value, passed_over) in [(1, false), (2, true), (3, true)] {
            *writer.back() = value;
            assert_eq!(writer.publish(), passed_over);
        }
        assert!(reader.refresh());
        assert_eq!(*reader.front(), 3);
        assert!(!reader.refresh());
        assert_eq!(*reader.front(), 3);
    }

    #[test]
    fn pictures_do_not_tear_between_threads() {
        let (mut writer, mut reader) = slot(|| [0_u32; 64]);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for value in 1..=20_000 {
                    writer.back().fill(value);
                    writer.publish();
                }
            });
            let mut last = 0;
            while last < 20_000 {
                if reader.refresh() {
                    let now = reader.front()[0];
                    assert!(now > last && reader.front().iter().all(|&v| v == now));
                    last = now;
                }
            }
        });
    }
}
