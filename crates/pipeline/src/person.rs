//! Finding the person: the seam where tests inject faults, and other engines fit in.

use backlot_matte::{MatteError, PersonMatte, Presence};
use backlot_media::{Frame, Matte};
use std::time::Duration;

/// The cost of the last matte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Making the network's input.
    pub shrink: Duration,
    /// The network.
    pub network: Duration,
    /// Making a matte from its mask.
    pub refine: Duration,
}

/// Makes the mattes of one stream of frames.
pub trait PersonFinder: Send {
    /// Makes the matte of a frame, with the frame's sequence number.
    ///
    /// # Errors
    /// Returns whatever prevents it; the matte's contents are not used then.
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError>;

    /// Makes the matte of a frame from the last result, without looking for the person again, with
    /// the frame's sequence number and the matte's age.
    ///
    /// # Errors
    /// Returns an error if there is nothing to carry, or the frame shows another scene: find the
    /// person then.
    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError>;

    /// Forgets all earlier frames.
    fn reset(&mut self);

    /// Its memory of who is there, which another finder of the same camera can continue with.
    fn presence(&mut self) -> Option<&mut Presence> {
        None
    }

    /// The cost of the last matte.
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
