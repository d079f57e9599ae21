//! Plans: looks through all inputs once, and takes down what their chunks need.

use super::manifest::{Asked, Chunk, Maker, Manifest, Planned, Shown, Video, sum_of};
use super::sum::Sum;
use crate::error::{JobError, Result};
use crate::grid::Grid;
use crate::names::targets;
use crate::relay::scout;
use crate::request::{JobRequest, Make, check_share};
use crate::sinks::make_folder;
use crate::work::What;
use backlot_effects::Canvas;
use backlot_files::{Overwrite, write_file};
use backlot_kernels::Level;
use backlot_media::{FrameRate, Matrix};
use backlot_pipeline::Needed;
use backlot_sources::{Input, Item, Listing};
use backlot_terminal::{Outcome, Progress, sentence, stdio};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What is asked of a plan.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// Videos, pictures, and folders of them.
    pub inputs: Vec<OsString>,
    /// The folder for the plan and its chunks.
    pub folder: PathBuf,
    /// What is made of each: its input and output don't count.
    pub job: JobRequest,
}

impl PlanRequest {
    /// Makes the plan. Inputs that can't be read are named in it, and left out.
    ///
    /// # Errors
    /// One sentence when there is nothing to plan, or the plan can't be written.
    pub fn run(&self) -> Result<Outcome> {
        let (job, folder) = (&self.job, &*self.folder);
        if let Make::Matte { decontaminate, .. } = &job.make {
            check_share(*decontaminate)?;
        }
        let overwrite = if job.manner.force { Overwrite::Always } else { Overwrite::Never };
        if overwrite == Overwrite::Never && Manifest::path(folder).exists() {
            refuse!(
                "'{}' has a plan already: make its chunks, name another folder, or use --force to plan again",
                folder.display()
            );
        }
        make_folder(&folder.join("memory"))?;
        make_folder(&folder.join("chunks"))?;
        let program = Maker::here(&job.intake.tools)?;
        let (root, listing) = self.listing()?;
        let mut manifest = Manifest::new(program, root, Asked::of(job));
        let names = targets(&listing.items, Path::new(""), manifest.asked.what())?;
        (manifest.failed, manifest.left_out) = (listing.broken, listing.left_out);
        manifest.files = self.files()?;
        // What is planned is what workers will read.
        let asked = JobRequest { intake: job.intake.clone(), ..manifest.asked.request()? };
        let progress = Progress::new(Some(names.len() as u64), job.manner.quiet);
        for (item, result) in listing.items.iter().zip(names) {
            match self.item(item, result, &asked, manifest.count()) {
                Ok(planned) => manifest.items.push(planned),
                Err(error) => manifest.failed.push(sentence(&error)),
            }
            progress.advance();
        }
        progress.finish();
        if manifest.items.is_empty() {
            manifest.failed.iter().for_each(stdio::fail);
            refuse!("nothing could be planned: none of the inputs can be read");
        }
        manifest.write(folder, overwrite)?;
        self.tell(&manifest);
        Ok(if manifest.failed.is_empty() { Outcome::Done } else { Outcome::Faulty })
    }

    fn tell(&self, manifest: &Manifest) {
        manifest.failed.iter().for_each(stdio::fail);
        if !manifest.left_out.is_empty() {
            stdio::warn(format_args!(
                "left out (no readable picture or video): {}",
                manifest.left_out.join(", ")
            ));
        }
        if !self.job.manner.quiet {
            let (chunks, folder) = (manifest.count(), self.folder.display());
            stdio::tell(format_args!(
                "planned {chunks} chunks of {} inputs: 'backlot batch chunk {folder} N' makes one, for N from 0 to {}\n",
                manifest.items.len(),
                chunks - 1
            ));
        }
    }

    /// All files, with their names in a folder that they share.
    fn listing(&self) -> Result<(PathBuf, Listing)> {
        let absolute = |name: &OsString| {
            std::path::absolute(name)
                .map_err(|_| JobError::Refused("an input has no name".to_owned()))
        };
        let paths = self.inputs.iter().map(absolute).collect::<Result<Vec<_>>>()?;
        let root = |path: &PathBuf| match path.is_dir() {
            true => path.clone(),
            false => path.parent().unwrap_or(path).to_owned(),
        };
        let mut roots = paths.iter().map(root);
        let first = roots.next().unwrap_or_default();
        let root = roots.fold(first, |sum, next| shared(&sum, &next));
        let mut all = Listing::default();
        for path in &paths {
            let inside = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_owned();
            let intake = &self.job.intake;
            if path.is_dir() {
                let recursive = self.job.manner.recursive;
                let found = Listing::of(path, recursive, &self.folder, intake)?;
                let items = found.items.into_iter();
                all.items.extend(items.map(|item| Item { inside: inside(&item.path), ..item }));
                all.left_out.extend(found.left_out);
                all.broken.extend(found.broken);
                continue;
            }
            match Input::find(path, intake) {
                Ok(Input::Video(..)) => all.items.push(Item {
                    inside: inside(path),
                    path: path.clone(),
                    is_video: true,
                    found: None,
                }),
                Ok(_) => all.items.push(Item {
                    inside: inside(path),
                    path: path.clone(),
                    is_video: false,
                    found: None,
                }),
                Err(error) => all.broken.push(sentence(&error)),
            }
        }
        Ok((root, all))
    }

    /// The files that results depend on besides their inputs.
    fn files(&self) -> Result<Vec<Shown>> {
        let scene = match &self.job.make {
            Make::Scene { program, .. } => program.files(),
            Make::Matte { .. } => Vec::new(),
        };
        let mut files = Vec::new();
        for path in scene.into_iter().chain(self.job.matting.file()) {
            let path = std::path::absolute(&path).unwrap_or(path);
            files.push(Shown { sum: sum_of(&path)?, path });
        }
        Ok(files)
    }

    fn item(
        &self,
        item: &Item,
        result: PathBuf,
        asked: &JobRequest,
        first: usize,
    ) -> Result<Planned> {
        let bytes = bytes_of(&item.path)?;
        let video = match item.is_video {
            true => Some(self.video(item, asked, first)?),
            false => None,
        };
        Ok(Planned { input: item.inside.clone(), result, bytes, video })
    }

    /// Looks through a video.
    fn video(&self, item: &Item, asked: &JobRequest, first: usize) -> Result<Video> {
        let input = Input::find(&item.path, &asked.intake)?;
        let mut source = input.open(&asked.wanted, false, &asked.intake)?;
        let rate = source.rate().unwrap_or(FrameRate::FPS_30);
        let (size, color) = (source.size(), source.color());
        let canvas = Canvas::new(size, color, Level::best());
        let mattings = asked.mattings(&input)?;
        let mut work = asked.work(&mattings, What::Picture, canvas, false)?;
        let is_whole = work.needed_memory() == Needed::All;
        let mut scout = scout(&mut *work, rate)?;
        drop(work);
        let grid = if is_whole { Grid { frames: u64::MAX, early: 0 } } else { Grid::of(rate) };
        let (mut begins, mut frames) = (0, 0);
        let mut chunks: Vec<(Sum, Option<String>)> = Vec::new();
        while let Some(frame) = source.next_frame()? {
            if frames == 0 {
                begins = frame.time.nanos();
            }
            if frames == grid.begin(chunks.len() as u64) {
                let number = first + chunks.len();
                let memory = scout.as_mut().filter(|_| frames > 0).map(|scout| scout.memory());
                let memory = memory.map(|memory| self.keep(number, &memory)).transpose()?;
                chunks.push((Sum::default(), memory));
            }
            if let Some(scout) = &mut scout {
                scout.look(&frame)?;
            }
            // A chunk begins while the one before goes on.
            let sums = chunks.iter_mut().skip((frames / grid.frames) as usize);
            sums.for_each(|(sum, _)| sum.add_frame(&frame));
            frames += 1;
        }
        if frames == 0 {
            refuse!("'{}' gave no frame", item.path.display());
        }
        let count = grid.chunks(frames) as usize;
        if chunks.len() > count {
            // It ended after the beginning of another chunk, before its first frame.
            chunks.truncate(count);
            let _ = std::fs::remove_file(memory_path(&self.folder, first + count));
        }
        let chunks = chunks.into_iter().map(|(sum, memory)| Chunk { frames: sum.text(), memory });
        Ok(Video {
            size: size.to_string(),
            rate: rate.to_string(),
            matrix: if color.matrix == Matrix::Bt601 { "bt601" } else { "bt709" }.to_owned(),
            begins,
            frames,
            is_whole,
            chunks: chunks.collect(),
        })
    }

    /// Keeps what is remembered at the beginning of a chunk; returns its sum.
    fn keep(&self, number: usize, memory: &[u8]) -> Result<String> {
        write_file(&memory_path(&self.folder, number), &Overwrite::Always.into(), memory)?;
        Ok(Sum::of(memory).text())
    }
}

/// Where what is remembered at the beginning of a chunk is kept.
pub fn memory_path(folder: &Path, number: usize) -> PathBuf {
    folder.join("memory").join(format!("{number:06}.room"))
}

/// How long a file is.
///
/// # Errors
/// When it isn't there.
pub fn bytes_of(path: &Path) -> Result<u64> {
    match std::fs::metadata(path) {
        Ok(meta) => Ok(meta.len()),
        Err(error) => refuse!("'{}' can't be read: {error}", path.display()),
    }
}

/// The folder that two paths share.
fn shared(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}
