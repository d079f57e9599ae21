//! Persons cut out of RGB pictures, in one call each.

use crate::{Foreground, MatteError, MatteSettings, PersonMatte, Quality};
use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size};
use backlot_segmenter::SegmentationModel;

/// What the network's masks are worked into, in the whole matte's colours.
const COLOR: ColorSpace = ColorSpace::JPEG;

/// Cuts the persons out of RGB pictures of one size: pictures by themselves, or one video's.
///
/// Everything between bytes and bytes is in here. Programs that have frames of their own, or want
/// settings of their own, take [`PersonMatte`] instead.
#[derive(Debug)]
pub struct Cutter {
    maker: PersonMatte,
    /// Whether a picture knows those before it.
    is_video: bool,
    source: Frame,
    frame: Frame,
    matte: Matte,
    cut: Frame,
    to_yuv: Converter,
    to_rgba: Converter,
    foreground: Foreground,
    packed: Vec<u8>,
}

impl Cutter {
    /// For pictures of `width` times `height` pixels that have nothing to do with each other, in the
    /// best quality. `network` is what a TensorFlow Lite file holds.
    ///
    /// # Errors
    /// If a side is 0 or longer than 16 384 pixels, or the file is no network that finds persons.
    pub fn for_pictures(network: &[u8], width: u32, height: u32) -> Result<Self, MatteError> {
        let settings = MatteSettings {
            quality: Quality::Best,
            smoothing: 0.0,
            presence: false,
            ..MatteSettings::default()
        };
        Self::new(network, (width, height), settings, false)
    }

    /// For the pictures of one video, in their order and at live speed: the matte is steady in time.
    /// `network` is what a TensorFlow Lite file holds.
    ///
    /// # Errors
    /// As [`Cutter::for_pictures`].
    pub fn for_video(network: &[u8], width: u32, height: u32) -> Result<Self, MatteError> {
        let settings = MatteSettings { presence: false, ..MatteSettings::default() };
        Self::new(network, (width, height), settings, true)
    }

    fn new(
        network: &[u8],
        (width, height): (u32, u32),
        settings: MatteSettings,
        is_video: bool,
    ) -> Result<Self, MatteError> {
        let (size, level) = (Size::new(width, height)?, Level::best());
        let model = SegmentationModel::from_tflite(network)?;
        let settings = MatteSettings { is_exact: true, ..settings };
        let converter = |from, to| Converter::new((from, COLOR), (to, COLOR), size, level);
        Ok(Self {
            maker: PersonMatte::new(&model, size, settings, level)?,
            is_video,
            source: Frame::new(PixelFormat::Rgb24, size),
            frame: Frame::new(PixelFormat::I420, size),
            matte: Matte::new(size),
            cut: Frame::new(PixelFormat::Rgba32, size),
            to_yuv: converter(PixelFormat::Rgb24, PixelFormat::I420),
            to_rgba: converter(PixelFormat::I420, PixelFormat::Rgba32),
            foreground: Foreground::new(size, COLOR.range, level),
            packed: Vec::new(),
        })
    }

    /// The picture's matte, one byte a pixel in rows without gaps: 0 is none of a person, 255 only
    /// a person. `rgb` has three bytes a pixel, sRGB, in rows without gaps.
    ///
    /// # Errors
    /// If there are more or fewer bytes than a picture has.
    pub fn matte(&mut self, rgb: &[u8]) -> Result<&[u8], MatteError> {
        self.find(rgb)?;
        self.packed.clear();
        self.matte.plane().rows().for_each(|row| self.packed.extend_from_slice(row));
        Ok(&self.packed)
    }

    /// The persons of the picture, four bytes a pixel in rows without gaps: their colours, without
    /// those of the old background at the edge, and the matte as alpha (not premultiplied). `rgb` is
    /// as [`Cutter::matte`] wants it.
    ///
    /// # Errors
    /// As [`Cutter::matte`].
    pub fn cut_out(&mut self, rgb: &[u8]) -> Result<&[u8], MatteError> {
        self.find(rgb)?;
        let Self { frame, matte, cut, to_rgba, foreground, packed, .. } = self;
        foreground.clean(frame.yuv_mut(), matte.plane(), 1.0);
        to_rgba.run_with_matte(frame, matte.plane(), cut);
        packed.clear();
        cut.write_packed(packed);
        Ok(packed)
    }

    /// Forgets the video so far: the next picture is the first of another one.
    pub fn reset(&mut self) {
        self.maker.reset();
    }

    fn find(&mut self, rgb: &[u8]) -> Result<(), MatteError> {
        self.source.fill_from_packed(rgb)?;
        self.to_yuv.run(&self.source, &mut self.frame);
        if !self.is_video {
            self.maker.reset();
        }
        self.maker.segment(&self.frame)?;
        self.maker.refine(&self.frame, &mut self.matte)?;
        self.source.sequence += 1;
        Ok(())
    }
}
