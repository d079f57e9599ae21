//! The studio from outside: scenes, the guard under faults, and memory.

mod allocation;
mod common;
mod faults;
mod goldens;
mod people;
mod room;
mod scenes;
mod truth;
mod wrap;
