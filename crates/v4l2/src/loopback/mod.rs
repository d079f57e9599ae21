//! Virtual cameras of v4l2loopback: found, fed, and watched for viewers.
//!
//! Seen with versions 0.12.7, 0.13.2 and 0.15.0 of the module:
//!
//! - Up to 0.13 anybody may feed a device that another program feeds, so [`LoopbackOpener`] looks first at
//!   who has it open and at what the device says of itself. From 0.14 the driver refuses a second feeder.
//! - Up to 0.13 `STREAMON` makes the device a camera, without buffers asked for; from 0.14 that is `EINVAL`
//!   and the first `write` does it.
//! - The answer to `S_FMT` is not always what is in force: size and pixel format stay while a viewer has the
//!   device open, and with them the first feeder's colours, even if others were asked for. 0.12.7 calls
//!   every colour space sRGB. So the format is read back with `G_FMT` and pictures are made to fit it.
//! - A viewer that stays when its feeder dies goes on when the next one feeds the same format.
//! - Only from 0.13 on does the device tell whether somebody watches, and then one stream at most can.
//! - 0.12.7 leaves a device that was fed by `write` alone (as ffmpeg does) with no abilities at all, and then
//!   refuses every format. A `STREAMON`, refused too, and a close bring it back.
//! - 0.12.7 tells its version nowhere.
//! - The module can't be removed while a device is open; afterwards the opener says that there is none.
//!
//! None of the device's controls is set. They outlive the program that set them, and none helps:
//! `keep_format` would list a dead camera, `timeout` shows its own picture (green, unless somebody has
//! loaded one) only while the feeder still streams, and `sustain_framerate` repeats pictures that the
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

/// What the driver calls itself.
pub const DRIVER: &str = "v4l2 loopback";
