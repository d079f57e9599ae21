//! The presenter as a source of frames.

use super::{Presenter, PresenterSpec};
use backlot_media::{
    ColorSpace, Frame, FramePool, FrameRate, Matte, PixelFormat, Size, Source, StreamError,
};
use std::time::Duration;

/// The number of frames that can be out at the same time without allocating.
const POOL: usize = 4;

/// Delivers a presenter's frames one after the other, as fast as the caller asks.
#[derive(Debug)]
pub struct PresenterSource {
    presenter: Presenter,
    pool: FramePool,
    next: u64,
    frames: Option<u64>,
}

impl PresenterSource {
    /// A presenter that ends after `duration`, or never.
    pub fn new(
        spec: &PresenterSpec,
        size: Size,
        rate: FrameRate,
        color: ColorSpace,
        duration: Option<Duration>,
    ) -> Self {
        Self {
            presenter: Presenter::new(spec, size, rate, color),
            pool: FramePool::new(PixelFormat::I420, size, POOL),
            next: 0,
            frames: duration.map(|d| rate.frames_in(d)),
        }
    }

    /// The presenter that draws.
    pub const fn presenter(&self) -> &Presenter {
        &self.presenter
    }

    /// The next frame, and its exact matte into `truth`; `None` at the end.
    ///
    /// # Panics
    /// If the matte doesn't have the presenter's size.
    pub fn next_with_truth(&mut self, truth: Option<&mut Matte>) -> Option<Frame> {
        if self.frames.is_some_and(|n| self.next >= n) {
            return None;
        }
        let mut frame = self.pool.take();
        self.presenter.draw(self.next, &mut frame, truth);
        self.next += 1;
        Some(frame)
    }
}

impl Source for PresenterSource {
    fn size(&self) -> Size {
        self.presenter.size()
    }

    fn color(&self) -> ColorSpace {
        self.presenter.color()
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.presenter.rate())
    }

    fn frames(&self) -> Option<u64> {
        self.frames
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        Ok(self.next_with_truth(None))
    }
}
