//! Segmenters: networks that find persons in a small picture, whatever runs them, and what their
//! numbers mean.
//!
//! An [`Engine`] runs a network; a [`Form`] says what goes in and what comes out. Both together are
//! a [`SegmentationModel`], and at work a [`Segmenter`].

#![forbid(unsafe_code)]

mod bodypix;
mod checked;
mod corners;
mod engine;
mod form;
mod own;
mod reading;
mod segmenter;

pub use backlot_nn::{TensorShape, TfjsFile, TfjsNetwork};
pub use bodypix::BodyPixFrame;
pub use checked::Checked;
pub use engine::{Engine, EngineError, Running, SegmentationModel};
pub use form::{Form, Parts, Reading};
pub use segmenter::{Segmenter, SegmenterError};
