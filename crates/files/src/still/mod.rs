//! Still pictures, and animated WebP.

pub(crate) mod animation;
pub(crate) mod picture;

pub use picture::{MAX_PICTURE_PIXELS, Picture, picture_to_frame, read_picture};
