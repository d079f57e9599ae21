//! Draws a picture with text to look at: `card OUT.png WIDTHxHEIGHT TITLE LINE`.

use backlot_generators::Card;
use backlot_media::{ColorSpace, Frame, PixelFormat, Size};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, size, title, line] = arguments.as_slice() else {
        return Err("usage: card OUT.png WIDTHxHEIGHT TITLE LINE".into());
    };
    let mut frame = Frame::new(PixelFormat::I420, size.parse::<Size>()?);
    frame.color = ColorSpace::BT709;
    let begin = std::time::Instant::now();
    Card { title, line }.draw(&mut frame);
    println!("{:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let [luma, u, v] = frame.yuv();
    image::RgbImage::from_fn(frame.size().width, frame.size().height, |x, y| {
        let (x, y) = (x as usize, y as usize);
        let code = [luma.row(y)[x], u.row(y / 2)[x / 2], v.row(y / 2)[x / 2]].map(f64::from);
        image::Rgb(frame.color.decode(code).map(|c| (c * 255.0).round().clamp(0.0, 255.0) as u8))
    })
    .save(out)?;
    Ok(())
}
