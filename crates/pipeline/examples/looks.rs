//! Prints how the guard sees the mattes of videos and pictures, and which it shields.
//!
//! `cargo run --release -p backlot-pipeline --example looks -- MODEL.tflite FILE...`

use backlot_files::{VideoSource, picture_to_frame, read_picture};
use backlot_guard::{Guard, Look, Verdict};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte, Quality};
use backlot_media::{ColorSpace, Frame, Matte, Size, Source};
use backlot_scene::Fit;
use backlot_segmenter::SegmentationModel;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, files @ ..] = &arguments[..] else {
        return Err("usage: looks MODEL.tflite FILE...".into());
    };
    let model = SegmentationModel::from_tflite(&std::fs::read(model)?)?;
    println!(
        "{:40} frames shield coverage       unsure edges  edges/c margin-c full judging",
        "file"
    );
    for file in files {
        let path = Path::new(file);
        let mut summary = Summary { cost: Duration::MAX, ..Summary::default() };
        if path.extension().is_some_and(|ending| ending == "jpg" || ending == "png") {
            still(&model, path, &mut summary)?;
        } else {
            video(&model, path, &mut summary)?;
        }
        summary.print(&path.file_name().unwrap_or_default().to_string_lossy());
    }
    Ok(())
}

/// The extremes of the results.
#[derive(Default)]
struct Summary {
    frames: u64,
    shielded: u64,
    coverage: Option<(f64, f64)>,
    unsure: f64,
    edges: f64,
    edges_of_coverage: f64,
    margin: f64,
    full: u64,
    cost: Duration,
}

impl Summary {
    fn add(&mut self, guard: &mut Guard, frame: &Frame, matte: &Matte) {
        let start = Instant::now();
        let verdict = guard.verdict(frame, Some(matte));
        self.cost = self.cost.min(start.elapsed());
        let look = Look::of(matte.plane());
        self.frames += 1;
        self.shielded += u64::from(verdict != Verdict::Show);
        let (low, high) = self.coverage.unwrap_or((look.coverage, look.coverage));
        self.coverage = Some((low.min(look.coverage), high.max(look.coverage)));
        self.unsure = self.unsure.max(look.unsure);
        self.edges = self.edges.max(look.edges);
        if look.coverage > 0.01 {
            self.edges_of_coverage = self.edges_of_coverage.max(look.edges / look.coverage);
        }
        self.margin = self.margin.max(look.margin - look.coverage);
        self.full += u64::from(look.is_full);
    }

    fn print(&self, name: &str) {
        let (low, high) = self.coverage.unwrap_or_default();
        println!(
            "{name:40} {:6} {:6} {low:.4}..{high:.4} {:.4} {:.4} {:.4} {:+.4} {} {:.1} us",
            self.frames,
            self.shielded,
            self.unsure,
            self.edges,
            self.edges_of_coverage,
            self.margin,
            self.full,
            1e6 * self.cost.as_secs_f64()
        );
    }
}

fn video(model: &SegmentationModel, path: &Path, summary: &mut Summary) -> Result<()> {
    let mut source = VideoSource::open(path, &Default::default())?;
    let size = source.size();
    let mut maker = PersonMatte::new(model, size, MatteSettings::default(), Level::best())?;
    let (mut guard, mut matte) = (Guard::new(true), Matte::new(size));
    while let Some(frame) = source.next_frame()? {
        maker.segment(&frame)?;
        maker.refine(&frame, &mut matte)?;
        summary.add(&mut guard, &frame, &matte);
    }
    Ok(())
}

fn still(model: &SegmentationModel, path: &Path, summary: &mut Summary) -> Result<()> {
    let picture = read_picture(path, &Default::default())?;
    let size = Size { width: picture.size().width & !1, height: picture.size().height & !1 };
    let frame = picture_to_frame(&picture, size, Fit::Cover, ColorSpace::BT601, [0; 3]);
    let settings = MatteSettings { quality: Quality::Best, ..MatteSettings::default() };
    let mut maker = PersonMatte::new(model, size, settings, Level::best())?;
    let mut matte = Matte::new(size);
    maker.segment(&frame)?;
    maker.refine(&frame, &mut matte)?;
    summary.add(&mut Guard::new(true), &frame, &matte);
    Ok(())
}
