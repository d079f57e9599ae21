//! The service as its clients meet it.

mod attacks;
mod distant;
mod kit;
mod plain;
mod rest;
mod rpc;
