//! *person*: the person that the network finds.

use crate::definition::{Cut, KeyDef};
use crate::keyer::{Keyer, Timings};
use crate::painted::{FEATHER, HIDE, KEEP};
use backlot_matte::{Lead, MatteError, PersonMatte, Presence};
use backlot_media::{Frame, Latent, Matte};

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "person",
    summary: "Cut out the person whom the network finds",
    settings: &[KEEP.setting(), HIDE.setting(), FEATHER.setting()],
    cut: Cut::Network,
};

impl Keyer for PersonMatte {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.segment(frame)?;
        self.refine(frame, matte)
    }

    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        Self::carry(self, frame, matte)
    }

    fn find_in(&mut self, picture: &mut dyn Latent, matte: &mut Matte) -> Result<(), MatteError> {
        self.segment_in(picture)?;
        self.refine_in(picture, matte)
    }

    fn carry_in(&mut self, picture: &mut dyn Latent, matte: &mut Matte) -> Result<(), MatteError> {
        Self::carry_in(self, picture, matte)
    }

    fn lookahead(&self) -> usize {
        Self::lookahead(self)
    }

    fn foresee(&mut self, frame: &Frame) -> Result<(), MatteError> {
        Self::foresee(self, frame)
    }

    fn reset(&mut self) {
        Self::reset(self);
    }

    fn presence(&mut self) -> Option<&mut Presence> {
        Self::presence(self)
    }

    fn lead(&self) -> Option<Lead> {
        Self::lead(self)
    }

    fn timings(&self) -> Timings {
        let timing = self.timing();
        Timings { shrink: timing.shrink, network: timing.network, refine: timing.refine }
    }
}
