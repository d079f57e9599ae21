//! The desktop around the running program: the service manager.
//!
//! A part is told the [`State`](backlot_protocol::State) by `publish`, which costs the caller no more
//! than to hand over a pointer, and works on a thread of its own. Where what it speaks to isn't
//! there, it is quiet: that is no error.

#![forbid(unsafe_code)]

mod news;
mod notify;

pub use notify::Notify;
