//! What the random scenes show: a camera whose brightness is its matte, and files.

use super::grid::Grid;
use super::random::Random;
use backlot_effects::Canvas;
use backlot_matte::MatteError;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_pipeline::Keyer;
use image::RgbaImage;
use std::path::{Path, PathBuf};

/// A picture: luma, and two planes of chroma of half its size. In code values as differences from
/// black, multiplied by how much of each pixel shows.
pub struct Source {
    pub planes: [Grid; 3],
    /// How much of each pixel shows, `0.0..=1.0`; `None` if all of it does.
    pub alpha: Option<Grid>,
    /// What the key leaves of it.
    pub matte: Option<Grid>,
}

impl Source {
    pub fn size(&self) -> Size {
        Size { width: self.planes[0].width as u32, height: self.planes[0].height as u32 }
    }
}

/// The code values of black.
pub fn black(space: ColorSpace) -> [f32; 3] {
    [f32::from(space.range.black()), 128.0, 128.0]
}

/// The numbers of a colour.
pub fn encoded(space: ColorSpace, rgb: [f32; 3]) -> [f32; 3] {
    space.encode(rgb.map(f64::from)).map(|value| value as f32)
}

/// A file, and what is in it.
pub struct Still {
    pub path: PathBuf,
    image: RgbaImage,
}

impl Still {
    /// Pictures of all kinds of sizes, with and without transparency.
    pub fn all(folder: &Path) -> Vec<Self> {
        let sizes = [(1, 1), (3, 5), (17, 9), (33, 47), (64, 36), (90, 41), (96, 64), (31, 100)];
        let mut random = Random::new(5);
        let still = |(index, (width, height)): (usize, (u32, u32))| {
            let path = folder.join(format!("still{index}.png"));
            let image = image(&mut random, (width, height), index);
            image.save(&path).unwrap();
            Self { path, image }
        };
        sizes.into_iter().enumerate().map(still).collect()
    }

    pub fn source(&self, space: ColorSpace) -> Source {
        let (width, height) = self.image.dimensions();
        let (width, height) = (width as usize, height as usize);
        let pixel = |x: usize, y: usize| {
            let [rgb @ .., alpha] = self.image.get_pixel(x as u32, y as u32).0;
            (rgb.map(|value| f32::from(value) / 255.0), f32::from(alpha) / 255.0)
        };
        let full = [0, 1, 2].map(|plane| {
            Grid::of(width, height, |x, y| {
                let (rgb, alpha) = pixel(x, y);
                (encoded(space, rgb)[plane] - black(space)[plane]) * alpha
            })
        });
        let half =
            |grid: &Grid| Grid::of(width.div_ceil(2), height.div_ceil(2), |i, j| grid.mean(i, j));
        let [luma, cb, cr] = full;
        let planes = [half(&cb), half(&cr)];
        let [cb, cr] = planes;
        let alpha = Grid::of(width, height, |x, y| pixel(x, y).1);
        Source { planes: [luma, cb, cr], alpha: Some(alpha), matte: None }
    }
}

/// Waves and noise, whose transparency has hard and soft edges.
fn image(random: &mut Random, (width, height): (u32, u32), index: usize) -> RgbaImage {
    let waves: [f64; 8] = std::array::from_fn(|_| random.between(0.02, 0.6));
    let noise = if index.is_multiple_of(3) { 60.0 } else { 6.0 };
    RgbaImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (f64::from(x), f64::from(y));
        let mut channel = |i: usize| {
            let wave = (waves[i] * fx + i as f64).sin() * (waves[i + 3] * fy).cos();
            (127.5 + 120.0 * wave + random.between(-noise, noise)).clamp(0.0, 255.0) as u8
        };
        let rgb = [0, 1, 2].map(&mut channel);
        let soft = 0.5 + 1.2 * (waves[6] * fx).sin() * (waves[7] * fy + 1.0).sin();
        let alpha = match index % 4 {
            0 => 1.0,
            1 => soft.clamp(0.0, 1.0),
            2 => f64::from(u8::from((x / 5 + y / 7) % 3 > 0)),
            _ => random.between(0.0, 1.0),
        };
        let [r, g, b] = rgb;
        image::Rgba([r, g, b, (alpha * 255.0).round() as u8])
    })
}

/// The camera's picture: somebody bright before black, in colours.
pub fn camera(canvas: &Canvas, seed: u64, sequence: u64) -> Frame {
    let mut random = Random::new(seed ^ (sequence << 32));
    let mut frame = Frame::new(PixelFormat::I420, canvas.size);
    let (width, height) = (canvas.size.width as usize, canvas.size.height as usize);
    let (black, span) = (f64::from(canvas.color.range.black()), canvas.color.range.luma_span());
    let (middle, soft) = (random.between(0.35, 0.65), random.between(3.0, 6.0));
    let [mut luma, mut cb, mut cr] = frame.yuv_mut();
    for (y, row) in luma.rows_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let across = (x as f64 + 0.5 - middle * width as f64) / (0.25 * width as f64);
            let down = (y as f64 + 0.5 - 0.5 * height as f64).min(0.0) / (0.4 * height as f64);
            let inside = (1.0 - across.hypot(down)) * 0.25 * width as f64 / soft;
            let texture = random.between(0.98, 1.0);
            *value = (black + span * inside.clamp(0.0, 1.0) * texture).round() as u8;
        }
    }
    for plane in [&mut cb, &mut cr] {
        let (wave, noise) = (random.between(0.05, 0.8), random.between(1.0, 30.0));
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let wave = 60.0 * (wave * x as f64).sin() * (0.3 * y as f64 + wave).cos();
                *value = (128.0 + wave + random.between(-noise, noise)) as u8;
            }
        }
    }
    (frame.color, frame.sequence) = (canvas.color, sequence);
    frame.time = FrameRate::FPS_30.time_of(sequence);
    frame
}

/// How much of a pixel of a brightness belongs to somebody.
fn matte_of(space: ColorSpace, luma: f32) -> f32 {
    (luma - f32::from(space.range.black())) / space.range.luma_span() as f32
}

/// The camera's picture as a source.
pub fn camera_source(frame: &Frame) -> Source {
    let [luma, cb, cr] = frame.yuv();
    let zero = black(frame.color);
    let of = |plane: backlot_media::Plane<'_>, zero: f32| {
        Grid::of(plane.width(), plane.height(), |x, y| f32::from(plane.row(y)[x]) - zero)
    };
    let planes = [of(luma, zero[0]), of(cb, zero[1]), of(cr, zero[2])];
    let matte = |x: usize, y: usize| matte_of(frame.color, f32::from(luma.row(y)[x]));
    let matte = Grid::of(luma.width(), luma.height(), matte);
    Source { planes, alpha: None, matte: Some(matte) }
}

/// Takes brightness for somebody. This is a straight line, so that it is the same of a scaled picture
/// as scaled of a picture.
pub struct Brightness;

impl Keyer for Brightness {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        for (to, from) in matte.plane_mut().rows_mut().zip(frame.plane(0).rows()) {
            for (to, luma) in to.iter_mut().zip(from) {
                *to = (matte_of(frame.color, f32::from(*luma)) * 255.0).round() as u8;
            }
        }
        matte.set_sequence(frame.sequence);
        Ok(())
    }
}
