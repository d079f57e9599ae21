//! Video4Linux: reads cameras, and feeds v4l2loopback devices.

#![deny(unsafe_code)]

mod camera;
mod color;
mod controls;
mod error;
mod fields;
mod list;
pub mod loopback;
mod modes;
mod opener;
pub mod openers;
#[expect(unsafe_code, reason = "the kernel's calls take pointers")]
mod sys;

pub use controls::{Control, Controls, Wanted, control_name};
pub use error::Error;
pub use list::{Abilities, Fault, FormatOffer, Node, Offers, Role, SizeOffer, find, list, offers};
pub use modes::encoding_of;
pub use opener::V4l2CameraOpener;
pub use sys::{ControlInfo, ControlKind, Fourcc, Interval, Intervals, Sizes};
