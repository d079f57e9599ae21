//! Pictures that don't come from a camera, as functions of time.

use crate::PipelineError;
use crate::view::View;
use backlot_effects::Canvas;
use backlot_files::{
    FilesError, InputKind, Intake, LoopOptions, LoopedVideo, Picture, VideoInfo, picture_in_view,
    read_picture,
};
use backlot_generators::{DrawnSet, build_set};
use backlot_guard::Image;
use backlot_kernels::Converter;
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Range, Size, Timestamp, Window};
use backlot_scene::geometry::filled;
use backlot_scene::{Fit, Rgb};
use std::path::{Path, PathBuf};

/// Memory for the decoded frames of a video; longer ones are decoded again in each round.
const LOOP_BYTES: usize = 48 << 20;

/// What a picture is made from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    Color(Rgb),
    Gradient(Rgb, Rgb),
    Set(String),
    File(PathBuf),
}

/// A source that was found, before it is known in which forms layers want it.
pub(crate) enum Found {
    Gradient(Rgb, Rgb),
    Set(String),
    Still(Picture),
    Video(PathBuf, Box<VideoInfo>),
}

impl Found {
    /// Finds a source, and reads what it is.
    pub fn new(origin: &Origin, intake: &Intake) -> Result<Self, PipelineError> {
        Ok(match origin {
            Origin::Color(color) => Self::Gradient(color.clone(), color.clone()),
            Origin::Gradient(top, bottom) => Self::Gradient(top.clone(), bottom.clone()),
            Origin::Set(name) => Self::Set(name.clone()),
            Origin::File(path) => Self::file(path, intake).map_err(PipelineError::Background)?,
        })
    }

    fn file(path: &Path, intake: &Intake) -> Result<Self, FilesError> {
        match intake.probe(path)? {
            InputKind::Video(found) => {
                let info = VideoInfo::probed(path, found, intake)?;
                Ok(Self::Video(path.to_owned(), Box::new(info)))
            }
            InputKind::Picture => Ok(Self::Still(read_picture(path, intake)?)),
            InputKind::Folder => {
                let why = "it is a folder".to_owned();
                Err(FilesError::NotMedia { path: path.to_owned(), why })
            }
        }
    }

    /// Size of its pictures; what is drawn has the canvas'.
    pub fn size(&self, canvas: Size) -> Size {
        match self {
            Self::Gradient(..) | Self::Set(_) => canvas,
            Self::Still(picture) => picture.size(),
            Self::Video(_, info) => info.size,
        }
    }

    /// Whether something may be seen through it.
    pub const fn has_alpha(&self) -> bool {
        match self {
            Self::Still(picture) => picture.has_alpha(),
            _ => false,
        }
    }

    /// The picture of one that never changes, and what of it shows. `None` if it moves.
    pub fn still(&self, view: View, canvas: &Canvas) -> Option<(Frame, Option<Matte>)> {
        match self {
            Self::Gradient(top, bottom) => {
                Some((gradient(canvas, (view, canvas.size), top, bottom), None))
            }
            Self::Still(picture) => {
                Some(picture_in_view(picture, (view.window, view.size), canvas.color))
            }
            Self::Set(_) | Self::Video(..) => None,
        }
    }

    /// The source at work, in a form; `None` if it never changes.
    pub fn open(
        &self,
        views: &[View],
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Option<Moving>, PipelineError> {
        let native = self.size(canvas.size);
        match self {
            Self::Gradient(..) | Self::Still(_) => Ok(None),
            Self::Set(name) => {
                let view = whole_of(native, views);
                let set = build_set(name, view.size, canvas.color)?;
                Ok(Some(Moving::new(view, Play::Drawn(set))))
            }
            Self::Video(path, info) => {
                Moving::video(path, (**info).clone(), (native, views), canvas, intake)
                    .map(Some)
                    .map_err(PipelineError::Background)
            }
        }
    }
}

/// The view of a whole source at the greatest scale that is wanted.
fn whole_of(native: Size, views: &[View]) -> View {
    let whole = View { window: Window::whole(native), size: Size { width: 2, height: 2 } };
    View::holding(std::iter::once(whole).chain(views.iter().copied())).unwrap_or(whole)
}

/// A source that changes, and its present picture.
pub(crate) struct Moving {
    view: View,
    play: Play,
    image: Image,
    /// The time of the picture.
    at: Option<Timestamp>,
}

enum Play {
    /// A built-in set.
    Drawn(Box<dyn DrawnSet>),
    /// A video in a loop, brought to the canvas' colour space.
    Video(Box<LoopedVideo>, Box<Converter>),
}

impl Moving {
    fn new(view: View, play: Play) -> Self {
        Self { view, play, image: Image::own(Frame::new(PixelFormat::I420, view.size)), at: None }
    }

    fn video(
        path: &Path,
        info: VideoInfo,
        (native, views): (Size, &[View]),
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        // What one layer alone wants is made by the program that decodes.
        let (view, fit) = match views {
            [only] if *only == covering(native, only.size) => (*only, Fit::Cover),
            _ => (whole_of(native, views), Fit::Stretch),
        };
        let matrix = canvas.color.matrix;
        let options = LoopOptions {
            fit,
            memory: LOOP_BYTES,
            intake: intake.clone(),
            ..LoopOptions::new(view.size, matrix)
        };
        let video = LoopedVideo::open_probed(path, info, &options)?;
        let own = ColorSpace { matrix, range: Range::Limited };
        let (from, to) = ((PixelFormat::I420, own), (PixelFormat::I420, canvas.color));
        let convert = Converter::new(from, to, view.size, canvas.level);
        Ok(Self::new(view, Play::Video(Box::new(video), Box::new(convert))))
    }

    /// The form of its pictures.
    pub const fn view(&self) -> View {
        self.view
    }

    /// Makes the picture at a time, once for all layers.
    pub fn advance(&mut self, time: Timestamp) -> Result<(), PipelineError> {
        if self.at == Some(time) {
            return Ok(());
        }
        match &mut self.play {
            Play::Drawn(set) => self.image.redraw(|frame| set.draw(time, frame)),
            Play::Video(video, convert) => {
                let frame = video.frame_at(time).map_err(PipelineError::Background)?;
                self.image.redraw(|own| convert.run(frame, own));
            }
        }
        self.at = Some(time);
        Ok(())
    }

    /// The present picture.
    pub const fn image(&self) -> &Image {
        &self.image
    }
}

/// What of a picture covers a canvas.
fn covering(native: Size, canvas: Size) -> View {
    View { window: filled(native, canvas, Fit::Cover).0, size: canvas }
}

/// From `top` to `bottom`, linear in code values, dithered so that no bands show.
fn gradient(canvas: &Canvas, (view, native): (View, Size), top: &Rgb, bottom: &Rgb) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, view.size);
    frame.color = canvas.color;
    let part = |side: f32| f64::from(side / native.height as f32);
    let (first, length) = (part(view.window.y), part(view.window.height));
    let ends = [top, bottom].map(|c| canvas.color.encode(c.bytes().map(|v| f64::from(v) / 255.0)));
    for (component, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        let rows = plane.height();
        for (y, row) in plane.rows_mut().enumerate() {
            let share = first + length * (y as f64 + 0.5) / rows as f64;
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

    fn canvas() -> Canvas {
        Canvas::new(Size { width: 64, height: 48 }, ColorSpace::BT709, Level::best())
    }

    fn whole(top: &Rgb, bottom: &Rgb) -> Frame {
        let canvas = canvas();
        gradient(&canvas, (View::whole(canvas.size), canvas.size), top, bottom)
    }

    #[test]
    fn a_colour_fills_the_canvas_within_one_code_value() {
        let color = Rgb::new([32, 64, 96]);
        let frame = whole(&color, &color);
        let expected = ColorSpace::BT709.encode_rgb8(color.bytes());
        for (plane, value) in frame.yuv().iter().zip(expected) {
            assert!(plane.rows().flatten().all(|v| v.abs_diff(value) <= 1));
        }
    }

    #[test]
    fn a_gradient_runs_from_the_top_to_the_bottom() {
        let frame = whole(&Rgb::new([0; 3]), &Rgb::new([255; 3]));
        let luma = frame.plane(0);
        let mean = |y: usize| luma.row(y).iter().map(|&v| f64::from(v)).sum::<f64>() / 64.0;
        let step = 219.0 / 48.0;
        for y in 0..48 {
            assert!((mean(y) - (16.0 + step * (y as f64 + 0.5))).abs() < 0.6, "{}", mean(y));
        }
    }
}
