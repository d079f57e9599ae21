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
mod working;

pub use picture::{
    BEHIND_TRANSPARENT, Picture, STILL_COLOR, picture_in_view, picture_to_frame, still_to_size,
};
pub use read::{picture_from_bytes, read_picture};
pub use working::StillReader;
