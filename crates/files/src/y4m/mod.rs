//! YUV4MPEG2: raw video with a line of text before it, as programs pipe it to each other.
//!
//! Source: mjpegtools, yuv4mpeg(5); the colour range tag `XCOLORRANGE` is ffmpeg's.

mod fields;
mod header;
mod sink;
mod source;

pub use sink::Y4mSink;
pub use source::Y4mSource;
