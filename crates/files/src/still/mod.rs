//! Still pictures, and animated WebP.

pub(crate) mod animation;
pub(crate) mod blocks;
mod foreign;
mod gif;
mod jpeg;
mod jpeg_marks;
mod other;
pub(crate) mod picture;
mod png;
mod read;
mod reading;
mod riff;
mod samples;
mod tiff;
mod upright;
mod webp;

pub use picture::{BEHIND_TRANSPARENT, Picture, STILL_COLOR, picture_in_view, picture_to_frame};
pub use read::{picture_from_bytes, read_picture};
