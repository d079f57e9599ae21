//! Effects: they change the pixels of a layer or of the whole picture.
//!
//! Each effect is one file in `effects`, and [`all`] is the table of them. What a user wrote is an
//! [`Effect`]; a list of them is compiled once for a [`Canvas`] to a [`Chain`] of passes, which is
//! then applied to one [`Layer`] after the other, without allocating, and can't fail. Neighbours that
//! change each pixel by itself ([`PointOp`]) become one pass.
//!
//! Lengths in settings are pixels of a picture with 720 lines and grow with the picture, so that
//! a scene looks the same at every size.

#![forbid(unsafe_code)]

mod canvas;
mod cells;
mod chain;
mod definition;
mod effects;
mod layer;
mod palette;
mod pass;
mod point;
mod spread;
#[cfg(test)]
mod stacking;
#[cfg(test)]
mod testing;

pub use canvas::Canvas;
pub use chain::Chain;
pub use definition::{Effect, EffectDef, Hiding};
pub use effects::{BLUR, HOLOGRAM, MIRROR, all, shield};
pub use layer::{Layer, Person};
pub use pass::{AreaPass, Pass};
pub use point::PointOp;
