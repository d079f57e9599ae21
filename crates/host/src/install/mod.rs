//! The files that start the virtual camera automatically. A plan says what to do and is made from
//! facts alone; carrying it out is separate.

mod apply;
mod elevated;
mod executable;
mod facts;
mod files;
mod load;
pub(crate) mod modprobe;
mod plan;
mod show;

pub use apply::all as apply;
pub use elevated::RootsPart;
pub use executable::{Executable, Lies};
pub use facts::{Facts, UserFolders};
pub use files::WirePlumber;
pub use load::load;
pub use plan::{Change, Plan, Step, Wish};
pub use show::{after, before};
