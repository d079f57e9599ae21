//! What is measured, case by case.

use crate::chain::Chain;
use crate::clip::{Clip, WARM_UP};
use crate::error::{BenchError, Result};
use crate::live;
use crate::report::{Case, LiveCase, Report};
use backlot_effects::{Canvas, Effect};
use backlot_files::Intake;
use backlot_kernels::Level;
use backlot_matte::MatteSettings;
use backlot_media::{ColorSpace, Encoding, PixelFormat, Size};
use backlot_networks::{Purpose, load};
use backlot_pipeline::Program;
use backlot_scene::{Background, Replacement, Rgb, Scene};
use backlot_segmenter::SegmentationModel;
use backlot_terminal::stdio;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A scene that is measured.
#[derive(Clone, Debug)]
pub struct BenchScene {
    /// Its name in tables.
    pub name: String,
    /// The scene, and what its names mean.
    pub program: Program,
}

impl BenchScene {
    /// The scenes that are always there: the person in front of a picture, in front of the blurred
    /// room, and as a hologram in front of a picture.
    pub const NAMES: [&str; 3] = ["replace", "blur", "hologram"];

    /// One of those, with this picture, or a gradient. `None` for another name.
    ///
    /// # Errors
    /// When a picture is given that it doesn't show.
    pub fn of_name(name: &str, background: Option<&Path>) -> Result<Option<Self>> {
        let picture = || match background {
            Some(path) => Background::File(path.to_owned()),
            None => Background::Gradient(Rgb::new([24, 40, 90]), Rgb::new([200, 120, 80])),
        };
        let mut parts = Replacement::default();
        let behind = match name {
            "replace" => picture(),
            "blur" if background.is_some() => return Err(BenchError::NoBackground),
            "blur" => Background::Room(Effect::plain(&backlot_effects::BLUR)),
            "hologram" => {
                parts.person_effects.push(Effect::plain(&backlot_effects::HOLOGRAM));
                picture()
            }
            _ => return Ok(None),
        };
        let program = Scene::replace(behind, parts).into();
        Ok(Some(Self { name: name.to_owned(), program }))
    }
}

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct BenchRequest {
    /// The video to measure on; else the presenter.
    pub input: Option<PathBuf>,
    /// The scenes.
    pub scenes: Vec<BenchScene>,
    /// The sizes.
    pub sizes: Vec<Size>,
    /// The numbers of threads; one and two if none is named.
    pub threads: Vec<u8>,
    /// Whether the whole camera is measured too.
    pub live: bool,
    /// Frames in each case.
    pub frames: u32,
    /// The network.
    pub model: OsString,
    /// Quality of the matte.
    pub quality: String,
    /// Whether the figures are printed as JSON.
    pub json: bool,
    /// How files are read.
    pub intake: Intake,
}

impl BenchRequest {
    /// Measures each case, and prints the figures.
    ///
    /// # Errors
    /// One sentence about what can't be measured.
    pub fn run(&self) -> Result<()> {
        let scenes = &self.scenes;
        let threads = if self.threads.is_empty() { &[1, 2][..] } else { &self.threads };
        let model = load(&self.model, Purpose::Live)?;
        let matte = MatteSettings { quality: self.quality.parse()?, ..MatteSettings::default() };
        let report = Report::new(self.json);
        let mut bench = Bench { request: self, model, matte, report };
        for &size in &self.sizes {
            bench.in_memory(size, scenes, threads)?;
        }
        if self.live {
            for &size in &self.sizes {
                bench.live(size, scenes)?;
            }
        }
        self.intake.report.take().iter().for_each(stdio::warn);
        bench.report.finish()
    }
}

/// How pictures come from the camera in the live cases.
const ENCODINGS: [Encoding; 2] = [Encoding::Raw(PixelFormat::Yuyv), Encoding::Jpeg];

struct Bench<'a> {
    request: &'a BenchRequest,
    model: SegmentationModel,
    matte: MatteSettings,
    report: Report,
}

impl Bench<'_> {
    /// As fast as possible.
    fn in_memory(&mut self, size: Size, scenes: &[BenchScene], threads: &[u8]) -> Result<()> {
        let (request, canvas) = (self.request, canvas(size));
        let clip = Clip::new(request.input.as_deref(), canvas, Encoding::Jpeg, &request.intake)?;
        for scene in scenes {
            for &threads in threads {
                let mut chain =
                    Chain::new(&scene.program, canvas, (&self.model, self.matte), &request.intake)
                        .map_err(|error| of_case(format!("{} at {size}", scene.name), error))?;
                chain.run(&clip, WARM_UP, threads)?;
                let figures = chain.run(&clip, request.frames, threads)?;
                let case = Case::new(&scene.name, size, threads, request.frames, &figures);
                self.report.add(case)?;
            }
        }
        Ok(())
    }

    /// At a camera's rate.
    fn live(&mut self, size: Size, scenes: &[BenchScene]) -> Result<()> {
        let (request, canvas) = (self.request, canvas(size));
        for encoding in ENCODINGS {
            let clip =
                Arc::new(Clip::new(request.input.as_deref(), canvas, encoding, &request.intake)?);
            for scene in scenes {
                let finder = (&self.model, self.matte, &request.intake);
                let figures =
                    live::run(&scene.program, canvas, finder, clip.clone(), request.frames)
                        .map_err(|error| {
                            of_case(format!("{} at {size}, live", scene.name), error)
                        })?;
                self.report.add_live(LiveCase::new(&scene.name, size, encoding, &figures))?;
            }
        }
        Ok(())
    }
}

fn of_case(case: String, error: BenchError) -> BenchError {
    BenchError::Case(case, Box::new(error))
}

/// The canvas of a measurement.
pub fn canvas(size: Size) -> Canvas {
    Canvas::new(size, ColorSpace::BT601, Level::best())
}
