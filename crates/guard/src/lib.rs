//! The privacy guard: no picture in which the room shows although the scene hides it.
//!
//! ```text
//! camera ──Unjudged──> Guard::judge ──> Admission ──whole, cut, hidden──> Image ─┐
//!                                  files, sets ──────────own────────────> Image ─┴─> Drawing ──> Cleared ──> VirtualCamera
//!                                         text ──a card, a test pattern────────────────────────────┘
//! ```
//!
//! A camera's picture is [`Unjudged`] from the moment that it is decoded. The [`Guard`] judges each
//! camera by itself, and its [`Admission`] makes an [`Image`] of what the scene may show: the whole,
//! what a plausible matte cuts out, or what effects hide. A [`Drawing`] consists of images, only a
//! drawing becomes [`Cleared`], and a [`VirtualCamera`] takes only [`Cleared`] pictures.
//! [`Regions`] that a user painted are opened and closed in a matte after it was judged, never before.

#![forbid(unsafe_code)]

mod cleared;
mod drawing;
mod image;
mod judge;
mod look;
mod outlet;
mod plausible;
mod regions;
mod screen;
mod seen;
mod transition;
mod unjudged;
mod virtual_camera;

pub use cleared::{Cleared, Draw, Script};
pub use drawing::{Drawing, Over};
pub use image::Image;
pub use judge::{Admission, Grant, Guard, MOST_AGE, ShieldReason, Veil, Verdict};
pub use look::Look;
pub use outlet::{Outlet, WrongPicture};
pub use regions::Regions;
pub use screen::ScreenLook;
pub use seen::Seen;
pub use transition::Transition;
pub use unjudged::Unjudged;
pub use virtual_camera::{OutputOpener, VirtualCamera};
