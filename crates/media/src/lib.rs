//! The vocabulary that every other crate speaks: frames and their planes, mattes, colour
//! spaces, time, and the traits of sources and of live devices.
//!
//! Nothing here knows a device, a file or an effect, and nothing allocates per frame once a
//! [`FramePool`] is full.

#![forbid(unsafe_code)]

mod buffer;
mod color;
mod format;
mod frame;
mod latent;
mod live;
mod matte;
mod memory;
mod names;
mod picture;
mod plane;
mod pool;
mod seldom;
mod shot;
mod size;
mod stream;
pub mod threads;
mod time;
mod view;

pub use color::{ColorSpace, Matrix, Range};
pub use format::{PixelFormat, PlaneShape};
pub use frame::{Frame, FrameLayout, LayoutError};
pub use latent::{Latent, Tiles};
pub use live::{
    Camera, CameraMode, CameraOpener, CameraTally, Delivery, Encoding, OutputMode, RawPicture,
    Viewers, Waker, Wish,
};
pub use matte::Matte;
pub use names::{CAMERA_NAME, PROGRAM_NAME, camera_name, is_camera_name};
pub use picture::Picture;
pub use plane::{Plane, PlaneMut};
pub use pool::FramePool;
pub use seldom::Seldom;
pub use shot::{Shot, ShotPool};
pub use size::{MAX_SIDE, Rect, Size, SizeError, Window};
pub use stream::{Recovery, Source, StreamError, Trouble};
pub use time::{Clock, FrameRate, FrameRateError, ManualClock, MonotonicClock, Timestamp};
pub use view::View;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
