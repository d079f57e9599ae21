//! Writes videos of opaque frames.

use crate::raw::write_frame;
use crate::write::companions::Companions;
use crate::write::container::{self, Container, VideoQuality};
use crate::write::encoding::{Encoding, Spec};
use crate::{FilesError, Overwrite, Permit, Tools};
use backlot_media::{ColorSpace, Frame, FrameRate, PixelFormat, Size};
use std::path::Path;

/// The properties of frames, and how they are written.
#[derive(Clone, Debug)]
pub struct VideoOutOptions {
    /// Size of the frames to come.
    pub size: Size,
    /// Their rate.
    pub rate: FrameRate,
    /// Their colour space; a full range is converted to limited.
    pub color: ColorSpace,
    /// What accompanies them: sound, subtitles, chapters, a title. A GIF has none of these.
    pub companions: Option<Companions>,
    /// The quality.
    pub quality: VideoQuality,
    /// Whether it is a chunk of a video: Matroska, each frame by itself and without loss.
    pub is_chunk: bool,
    /// What the file may replace.
    pub permit: Permit,
    /// The programs.
    pub tools: Tools,
}

impl VideoOutOptions {
    /// Silent, of good quality, without replacing a file.
    pub fn new(size: Size, rate: FrameRate, color: ColorSpace) -> Self {
        Self {
            size,
            rate,
            color,
            companions: None,
            quality: VideoQuality::default(),
            is_chunk: false,
            permit: Overwrite::default().into(),
            tools: Tools::default(),
        }
    }

    pub(crate) fn spec(
        &self,
        (container, size): (Container, Size),
        pixels: &'static str,
        codec: Vec<&'static str>,
    ) -> Spec {
        Spec {
            pixels,
            size,
            rate: self.rate,
            color: self.color,
            container,
            codec,
            is_chunk: self.is_chunk,
            companions: self.companions.clone(),
            permit: self.permit.clone(),
            tools: self.tools.clone(),
        }
    }
}

/// Writes a video of opaque frames: mp4, mkv, mov, webm or gif, by its ending.
///
/// The file appears under its name when it is completed, at any time; if dropped before, nothing
/// is left. See [`Container::stored_size`] for odd sizes.
#[derive(Debug)]
pub struct VideoSink {
    size: Size,
    stored: Size,
    color: ColorSpace,
    encoding: Encoding,
}

impl VideoSink {
    /// Starts a video.
    ///
    /// # Errors
    /// One sentence when the ending is unknown, the name is taken or can't be written, or an encoder
    /// is missing.
    pub fn create(path: &Path, options: &VideoOutOptions) -> Result<Self, FilesError> {
        let container = container_of(path, "a video", Container::ENDINGS)?;
        options.permit.check(path)?;
        let (codec, stored) = match options.is_chunk {
            true => (container::LOSSLESS.to_vec(), options.size),
            false => (opaque_codec(path, container, options)?, container.stored_size(options.size)),
        };
        let spec = options.spec((container, stored), "yuv420p", codec);
        let encoding = Encoding::start(path, spec)?;
        Ok(Self { size: options.size, stored, color: options.color, encoding })
    }

    /// Makes the encoder work only when there is nothing more urgent to do. Call it before the first frame.
    pub fn yield_to_others(&self) {
        self.encoding.yield_to_others();
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// When the frame has another size or colour space, or can't be written: the disk is full, or
    /// the encoder failed.
    pub fn write(&mut self, frame: &Frame) -> Result<(), FilesError> {
        check_frame(frame, self.size, self.color)?;
        self.encoding.begins_at(frame.time);
        let stored = self.stored;
        self.encoding.write(|pipe| write_frame(pipe, frame, stored))
    }

    /// Declares that the frames end before those of the file with the sound, so that the sound ends
    /// with them. Otherwise the whole sound is kept, even if it is longer than the picture.
    pub const fn end_early(&mut self) {
        self.encoding.end_early();
    }

    /// Completes the file. Returns a sentence for each thing that could not be copied unchanged.
    ///
    /// # Errors
    /// When the rest can't be written; nothing is left then.
    pub fn complete(self) -> Result<Vec<String>, FilesError> {
        self.encoding.finish()
    }
}

pub(crate) fn container_of(
    path: &Path,
    what: &'static str,
    endings: &'static str,
) -> Result<Container, FilesError> {
    Container::of(path)
        .filter(|container| endings.contains(container.ending()))
        .ok_or_else(|| FilesError::Ending { path: path.into(), what, endings })
}

fn opaque_codec(
    path: &Path,
    container: Container,
    options: &VideoOutOptions,
) -> Result<Vec<&'static str>, FilesError> {
    let missing = |name| no_encoder(path, name);
    let encoders = options.tools.list("-encoders")?;
    match container {
        Container::Gif => Ok(Vec::new()),
        Container::Webm if encoders.contains("libvpx-vp9") => {
            Ok(container::vp9(options.quality, false))
        }
        Container::Webm => Err(missing("VP9 (libvpx)")),
        Container::Mp4 | Container::Mkv | Container::Mov => {
            container::h264(&encoders, options.quality).ok_or_else(|| missing("H.264"))
        }
    }
}

/// The error when ffmpeg lacks an encoder.
pub(super) fn no_encoder(path: &Path, name: &str) -> FilesError {
    FilesError::Encode {
        path: path.to_owned(),
        why: format!("the installed ffmpeg has no {name} encoder: install a complete one"),
    }
}

pub(crate) fn check_frame(frame: &Frame, size: Size, color: ColorSpace) -> Result<(), FilesError> {
    let (expected, found) = ((PixelFormat::I420, size), (frame.format(), frame.size()));
    if expected != found {
        return Err(FilesError::wrong_frame(expected, found));
    }
    if frame.color != color {
        let (expected, found) = (color.to_string(), frame.color.to_string());
        return Err(FilesError::WrongFrame { expected, found });
    }
    Ok(())
}
