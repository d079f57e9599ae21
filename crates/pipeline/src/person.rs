//! Who finds the person: the seam at which tests put faults in, and other engines come in.

use backlot_matte::{MatteError, PersonMatte, Presence};
use backlot_media::{Frame, Matte};
use std::time::Duration;

/// What the last matte cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Making the network's input.
    pub shrink: Duration,
    /// The network.
    pub network: Duration,
    /// Making a matte of its mask.
    pub refine: Duration,
}

/// Makes the mattes of one stream of frames.
pub trait PersonFinder: Send {
    /// Makes the matte of a frame, and gives it the frame's sequence number.
    ///
    /// # Errors
    /// Whatever keeps it from doing so; the matte's contents are then not used.
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError>;

    /// Makes the matte of a frame from what was found last, without looking for the person
    /// again, and gives it the frame's sequence number and its age.
    ///
    /// # Errors
    /// If there is nothing to carry, or the frame shows another scene: find the person then.
    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError>;

    /// Forgets all earlier frames.
    fn reset(&mut self);

    /// What it remembers of who is there, which another one of the same camera can go on with.
    fn presence(&mut self) -> Option<&mut Presence> {
        None
    }

    /// What the last matte cost.
    fn timings(&self) -> Timings;
}

impl PersonFinder for PersonMatte {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.segment(frame)?;
        self.refine(frame, matte)
    }

    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        Self::carry(self, frame, matte)
    }

    fn reset(&mut self) {
        Self::reset(self);
    }

    fn presence(&mut self) -> Option<&mut Presence> {
        Self::presence(self)
    }

    fn timings(&self) -> Timings {
        let timing = self.timing();
        Timings { shrink: timing.shrink, network: timing.network, refine: timing.refine }
    }
}
