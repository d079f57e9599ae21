//! How many bytes are held for all clients together.

use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes that may be held at a time.
#[derive(Debug)]
pub(crate) struct Budget {
    most: u64,
    used: AtomicU64,
}

/// Bytes that are counted as held until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    pub fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, used: AtomicU64::new(0) })
    }

    /// How many bytes are held.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// A share of nothing.
    pub fn share(self: &Arc<Self>) -> Share {
        Share { budget: Arc::clone(self), bytes: 0 }
    }
}

impl Share {
    /// Takes more, if there is so much; returns whether there was.
    #[must_use]
    pub fn grow(&mut self, bytes: u64) -> bool {
        let Budget { most, used } = &*self.budget;
        let grown = |used: u64| used.checked_add(bytes).filter(|sum| sum <= most);
        let is_there = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown).is_ok();
        self.bytes += if is_there { bytes } else { 0 };
        is_there
    }

    /// Bytes that keep their share until the last of them is dropped.
    pub fn around(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { bytes, _share: self })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_counted_until_the_last_of_it_is_gone() {
        let budget = Budget::new(10);
        let mut share = budget.share();
        assert!(share.grow(6) && !share.grow(5) && share.grow(4));
        assert!(!budget.share().grow(1) && budget.share().grow(0));
        let bytes = share.around(vec![1, 2, 3]);
        let part = bytes.slice(1..2);
        drop(bytes);
        assert_eq!((budget.used(), &part[..]), (10, &[2][..]));
        drop(part);
        assert_eq!(budget.used(), 0);
        assert!(!budget.share().grow(u64::MAX));
    }
}
