//! The studio from outside: scenes, the guard under faults, and memory.

mod allocation;
mod changing;
mod chroma;
mod common;
mod faults;
mod goldens;
mod in_part;
mod layers;
mod painted;
mod people;
mod plain;
mod raw;
mod room;
mod scaled_in_part;
mod scenes;
mod shadows;
mod truth;
mod videos;
mod wrap;
