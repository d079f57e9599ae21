//! Still pictures, and animated WebP.

pub(crate) mod animation;
pub(crate) mod picture;

pub use picture::{
    BEHIND_TRANSPARENT, MAX_PICTURE_PIXELS, Picture, picture_to_frame, read_picture,
};
