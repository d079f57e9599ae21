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
//!
//! Memory is shared with programs that may be faulty, and may change it at any time. What they say
//! of a picture is read once and checked; the picture is copied, and looked at only then. Nearly all
//! of it is the daemon's own, sealed against shrinking (the buffers of every camera that is a
//! program of its own, and what the daemon copies of its V4L2 and libcamera devices, as we ask for
//! no graphics memory); files that are not sealed are read instead of mapped, so that nobody can end
//! this process by cutting them short.

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
pub use list::{CameraInfo, list, list_all, list_all_at, list_at};
pub use output::{PipewireOutput, PipewireOutputOpener};

/// `node.name` of our virtual camera, unless it was given another.
pub const NODE_NAME: &str = backlot_media::PROGRAM_NAME;

/// `node.description` of our virtual camera, which is what programs show, unless it was given
/// another.
pub const NODE_DESCRIPTION: &str = backlot_media::CAMERA_NAME;
