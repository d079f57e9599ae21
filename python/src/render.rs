//! Scenes, drawn with pictures of RGB bytes.

use crate::refused;
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_kernels::{Converter, Level};
use backlot_matte::{MatteSettings, Quality};
use backlot_media::{ColorSpace, Frame, PixelFormat, Size, Timestamp};
use backlot_pipeline::{Program, Studio, StudioOptions};
use backlot_scene::{Background, Document, Effect, Look, Replacement};
use backlot_segmenter::SegmentationModel;
use pyo3::PyResult;

/// What everything is drawn in.
const COLOR: ColorSpace = ColorSpace::BT601;

/// The time from one picture of a video to the next: 30 a second.
const PERIOD: u64 = 33_333_333;

/// A scene at work on pictures of one size.
pub(crate) struct Renderer {
    studio: Studio,
    is_video: bool,
    source: Frame,
    to_yuv: Converter,
    to_rgb: Converter,
    out: Frame,
    packed: Vec<u8>,
    sequence: u64,
}

impl Renderer {
    pub(crate) fn new(
        (width, height): (u32, u32),
        is_video: bool,
        network: &[u8],
        background: &str,
        effects: &[String],
    ) -> PyResult<Self> {
        let (size, level) = (Size::new(width, height).map_err(refused)?, Level::best());
        let background: Background = background.parse().map_err(refused)?;
        let effects =
            effects.iter().map(|effect| effect.parse()).collect::<Result<Vec<Effect>, _>>();
        let look = Look { person_effects: effects.map_err(refused)?, ..Look::default() };
        let scene = look.of_short(&background, &Replacement::default()).map_err(refused)?;
        let settings = if is_video {
            MatteSettings::default()
        } else {
            MatteSettings { quality: Quality::Best, smoothing: 0.0, ..MatteSettings::default() }
        };
        let settings = MatteSettings { presence: false, is_exact: true, ..settings };
        let model = SegmentationModel::from_tflite(network).map_err(refused)?;
        let (canvas, intake) = (Canvas::new(size, COLOR, level), Intake::default());
        let options = StudioOptions::new(canvas, Some(&model), settings, &intake);
        let program = Program::new(scene, &Document::default());
        let studio = Studio::new(&program, options).map_err(refused)?;
        let rgb = (PixelFormat::Rgb24, COLOR);
        let i420 = (PixelFormat::I420, COLOR);
        Ok(Self {
            studio,
            is_video,
            source: Frame::new(PixelFormat::Rgb24, size),
            to_yuv: Converter::new(rgb, i420, size, level),
            to_rgb: Converter::new(i420, rgb, size, level),
            out: Frame::new(PixelFormat::Rgb24, size),
            packed: Vec::new(),
            sequence: 0,
        })
    }

    pub(crate) fn render(&mut self, rgb: &[u8]) -> PyResult<&[u8]> {
        self.source.fill_from_packed(rgb).map_err(refused)?;
        let mut frame = Frame::new(PixelFormat::I420, self.source.size());
        self.to_yuv.run(&self.source, &mut frame);
        if !self.is_video {
            self.studio.reset();
        }
        (frame.sequence, frame.time) =
            (self.sequence, Timestamp::from_nanos(PERIOD * self.sequence));
        self.sequence += 1;
        let picture = self.studio.process(frame).map_err(refused)?.picture.into_frame();
        self.to_rgb.run(&picture, &mut self.out);
        self.packed.clear();
        self.out.write_packed(&mut self.packed);
        Ok(&self.packed)
    }
}
