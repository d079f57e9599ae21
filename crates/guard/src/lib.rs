//! The privacy guard: no picture in which the room shows although the scene hides it.
//!
//! ```text
//! camera's picture, matte ──> Guard::judge ──> Judgement ──draw──> Cleared ──> VirtualCamera::put
//!                          text ──a card, a test pattern──drawn──────┘
//! ```
//!
//! The [`Guard`] takes each camera picture and judges its matte. Its [`Verdict`] says what to draw,
//! the scene or the shield. Only the [`Judgement`] that holds the picture turns the drawing into a
//! [`Cleared`], and a [`VirtualCamera`] takes only [`Cleared`] pictures.

#![forbid(unsafe_code)]

mod cleared;
mod judge;
mod look;
mod outlet;
mod plausible;
mod virtual_camera;

pub use cleared::{Cleared, Draw, Script};
pub use judge::{Drawn, Guard, Judgement, MOST_AGE, ShieldReason, Verdict};
pub use look::Look;
pub use outlet::{Outlet, WrongPicture};
pub use virtual_camera::{OutputOpener, VirtualCamera};
