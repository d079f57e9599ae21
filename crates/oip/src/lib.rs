//! The Open Inference Protocol, version 2, as data: requests, answers, tensors and metadata, and how they are
//! written over REST (in JSON and binary) and over gRPC.
//!
//! It knows no sockets. What others sent is read in memory that is bounded by what arrived.

#![forbid(unsafe_code)]

mod answer;
mod datatype;
mod elements;
mod error;
pub mod framing;
mod limits;
mod metadata;
mod parameters;
pub mod pb;
mod request;
mod rest;
mod rpc;
mod tensor;
mod wire;

pub use answer::InferAnswer;
pub use datatype::Datatype;
pub use elements::{Elements, push_element};
pub use error::OipError;
pub use metadata::{ModelMetadata, ServerMetadata, TensorMetadata};
pub use parameters::{Parameter, Parameters};
pub use request::{InferRequest, Wanted};
pub use rest::{HEADER_LENGTH, RestBody};
pub use rpc::RpcRequest;
pub use tensor::Tensor;
