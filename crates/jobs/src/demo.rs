//! `backlot demo`: the presenter through two scenes, as a video and as a picture of how it works.

use crate::error::Result;
use crate::output::Output;
use crate::sinks::{self, Form, Sink};
use crate::summary::Summary;
use crate::tally::Tally;
use crate::work::{Product, What};
use backlot_effects::Canvas;
use backlot_files::{Content, Intake, VideoQuality, write_picture};
use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::{Converter, Level, Scaler};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Rect, Size, Window};
use backlot_networks::Matting;
use backlot_pipeline::{Job, JobEnd, Studio, StudioOptions};
use backlot_scene::{Background, DEFAULT_BACKGROUND, Replacement, Scene};
use backlot_terminal::{Outcome, Progress, interrupt, stdio};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Size of the video.
const SIZE: Size = Size { width: 1280, height: 720 };

/// Size of one tile of the picture.
const TILE: Size = Size { width: 640, height: 360 };

const RATE: FrameRate = FrameRate::FPS_30;

/// The presenters of the default scene and of the hologram.
const PRESENTERS: [&str; 2] =
    ["presenter:hair=long,glasses=on", "presenter:hair=curly,skin=5,seed=4"];

/// When in each scene the picture is taken, as a share of its duration.
const MOMENT: f64 = 0.4;

/// The demonstration as it was asked for.
#[derive(Clone, Debug)]
pub struct DemoRequest {
    /// Folder for demo.mp4 and demo.png.
    pub folder: PathBuf,
    /// Length of each scene.
    pub duration: Duration,
    /// Whether files that exist are replaced.
    pub force: bool,
}

impl DemoRequest {
    /// Makes it.
    ///
    /// # Errors
    /// One sentence about what stopped it.
    pub fn run(&self) -> Result<Outcome> {
        run(self)
    }
}

fn run(request: &DemoRequest) -> Result<Outcome> {
    let DemoRequest { folder, duration, force } = request;
    let duration = *duration;
    sinks::make_folder(folder)?;
    let (video, picture) = (folder.join("demo.mp4"), folder.join("demo.png"));
    let permit = sinks::permit(*force, []);
    permit.check(&picture)?;
    let canvas = Canvas::new(SIZE, ColorSpace::BT709, Level::best());
    let form = Form {
        is_chunk: false,
        size: SIZE,
        rate: RATE,
        color: canvas.color,
        companions: None,
        quality: VideoQuality::default(),
    };
    let mut sink = sinks::open(&Output::Video(video.clone()), &form, What::Picture, &permit)?;
    let mut sheet = Sheet::new(canvas);
    let (start, stop) = (Instant::now(), interrupt::watch(backlot_files::abandon)?);
    let (mut tally, intake) = (Tally::default(), Intake::default());
    let frames = RATE.frames_in(duration);
    let progress = Progress::new(Some(2 * frames), false);
    for (row, presenter) in PRESENTERS.into_iter().enumerate() {
        let Matting { model, settings } = Matting::live()?;
        let options = StudioOptions::new(canvas, Some(&model), settings, &intake);
        let mut studio = Studio::new(&scene(row)?.into(), options)?;
        let spec: PresenterSpec = presenter.parse()?;
        let show = Show { spec, duration, moment: (frames as f64 * MOMENT) as u64, row };
        show.run(&mut studio, canvas, &mut *sink, &mut sheet, &progress, stop, &mut tally)?;
        tally.add(&studio);
        if tally.report.end == JobEnd::Stopped {
            break;
        }
    }
    progress.finish();
    let interrupted = tally.report.end == JobEnd::Stopped;
    if interrupted && tally.report.frames == 0 {
        stdio::tell(interrupt::NOTHING);
        return Ok(Outcome::Interrupted);
    }
    tally.notices = sink.finish(tally.report.end)?;
    write_picture(&picture, Content::Frame(&sheet.picture), &permit)?;
    stdio::print(Summary::new(&video, tally, start.elapsed()).lines())?;
    stdio::print_line(format_args!("wrote {}: camera, matte and result", picture.display()))?;
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Done })
}

/// The default scene, then the hologram scene.
fn scene(row: usize) -> Result<Scene> {
    let background = |name: &str| name.parse::<Background>();
    Ok(if row == 0 {
        Scene::replace(background(DEFAULT_BACKGROUND)?, Replacement::default())
    } else {
        let person_effects = vec!["hologram".parse()?];
        let parts = Replacement { person_effects, ..Replacement::default() };
        Scene::replace(background("hyperspace")?, parts)
    })
}

/// One scene of the demonstration.
struct Show {
    spec: PresenterSpec,
    duration: Duration,
    /// The frame used for the picture.
    moment: u64,
    row: usize,
}

impl Show {
    #[expect(clippy::too_many_arguments, reason = "each is a separate part of the job")]
    fn run(
        &self,
        studio: &mut Studio,
        canvas: Canvas,
        sink: &mut dyn Sink,
        sheet: &mut Sheet,
        progress: &Progress,
        stop: &AtomicBool,
        tally: &mut Tally,
    ) -> Result<()> {
        let Self { spec, duration, moment, row } = self;
        let source = PresenterSource::new(spec, canvas.size, RATE, canvas.color, Some(*duration));
        let report = Job { source: Box::new(source), limit: None, stop }.run(
            |frame: Frame| {
                let index = frame.sequence;
                if index == *moment {
                    sheet.put(*row, 0, &frame);
                }
                let finished = studio.process(frame)?;
                if index == *moment {
                    sheet.put_matte(*row, studio.matte());
                    sheet.put(*row, 2, &finished.picture);
                }
                interrupt::has_result();
                progress.advance();
                Ok(Product { frame: finished.picture.into_frame(), matte: None })
            },
            |product| sink.write(&product),
        )?;
        tally.report.frames += report.frames;
        tally.report.end = report.end;
        Ok(())
    }
}

/// Two rows of camera, matte and result.
struct Sheet {
    canvas: Canvas,
    picture: Frame,
}

impl Sheet {
    fn new(canvas: Canvas) -> Self {
        let size = Size { width: 3 * TILE.width, height: 2 * TILE.height };
        let mut picture = Frame::new(PixelFormat::I420, size);
        picture.color = canvas.color;
        Self { canvas, picture }
    }

    fn put(&mut self, row: usize, column: u32, frame: &Frame) {
        let (width, height) = (TILE.width, TILE.height);
        let rect = Rect { x: column * width, y: row as u32 * height, width, height };
        let (from, to) = (self.canvas.size, self.picture.size());
        let window = Window::whole(from);
        Scaler::placed((from, window), (to, rect), self.canvas.level).run(frame, &mut self.picture);
    }

    fn put_matte(&mut self, row: usize, matte: &Matte) {
        let Canvas { size, color, level, .. } = self.canvas;
        let mut grey = Frame::new(PixelFormat::Gray8, size);
        grey.plane_mut(0).copy_from(matte.plane());
        grey.color = ColorSpace::JPEG;
        let mut frame = Frame::new(PixelFormat::I420, size);
        let from = (PixelFormat::Gray8, grey.color);
        Converter::new(from, (PixelFormat::I420, color), size, level).run(&grey, &mut frame);
        self.put(row, 1, &frame);
    }
}
