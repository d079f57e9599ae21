//! Other programs as children: each has limits and ends with us.
//!
//! ```text
//! Order::start ──> the thread "children": starts, watches, and buries ──> child
//!        Child <── pipes, Ending ──┘
//! ```
//!
//! One thread starts all children and lives as long as the program, since the signal that ends a
//! child with its parent comes when the *thread* ends that started it. The same thread keeps their
//! limits: of memory, of time, and of time without anything done while somebody waits for them.
//! What is past its time is killed with all that it started itself, and whoever waits at its pipes
//! sees their end, whatever holds them open.
//!
//! What children are started for may be given up, as the scene is that another one replaces before
//! its video is open: they end with it. See [`Errand`].
//!
//! The signal has to be asked for in the child. [`serve`] does that in a program that calls it first
//! of all: such a program starts its children through itself. Others use `setpriv` of util-linux;
//! where there is neither, children are only ended by whoever ends in order.

#![forbid(unsafe_code)]

mod child;
mod ending;
mod errand;
mod limits;
mod order;
mod pipes;
mod thread;
mod ward;
mod way;

pub use child::Child;
pub use ending::{Ending, Overdue};
pub use errand::Errand;
pub use limits::Limits;
pub use order::{LaunchError, Order};
pub use pipes::{Input, Output};
pub use way::serve;
