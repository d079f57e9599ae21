//! Networks in ONNX Runtime: its library is found and loaded while the program runs, and what our own executor
//! doesn't run, it does.
//!
//! An [`OnnxFile`] says which pictures and other values a network takes and returns; a [`Wiring`] says what is
//! what, and both make an [`OnnxNetwork`], an [`Engine`](backlot_segmenter::Engine) like any other.

#![forbid(unsafe_code)]

mod element;
mod error;
mod file;
mod library;
mod network;
mod running;
mod runtime;
mod watch;
mod wiring;

pub use error::OnnxError;
pub use file::OnnxFile;
pub use library::Places;
pub use network::OnnxNetwork;
pub use runtime::Runtime;
pub use wiring::{Layout, Port, Provider, Side, Sizes, Wiring};
