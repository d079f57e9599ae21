//! The messages of the protocol's gRPC form, made from `proto/inference.proto`.

#![expect(missing_docs, reason = "the proto file says what its messages are")]

include!(concat!(env!("OUT_DIR"), "/inference.rs"));
