//! Draws the results of effects on a picture, to look at: one tile for each effect.
//!
//! usage: contact_sheet PICTURE MATTE OUTPUT.png [behind=PICTURE] EFFECT...
//!
//! An EFFECT is as on the command line of `backlot` (several joined by `+`), after `person=`,
//! `room=` or nothing for the whole picture. A person stands before a teal wall, or the picture
//! given with `behind=`.

use backlot_effects::{Canvas, Chain, Effect, Layer, Person};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, PixelFormat, Size, Timestamp};
use image::{Rgb, RgbImage};

type Failure = Box<dyn std::error::Error>;

const COLOR: ColorSpace = ColorSpace::BT601;
const FILTER: image::imageops::FilterType = image::imageops::FilterType::Triangle;
const WALL: [u8; 3] = [18, 60, 66];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [picture, matte, output, effects @ ..] = &arguments[..] else {
        return Err(
            "usage: contact_sheet PICTURE MATTE OUTPUT.png [behind=PICTURE] EFFECT...".into()
        );
    };
    let picture = image::open(picture)?.to_rgb8();
    let matte = image::open(matte)?.to_luma8();
    let (w, h) = picture.dimensions();
    let mut wall = RgbImage::from_pixel(w, h, Rgb(WALL));
    let mut tiles = Vec::new();
    for argument in effects {
        match argument.strip_prefix("behind=") {
            Some(file) => wall = image::open(file)?.resize_to_fill(w, h, FILTER).to_rgb8(),
            None => tiles.push(tile(&picture, &matte, &wall, argument)?),
        }
    }
    let columns = (tiles.len() as f64).sqrt().ceil() as usize;
    let rows = tiles.len().div_ceil(columns);
    let mut sheet = RgbImage::new(w * columns as u32, h * rows as u32);
    for (index, tile) in tiles.iter().enumerate() {
        let (x, y) = (index % columns, index / columns);
        image::imageops::replace(
            &mut sheet,
            tile,
            i64::from(w) * x as i64,
            i64::from(h) * y as i64,
        );
    }
    Ok(sheet.save(output)?)
}

fn tile(
    picture: &RgbImage,
    matte: &image::GrayImage,
    wall: &RgbImage,
    text: &str,
) -> Result<RgbImage, Failure> {
    let (part, specs) = text
        .split_once('=')
        .filter(|(p, _)| ["person", "room"].contains(p))
        .unwrap_or(("whole", text));
    let size = Size::new(picture.width(), picture.height())?;
    let mut frame = to_yuv(picture, size);
    let mut mask = Frame::new(PixelFormat::Gray8, size);
    mask.fill_from_packed(matte)?;
    let mut person = Frame::new(PixelFormat::Gray8, size);
    person.copy_from(&mask);
    let effects = specs.split('+').map(str::parse).collect::<Result<Vec<Effect>, _>>()?;
    Chain::new(&effects, &Canvas::new(size, COLOR, Level::best())).apply(&mut Layer {
        picture: frame.yuv_mut(),
        matte: if part == "person" { Some(mask.plane_mut(0)) } else { None },
        person: if part == "room" { Some(Person::Own(person.plane_mut(0))) } else { None },
        time: Timestamp::from_secs_f64(1.0),
    });
    Ok(RgbImage::from_fn(size.width, size.height, |x, y| {
        let (shown, own) = (to_rgb(&frame, x, y), *picture.get_pixel(x, y));
        let share =
            |mask: &Frame| f64::from(mask.plane(0).at_clamped(x as isize, y as isize)) / 255.0;
        match part {
            "person" => mix(*wall.get_pixel(x, y), shown, share(&mask)),
            "room" => mix(shown, own, share(&person)),
            _ => shown,
        }
    }))
}

fn mix(under: Rgb<u8>, over: Rgb<u8>, alpha: f64) -> Rgb<u8> {
    let channel = |i: usize| f64::from(under[i]) * (1.0 - alpha) + f64::from(over[i]) * alpha;
    Rgb(std::array::from_fn(|i| channel(i).round() as u8))
}

fn to_yuv(picture: &RgbImage, size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    let at = |x: u32, y: u32| {
        let Rgb(rgb) = picture.get_pixel(x.min(size.width - 1), y.min(size.height - 1));
        COLOR.encode(rgb.map(|c| f64::from(c) / 255.0))
    };
    for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        let step = if index == 0 { 1 } else { 2 };
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let pixel =
                    |k: u32| at(step * x as u32 + k % step, step * y as u32 + k / step)[index];
                let count = step * step;
                *value = ((0..count).map(pixel).sum::<f64>() / f64::from(count)).round() as u8;
            }
        }
    }
    frame
}

fn to_rgb(frame: &Frame, x: u32, y: u32) -> Rgb<u8> {
    let [luma, u, v] = frame.yuv();
    let (x, y) = (x as isize, y as isize);
    let yuv = [luma.at_clamped(x, y), u.at_clamped(x / 2, y / 2), v.at_clamped(x / 2, y / 2)];
    Rgb(COLOR.decode(yuv.map(f64::from)).map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8))
}
