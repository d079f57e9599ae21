//! Makes the mattes of a video twice, as if it came from a camera: of pictures that are made only as far as they are seen,
//! and of whole ones. Prints how much they differ, and writes them, a PNG a picture, for who judges them.
//!
//! `cargo run --release -p backlot-pipeline --example camera_mattes -- MODEL.tflite mjpeg|yuyv|nv12 FOLDER VIDEO...`

use backlot_effects::Canvas;
use backlot_files::{Intake, VideoSource, matte_as_png};
use backlot_kernels::{Converter, Level};
use backlot_matte::{MatteError, MatteSettings, PersonMatte};
use backlot_media::{
    CameraMode, ColorSpace, Encoding, Frame, FrameRate, Latent, Matte, PixelFormat, RawPicture,
    Size, Source,
};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{CameraId, Exposed, Keyer, Stages, Studio, StudioOptions};
use backlot_scene::{Replacement, Scene};
use backlot_segmenter::SegmentationModel;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The quality of JPEG pictures, at which 1280x720 takes about 90 kB.
const QUALITY: u8 = 88;
const COLOR: ColorSpace = ColorSpace::BT601;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, format, folder, videos @ ..] = &arguments[..] else {
        return Err("usage: camera_mattes MODEL.tflite mjpeg|yuyv|nv12 FOLDER VIDEO...".into());
    };
    let model = SegmentationModel::from_tflite(&std::fs::read(model)?)?;
    let (encoding, format) = match format.as_str() {
        "mjpeg" => (Encoding::Jpeg, PixelFormat::I422),
        "yuyv" => (Encoding::Raw(PixelFormat::Yuyv), PixelFormat::Yuyv),
        "nv12" => (Encoding::Raw(PixelFormat::Nv12), PixelFormat::Nv12),
        other => return Err(format!("no camera sends {other}: mjpeg, yuyv or nv12").into()),
    };
    for video in videos.iter().map(Path::new) {
        let (share, made) = compare(&model, encoding, format, video, Path::new(folder))?;
        let name = video.file_name().unwrap_or_default().to_string_lossy();
        println!("{name:40} {share:.3} % of the matte differs; {:.0} % was made", 100.0 * made);
    }
    Ok(())
}

/// How much the mattes differ, in per cent, and the share of the pictures that was made.
fn compare(
    model: &SegmentationModel,
    encoding: Encoding,
    format: PixelFormat,
    video: &Path,
    folder: &Path,
) -> Result<(f64, f64)> {
    let mut source = VideoSource::open(video, &Default::default())?;
    let size = source.size();
    let rate = FrameRate::FPS_30;
    let mode = CameraMode { size, rate, encoding, color: COLOR };
    let mut cameras = [Developer::new(mode)?, Developer::new(mode)?];
    let [mut in_part, mut in_whole] = [stage(model, size)?, stage(model, size)?];
    let color = if encoding == Encoding::Jpeg { ColorSpace::JPEG } else { COLOR };
    let mut convert = None;
    let (mut coded, mut stages) = (Frame::new(format, size), Stages::default());
    let (mut difference, mut made, mut count) = (0.0, 0.0, 0);
    while let Some(frame) = source.next_frame()? {
        let from = (PixelFormat::I420, frame.color);
        let make = || Converter::new(from, (format, color), size, Level::best());
        convert.get_or_insert_with(make).run(&frame, &mut coded);
        let (bytes, stride) = match encoding {
            Encoding::Jpeg => (backlot_mjpeg::encode(&coded, QUALITY)?, 0),
            Encoding::Raw(_) => {
                let mut bytes = Vec::new();
                coded.write_packed(&mut bytes);
                (bytes, size.width as usize * if format == PixelFormat::Yuyv { 2 } else { 1 })
            }
        };
        let time = rate.time_of(count);
        let raw = || RawPicture { bytes: &bytes, stride, time, sequence: count };
        let exposed = cameras[0].expose(raw(), &mut stages).ok_or("no picture")?;
        let some = in_part.matte(exposed, count)?;
        made += in_part.studio.made().map_or(1.0, |made| made.share);
        let whole = cameras[1].develop(raw(), &mut stages).ok_or("no picture")?;
        let all = in_whole.matte(Exposed::Frame(whole), count)?;
        difference += far_apart(&some, &all);
        for (kind, matte) in [("part", &some), ("whole", &all)] {
            let place = file(folder, kind, video, count)?;
            std::fs::write(place, matte_as_png(matte)?)?;
        }
        count += 1;
    }
    let count = count.max(1) as f64;
    Ok((difference / count, made / count))
}

fn file(folder: &Path, kind: &str, video: &Path, count: u64) -> Result<PathBuf> {
    let folder = folder.join(kind).join(video.file_stem().unwrap_or_default());
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{count:05}.png")))
}

/// The mean difference of two mattes, in per cent.
fn far_apart(a: &Matte, b: &Matte) -> f64 {
    let rows = a.plane().rows().zip(b.plane().rows());
    let sum: u64 =
        rows.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / (255 * a.size().pixels()) as f64 * 100.0
}

/// A studio that shows a person before a colour, and tells their matte.
struct Stage {
    studio: Studio,
    mattes: Receiver<Matte>,
}

fn stage(model: &SegmentationModel, size: Size) -> Result<Stage> {
    let (sender, mattes) = channel();
    let (intake, sizes) = (Intake::default(), [(CameraId::Usual, size)]);
    let canvas = Canvas::new(size, COLOR, Level::best());
    let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
    let mut make = |_: &_, view: backlot_media::View| -> std::result::Result<Box<dyn Keyer>, _> {
        let settings = MatteSettings::default();
        let own = PersonMatte::new(model, view.size, settings, Level::best())?;
        Ok(Box::new(Telling { own, mattes: sender.clone() }))
    };
    let scene = Scene::replace("navy".parse()?, Replacement::default());
    let options = StudioOptions { sizes: &sizes, ..options };
    let studio = Studio::with_finders(&scene.into(), options, &mut make)?;
    Ok(Stage { studio, mattes })
}

impl Stage {
    fn matte(&mut self, picture: Exposed, count: u64) -> Result<Matte> {
        self.studio.accept(0, picture);
        self.studio.draw(0, FrameRate::FPS_30.time_of(count), count)?;
        Ok(self.mattes.recv()?)
    }
}

/// A key that tells its mattes.
struct Telling {
    own: PersonMatte,
    mattes: Sender<Matte>,
}

impl Telling {
    fn tell(&self, matte: &Matte) {
        // Nobody listens any more when all ends.
        let _ = self.mattes.send(matte.clone());
    }
}

impl Keyer for Telling {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> std::result::Result<(), MatteError> {
        self.own.find(frame, matte)?;
        self.tell(matte);
        Ok(())
    }

    fn find_in(
        &mut self,
        picture: &mut dyn Latent,
        matte: &mut Matte,
    ) -> std::result::Result<(), MatteError> {
        self.own.find_in(picture, matte)?;
        self.tell(matte);
        Ok(())
    }
}
