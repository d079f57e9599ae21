//! Sources that the program draws: the presenter, a person in a room with a known exact matte, the
//! built-in animated sets, and cards with text.

#![forbid(unsafe_code)]

mod card;
mod math;
mod paint;
mod presenter;
mod sets;

pub use card::{Card, draw_caption};
pub use presenter::{Hair, Light, Presenter, PresenterSource, PresenterSpec, Room};
pub use sets::{DrawnSet, SetDef, build_set, sets, unknown_set};
