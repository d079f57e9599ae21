//! This machine: its cameras and virtual cameras, what would keep programs from finding the virtual
//! camera, and the files that start it automatically.
//!
//! Facts are plain data, and every conclusion is a function of that data alone. Commands that need
//! root are returned as text; one of them, always the same, can be run with the desktop asking for the
//! password ([`install::RootsPart`]).

#![forbid(unsafe_code)]

pub mod doctor;
mod error;
mod groups;
pub mod install;
pub mod inventory;
mod root;
mod tool;
pub mod usage;

pub use error::HostError;
pub use root::Root;
