//! The manifest of a plan: what is made of which videos, in which chunks, and by which program.

use super::sum::Sum;
use crate::error::{JobError, Result};
use crate::grid::Grid;
use crate::request::{JobRequest, Make, MatteKind};
use crate::work::What;
use backlot_files::{Intake, Overwrite, Tools, open_file, write_file};
use backlot_kernels::Level;
use backlot_media::{FrameRate, Size};
use backlot_networks::MattingChoice;
use backlot_pipeline::Program;
use backlot_scene::config::{Config, Place as Stand};
use backlot_scene::{Document, NamedScene, SceneForm};
use backlot_sources::{Format, Wanted};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The version of this form.
const VERSION: u32 = 1;
/// The most bytes of a manifest.
const MOST_BYTES: u64 = 256 << 20;
/// The most files of a plan.
const MOST_FILES: usize = 100_000;
/// The most frames of a video: four days at 240 a second.
const MOST_FRAMES: u64 = 1 << 27;
/// Where the plan's scene stands: in no file.
const START: Stand = Stand { line: 1, column: 1 };
/// The name of the plan's scene.
const SCENE: &str = "batch";

/// What is made of which videos.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    manifest: u32,
    /// Which program makes the chunks.
    pub program: Maker,
    /// The folder from which the inputs' names count.
    pub inputs: PathBuf,
    /// What is made.
    pub asked: Asked,
    /// Files that the scene shows, and the network's own.
    pub files: Vec<Shown>,
    /// The videos and pictures.
    pub items: Vec<Planned>,
    /// What can't be read, in one sentence each.
    pub failed: Vec<String>,
    /// What is neither a picture nor a video.
    pub left_out: Vec<String>,
}

/// A program on a machine: others may give other pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    /// Our version.
    pub version: String,
    /// The processor's instructions that are used.
    pub instructions: String,
    /// ffmpeg's version.
    pub ffmpeg: String,
}

/// What is made of each frame, as text and numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// `picture`, `person` or `matte`.
    pub what: String,
    /// The scene as settings; none for mattes.
    pub scene: Option<String>,
    /// Whether the sound is left out.
    pub is_muted: bool,
    /// The network.
    pub model: String,
    /// The quality of the matte, if it was given.
    pub quality: Option<String>,
    /// How much of the room's colour is taken out of the person's edge, without a scene.
    pub decontaminate: Option<f32>,
    /// Whether left and right are swapped, without a scene.
    pub mirror: bool,
    /// The results' size, if it was given.
    pub size: Option<String>,
    /// Their rate, if it was given.
    pub rate: Option<String>,
    /// How pictures of another shape fill the size.
    pub fit: String,
    /// Where videos begin, in nanoseconds.
    pub start: u64,
    /// How long they last at most, in nanoseconds.
    pub duration: Option<u64>,
}

/// A file that results depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Where it is.
    pub path: PathBuf,
    /// The sum of its bytes.
    pub sum: String,
}

/// A video or picture, and its chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Its name, from the folder of inputs.
    pub input: PathBuf,
    /// Its result's name.
    pub result: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// What was found of a video; none for a picture, which is one chunk.
    pub video: Option<Video>,
}

/// A video as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// The size of its frames.
    pub size: String,
    /// Their rate.
    pub rate: String,
    /// Their matrix: `bt601` or `bt709`.
    pub matrix: String,
    /// When the first one shows, in nanoseconds from the beginning of the file.
    pub begins: u64,
    /// Their number.
    pub frames: u64,
    /// Whether it can't be cut.
    pub is_whole: bool,
    /// The chunks.
    pub chunks: Vec<Chunk>,
}

/// A chunk of a video.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// The sum of its frames, and of those made before them, as they are read.
    pub frames: String,
    /// The sum of what is remembered at its beginning, if that counts.
    pub memory: Option<String>,
}

/// A chunk within its video.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its number in the plan.
    pub number: usize,
    /// Its file.
    pub item: &'a Planned,
    /// Its number in that.
    pub inside: usize,
}

impl Maker {
    /// This program, here.
    ///
    /// # Errors
    /// When ffmpeg can't be started.
    pub fn here(tools: &Tools) -> Result<Self> {
        let ffmpeg = tools.version()?;
        let instructions = Level::best().to_string();
        Ok(Self { version: env!("CARGO_PKG_VERSION").to_owned(), instructions, ffmpeg })
    }
}

impl Manifest {
    /// Of what was asked for, without anything to make it of.
    pub fn new(program: Maker, inputs: PathBuf, asked: Asked) -> Self {
        let (files, items) = (Vec::new(), Vec::new());
        let (failed, left_out) = (Vec::new(), Vec::new());
        Self { manifest: VERSION, program, inputs, asked, files, items, failed, left_out }
    }

    /// The name of its file.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join("manifest.json")
    }

    /// Reads and checks that of a folder.
    ///
    /// # Errors
    /// One sentence about the first thing that is wrong in it.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = Self::path(folder);
        let mut text = String::new();
        let read = open_file(&path)?.take(MOST_BYTES + 1).read_to_string(&mut text);
        let wrong = |why: String| JobError::Refused(format!("'{}' {why}", path.display()));
        match read {
            Ok(bytes) if bytes as u64 > MOST_BYTES => return Err(wrong("is too long".into())),
            Ok(_) => {}
            Err(_) => return Err(wrong("is not text".into())),
        }
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("is no plan of this version: {error}")))?;
        manifest.check().map_err(|why| wrong(format!("can't be used: {why}")))?;
        Ok(manifest)
    }

    /// Writes it into a folder.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, folder: &Path, overwrite: Overwrite) -> Result<()> {
        Ok(write_file(&Self::path(folder), &overwrite.into(), self.text().as_bytes())?)
    }

    fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What tells its chunks from those of other plans.
    pub fn key(&self) -> String {
        Sum::of(self.text().as_bytes()).text()
    }

    fn check(&self) -> Result<(), String> {
        if self.manifest != VERSION {
            return Err(format!("it is of version {}, not {VERSION}", self.manifest));
        }
        if self.items.len() > MOST_FILES {
            return Err(format!("it names {} files, more than {MOST_FILES}", self.items.len()));
        }
        for item in &self.items {
            for name in [&item.input, &item.result] {
                if !is_inside(name) {
                    return Err(format!("'{}' leads out of its folder", name.display()));
                }
            }
            if let Some(video) = &item.video {
                let grid = video.grid().ok_or_else(|| {
                    format!("'{}' has no size and rate of a video", item.input.display())
                })?;
                let is_counted = video.chunks.len() as u64 == grid.chunks(video.frames);
                if !is_counted || !(1..=MOST_FRAMES).contains(&video.frames) {
                    return Err(format!("the chunks of '{}' don't add up", item.input.display()));
                }
            }
        }
        self.asked.request().map(|_| ()).map_err(|error| error.to_string())
    }

    /// Refuses to go on with what another program began.
    ///
    /// # Errors
    /// One sentence that names the difference.
    pub fn check_program(&self, tools: &Tools) -> Result<()> {
        let (here, planned) = (Maker::here(tools)?, &self.program);
        for (what, here, planned) in [
            ("Backlot", &here.version, &planned.version),
            ("the processor's instructions", &here.instructions, &planned.instructions),
            ("ffmpeg", &here.ffmpeg, &planned.ffmpeg),
        ] {
            if here != planned {
                refuse!(
                    "the plan was made with another version of {what}: '{planned}' there, '{here}' here; make its chunks on machines that are alike, or plan again"
                );
            }
        }
        Ok(())
    }

    /// Refuses if a file that results depend on is another than when it was planned.
    ///
    /// # Errors
    /// One sentence that names it.
    pub fn check_files(&self) -> Result<()> {
        for Shown { path, sum } in &self.files {
            if sum_of(path)? != *sum {
                refuse!("'{}' has changed since the plan was made: plan again", path.display());
            }
        }
        Ok(())
    }

    /// The chunks of all files, in order.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let inside = self.items.iter().flat_map(|item| (0..item.chunks()).map(move |n| (item, n)));
        inside.enumerate().map(|(number, (item, inside))| Place { number, item, inside })
    }

    /// The number of all chunks.
    pub fn count(&self) -> usize {
        self.items.iter().map(Planned::chunks).sum()
    }
}

/// The sum of a file.
///
/// # Errors
/// When it can't be read.
pub fn sum_of(path: &Path) -> Result<String> {
    let mut file = open_file(path)?;
    let (mut sum, mut bytes) = (Sum::default(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut bytes) {
            Ok(0) => return Ok(sum.text()),
            Ok(read) => sum.add(&bytes[..read]),
            Err(error) => refuse!("'{}' can't be read: {error}", path.display()),
        }
    }
}

/// Whether a name stays within its folder.
fn is_inside(name: &Path) -> bool {
    let mut parts = name.components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

impl Planned {
    /// The number of its chunks.
    pub fn chunks(&self) -> usize {
        self.video.as_ref().map_or(1, |video| video.chunks.len())
    }
}

impl Video {
    /// The size of its frames.
    pub fn size(&self) -> Option<Size> {
        self.size.parse().ok()
    }

    /// Their rate.
    pub fn rate(&self) -> Option<FrameRate> {
        self.rate.parse().ok()
    }

    /// The grid of its chunks, if its numbers are sound.
    pub fn grid(&self) -> Option<Grid> {
        self.size()?;
        let grid = Grid::of(self.rate()?);
        Some(if self.is_whole { Grid { frames: self.frames.max(1), early: 0 } } else { grid })
    }
}

impl Asked {
    /// Takes a request down.
    pub fn of(request: &JobRequest) -> Self {
        let JobRequest { wanted, matting, make, .. } = request;
        let mut asked = Self {
            model: matting.model.to_string_lossy().into_owned(),
            quality: matting.quality.clone(),
            size: wanted.size.map(|format| match format {
                Format::Exact(size) => size.to_string(),
                Format::Lines(lines) => format!("{lines}p"),
            }),
            rate: wanted.rate.map(|rate| rate.to_string()),
            fit: wanted.fit.to_string(),
            start: wanted.start.as_nanos() as u64,
            duration: wanted.duration.map(|duration| duration.as_nanos() as u64),
            ..Self::default()
        };
        match make {
            Make::Scene { program, is_transparent, is_muted } => {
                asked.what = if *is_transparent { "person" } else { "picture" }.to_owned();
                (asked.scene, asked.is_muted) = (Some(text_of(program)), *is_muted);
            }
            Make::Matte { kind, decontaminate, mirror, .. } => {
                let is_person = *kind == Some(MatteKind::Person);
                asked.what = if is_person { "person" } else { "matte" }.to_owned();
                (asked.decontaminate, asked.mirror) = (*decontaminate, *mirror);
            }
        }
        asked
    }

    /// What is written.
    pub fn what(&self) -> What {
        match &*self.what {
            "person" => What::Person,
            "matte" => What::Matte,
            _ => What::Picture,
        }
    }

    /// The request again, without an input and an output.
    ///
    /// # Errors
    /// One sentence about the first thing that is wrong.
    pub fn request(&self) -> Result<JobRequest> {
        let make = match &self.scene {
            Some(text) => Make::Scene {
                program: Box::new(program_of(text)?),
                is_transparent: self.what() == What::Person,
                is_muted: self.is_muted,
            },
            None => Make::Matte {
                kind: Some(match self.what() {
                    What::Person => MatteKind::Person,
                    _ => MatteKind::Matte,
                }),
                decontaminate: self.decontaminate,
                mirror: self.mirror,
                has_fit: false,
            },
        };
        let rate = self.rate.as_deref().map(str::parse).transpose();
        let Ok(rate) = rate else { refuse!("'{:?}' is not a rate", self.rate) };
        let matting = MattingChoice {
            model: self.model.clone().into(),
            quality: self.quality.clone(),
            ..MattingChoice::default()
        };
        Ok(JobRequest {
            input: Default::default(),
            output: PathBuf::new(),
            wanted: Wanted {
                size: self.size.as_deref().map(str::parse).transpose()?,
                rate,
                start: Duration::from_nanos(self.start),
                duration: self.duration.map(Duration::from_nanos),
                fit: self.fit.parse()?,
            },
            matting,
            intake: Intake::default(),
            manner: Default::default(),
            reads: Vec::new(),
            make,
        })
    }
}

/// A program's scene as settings, with what its names mean.
fn text_of(program: &Program) -> String {
    let mut document = Document::clone(&program.document);
    let mut form = SceneForm::Layers(program.scene.clone());
    form.each_file(absolute);
    document.sources.values_mut().for_each(|source| source.each_file(absolute));
    document.scenes.iter_mut().for_each(|scene| scene.form.each_file(absolute));
    document.scenes.retain(|scene| scene.name != SCENE);
    document.scenes.push(NamedScene { name: SCENE.to_owned(), place: START, form });
    document.text()
}

/// A name that means the same wherever a program runs.
fn absolute(path: &mut PathBuf) {
    if let Ok(whole) = std::path::absolute(&*path) {
        *path = whole;
    }
}

fn program_of(text: &str) -> Result<Program> {
    let config = match Config::parse(text) {
        Ok(config) => config,
        Err(issues) => refuse!("its scene is no scene: {issues}"),
    };
    let document = Arc::new(config.document);
    match document.scene(SCENE) {
        Some(named) => Ok(Program::new(named.form.scene(), &document)),
        None => refuse!("it has no scene '{SCENE}'"),
    }
}
