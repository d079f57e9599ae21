//! Draws pictures to look at: `sheet OUT.png WIDTHxHEIGHT COLUMNS NAME@SECONDS…`.
//!
//! NAME is a presenter's description or the name of a built-in set; `+matte` after a presenter's
//! seconds shows the exact matte instead.

use backlot_generators::{Presenter, PresenterSpec, build_set};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size, Timestamp};
use std::error::Error;

fn draw(what: &str, size: Size) -> Result<image::RgbImage, Box<dyn Error>> {
    let (name, seconds) = what.rsplit_once('@').ok_or("write NAME@SECONDS")?;
    let (seconds, matte) = match seconds.strip_suffix("+matte") {
        Some(rest) => (rest.parse::<f64>()?, true),
        None => (seconds.parse::<f64>()?, false),
    };
    let mut frame = Frame::new(PixelFormat::I420, size);
    if !name.starts_with("presenter") {
        build_set(name, size, ColorSpace::BT709)?
            .draw(Timestamp::from_secs_f64(seconds), &mut frame);
        return Ok(rgb(&frame));
    }
    let spec: PresenterSpec = name.parse()?;
    let mut presenter = Presenter::new(&spec, size, FrameRate::FPS_30, ColorSpace::BT709);
    let mut truth = Matte::new(size);
    presenter.draw((seconds * 30.0) as u64, &mut frame, Some(&mut truth));
    if matte {
        let plane = truth.plane();
        return Ok(image::RgbImage::from_fn(size.width, size.height, |x, y| {
            image::Rgb([plane.row(y as usize)[x as usize]; 3])
        }));
    }
    Ok(rgb(&frame))
}

fn rgb(frame: &Frame) -> image::RgbImage {
    let [luma, u, v] = frame.yuv();
    image::RgbImage::from_fn(frame.size().width, frame.size().height, |x, y| {
        let (x, y) = (x as usize, y as usize);
        let code = [luma.row(y)[x], u.row(y / 2)[x / 2], v.row(y / 2)[x / 2]].map(f64::from);
        image::Rgb(frame.color.decode(code).map(|c| (c * 255.0).round().clamp(0.0, 255.0) as u8))
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, size, columns, names @ ..] = arguments.as_slice() else {
        return Err("usage: sheet OUT.png WIDTHxHEIGHT COLUMNS NAME@SECONDS…".into());
    };
    let (size, columns): (Size, u32) = (size.parse()?, columns.parse()?);
    let rows = (names.len() as u32).div_ceil(columns);
    let mut sheet = image::RgbImage::new(size.width * columns, size.height * rows);
    for (i, name) in (0..).zip(names) {
        let (x, y) = (i % columns * size.width, i / columns * size.height);
        image::imageops::replace(&mut sheet, &draw(name, size)?, i64::from(x), i64::from(y));
    }
    sheet.save(out)?;
    Ok(())
}
