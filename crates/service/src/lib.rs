//! Mattes as a service: other programs and machines send pictures, and get where the person is.
//!
//! A [`Service`] speaks the plain form of 2020 (`POST /` of a picture, answered by a byte of 0 or 1 for each
//! pixel) and the Open Inference Protocol, over REST and over gRPC. One thread with a runtime does the talking;
//! what takes time is done by plain threads, which take turns among clients.

#![forbid(unsafe_code)]

mod bench;
mod body;
mod budget;
mod crew;
mod desk;
mod error;
mod failure;
mod form;
mod gate;
mod grpc;
mod house;
mod http;
mod infer;
mod listen;
mod metrics;
mod models;
mod options;
mod patient;
mod queue;
mod reply;
mod request;
mod server;
mod task;
mod turn;

pub use error::ServiceError;
pub use options::{Limits, ServiceOptions};
pub use request::ServeRequest;
pub use server::Service;
