//! The files that make the virtual camera come up by itself: what is to be done is a plan, made from
//! facts alone; doing it is another thing.

mod apply;
mod facts;
mod files;
pub(crate) mod modprobe;
mod plan;
mod show;

pub use apply::all as apply;
pub use facts::{Facts, WirePlumber};
pub use plan::{Plan, Step, Wish};
pub use show::{after, before};
