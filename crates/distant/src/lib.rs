//! Networks that run elsewhere: what they find in a picture is asked for over HTTP or gRPC.
//!
//! An [`Address`] names one, in the plain form of 2020 (`POST /` of a picture, answered by a byte of 0 or 1 for
//! each pixel) or the Open Inference Protocol, over REST or gRPC. [`connect`] finds out what it takes and gives,
//! and makes it a [`SegmentationModel`](backlot_segmenter::SegmentationModel) like any other. Only a picture of
//! the network's size goes over the line.

#![forbid(unsafe_code)]

mod address;
mod engine;
mod fault;
mod fit;
mod line;
mod oip;
mod options;
mod plain;
mod secure;

pub use address::{Address, Protocol};
pub use engine::connect;
pub use fault::DistantError;
pub use options::{DistantOptions, Token};
