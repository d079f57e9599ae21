//! The networks that Backlot is made for, whole.

mod allocation;
mod common;
mod footage;
mod masks;
mod others;
