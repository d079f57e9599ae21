//! The one inventory of this machine's cameras and virtual cameras: the list of devices, the
//! doctor's rules and the choice of outputs all use it.

mod look;
mod node;
mod number;
mod pipewire;
mod survey;
mod users;
mod words;

pub use look::nodes;
pub use node::{Access, Format, Node, User, is_readable, names_us};
pub use number::{NUMBER, free_number};
pub use pipewire::{PipeWire, PipeWireCamera, pipewire};
pub use survey::{Camera, CameraFormat, Control, SizeEntry, Survey, VirtualCamera, trimmed};
pub use words::{in_words, worded};
