//! What is said to PipeWire about formats and buffers, and what it answers. Pure: no daemon.

mod pods;
mod video;

pub(crate) use pods::{Pods, buffers, meta};
pub(crate) use video::{Video, fixed};
