//! Reuse of frame memory, so that the steady state allocates nothing.

use crate::{Frame, FrameLayout, PixelFormat, Size};
use crossbeam_queue::ArrayQueue;
use std::sync::Arc;

/// A frame's bytes, and the pool that they go back to.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    home: Option<Arc<ArrayQueue<Vec<u8>>>>,
}

impl Buffer {
    pub(crate) const fn owned(bytes: Vec<u8>) -> Self {
        Self { bytes, home: None }
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
            // A full pool lets the surplus go.
            let _ = home.push(std::mem::take(&mut self.bytes));
        }
    }
}

/// Hands out frames of one format and size, and takes their memory back when they are dropped.
///
/// Taking and giving back neither lock nor allocate as long as no more frames are out than the
/// pool holds; beyond that a frame is allocated, and kept or let go when it comes back.
#[derive(Clone, Debug)]
pub struct FramePool {
    layout: Arc<FrameLayout>,
    free: Arc<ArrayQueue<Vec<u8>>>,
}

impl FramePool {
    /// A pool that holds `capacity` frames (at least one), allocated now.
    pub fn new(format: PixelFormat, size: Size, capacity: usize) -> Self {
        let layout = Arc::new(FrameLayout::new(format, size));
        let free = Arc::new(ArrayQueue::new(capacity.max(1)));
        while free.push(vec![0; layout.bytes()]).is_ok() {}
        Self { layout, free }
    }

    /// A frame with whatever picture its memory last held.
    pub fn take(&self) -> Frame {
        let bytes = self.free.pop().unwrap_or_else(|| vec![0; self.layout.bytes()]);
        Frame::from_parts(self.layout.clone(), Buffer { bytes, home: Some(self.free.clone()) })
    }

    /// Frames that can be taken without allocating.
    pub fn available(&self) -> usize {
        self.free.len()
    }

    /// The layout of the pool's frames.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back() {
        let pool = FramePool::new(PixelFormat::Gray8, Size::new(8, 8).unwrap(), 2);
        let mut first = pool.take();
        first.plane_mut(0).fill(9);
        let address = first.plane(0).data().as_ptr();
        assert_eq!(pool.available(), 1);
        drop(first);
        assert_eq!(pool.available(), 2);
        let addresses = [pool.take(), pool.take()].map(|f| f.plane(0).data().as_ptr());
        assert!(addresses.contains(&address));
    }

    #[test]
    fn more_frames_than_the_pool_holds_are_lent_and_let_go() {
        let pool = FramePool::new(PixelFormat::Gray8, Size::new(2, 2).unwrap(), 1);
        let frames: Vec<_> = (0..3).map(|_| pool.take()).collect();
        drop(frames);
        assert_eq!(pool.available(), 1);
    }
}
