//! Writes the best mattes of a folder of pictures as grey PNGs of the pictures' sizes.
//!
//! `cargo run --release -p backlot-matte --example stills -- MODEL.tflite PICTURES OUT [EDGE]`

use anyhow::{Context, Result, bail};
use backlot_kernels::{Converter, Level};
use backlot_matte::{MatteSettings, PersonMatte, Quality};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size};
use backlot_nn::Model;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, pictures, out, edge @ ..] = &arguments[..] else {
        bail!("usage: stills MODEL.tflite PICTURES OUT [EDGE]");
    };
    let edge = edge.first().map_or(Ok(1.0), |text| text.parse())?;
    let settings = MatteSettings { quality: Quality::Best, edge, ..MatteSettings::default() };
    let bytes = std::fs::read(model).with_context(|| format!("reading {model}"))?;
    let model = Model::from_tflite(&bytes)?;
    std::fs::create_dir_all(out)?;
    let mut paths =
        std::fs::read_dir(pictures)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let (mut segment, mut refine) = (Duration::ZERO, Duration::ZERO);
    for path in &paths {
        let frame = read(path)?;
        let mut matte = Matte::new(frame.size());
        let mut maker = PersonMatte::new(&model, frame.size(), settings, Level::best())?;
        let start = Instant::now();
        maker.segment(&frame)?;
        segment += start.elapsed();
        let start = Instant::now();
        maker.refine(&frame, &mut matte)?;
        refine += start.elapsed();
        let stem = path.file_stem().unwrap_or_default();
        write(&matte, &Path::new(out).join(stem).with_extension("png"))?;
    }
    let each = |total: Duration| 1e3 * total.as_secs_f64() / paths.len().max(1) as f64;
    println!(
        "{} pictures: segment {:.1} ms, refine {:.1} ms each",
        paths.len(),
        each(segment),
        each(refine)
    );
    Ok(())
}

fn read(path: &Path) -> Result<Frame> {
    let picture = image::open(path).with_context(|| path.display().to_string())?.to_rgb8();
    let size = Size::new(picture.width(), picture.height())?;
    let mut rgb = Frame::new(PixelFormat::Rgb24, size);
    rgb.fill_from_packed(&picture)?;
    let mut frame = Frame::new(PixelFormat::I420, size);
    let color = ColorSpace::BT709;
    let (from, to) = ((PixelFormat::Rgb24, color), (PixelFormat::I420, color));
    Converter::new(from, to, size, Level::best()).run(&rgb, &mut frame);
    Ok(frame)
}

fn write(matte: &Matte, path: &Path) -> Result<()> {
    let Size { width, height } = matte.size();
    let bytes: Vec<u8> = matte.plane().rows().flatten().copied().collect();
    image::GrayImage::from_raw(width, height, bytes).context("a matte")?.save(path)?;
    Ok(())
}
