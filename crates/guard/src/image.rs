//! Pictures that may be drawn.

use backlot_media::{Frame, PlaneMut};

/// A picture that may become a part of what viewers see: one of our own, or a camera's that the
/// guard admitted.
#[derive(Debug)]
pub struct Image {
    frame: Frame,
    form: Form,
}

/// As what a picture may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Whole,
    /// Cut out only: it still has the room around the person.
    Cut,
}

impl Image {
    /// A picture that no camera took: of a file, or drawn by us.
    pub const fn own(frame: Frame) -> Self {
        Self { frame, form: Form::Whole }
    }

    pub(crate) const fn admitted(frame: Frame, form: Form) -> Self {
        Self { frame, form }
    }

    /// Whether it may only be drawn with what cuts it out.
    pub fn must_be_cut(&self) -> bool {
        self.form == Form::Cut
    }

    /// The pixels, to read.
    pub const fn picture(&self) -> &Frame {
        &self.frame
    }

    /// The planes Y, U and V, for effects.
    ///
    /// # Panics
    /// If the format doesn't have three planes.
    pub fn planes_mut(&mut self) -> [PlaneMut<'_>; 3] {
        self.frame.yuv_mut()
    }

    /// Draws a picture of our own anew.
    ///
    /// # Panics
    /// If it is a camera's.
    pub fn redraw(&mut self, draw: impl FnOnce(&mut Frame)) {
        assert_eq!(self.form, Form::Whole, "a camera's picture is not drawn anew");
        draw(&mut self.frame);
    }

    pub(crate) const fn frame_mut(&mut self) -> &mut Frame {
        &mut self.frame
    }

    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
