//! Tests with real files and the real programs.

mod animations;
mod bad_input;
mod colors;
mod common;
mod companions;
mod damage;
mod hanging;
mod mattes;
mod other_files;
mod peaks;
mod pictures;
mod profiles;
mod times;
mod video;
mod working;
