//! Effects: they change the pixels of a layer or of the whole picture.
//!
//! Each effect is one file, and [`all`] is the table of them. An effect is built from what the
//! user wrote ([`build`]), made ready for a canvas once ([`Effect::prepare`]) and then applied to
//! one [`Layer`] after the other, without allocating.
//!
//! Lengths in settings are pixels of a picture with 720 lines and grow with the picture, so that
//! a scene looks the same at every size.

#![forbid(unsafe_code)]

mod blur;
mod cells;
mod colormap;
mod effect;
mod error;
mod hologram;
mod mirror;
mod mosaic;
mod palette;
mod spread;
#[cfg(test)]
mod stacking;
mod table;
#[cfg(test)]
mod testing;

pub use blur::shield;
pub use effect::{Canvas, Effect, Layer};
pub use error::EffectError;
pub use table::{EffectDef, all, build, find};
