//! Writes the mattes of a clip's frames, each steadied by the ones before, as grey PNGs with the
//! frames' names, and prints what a frame cost.
//!
//! `cargo run --release -p backlot-matte --example clips -- --model MODEL.tflite FRAMES OUT`
//!
//! FRAMES is a folder of PNGs in order. `--quality fast|live|best`, `--smoothing 0..1`, `--edge 0..1`
//! and `--level scalar|avx2|avx512` choose how; `--still` forgets each frame before the next.

use anyhow::{Context, Result, bail};
use backlot_kernels::{Converter, Level};
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size};
use backlot_nn::Model;
use std::path::{Path, PathBuf};
use std::time::Duration;

struct Arguments {
    model: PathBuf,
    frames: PathBuf,
    out: PathBuf,
    settings: MatteSettings,
    level: Level,
    still: bool,
}

impl Arguments {
    fn read() -> Result<Self> {
        let (mut model, mut folders) = (None, Vec::new());
        let mut settings = MatteSettings::default();
        let (mut level, mut still) = (Level::best(), false);
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().with_context(|| format!("{argument} takes a value"));
            match argument.as_str() {
                "--model" => model = Some(PathBuf::from(value()?)),
                "--quality" => settings.quality = value()?.parse()?,
                "--smoothing" => settings.smoothing = value()?.parse()?,
                "--edge" => settings.edge = value()?.parse()?,
                "--level" => level = find_level(&value()?)?,
                "--still" => still = true,
                _ => folders.push(PathBuf::from(argument)),
            }
        }
        let (Some(model), Ok([frames, out])) = (model, <[PathBuf; 2]>::try_from(folders)) else {
            bail!("usage: clips --model MODEL.tflite FRAMES OUT");
        };
        Ok(Self { model, frames, out, settings, level, still })
    }
}

fn find_level(name: &str) -> Result<Level> {
    let mut levels = Level::available().into_iter();
    levels.find(|l| l.to_string() == name).with_context(|| format!("no level {name} here"))
}

fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    let bytes = std::fs::read(&arguments.model)
        .with_context(|| format!("reading {}", arguments.model.display()))?;
    let model = Model::from_tflite(&bytes)?;
    std::fs::create_dir_all(&arguments.out)?;
    let mut paths = std::fs::read_dir(&arguments.frames)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    let (mut maker, mut costs): (Option<PersonMatte>, Vec<[Duration; 3]>) = (None, Vec::new());
    let mut matte: Option<Matte> = None;
    for (index, path) in paths.iter().enumerate() {
        let mut frame = read(path)?;
        frame.sequence = index as u64;
        if matte.as_ref().is_none_or(|m| m.size() != frame.size()) {
            matte = Some(Matte::new(frame.size()));
        }
        let Some(matte) = &mut matte else { continue };
        if arguments.still {
            maker = None;
        }
        let maker = match &mut maker {
            Some(maker) => maker,
            None => {
                let (settings, level) = (arguments.settings, arguments.level);
                maker.insert(PersonMatte::new(&model, frame.size(), settings, level)?)
            }
        };
        maker.segment(&frame)?;
        maker.refine(&frame, matte)?;
        let timing = maker.timing();
        costs.push([timing.shrink, timing.network, timing.refine]);
        let stem = path.file_stem().unwrap_or_default();
        write(matte, &arguments.out.join(stem).with_extension("png"))?;
    }
    report(&costs);
    Ok(())
}

fn report(costs: &[[Duration; 3]]) {
    let median = |part: usize| {
        let mut times: Vec<f64> = costs.iter().map(|c| 1e3 * c[part].as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let [shrink, network, refine] = [0, 1, 2].map(median);
    let count = costs.len();
    println!(
        "{count} frames, medians: shrink {shrink:.3}, network {network:.3}, refine {refine:.3} ms"
    );
}

fn read(path: &Path) -> Result<Frame> {
    let picture = image::open(path).with_context(|| path.display().to_string())?.to_rgb8();
    let size = Size::new(picture.width(), picture.height())?;
    let mut rgb = Frame::new(PixelFormat::Rgb24, size);
    rgb.fill_from_packed(&picture)?;
    let mut frame = Frame::new(PixelFormat::I420, size);
    let (from, to) = (PixelFormat::Rgb24, PixelFormat::I420);
    let color = ColorSpace::JPEG;
    Converter::new((from, color), (to, color), size, Level::best()).run(&rgb, &mut frame);
    Ok(frame)
}

fn write(matte: &Matte, path: &Path) -> Result<()> {
    let Size { width, height } = matte.size();
    let bytes: Vec<u8> = matte.plane().rows().flatten().copied().collect();
    image::GrayImage::from_raw(width, height, bytes).context("a matte")?.save(path)?;
    Ok(())
}
