//! A small painter: smooth shapes with exactly covered edges, in YCbCr with alpha.
//!
//! A shape is a [`path::Path`], flattened to lines; [`mask::Mask`] is the exact area of each
//! pixel that it covers; [`canvas::Canvas`] keeps the picture; [`pen::Pen`] ties them together.

pub(crate) mod affine;
pub(crate) mod canvas;
pub(crate) mod color;
pub(crate) mod mask;
pub(crate) mod path;
pub(crate) mod pen;

pub(crate) use affine::{Affine, Point, pt};
pub(crate) use canvas::Canvas;
pub(crate) use color::Rgb;
pub(crate) use pen::{Pen, Slot};
