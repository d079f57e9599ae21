//! The networks: those built in, those that users bring as files, and which one, with which
//! settings, makes the mattes of what.

#![forbid(unsafe_code)]

mod built_in;
mod error;
mod matting;

pub use built_in::{BUILT_IN, BuiltIn, LICENCE, Purpose, load};
pub use error::NetworkError;
pub use matting::{Matting, MattingChoice, Mattings, at_its_word};
