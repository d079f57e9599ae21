//! For tests: a camera in an unmistakable room, virtual cameras that look for that room in every
//! picture, faults to order, and networks in ONNX files.
//!
//! ```text
//! RoomCamera ──(a room with a pattern, somebody in its middle)──> what is tested
//!     RecordingOutput <──(looks for the pattern: RoomSearch)──────────┘
//! ```

#![forbid(unsafe_code)]

mod camera;
pub mod onnx;
mod output;
mod room;
mod search;

pub use camera::{CameraFault, RoomCamera, RoomHandle};
pub use output::{OutputHandle, RecordingOutput, Shown};
pub use room::{draw_room, is_somebody};
pub use search::{RoomSearch, Sighting, room_shows};
