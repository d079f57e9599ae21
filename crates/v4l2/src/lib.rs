//! Video4Linux: cameras that are read, and v4l2loopback devices that are fed.

#![deny(unsafe_code)]

#[expect(unsafe_code, reason = "the kernel's calls take pointers")]
pub mod sys;
