//! The program as its users meet it: real commands, real files.

mod bad_input;
mod bench;
mod common;
mod lists;
mod matte;
mod render;
mod stills;
