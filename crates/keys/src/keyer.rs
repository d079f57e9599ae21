//! Making mattes: the seam where tests inject faults, and other engines fit in.

use backlot_kernels::YuvMut;
use backlot_matte::{Lead, MatteError, Presence};
use backlot_media::{Frame, Latent, Matte, Plane};
use std::time::Duration;

/// The cost of the last matte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Making the network's input.
    pub shrink: Duration,
    /// The network.
    pub network: Duration,
    /// Making a matte from its mask, or without a network from the picture.
    pub refine: Duration,
}

/// Makes the mattes of one stream of frames.
pub trait Keyer: Send {
    /// Makes the matte of a frame, with the frame's sequence number.
    ///
    /// # Errors
    /// Returns whatever prevents it; the matte's contents are not used then.
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError>;

    /// Makes the matte of a frame from the last result, without looking for the person again, with
    /// the frame's sequence number and the matte's age. A keyer that remembers nothing finds anew.
    ///
    /// # Errors
    /// Returns an error if there is nothing to carry, or the frame shows another scene: find the
    /// person then.
    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.find(frame, matte)
    }

    /// As [`Keyer::find`], of a picture of which only a part may be made. The matte is zero where it wasn't.
    ///
    /// # Errors
    /// As [`Keyer::find`].
    fn find_in(&mut self, picture: &mut dyn Latent, matte: &mut Matte) -> Result<(), MatteError> {
        self.find(picture.whole(), matte)
    }

    /// As [`Keyer::carry`], of a picture of which only a part may be made. The matte is zero where it wasn't.
    ///
    /// # Errors
    /// As [`Keyer::carry`].
    fn carry_in(&mut self, picture: &mut dyn Latent, matte: &mut Matte) -> Result<(), MatteError> {
        self.carry(picture.whole(), matte)
    }

    /// How many frames of a video that is a file should be foreseen before each matte: 0 where that
    /// is of no use.
    fn lookahead(&self) -> usize {
        0
    }

    /// Looks at a frame whose matte will be asked for later, so that those before it profit from it.
    /// If one frame is foreseen, each must be, in order.
    ///
    /// # Errors
    /// As [`Keyer::find`].
    fn foresee(&mut self, frame: &Frame) -> Result<(), MatteError> {
        let _ = frame;
        Ok(())
    }

    /// Takes what the key's surroundings cast on the cut out of a picture of the same stream, of
    /// any size, by the matte of that size: the spill of a screen. It must be cheap, and does
    /// nothing if there is nothing to take out.
    fn clean(&self, picture: YuvMut<'_>, matte: Plane<'_>) {
        let _ = (picture, matte);
    }

    /// Forgets all earlier frames, if it remembers any.
    fn reset(&mut self) {}

    /// Its memory of who is there, which another keyer of the same camera can continue with.
    fn presence(&mut self) -> Option<&mut Presence> {
        None
    }

    /// Which network makes the mattes, if one elsewhere is asked.
    fn lead(&self) -> Option<Lead> {
        None
    }

    /// The cost of the last matte, where it is measured.
    fn timings(&self) -> Timings {
        Timings::default()
    }
}
