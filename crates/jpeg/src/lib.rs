//! A JPEG decoder that decodes only as far as a picture is seen.
//!
//! A camera's picture is often shown in part: a person is cut out of it, and the room is only looked at
//! by a network that wants a small picture. Of such a picture all bits must be read, as each code says
//! where the next one begins, but few pixels must be made. [`Decoder::read`] does the first, and the
//! [`Picture`] that it returns makes pixels as they are asked for: a quarter of the size
//! ([`Picture::quarter`]), an eighth ([`Picture::eighth`]), or any units of the picture at full or half
//! size ([`Picture::blocks`]).
//!
//! The planes are YUV as they were encoded; nothing is converted or resampled. Every pixel of full size is
//! that of libjpeg-turbo's accurate integer method (*islow*), on each level of instructions.
//!
//! What it decodes is what cameras send: baseline and extended sequential pictures of 8 bits, in one
//! scan, grey or YUV 4:4:4, 4:2:2, 4:2:0, 4:4:0 or 4:1:1, with or without restart markers and tables
//! of their own. Everything else is [`Refused`], so that the caller takes another decoder.
//!
//! ```
//! use backlot_jpeg::{Decoder, Level, PlaneMut, Refused};
//!
//! fn small_luma(jpeg: &[u8]) -> Result<Vec<u8>, Refused> {
//!     let mut decoder = Decoder::new(Level::best());
//!     let picture = decoder.read(jpeg)?;
//!     let (width, height) = picture.plane_size(0, 4);
//!     let mut luma = vec![0; width * height];
//!     picture.quarter(&mut [PlaneMut { bytes: &mut luma, stride: width }])?;
//!     Ok(luma)
//! }
//! assert_eq!(small_luma(b"no picture"), Err(Refused::Damaged("no picture in it")));
//! ```
//!
//! How it works, from the bytes to the pixels: [`find`] looks for the picture in what a camera sent;
//! its header is read; the coded data becomes *records*, a few bytes for each coefficient, in the
//! order in which they come; and pixels are made of the records of the blocks that are wanted.

#![deny(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod blocks;
mod decoder;
#[cfg(all(test, target_arch = "x86_64"))]
#[path = "../tests/exact/encoder.rs"]
mod encoder;
#[cfg(target_arch = "x86_64")]
mod entropy;
pub mod find;
mod geometry;
mod header;
mod huffman;
mod idct;
#[cfg(target_arch = "x86_64")]
mod machine;
mod mark;
mod mend;
mod paint;
mod quick;
mod records;
mod refused;
mod scale;
mod small;
#[cfg(target_arch = "x86_64")]
mod unstuff;
mod walk;

pub use backlot_kernels::Level;
pub use decoder::{Decoder, Picture};
pub use geometry::{McuMask, PlaneMut, Scale};
pub use refused::Refused;
pub use walk::{Extent, extent};
