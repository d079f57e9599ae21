//! Sources that are drawn by the program: the presenter, a person in a room whose exact matte is
//! known, the built-in animated sets, and pictures that say something.

#![forbid(unsafe_code)]

mod card;
mod error;
mod math;
mod paint;
mod presenter;
mod sets;

pub use card::Card;
pub use error::GeneratorError;
pub use presenter::{Hair, Light, Presenter, PresenterSource, PresenterSpec, Room};
pub use sets::{DrawnSet, SetDef, build_set, sets};
