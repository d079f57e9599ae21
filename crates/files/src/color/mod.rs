//! Converts the colours of users' files to those of ordinary screens: sRGB and BT.709.
//!
//! A file states the primaries and the curve of its numbers. If it doesn't, BT.709 is assumed.

mod cube;
mod primaries;
pub(crate) mod profile;
mod transfer;
mod transform;

pub(crate) use cube::Cube;
pub(crate) use primaries::Primaries;
pub(crate) use transfer::Transfer;
pub(crate) use transform::Transform;
