//! Where results go: one interface over everything that can be written.

use crate::cli::MatteKind;
use crate::input::Wanted;
use crate::output::Output;
use crate::stdio;
use anyhow::{Context, Result, bail};
use backlot_files::{
    AlphaVideoSink, Content, FilesError, GreySink, Overwrite, Sound, VideoOutOptions, VideoSink,
    Y4mSink, write_picture,
};
use backlot_guard::{Cleared, Verdict};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, Recovery, Size, Source, StreamError};
use backlot_pipeline::{CutOut, Finished, PipelineError, Studio};
use std::io::Stdout;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the frames of a stream are like, and the file whose sound goes with them.
#[derive(Clone, Debug)]
pub struct Form {
    /// Size of the frames.
    pub size: Size,
    /// Frames per second.
    pub rate: FrameRate,
    /// What the frames' numbers mean.
    pub color: ColorSpace,
    /// The file with the sound, and how much of it is wanted.
    pub sound: Option<(PathBuf, Option<Duration>)>,
}

impl Form {
    /// That of a source's frames.
    pub fn of(source: &dyn Source, sound: Option<PathBuf>, wanted: &Wanted) -> Self {
        Self {
            size: source.size(),
            rate: source.rate().unwrap_or(FrameRate::FPS_30),
            color: source.color(),
            sound: sound.map(|path| (path, wanted.duration)),
        }
    }

    fn options(&self, force: bool) -> Result<VideoOutOptions> {
        let mut options = VideoOutOptions::new(self.size, self.rate, self.color);
        options.overwrite = overwrite(force);
        if let Some((path, limit)) = &self.sound {
            options.sound = Sound::of(path, Duration::ZERO, *limit, &options.tools)?;
        }
        Ok(options)
    }
}

const fn overwrite(force: bool) -> Overwrite {
    if force { Overwrite::Always } else { Overwrite::Never }
}

/// Takes finished frames.
pub trait FrameSink: Send {
    /// Takes one.
    fn write(&mut self, frame: &Frame) -> Result<(), PipelineError>;

    /// Completes the result, and tells what the user should know of it.
    fn finish(self: Box<Self>) -> Result<Vec<String>>;
}

/// Takes frames with their mattes.
pub trait MatteSink: Send {
    /// Takes one.
    fn write(&mut self, frame: &Frame, matte: &Matte) -> Result<(), PipelineError>;

    /// Completes the result, and tells what the user should know of it.
    fn finish(self: Box<Self>) -> Result<Vec<String>>;
}

/// A finished frame, and what cuts it out if nothing stands behind the person.
pub struct Shot {
    /// The frame.
    pub picture: Cleared,
    /// What of it is seen; all if `None`.
    pub cut: Option<Matte>,
    /// What the guard said.
    pub verdict: Verdict,
}

impl Shot {
    /// Has a studio make it.
    ///
    /// # Errors
    /// As [`Studio::process`].
    pub fn take(
        studio: &mut Studio,
        frame: Frame,
        transparent: bool,
    ) -> Result<Self, PipelineError> {
        if transparent {
            let CutOut { picture, cut, verdict } = studio.cut_out(frame)?;
            return Ok(Self { picture, cut: Some(cut), verdict });
        }
        let Finished { picture, verdict } = studio.process(frame)?;
        Ok(Self { picture, cut: None, verdict })
    }
}

/// Takes shots, opaque or with transparency.
pub enum Sink {
    /// Opaque.
    Frames(Box<dyn FrameSink>),
    /// With transparency.
    Persons(Box<dyn MatteSink>),
}

impl Sink {
    /// Opens what takes frames, with their mattes as transparency or without.
    ///
    /// # Errors
    /// One sentence when it can't be, or can't hold transparency.
    pub fn open(output: &Output, form: &Form, transparent: bool, force: bool) -> Result<Self> {
        Ok(match transparent {
            true => Self::Persons(mattes(output, form, MatteKind::Person, force)?),
            false => Self::Frames(frames(output, form, force)?),
        })
    }

    /// Takes one.
    pub fn write(&mut self, shot: &Shot) -> Result<(), PipelineError> {
        match (self, &shot.cut) {
            (Self::Frames(sink), _) => sink.write(&shot.picture),
            (Self::Persons(sink), Some(cut)) => sink.write(&shot.picture, cut),
            (Self::Persons(sink), None) => {
                let mut all = Matte::new(shot.picture.size());
                all.plane_mut().fill(255);
                sink.write(&shot.picture, &all)
            }
        }
    }

    /// Completes the result, and tells what the user should know of it.
    pub fn finish(self) -> Result<Vec<String>> {
        match self {
            Self::Frames(sink) => sink.finish(),
            Self::Persons(sink) => sink.finish(),
        }
    }
}

/// Opens what takes finished frames.
pub fn frames(output: &Output, form: &Form, force: bool) -> Result<Box<dyn FrameSink>> {
    Ok(match output {
        Output::Stdout => Box::new(Stream(y4m(form)?)),
        Output::Video(path) => Box::new(VideoSink::create(path, &form.options(force)?)?),
        Output::Picture(path) => Box::new(One::new(path, force)?),
        Output::Folder(path) => Box::new(Numbered::new(path, force)?),
    })
}

/// Opens what takes mattes, or persons with transparency.
pub fn mattes(
    output: &Output,
    form: &Form,
    kind: MatteKind,
    force: bool,
) -> Result<Box<dyn MatteSink>> {
    Ok(match (output, kind) {
        (Output::Stdout, _) => bail!(
            "mattes don't go to standard output: name a video (.mp4, .webm, .mov) or a folder"
        ),
        (Output::Video(path), MatteKind::Matte) => {
            Box::new(GreySink::create(path, &form.options(force)?)?)
        }
        (Output::Video(path), MatteKind::Person) => {
            Box::new(AlphaVideoSink::create(path, &form.options(force)?)?)
        }
        (Output::Picture(path), kind) => Box::new((kind, One::new(path, force)?)),
        (Output::Folder(path), kind) => Box::new((kind, Numbered::new(path, force)?)),
    })
}

fn sink_error(error: FilesError) -> PipelineError {
    PipelineError::Sink(StreamError::new(error, Recovery::Fatal))
}

impl FrameSink for VideoSink {
    fn write(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        Self::write(self, frame).map_err(sink_error)
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        Ok(self.complete()?.into_iter().collect())
    }
}

impl MatteSink for GreySink {
    fn write(&mut self, _: &Frame, matte: &Matte) -> Result<(), PipelineError> {
        Self::write(self, matte).map_err(sink_error)
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        Ok(self.complete()?.into_iter().collect())
    }
}

impl MatteSink for AlphaVideoSink {
    fn write(&mut self, frame: &Frame, matte: &Matte) -> Result<(), PipelineError> {
        Self::write(self, frame, matte).map_err(sink_error)
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        Ok(self.complete()?.into_iter().collect())
    }
}

/// Y4M on standard output.
struct Stream(Y4mSink<Stdout>);

fn y4m(form: &Form) -> Result<Y4mSink<Stdout>> {
    Ok(Y4mSink::create(stdio::stream(), form.size, form.rate, form.color)?)
}

impl FrameSink for Stream {
    fn write(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        self.0.write(frame).map_err(sink_error)
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        self.0.complete()?;
        Ok(Vec::new())
    }
}

/// A place for pictures, one after the other.
trait Pictures: Send {
    fn next(&mut self) -> PathBuf;

    fn force(&self) -> bool;

    fn put(&mut self, content: Content<'_>) -> Result<(), PipelineError> {
        let (path, overwrite) = (self.next(), overwrite(self.force()));
        write_picture(&path, content, overwrite).map_err(sink_error)
    }
}

impl<T: Pictures> FrameSink for T {
    fn write(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        self.put(Content::Frame(frame))
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

impl<T: Pictures> MatteSink for (MatteKind, T) {
    fn write(&mut self, frame: &Frame, matte: &Matte) -> Result<(), PipelineError> {
        self.1.put(content(self.0, frame, matte))
    }

    fn finish(self: Box<Self>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

/// A single picture.
struct One {
    path: PathBuf,
    force: bool,
}

impl One {
    fn new(path: &Path, force: bool) -> Result<Self> {
        check_free(path, force)?;
        Ok(Self { path: path.to_owned(), force })
    }
}

impl Pictures for One {
    fn next(&mut self) -> PathBuf {
        self.path.clone()
    }

    fn force(&self) -> bool {
        self.force
    }
}

/// Numbered pictures in a folder, from 000001.png on.
struct Numbered {
    folder: PathBuf,
    count: u64,
    force: bool,
}

impl Numbered {
    fn new(folder: &Path, force: bool) -> Result<Self> {
        make_folder(folder)?;
        let numbered = Self { folder: folder.to_owned(), count: 0, force };
        check_free(&numbered.path(1), force)?;
        Ok(numbered)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:06}.png"))
    }
}

impl Pictures for Numbered {
    fn next(&mut self) -> PathBuf {
        self.count += 1;
        self.path(self.count)
    }

    fn force(&self) -> bool {
        self.force
    }
}

/// Makes a folder, unless it is there.
pub fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder '{}' can't be made", folder.display()))
}

/// Refuses a name that is taken, unless `force`.
pub fn check_free(path: &Path, force: bool) -> Result<()> {
    if !force && path.symlink_metadata().is_ok() {
        return Err(FilesError::Exists(path.to_owned()).into());
    }
    Ok(())
}

/// Writes a finished still.
pub fn write_still(path: &Path, frame: &Frame, force: bool) -> Result<()> {
    Ok(write_picture(path, Content::Frame(frame), overwrite(force))?)
}

/// Writes a finished still, with transparency if something cuts it out.
pub fn write_cut(path: &Path, frame: &Frame, cut: Option<&Matte>, force: bool) -> Result<()> {
    match cut {
        Some(cut) => write_matte(path, frame, cut, MatteKind::Person, force),
        None => write_still(path, frame, force),
    }
}

/// Writes the matte of a still, or the person in it.
pub fn write_matte(
    path: &Path,
    frame: &Frame,
    matte: &Matte,
    kind: MatteKind,
    force: bool,
) -> Result<()> {
    Ok(write_picture(path, content(kind, frame, matte), overwrite(force))?)
}

const fn content<'a>(kind: MatteKind, frame: &'a Frame, matte: &'a Matte) -> Content<'a> {
    match kind {
        MatteKind::Matte => Content::Matte(matte),
        MatteKind::Person => Content::Person(frame, matte),
    }
}
