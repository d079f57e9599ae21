//! Other programs as children: each has limits and ends with us.
//!
//! ```text
//! Order::start ──> the thread "children": starts, watches, and reaps ──> child
//!        Child <── pipes, Ending ──┘
//! ```
//!
//! One thread starts all children and lives as long as the program, since the signal that ends a
//! child with its parent comes when the *thread* that started it ends. The same thread enforces
//! their limits: of memory, of time, and of idle time while another thread waits for them. A child
//! that exceeds one is killed with everything that it started, and threads that wait at its pipes
//! see their end, even if another process holds them open.
//!
//! The work that children are started for may be given up, such as opening the video of a scene
//! that another one replaces. The children end with it: see [`Errand`].
//!
//! The child itself must ask for the signal. [`serve`] does that in a program that calls it first:
//! such a program starts its children through itself. Others use `setpriv` from util-linux. Without
//! either, children end only when the program ends in an orderly way.

#![forbid(unsafe_code)]

mod child;
mod detached;
mod end;
mod ending;
mod errand;
mod limits;
mod order;
mod pipes;
mod start;
mod thread;
mod ward;
mod wards;
mod way;

pub use child::{Child, yield_to_all, yield_to_others};
pub use detached::Detached;
pub use end::end_all;
pub use ending::{Ending, Overdue};
pub use errand::Errand;
pub use limits::Limits;
pub use order::{LaunchError, Order, found};
pub use pipes::{Input, Output};
pub use way::serve;
