//! The privacy guard: no picture in which the room shows although the scene hides it.
//!
//! ```text
//! camera's picture, matte ──> Guard::judge ──> Judgement ──draw──> Cleared ──> VirtualCamera::put
//!                          text ──a card, a test pattern──drawn──────┘
//! ```
//!
//! The [`Guard`] takes each camera picture and judges its matte. What is drawn by its [`Verdict`], the scene or
//! the shield, becomes a [`Cleared`] by the [`Judgement`] that holds the picture, and by nothing else; and a
//! [`VirtualCamera`] takes nothing but [`Cleared`] pictures.

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
