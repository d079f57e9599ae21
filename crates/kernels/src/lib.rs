//! Operations on rows and planes of bytes: every pixel of every frame passes through them.
//!
//! Each file holds one operation: a public safe function that checks the sizes once and takes a
//! [`Level`], the scalar reference that is its specification, and the faster levels, which return
//! the same bytes.

mod blend;
pub mod chroma;
mod convert;
mod dispatch;
pub mod edge;
mod enlarge;
mod flip;
pub mod grid;
mod heap;
mod hologram;
mod level;
mod lut;
mod mask;
pub mod matte;
mod means;
mod modes;
mod mosaic;
mod network_input;
mod scale;
mod shadow;
mod shrink;
mod span;
pub mod spread;
mod turn;

pub use blend::{
    Yuv, YuvMut, blend, blend_chroma, blend_frames, blend_opacity, blend_planes, compose,
    compose_planes, compose_planes_under, compose_under, opacity_byte, paint_planes, window,
    window_mut,
};
pub use convert::{Converter, JpegColors};
pub use enlarge::{ENLARGE_ONE, enlarge};
pub use flip::flip_rows;
pub use heap::give_back_large_memory;
pub use hologram::{
    ChromaTone, Ghost, LumaTone, hologram_chroma, hologram_luma, lit_luma, person_mask,
};
pub use level::{Instructions, Level};
pub use lut::{WideTable, look_up, look_up_into, luma_of_chroma, mix_chroma};
pub use mask::{BoxShape, fade_matte, multiply_matte};
pub use means::Means;
pub use modes::{Blender, Mode};
pub use mosaic::{MOST_ROWS, add_kept, keep_between, keep_chroma};
pub use network_input::NetworkInput;
pub use scale::Scaler;
pub use shadow::ShadowMaker;
pub use shrink::{block_means, block_means_into};
pub use span::span;
pub use turn::{Quarters, turn};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
