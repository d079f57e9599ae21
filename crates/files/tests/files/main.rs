//! Tests with real files and the real programs.

mod bad_input;
mod colors;
mod common;
mod hanging;
mod mattes;
mod other_files;
mod pictures;
mod video;
