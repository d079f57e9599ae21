//! This machine: its cameras and virtual cameras, what would keep programs from finding the
//! virtual camera, and the files that make it come up by itself.
//!
//! What is looked up comes as plain data, and what is concluded from it is a function of that
//! data alone. Nothing here becomes root: commands that need it are handed back as text.

#![forbid(unsafe_code)]

pub mod doctor;
mod error;
mod groups;
pub mod install;
pub mod inventory;
mod root;
mod tool;

pub use error::HostError;
pub use root::Root;
