//! Backdrops: pictures that don't come from the camera.

use crate::PipelineError;
use backlot_effects::Canvas;
use backlot_files::{
    BEHIND_TRANSPARENT, FilesError, InputKind, Intake, LoopOptions, LoopedVideo, VideoInfo,
    picture_to_frame, read_picture,
};
use backlot_generators::{DrawnSet, build_set};
use backlot_kernels::Converter;
use backlot_media::{ColorSpace, Frame, PixelFormat, Range, Timestamp};
use backlot_scene::{Fit, LayerSource, Rgb, SceneError};
use std::path::Path;

/// Memory for the decoded frames of a background video; longer ones are decoded again in each
/// round.
const LOOP_BYTES: usize = 48 << 20;

/// The picture of a layer as a function of time.
pub(crate) enum Backdrop {
    /// Always the same.
    Still(Frame),
    /// A built-in set.
    Drawn(Box<dyn DrawnSet>, Frame),
    /// A video in a loop, with its present frame in the canvas' colour space.
    Video(Box<LoopedVideo>, Box<Converter>, Frame),
}

impl Backdrop {
    /// Opens a layer's source; `None` for the camera.
    pub fn open(
        source: &LayerSource,
        fit: Fit,
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Option<Self>, PipelineError> {
        Ok(Some(match source {
            LayerSource::Camera => return Ok(None),
            LayerSource::Named(id) => return Err(SceneError::NoSource(id.to_string()).into()),
            LayerSource::Scene(name) => return Err(SceneError::NoScene(name.clone()).into()),
            LayerSource::Color(color) => Self::Still(gradient(canvas, color, color)),
            LayerSource::Gradient(top, bottom) => Self::Still(gradient(canvas, top, bottom)),
            LayerSource::Set(name) => {
                let set = build_set(name, canvas.size, canvas.color)?;
                Self::Drawn(set, Frame::new(PixelFormat::I420, canvas.size))
            }
            LayerSource::File(path) => {
                Self::file(path, fit, canvas, intake).map_err(PipelineError::Background)?
            }
        }))
    }

    fn file(path: &Path, fit: Fit, canvas: &Canvas, intake: &Intake) -> Result<Self, FilesError> {
        let info = match intake.probe(path)? {
            InputKind::Video(found) => VideoInfo::probed(path, found, intake)?,
            InputKind::Picture => {
                let picture = read_picture(path, intake)?;
                let frame =
                    picture_to_frame(&picture, canvas.size, fit, canvas.color, BEHIND_TRANSPARENT);
                return Ok(Self::Still(frame));
            }
            InputKind::Folder => {
                let why = "it is a folder".to_owned();
                return Err(FilesError::NotMedia { path: path.to_owned(), why });
            }
        };
        let matrix = canvas.color.matrix;
        let options = LoopOptions {
            fit,
            memory: LOOP_BYTES,
            intake: intake.clone(),
            ..LoopOptions::new(canvas.size, matrix)
        };
        let video = LoopedVideo::open_probed(path, info, &options)?;
        let own = ColorSpace { matrix, range: Range::Limited };
        let (from, to) = ((PixelFormat::I420, own), (PixelFormat::I420, canvas.color));
        let convert = Converter::new(from, to, canvas.size, canvas.level);
        let frame = Frame::new(PixelFormat::I420, canvas.size);
        Ok(Self::Video(Box::new(video), Box::new(convert), frame))
    }

    /// The picture at `time`.
    pub fn picture(&mut self, time: Timestamp) -> Result<&Frame, PipelineError> {
        match self {
            Self::Still(frame) => Ok(frame),
            Self::Drawn(set, frame) => {
                set.draw(time, frame);
                Ok(frame)
            }
            Self::Video(video, convert, frame) => {
                convert.run(video.frame_at(time).map_err(PipelineError::Background)?, frame);
                Ok(frame)
            }
        }
    }

    /// The picture, if it never changes.
    pub const fn still(&self) -> Option<&Frame> {
        match self {
            Self::Still(frame) => Some(frame),
            _ => None,
        }
    }

    /// The picture made last.
    pub fn last(&self) -> &Frame {
        match self {
            Self::Still(frame) | Self::Drawn(_, frame) | Self::Video(_, _, frame) => frame,
        }
    }
}

/// From `top` to `bottom`, linear in code values, dithered so that no bands show.
fn gradient(canvas: &Canvas, top: &Rgb, bottom: &Rgb) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, canvas.size);
    frame.color = canvas.color;
    let ends = [top, bottom].map(|c| canvas.color.encode(c.bytes().map(|v| f64::from(v) / 255.0)));
    for (component, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        let rows = plane.height();
        for (y, row) in plane.rows_mut().enumerate() {
            let share = (y as f64 + 0.5) / rows as f64;
            let value = ends[0][component] + (ends[1][component] - ends[0][component]) * share;
            for (x, out) in row.iter_mut().enumerate() {
                *out = (value + threshold(x, y)).floor().clamp(0.0, 255.0) as u8;
            }
        }
    }
    frame
}

/// The offset before rounding down: an ordered dither of 4 by 4 (Bayer 1973).
fn threshold(x: usize, y: usize) -> f64 {
    const ORDER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    (f64::from(ORDER[y % 4][x % 4]) + 0.5) / 16.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_kernels::Level;
    use backlot_media::Size;

    fn canvas() -> Canvas {
        let size = Size::new(64, 48).unwrap();
        Canvas::new(size, ColorSpace::BT709, Level::best())
    }

    #[test]
    fn a_colour_fills_the_canvas_within_one_code_value() {
        let color = Rgb::new([32, 64, 96]);
        let frame = gradient(&canvas(), &color, &color);
        let expected = ColorSpace::BT709.encode_rgb8(color.bytes());
        for (plane, value) in frame.yuv().iter().zip(expected) {
            assert!(plane.rows().flatten().all(|v| v.abs_diff(value) <= 1));
        }
    }

    #[test]
    fn a_gradient_runs_from_the_top_to_the_bottom() {
        let frame = gradient(&canvas(), &Rgb::new([0; 3]), &Rgb::new([255; 3]));
        let luma = frame.plane(0);
        let mean = |y: usize| luma.row(y).iter().map(|&v| f64::from(v)).sum::<f64>() / 64.0;
        let step = 219.0 / 48.0;
        for y in 0..48 {
            assert!((mean(y) - (16.0 + step * (y as f64 + 0.5))).abs() < 0.6, "{}", mean(y));
        }
    }
}
