//! The word of another network on who is a person: what it doesn't see at all is none.

use crate::MatteError;
use crate::best::Cleaner;
use crate::geometry::{Geometry, pixels};
use crate::steady::Steady;
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Window};
use backlot_segmenter::{Role, SegmentationModel, Segmenter};

/// A smaller network that looks at each picture as a whole.
#[derive(Debug)]
pub(crate) struct Witness {
    level: Level,
    segmenter: Segmenter,
    input: NetworkInput,
    geometry: Geometry,
    grid: Steady,
    cleaner: Cleaner,
}

impl Witness {
    /// The network beside a model, if there is one.
    pub fn beside(
        model: &SegmentationModel,
        geometry: Geometry,
        level: Level,
    ) -> Result<Option<Self>, MatteError> {
        let Some(second) = model.second(Role::Witness)? else { return Ok(None) };
        let segmenter = second.segmenter(pixels(geometry.picture), level)?;
        let from = segmenter.input_shape();
        Ok(Some(Self {
            level,
            input: NetworkInput::new(geometry.picture, from.width, from.height),
            grid: Steady::new(geometry, segmenter.mask_size(), 0.0, level),
            cleaner: Cleaner::new(geometry.grid),
            geometry,
            segmenter,
        }))
    }

    /// Looks at a frame.
    pub fn look(&mut self, frame: &Frame) -> Result<(), MatteError> {
        let window = Window::whole(self.geometry.picture);
        let input = self.segmenter.input_mut();
        self.input.run(self.level, frame.yuv(), frame.color, window, input);
        self.grid.place(self.segmenter.run()?, self.geometry.whole());
        Ok(())
    }

    /// Takes out of a mask what it saw nothing of in the frame looked at last.
    pub fn judge(&mut self, mask: &mut [f32]) {
        self.cleaner.believe(mask, self.grid.present());
    }
}
