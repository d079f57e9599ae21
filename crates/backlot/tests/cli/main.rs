//! The program as its users meet it: real commands, real files.

mod bad_input;
mod bench;
mod common;
mod doctor;
mod lists;
mod matte;
mod render;
mod snapshot;
mod stills;
