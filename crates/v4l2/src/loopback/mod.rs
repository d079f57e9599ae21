//! Virtual cameras of v4l2loopback: found, fed, and watched for viewers.
//!
//! Observed with versions 0.12.7, 0.13.2 and 0.15.0 of the module:
//!
//! - Up to 0.13 any program may feed a device that another one feeds, so [`LoopbackOpener`] first
//!   looks at who has it open and at what the device reports. From 0.14 the driver refuses a second
//!   feeder.
//! - Up to 0.13 `STREAMON` makes the device a camera, even without buffers; from 0.14 that is
//!   `EINVAL` and the first `write` does it.
//! - The answer to `S_FMT` isn't always the format in force: size and pixel format stay while a
//!   viewer has the device open, and with them the first feeder's colours, whatever the request.
//!   0.12.7 calls every colour space sRGB. So we read the format back with `G_FMT` and make
//!   pictures fit it.
//! - A viewer that stays after its feeder dies continues when the next one feeds the same format.
//! - Only from 0.13 on does the device report whether anyone watches, and then at most one stream
//!   can.
//! - 0.12.7 leaves a device that was fed only by `write` (as ffmpeg does) without any abilities,
//!   and then refuses every format. A `STREAMON`, also refused, and a close bring it back.
//! - 0.12.7 reports its version nowhere.
//! - The module can't be removed while a device is open; afterwards the opener reports that there
//!   is none.
//!
//! We set none of the device's controls. They outlive the program that sets them, and none helps:
//! `keep_format` would list a dead camera, `timeout` shows its own picture (green, unless one was
//! loaded) only while the feeder still streams, and `sustain_framerate` repeats pictures that the
//! pacer repeats better.

mod choose;
mod discover;
mod format;
mod opener;
mod sink;
mod watch;

pub use choose::{LABEL, Output};
pub(crate) use discover::is_loopback;
pub use discover::{LoopbackDevice, Module, devices, module};
pub use opener::{LoopbackOpener, LoopbackReport, Opened};
pub use sink::Loopback;
pub use watch::ViewerDetection;

/// The driver's name for itself.
pub const DRIVER: &str = "v4l2 loopback";
