//! Keys: what cuts a layer out.
//!
//! Each key is one file in `keys`, and [`all`] is the table of them. What a user wrote is a
//! [`Key`]; a [`Keyer`] makes its mattes of one camera's pictures, one after the other.

#![forbid(unsafe_code)]

mod definition;
mod keyer;
mod keys;
mod painted;

pub use definition::{Cut, Key, KeyDef};
pub use keyer::{Keyer, Timings};
pub use keys::{CHROMA, NONE, PERSON, all, person};
pub use painted::Painted;
