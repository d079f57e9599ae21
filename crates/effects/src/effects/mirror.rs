//! *mirror*: left becomes right, as people know themselves from a mirror.
//!
//! In a cut-out layer it also swaps the matte: the person changes sides, and the layers behind stay
//! as they are.

use crate::{AreaPass, EffectDef, Layer, Pass, Person};
use backlot_kernels::{Level, flip_rows};

/// The effect *mirror*.
pub const DEF: EffectDef = EffectDef {
    name: "mirror",
    summary: "Swap left and right of you alone, or of the background; --mirror does it to all",
    settings: &[],
    hiding: None,
    moves: true,
    compile: |_, canvas| vec![Pass::area(Mirror(canvas.level))],
};

struct Mirror(Level);

impl AreaPass for Mirror {
    fn apply(&mut self, layer: &mut Layer<'_>) {
        let person = match &mut layer.person {
            Some(Person::Own(plane)) => Some(plane),
            // A chain that moves pixels refuses it.
            Some(Person::Lent(_)) | None => None,
        };
        let masks = layer.matte.iter_mut().chain(person);
        for plane in layer.picture.iter_mut().chain(masks) {
            flip_rows(self.0, plane.reborrow());
        }
    }
}
