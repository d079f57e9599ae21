//! One scene gives way to another.

use crate::inputs::Inputs;
use crate::show::{Inner, Now, Show};
use crate::{Passage, PipelineError};
use backlot_guard::Drawing;
use backlot_kernels::Level;
use backlot_media::Timestamp;

/// A scene that gives way. Both are drawn meanwhile, from the same cameras and mattes.
pub(crate) struct Leaving {
    show: Show,
    passage: Passage,
    /// The time of the first picture.
    since: Option<Timestamp>,
    is_over: bool,
}

impl Leaving {
    pub const fn new(show: Show, passage: Passage) -> Self {
        Self { show, passage, since: None, is_over: false }
    }

    pub const fn show(&self) -> &Show {
        &self.show
    }

    /// The keys that it needs while it is seen, each with its camera.
    pub fn needs(&self) -> &[(usize, usize)] {
        if self.is_over { &[] } else { self.show.needs() }
    }

    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Draws how it gives way to the next scene.
    pub fn draw(
        &mut self,
        next: Drawing,
        inputs: &mut Inputs,
        now: Now,
        level: Level,
    ) -> Result<Drawing, PipelineError> {
        let Passage { transition, length } = self.passage;
        let passed = now.time.since(*self.since.get_or_insert(now.time));
        self.is_over |= passed >= length;
        if self.is_over {
            return Ok(next);
        }
        let mut drawing = self.show.draw(inputs, now)?;
        drawing.give_way(level, &next, transition, passed.as_secs_f32() / length.as_secs_f32());
        Ok(drawing)
    }
}
