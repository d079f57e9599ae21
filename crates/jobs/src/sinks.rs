//! Where results go: one interface for every kind of output.

use crate::error::{JobError, Result};
use crate::output::Output;
use crate::work::{Product, What};
use backlot_files::{
    AlphaVideoSink, Companions, FilesError, GreySink, Overwrite, Permit, VideoOutOptions,
    VideoQuality, VideoSink, Y4mSink, write_picture_with,
};
use backlot_media::{ColorSpace, FrameRate, Matte, Recovery, Size, Source, StreamError};
use backlot_pipeline::{JobEnd, PipelineError};
use backlot_terminal::stdio;
use std::io::Stdout;
use std::path::{Path, PathBuf};

/// The format of a stream's frames, and the extras of the file they come from.
#[derive(Clone, Debug)]
pub struct Form {
    /// Size of the frames.
    pub size: Size,
    /// Frames per second.
    pub rate: FrameRate,
    /// Colour space of the frames.
    pub color: ColorSpace,
    /// Sound, subtitles and the like.
    pub companions: Option<Companions>,
    /// Quality of a video.
    pub quality: VideoQuality,
    /// Whether it is a chunk of one.
    pub is_chunk: bool,
}

impl Form {
    /// The description of a source's frames.
    pub fn of(source: &dyn Source, companions: Option<Companions>) -> Self {
        Self {
            size: source.size(),
            rate: source.rate().unwrap_or(FrameRate::FPS_30),
            color: source.color(),
            companions,
            quality: VideoQuality::default(),
            is_chunk: false,
        }
    }

    fn options(&self, permit: &Permit) -> VideoOutOptions {
        let mut options = VideoOutOptions::new(self.size, self.rate, self.color);
        options.permit = permit.clone();
        options.quality = self.quality;
        options.is_chunk = self.is_chunk;
        options.companions = self.companions.clone();
        options
    }
}

/// Writes products, one by one.
pub trait Sink: Send {
    /// Writes one.
    ///
    /// # Errors
    /// When it can't be written.
    fn write(&mut self, product: &Product) -> Result<(), PipelineError>;

    /// Completes the result, and returns what the user should know about it.
    ///
    /// # Errors
    /// When the rest can't be written.
    fn finish(self: Box<Self>, end: JobEnd) -> Result<Vec<String>>;
}

/// Opens the sink for an output.
///
/// # Errors
/// One sentence when it can't be opened, or can't hold the products.
pub fn open(output: &Output, form: &Form, what: What, permit: &Permit) -> Result<Box<dyn Sink>> {
    Ok(match (output, what) {
        (Output::Stdout, What::Picture) => Box::new(Stream(y4m(form)?)),
        (Output::Stdout, _) => refuse!(
            "mattes can't be written to standard output: name a video (.mp4, .webm, .mov) or a folder"
        ),
        (Output::Video(path), _) => Box::new(Video::open(path, &form.options(permit), what)?),
        (Output::Picture(path), _) => {
            Box::new(Pictures { place: One::new(path, permit)?, what, quality: form.quality })
        }
        (Output::Folder(path), _) => {
            Box::new(Pictures { place: Numbered::new(path, permit)?, what, quality: form.quality })
        }
    })
}

fn sink_error(error: FilesError) -> PipelineError {
    PipelineError::Sink(StreamError::new(error, Recovery::Fatal))
}

/// A video file.
enum Video {
    Picture(VideoSink),
    Person(AlphaVideoSink),
    Matte(Box<GreySink>),
}

impl Video {
    fn open(path: &Path, options: &VideoOutOptions, what: What) -> Result<Self, FilesError> {
        Ok(match what {
            What::Picture => Self::Picture(VideoSink::create(path, options)?),
            What::Person => Self::Person(AlphaVideoSink::create(path, options)?),
            What::Matte => Self::Matte(Box::new(GreySink::create(path, options)?)),
        })
    }
}

impl Sink for Video {
    fn write(&mut self, product: &Product) -> Result<(), PipelineError> {
        let Product { frame, matte } = product;
        match (self, matte) {
            (Self::Picture(sink), _) => sink.write(frame),
            (Self::Person(sink), Some(matte)) => sink.write(frame, matte),
            (Self::Matte(sink), Some(matte)) => sink.write(matte, frame.time),
            (Self::Person(sink), None) => sink.write(frame, &whole(frame.size())),
            (Self::Matte(sink), None) => sink.write(&whole(frame.size()), frame.time),
        }
        .map_err(sink_error)
    }

    fn finish(mut self: Box<Self>, end: JobEnd) -> Result<Vec<String>> {
        if end == JobEnd::Stopped {
            match &mut *self {
                Self::Picture(sink) => sink.end_early(),
                Self::Person(sink) => sink.end_early(),
                Self::Matte(sink) => sink.end_early(),
            }
        }
        let notices = match *self {
            Self::Picture(sink) => sink.complete(),
            Self::Person(sink) => sink.complete(),
            Self::Matte(sink) => sink.complete(),
        };
        Ok(notices?)
    }
}

/// The matte that shows all of a picture.
fn whole(size: Size) -> Matte {
    let mut all = Matte::new(size);
    all.plane_mut().fill(255);
    all
}

/// Y4M on standard output.
struct Stream(Y4mSink<Stdout>);

fn y4m(form: &Form) -> Result<Y4mSink<Stdout>> {
    Ok(Y4mSink::create(stdio::stream(), form.size, form.rate, form.color)?)
}

impl Sink for Stream {
    fn write(&mut self, product: &Product) -> Result<(), PipelineError> {
        self.0.write(&product.frame).map_err(sink_error)
    }

    fn finish(self: Box<Self>, _: JobEnd) -> Result<Vec<String>> {
        self.0.complete()?;
        Ok(Vec::new())
    }
}

/// File names for pictures, in order.
trait Place: Send {
    fn next(&mut self) -> PathBuf;

    fn permit(&self) -> &Permit;
}

/// Pictures.
struct Pictures<P> {
    place: P,
    what: What,
    quality: VideoQuality,
}

impl<P: Place> Sink for Pictures<P> {
    fn write(&mut self, product: &Product) -> Result<(), PipelineError> {
        let path = self.place.next();
        let (content, permit) = (product.content(self.what), self.place.permit());
        write_picture_with(&path, content, self.quality, permit).map_err(sink_error)
    }

    fn finish(self: Box<Self>, _: JobEnd) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

/// A single picture.
struct One {
    path: PathBuf,
    permit: Permit,
}

impl One {
    fn new(path: &Path, permit: &Permit) -> Result<Self> {
        permit.check(path)?;
        Ok(Self { path: path.to_owned(), permit: permit.clone() })
    }
}

impl Place for One {
    fn next(&mut self) -> PathBuf {
        self.path.clone()
    }

    fn permit(&self) -> &Permit {
        &self.permit
    }
}

/// Numbered pictures in a folder, from 000001.png on.
struct Numbered {
    folder: PathBuf,
    count: u64,
    permit: Permit,
}

impl Numbered {
    fn new(folder: &Path, permit: &Permit) -> Result<Self> {
        make_folder(folder)?;
        let permit = permit.clone();
        let numbered = Self { folder: folder.to_owned(), count: 0, permit };
        numbered.permit.check(&numbered.path(1))?;
        numbered.check_sources()?;
        Ok(numbered)
    }

    /// Refuses at the start, and not midway, if a numbered name is a file that the job reads.
    fn check_sources(&self) -> Result<()> {
        let mut permit = self.permit.clone();
        permit.overwrite = Overwrite::Always;
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            if number.is_some_and(|number| self.path(number) == path) {
                permit.check(&path)?;
            }
        }
        Ok(())
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:06}.png"))
    }
}

impl Place for Numbered {
    fn next(&mut self) -> PathBuf {
        self.count += 1;
        self.path(self.count)
    }

    fn permit(&self) -> &Permit {
        &self.permit
    }
}

/// Creates a folder if it doesn't exist.
pub fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| JobError::Folder(folder.to_owned(), error))
}

/// Creates the folder of a result if it doesn't exist.
pub fn make_room(target: &Path) -> Result<()> {
    target.parent().map_or(Ok(()), make_folder)
}

/// What a job that reads these files may overwrite.
pub fn permit<'a>(force: bool, reads: impl IntoIterator<Item = &'a Path>) -> Permit {
    let mut permit = Permit::from(if force { Overwrite::Always } else { Overwrite::Never });
    reads.into_iter().for_each(|path| permit.spare(path));
    permit
}
