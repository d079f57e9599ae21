//! What we tell PipeWire about formats and buffers, and what it answers. Pure: no daemon.

mod choose;
mod offer;
mod pods;
mod video;

pub(crate) use choose::choose;
pub(crate) use offer::{Offer, offers_in};
pub(crate) use pods::{Pods, buffers, meta};
pub(crate) use video::{Video, fixed, wanted};
