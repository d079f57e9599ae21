//! The memory of frames, and where it goes back to.

use crate::memory::Memory;
use crossbeam_queue::ArrayQueue;
use std::sync::Arc;

/// A frame's bytes, and the pool that they go back to.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Memory,
    home: Option<Arc<Shelf>>,
}

/// Unused memory, one piece for each place.
///
/// Taking and returning both try the places from the first on, so only as much memory rotates as
/// there are frames out. It stays in the processor's cache, which a queue would cycle through.
#[derive(Debug)]
pub(crate) struct Shelf(Box<[ArrayQueue<Memory>]>);

impl Shelf {
    pub(crate) fn new(places: usize, bytes: usize) -> Self {
        let place = |_| {
            let place = ArrayQueue::new(1);
            // An empty place takes one.
            let _ = place.push(Memory::zeroed(bytes));
            place
        };
        Self((0..places).map(place).collect())
    }

    pub(crate) fn take(&self) -> Option<Memory> {
        self.0.iter().find_map(ArrayQueue::pop)
    }

    /// Puts memory back; a full shelf frees it.
    fn put(&self, bytes: Memory) {
        let _ = self.0.iter().try_fold(bytes, |bytes, place| match place.push(bytes) {
            Ok(()) => Err(()),
            Err(bytes) => Ok(bytes),
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(ArrayQueue::len).sum()
    }
}

impl Buffer {
    pub(crate) const fn owned(bytes: Memory) -> Self {
        Self { bytes, home: None }
    }

    pub(crate) const fn of(bytes: Memory, home: Arc<Shelf>) -> Self {
        Self { bytes, home: Some(home) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            home.put(std::mem::take(&mut self.bytes));
        }
    }
}
