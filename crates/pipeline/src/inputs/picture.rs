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
use backlot_scene::{Fit, Rgb, SourceSpec};
use std::path::{Path, PathBuf};

/// Memory for the decoded frames of a video; longer ones are decoded again in each round.
const LOOP_BYTES: usize = 48 << 20;

/// A source that was found, before it is known in which forms layers want it.
pub(crate) enum Found {
    Still(Still),
    Moving(Movable),
}

/// What never changes.
pub(crate) enum Still {
    Gradient(Rgb, Rgb),
    Picture(Picture),
}

/// What changes, not yet at work.
pub(crate) enum Movable {
    Set(String),
    Video(PathBuf, Box<VideoInfo>),
}

impl Found {
    /// Finds a source, and reads what it is. `None` for a camera.
    pub fn new(spec: &SourceSpec, intake: &Intake) -> Result<Option<Self>, PipelineError> {
        Ok(Some(match spec {
            SourceSpec::Camera { .. } => return Ok(None),
            SourceSpec::Color(color) => Self::Still(Still::Gradient(color.clone(), color.clone())),
            SourceSpec::Gradient(top, bottom) => {
                Self::Still(Still::Gradient(top.clone(), bottom.clone()))
            }
            SourceSpec::Set(name) => Self::Moving(Movable::Set(name.clone())),
            SourceSpec::File(path) => {
                Self::file(path, intake).map_err(PipelineError::Background)?
            }
        }))
    }

    fn file(path: &Path, intake: &Intake) -> Result<Self, FilesError> {
        match intake.probe(path)? {
            InputKind::Video(found) => {
                let info = VideoInfo::probed(path, found, intake)?;
                Ok(Self::Moving(Movable::Video(path.to_owned(), Box::new(info))))
            }
            InputKind::Picture => Ok(Self::Still(Still::Picture(read_picture(path, intake)?))),
            InputKind::Folder => {
                let why = "it is a folder".to_owned();
                Err(FilesError::NotMedia { path: path.to_owned(), why })
            }
        }
    }

    /// Size of its pictures; what is drawn has the canvas'.
    pub fn size(&self, canvas: Size) -> Size {
        match self {
            Self::Still(Still::Gradient(..)) | Self::Moving(Movable::Set(_)) => canvas,
            Self::Still(Still::Picture(picture)) => picture.size(),
            Self::Moving(Movable::Video(_, info)) => info.size,
        }
    }

    /// Whether something may be seen through it.
    pub const fn has_alpha(&self) -> bool {
        matches!(self, Self::Still(Still::Picture(picture)) if picture.has_alpha())
    }
}

impl Still {
    /// The picture in a form, and how much of each pixel shows (`None` if all of it does).
    pub fn draw(&self, view: View, canvas: &Canvas) -> (Frame, Option<Matte>) {
        match self {
            Self::Gradient(top, bottom) => {
                (gradient(canvas, (view, canvas.size), top, bottom), None)
            }
            Self::Picture(picture) => {
                picture_in_view(picture, (view.window, view.size), canvas.color)
            }
        }
    }
}

impl Movable {
    /// Puts it to work for all who want it.
    pub fn open(
        &self,
        views: &[View],
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Moving, PipelineError> {
        match self {
            Self::Set(name) => {
                let view = whole_of(canvas.size, views);
                let set = build_set(name, view.size, canvas.color)?;
                Ok(Moving::new(view, Play::Drawn(set)))
            }
            Self::Video(path, info) => {
                Moving::video(path, info, views, canvas, intake).map_err(PipelineError::Background)
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
        info: &VideoInfo,
        views: &[View],
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        // What one layer alone wants is made by the program that decodes.
        let (view, fit) = match views {
            [only] if *only == covering(info.size, only.size) => (*only, Fit::Cover),
            _ => (whole_of(info.size, views), Fit::Stretch),
        };
        let matrix = canvas.color.matrix;
        let options = LoopOptions {
            fit,
            memory: LOOP_BYTES,
            intake: intake.clone(),
            ..LoopOptions::new(view.size, matrix)
        };
        let video = LoopedVideo::open_probed(path, info.clone(), &options)?;
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
        let lines = if component > 0 { 2.0 } else { 1.0 };
        for (y, row) in plane.rows_mut().enumerate() {
            let share = first + length * (y as f64 + 0.5) * lines / f64::from(view.size.height);
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
