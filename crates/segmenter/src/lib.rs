//! Segmenters: networks that find persons in a small picture, whatever runs them, and what their
//! numbers mean.
//!
//! An [`Engine`] runs a network; a [`Form`] says what goes in and what comes out. Both together are
//! a [`SegmentationModel`], and at work a [`Segmenter`]. A model may have a [`Teacher`]: a larger
//! network that looks now and then; or [`Courier`]s, for one that runs elsewhere.

#![forbid(unsafe_code)]

mod bodypix;
mod checked;
mod corners;
mod courier;
mod desk;
mod engine;
mod form;
mod model;
mod own;
mod reading;
mod segmenter;
mod teacher;

pub use backlot_nn::{TensorShape, TfjsFile, TfjsNetwork};
pub use bodypix::{BodyPixFrame, BodyPixSettings};
pub use checked::Checked;
pub use courier::Courier;
pub use desk::Answer;
pub use engine::{Engine, EngineError, Running};
pub use form::{Form, Parts, Reading};
pub use model::{Role, SegmentationModel};
pub use segmenter::{Segmenter, SegmenterError};
pub use teacher::{Pupil, Teacher};
