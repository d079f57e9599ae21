//! Networks in ONNX Runtime, where that is.

mod bad;
mod common;
mod library;
mod running;
