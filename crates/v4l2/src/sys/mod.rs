//! The thin layer over the kernel's calls: the only place of this crate with `unsafe`.
//!
//! Everything here is safe to call with any values and on any file. What the driver answers is handed on as it
//! is; judging it is the caller's business, except for what memory safety needs.

mod abi;
mod buffers;
mod control;
mod device;
mod event;
mod format;

pub use buffers::{Buffers, Taken};
pub use control::{ControlInfo, ControlKind};
pub use device::{BufType, Capability, Device, Ready};
pub use format::{Format, Fourcc, Interval, Intervals, Sizes};

/// Text of a driver: up to the first zero, what is not UTF-8 or not printable replaced.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]);
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
