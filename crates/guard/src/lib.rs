//! The privacy guard: no picture in which the room shows although the scene hides it.

#![forbid(unsafe_code)]
