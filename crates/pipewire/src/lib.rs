//! PipeWire: cameras that are read, and a node that other programs open as a camera.
//!
//! Neither takes a kernel module or root, only the user's PipeWire session. Each open device has
//! a thread of its own that runs PipeWire's loop; pictures cross to and from it through `slot`,
//! where the newest wins and nobody waits.
//!
//! What negotiation says (`negotiate`) is pure and tested without a daemon. The only unsafe code
//! is in `sys`: the header that travels beside each buffer, for which the bindings have no call.
//!
//! Seen with PipeWire 0.3.65 and WirePlumber 0.4:
//! - The session manager suspends a camera that nobody has watched for some seconds. Its format is
//!   then settled anew; the node stays.
//! - A viewer that is killed or hangs takes nothing from the others.
//! - GStreamer's `pipewiresrc` finds no camera at all, whoever provides it, if what follows does
//!   not ask for a format: `! videoconvert` or caps behind it help.
//! - GStreamer's `pipewiresink` crashes when it is to provide JPEG pictures.
//! - Memory that a camera shares is mapped as large as the camera says. One that cuts its file
//!   short afterwards could end this process; the session decides whom it lets be a camera.

#![deny(unsafe_code)]

mod camera;
mod error;
mod list;
mod negotiate;
mod output;
mod session;
mod slot;
#[expect(unsafe_code, reason = "the bindings give headers of buffers as raw pointers alone")]
mod sys;
mod worker;

pub use camera::{PipewireCamera, PipewireCameraOpener, check};
pub use error::Error;
pub use list::{CameraInfo, list, list_at};
pub use output::{PipewireOutput, PipewireOutputOpener};

/// `node.name` of our virtual camera, unless it was given another.
pub const NODE_NAME: &str = "backlot";

/// `node.description` of our virtual camera, which is what programs show, unless it was given
/// another.
pub const NODE_DESCRIPTION: &str = "Backlot";
