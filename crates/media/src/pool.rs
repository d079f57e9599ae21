//! Reuse of frame memory, so that the steady state allocates nothing.

use crate::buffer::{Buffer, Shelf};
use crate::memory::Memory;
use crate::{Frame, FrameLayout, PixelFormat, Size};
use std::sync::Arc;

/// Hands out frames of one format and size, and takes their memory back when they are dropped.
///
/// Taking and returning neither lock nor allocate while no more frames are out than the pool holds.
/// Beyond that a frame is allocated, and kept or freed when it comes back.
#[derive(Clone, Debug)]
pub struct FramePool {
    layout: Arc<FrameLayout>,
    free: Arc<Shelf>,
}

impl FramePool {
    /// A pool that holds `capacity` frames (at least one), allocated now.
    pub fn new(format: PixelFormat, size: Size, capacity: usize) -> Self {
        let layout = Arc::new(FrameLayout::new(format, size));
        let free = Arc::new(Shelf::new(capacity.max(1), layout.bytes()));
        Self { layout, free }
    }

    /// A frame that still shows whatever its memory last held.
    pub fn take(&self) -> Frame {
        let bytes = self.free.take().unwrap_or_else(|| Memory::zeroed(self.layout.bytes()));
        Frame::from_parts(self.layout.clone(), Buffer::of(bytes, self.free.clone()))
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
    fn the_same_memory_is_reused_while_one_frame_is_out() {
        let pool = FramePool::new(PixelFormat::Gray8, Size::new(8, 8).unwrap(), 4);
        let address = |frame: &Frame| frame.plane(0).data().as_ptr();
        let first = address(&pool.take());
        assert!((0..9).all(|_| address(&pool.take()) == first));
    }

    #[test]
    fn more_frames_than_the_pool_holds_are_lent_and_freed() {
        let pool = FramePool::new(PixelFormat::Gray8, Size::new(2, 2).unwrap(), 1);
        let frames: Vec<_> = (0..3).map(|_| pool.take()).collect();
        drop(frames);
        assert_eq!(pool.available(), 1);
    }
}
