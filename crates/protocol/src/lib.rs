//! What steers the running program, as data: requests, the program's state, and the events that
//! change it, each a line of JSON.
//!
//! [`Request`] is one definition of what can be asked for; reading ([`read_request`]), help and
//! [`reference()`] derive from it. [`State`] is rebuilt from [`Event`]s by [`State::apply`], which the
//! program and whoever listens to it both use.

#![forbid(unsafe_code)]

mod envelope;
mod hundredths;
mod limits;
mod line;
mod reference;
mod request;
mod state;
mod words;

pub use envelope::{Envelope, Refusal, read_request};
pub use hundredths::Hundredths;
pub use limits::{
    BACKLOG_BYTES, MOST_CLIENTS, MOST_IN_FLIGHT, MOST_VALUES, REQUEST_BYTES, VERSION,
};
pub use line::Line;
pub use reference::reference;
pub use request::{
    FieldDef, FieldKind, Plain, REQUESTS, Request, RequestDef, RequestKind, Step, What,
};
pub use state::{
    Activity, Camera, CameraCounts, CameraState, Event, Figures, Guard, History, Layer, Lead,
    Lowered, Mode, Origin, Output, OutputCounts, OutputState, PARTS, PartDef, Preview, Recording,
    Scene, SceneEntry, Scenes, StageTime, State,
};
pub use words::who_watches;
