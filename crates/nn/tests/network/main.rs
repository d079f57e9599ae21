//! Tests of the whole networks that Backlot is made for.

mod allocation;
mod common;
mod footage;
mod masks;
mod others;
mod threads;
