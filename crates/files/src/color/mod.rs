//! Colours of what users bring, made those of ordinary screens: sRGB and BT.709.
//!
//! A file says which primaries and which curve its numbers are made for. What is not said is taken
//! to be BT.709.

mod cube;
mod primaries;
pub(crate) mod profile;
mod transfer;
mod transform;

pub(crate) use cube::Cube;
pub(crate) use primaries::Primaries;
pub(crate) use transfer::Transfer;
pub(crate) use transform::Transform;
