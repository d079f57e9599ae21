//! The input of the measurement, as cameras deliver it: MJPEG 4:2:2, or raw YUYV.

use crate::error::{BenchError, Result};
use backlot_effects::Canvas;
use backlot_files::{Intake, VideoOptions, VideoSource};
use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Converter;
use backlot_media::{ColorSpace, Encoding, Frame, FrameRate, PixelFormat, Source};
use std::path::Path;
use std::time::Duration;

/// Frames before the measurement begins.
pub const WARM_UP: u32 = 15;
/// Number of pictures in the loop.
const PICTURES: u64 = 60;

/// Number of raw pictures in the loop: more than fit into a processor's cache.
const RAW_PICTURES: u64 = 16;

/// JPEG quality typical of cameras.
const JPEG_QUALITY: u8 = 90;

/// A short clip, encoded.
pub struct Clip {
    pictures: Vec<Vec<u8>>,
    encoding: Encoding,
}

impl Clip {
    /// The first pictures of a video, or of the presenter.
    pub fn new(
        input: Option<&Path>,
        canvas: Canvas,
        encoding: Encoding,
        intake: &Intake,
    ) -> Result<Self> {
        let mut source = open(input, canvas, intake)?;
        let mut encoder = Encoder::new(source.color(), canvas, encoding);
        let most = if encoding == Encoding::Jpeg { PICTURES } else { RAW_PICTURES };
        let mut pictures = Vec::new();
        while let Some(frame) = source.next_frame().map_err(BenchError::Reading)? {
            pictures.push(encoder.encode(&frame)?);
            if pictures.len() as u64 == most {
                break;
            }
        }
        if pictures.is_empty() {
            return Err(BenchError::Empty);
        }
        Ok(Self { pictures, encoding })
    }

    /// How the pictures are encoded.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Picture `index`, modulo the length of the loop.
    pub fn picture(&self, index: u64) -> &[u8] {
        &self.pictures[(index % self.pictures.len() as u64) as usize]
    }
}

fn open(input: Option<&Path>, canvas: Canvas, intake: &Intake) -> Result<Box<dyn Source>> {
    let size = Some(canvas.size);
    Ok(match input {
        Some(path) => {
            let options = VideoOptions { size, intake: intake.clone(), ..VideoOptions::default() };
            Box::new(VideoSource::open(path, &options)?)
        }
        None => {
            let (spec, rate) = (PresenterSpec::default(), FrameRate::FPS_30);
            let duration = Duration::from_secs_f64(PICTURES as f64 / rate.fps());
            Box::new(PresenterSource::new(&spec, canvas.size, rate, canvas.color, Some(duration)))
        }
    })
}

struct Encoder {
    convert: Converter,
    coded: Frame,
    encoding: Encoding,
}

impl Encoder {
    fn new(color: ColorSpace, canvas: Canvas, encoding: Encoding) -> Self {
        let from = (PixelFormat::I420, color);
        let to = match encoding {
            Encoding::Jpeg => (PixelFormat::I422, ColorSpace::JPEG),
            Encoding::Raw(format) => (format, canvas.color),
        };
        Self {
            convert: Converter::new(from, to, canvas.size, canvas.level),
            coded: Frame::new(to.0, canvas.size),
            encoding,
        }
    }

    fn encode(&mut self, frame: &Frame) -> Result<Vec<u8>> {
        self.convert.run(frame, &mut self.coded);
        if self.encoding == Encoding::Jpeg {
            return Ok(backlot_mjpeg::encode(&self.coded, JPEG_QUALITY)?);
        }
        let mut bytes = Vec::new();
        self.coded.write_packed(&mut bytes);
        Ok(bytes)
    }
}
