//! The written form of settings: what a key takes, defined once.
//!
//! A [`Property`] says what a key is called and what it takes, and reads and writes one part of a
//! thing. Checks, messages, the commented file, JSON Schema and edits derive from it.

mod property;
mod refusal;
mod schema;
mod takes;
mod value;

pub use property::{Described, Property, differing};
pub use refusal::{Refusal, Step};
pub use schema::properties_schema;
pub use takes::{Field, Takes};
pub use value::{Key, Value};

pub(crate) use refusal::unknown;
pub(crate) use value::{one_line, shown};
