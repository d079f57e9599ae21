//! The privacy guard: no picture in which the room shows although the scene hides it.
//!
//! ```text
//! matte ──> Guard::judge ──> Judgement ──clear(picture)──> Cleared ──> Outlet ──> virtual camera
//!                                cards, test patterns ──drawn──┘
//! ```
//!
//! The [`Guard`] judges the matte of each camera picture. What is drawn by its [`Verdict`], the scene or the
//! shield, becomes a [`Cleared`] by its [`Judgement`] and by nothing else; and an [`Outlet`]
//! shows viewers nothing but [`Cleared`] pictures.

#![forbid(unsafe_code)]

mod cleared;
mod judge;
mod look;
mod outlet;
mod plausible;

pub use cleared::Cleared;
pub use judge::{Guard, Judgement, MOST_AGE, ShieldReason, Verdict};
pub use look::Look;
pub use outlet::{Outlet, WrongPicture};
