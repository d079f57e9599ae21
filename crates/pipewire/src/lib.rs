//! PipeWire: reads cameras, and provides a node that other programs open as a camera.
//!
//! Both need only the user's PipeWire session, no kernel module and no root. Each open device has
//! its own thread that runs PipeWire's loop. Pictures cross to and from it through `slot`, where
//! the newest wins and nobody waits.
//!
//! Negotiation (`negotiate`) is pure and tested without a daemon. The only unsafe code is in `sys`:
//! it handles the header that travels beside each buffer, for which the bindings have no call.
//!
//! Observed with PipeWire 0.3.65 and WirePlumber 0.4:
//! - The session manager suspends a camera that has had no viewer for some seconds. Its format is
//!   then negotiated again; the node stays.
//! - A viewer that is killed or hangs takes nothing from the others.
//! - GStreamer's `pipewiresrc` finds no camera at all, whoever provides it, unless the next element
//!   asks for a format: `! videoconvert` or caps behind it help.
//! - GStreamer's `pipewiresink` crashes when it has to provide JPEG pictures.
//!
//! We share memory with programs that may be faulty and may change it at any time. So we read once
//! what they say about a picture, check it, copy the picture, and look only at the copy. Nearly all
//! of this memory is the daemon's own, sealed against shrinking: the buffers of every camera that
//! is a program, and the daemon's copies from its V4L2 and libcamera devices, as we ask for no
//! graphics memory. Files that aren't sealed are read instead of mapped, so that no program can end
//! this process by truncating them.

#![deny(unsafe_code)]

mod camera;
mod error;
mod list;
mod negotiate;
mod output;
mod session;
mod slot;
#[expect(unsafe_code, reason = "the bindings return headers of buffers only as raw pointers")]
mod sys;
mod worker;

pub use camera::{PipewireCamera, PipewireCameraOpener, check};
pub use error::Error;
pub use list::{CameraInfo, list, list_all, list_all_at, list_at};
pub use output::{PipewireOutput, PipewireOutputOpener};
pub use session::absent;

/// `node.name` of our virtual camera, unless it has another.
pub const NODE_NAME: &str = backlot_media::PROGRAM_NAME;

/// `node.description` of our virtual camera, which programs show, unless it has another.
pub const NODE_DESCRIPTION: &str = backlot_media::CAMERA_NAME;
