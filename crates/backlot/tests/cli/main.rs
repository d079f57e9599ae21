//! The program as its users meet it: real commands, real files.

mod bad_input;
mod bench;
mod broken_output;
mod common;
mod completions;
mod devices;
mod doctor;
mod hanging;
mod hiding;
mod install;
mod interrupts;
mod lists;
mod log;
mod look;
mod matte;
mod messages;
mod options;
mod render;
mod replacing;
mod scene;
mod scenes;
mod snapshot;
mod stills;
mod transparent;
mod useful;
mod validate;
