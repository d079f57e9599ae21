//! Pictures through which something may be seen.

use crate::{Frame, FramePool, Matte, PixelFormat, Size};

/// A picture, and how much of each of its pixels shows.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The picture; its colours are not premultiplied.
    pub picture: Frame,
    /// How much of each pixel shows; `None` if all of it does.
    pub alpha: Option<Matte>,
}

impl Shot {
    /// Copies another of the same size and kind.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn copy_from(&mut self, other: &Self) {
        self.picture.copy_from(&other.picture);
        if let (Some(to), Some(from)) = (&mut self.alpha, &other.alpha) {
            to.copy_from(from);
        }
    }
}

/// Memory for shots of one size, in I420.
#[derive(Clone, Debug)]
pub struct ShotPool {
    pictures: FramePool,
    mattes: Option<FramePool>,
}

impl ShotPool {
    /// A pool that holds `capacity` shots, with or without alpha.
    pub fn new(size: Size, capacity: usize, has_alpha: bool) -> Self {
        let pool = |format| FramePool::new(format, size, capacity);
        let mattes = has_alpha.then(|| pool(PixelFormat::Gray8));
        Self { pictures: pool(PixelFormat::I420), mattes }
    }

    /// A shot that still shows whatever its memory last held.
    pub fn take(&self) -> Shot {
        let alpha = self.mattes.as_ref().map(|mattes| Matte::of(mattes.take()));
        Shot { picture: self.pictures.take(), alpha }
    }
}
