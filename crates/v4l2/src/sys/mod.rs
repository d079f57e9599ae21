//! The thin layer over the kernel's calls: the only place in this crate with `unsafe`.
//!
//! Everything here is safe to call with any values and on any file. The driver's answers are passed
//! on unchanged; the caller judges them, except for what memory safety needs.

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

/// A driver's text up to the first zero, with everything replaced that isn't UTF-8 or printable.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]);
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
