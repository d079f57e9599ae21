//! The files that make the virtual camera come up by itself: what is to be done is a plan, made from
//! facts alone; doing it is another thing.

mod apply;
mod facts;
mod files;
pub(crate) mod modprobe;
mod plan;
mod program;
mod show;

pub use apply::all as apply;
pub use facts::{Facts, UserFolders, WirePlumber};
pub use plan::{Change, Plan, Step, Wish};
pub use program::{Lies, Program};
pub use show::{after, before};
