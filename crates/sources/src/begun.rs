//! A source without its beginning.

use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source, StreamError, Timestamp};
use std::time::Duration;

/// A source that skips everything before a time.
pub struct Begun {
    source: Box<dyn Source>,
    /// Frames still to skip.
    ahead: u64,
    start: Duration,
}

impl Begun {
    /// Skips everything before `start`.
    pub fn new(source: Box<dyn Source>, start: Duration) -> Self {
        let ahead = source.rate().unwrap_or(FrameRate::FPS_30).frames_in(start);
        Self { source, ahead, start }
    }
}

impl Source for Begun {
    fn size(&self) -> Size {
        self.source.size()
    }

    fn color(&self) -> ColorSpace {
        self.source.color()
    }

    fn rate(&self) -> Option<FrameRate> {
        self.source.rate()
    }

    fn frames(&self) -> Option<u64> {
        self.source.frames().map(|frames| frames.saturating_sub(self.ahead))
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        let ahead = std::mem::take(&mut self.ahead);
        for _ in 0..ahead {
            if self.source.next_frame()?.is_none() {
                return Ok(None);
            }
        }
        let mut frame = self.source.next_frame()?;
        if let Some(frame) = &mut frame {
            let nanos = frame.time.nanos().saturating_sub(self.start.as_nanos() as u64);
            frame.time = Timestamp::from_nanos(nanos);
        }
        Ok(frame)
    }
}
