//! *mirror*: left becomes right, as people know themselves from a mirror.
//!
//! In a cut-out layer it also swaps the matte: the person changes sides, and the layers behind stay
//! as they are.

use crate::{Canvas, Effect, EffectDef, EffectError, Layer};
use backlot_kernels::flip_rows;

pub(crate) const DEF: EffectDef = EffectDef {
    name: "mirror",
    summary: "Swap left and right of you alone, or of the background; --mirror does it to all",
    settings: &[],
    hides: None,
    make: |_| Box::<Mirror>::default(),
};

#[derive(Debug, Default)]
struct Mirror {
    canvas: Option<Canvas>,
}

impl Effect for Mirror {
    fn prepare(&mut self, canvas: Canvas) -> Result<(), EffectError> {
        self.canvas = Some(canvas);
        Ok(())
    }

    fn apply(&mut self, layer: &mut Layer<'_>) {
        let canvas = self.canvas.expect("the effect is prepared");
        assert!(layer.fits(&canvas), "the layer is not of {}", canvas.size);
        let masks = layer.matte.iter_mut().chain(&mut layer.person);
        for plane in layer.picture.iter_mut().chain(masks) {
            flip_rows(canvas.level, plane.reborrow());
        }
    }
}
