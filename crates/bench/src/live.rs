//! The pipeline with its threads and in real time: a camera that delivers at a fixed rate, and a
//! watched virtual camera.

use crate::clip::{Clip, WARM_UP};
use crate::error::{BenchError, Result};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_guard::{Cleared, OutputOpener, VirtualCamera};
use backlot_host::usage::spent as processor_time;
use backlot_matte::MatteSettings;
use backlot_media::{
    Camera, CameraMode, CameraOpener, CameraTally, Clock, ColorSpace, Delivery, Encoding, Frame,
    FrameRate, MonotonicClock, OutputMode, PixelFormat, RawPicture, Size, StreamError, Timestamp,
    Viewers, Waker, Wish,
};
use backlot_pipeline::live::{
    Changing, LatencySummary, Live, LiveSetup, LiveStatus, studio_builder,
};
use backlot_pipeline::{Program, Stages};
use backlot_segmenter::SegmentationModel;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The rate of the measurement.
pub const RATE: FrameRate = FrameRate::FPS_30;

/// The cost of a period of live pictures.
#[derive(Clone, Copy, Debug)]
pub struct LiveFigures {
    /// Processor time of all threads.
    pub cpu: Duration,
    /// Elapsed time.
    pub wall: Duration,
    /// Pictures that reached viewers.
    pub frames: u64,
    /// Age of the pictures when they reached viewers.
    pub latency: LatencySummary,
    /// Time by stage.
    pub stages: Stages,
}

/// Runs the camera for this many frames.
pub fn run(
    program: &Program,
    canvas: Canvas,
    (model, matte, intake): (&SegmentationModel, MatteSettings, &Intake),
    clip: Arc<Clip>,
    frames: u32,
) -> Result<LiveFigures> {
    let (other, size) = (clip.clone(), canvas.size);
    let mut live = Live::start(LiveSetup {
        camera: Box::new(Player { clip, size: canvas.size }),
        // Any other camera shows the same.
        find: Box::new(move |_| Box::new(Player { clip: other.clone(), size })),
        outputs: vec![Box::new(Screen)],
        program: program.clone(),
        build: studio_builder(Some(model.clone()), matte, intake.clone()),
        wish: Wish { size: canvas.size, rate: RATE },
        close_after: Duration::ZERO,
        clock: Arc::new(MonotonicClock),
    })?;
    live.first_scene().map_or(Ok(()), Changing::wait)?;
    let before = wait(&mut live, u64::from(WARM_UP))?;
    // The first pictures don't count.
    live.forget_latencies();
    let (cpu, wall) = (processor_time(), Instant::now());
    let after = wait(&mut live, before.finished + u64::from(frames))?;
    Ok(LiveFigures {
        cpu: processor_time() - cpu,
        wall: wall.elapsed(),
        frames: after.finished - before.finished,
        latency: after.latency,
        stages: after.stages.since(&before.stages),
    })
}

/// Waits until this many pictures are finished.
fn wait(live: &mut Live, frames: u64) -> Result<LiveStatus> {
    let start = Instant::now();
    let enough = Duration::from_secs(10) + 4 * RATE.time_of(frames).since(Timestamp::default());
    loop {
        let status = live.status();
        if status.finished >= frames {
            return Ok(status);
        }
        if start.elapsed() > enough {
            return Err(BenchError::TooSlow(format!("{} pictures in {enough:?}", status.finished)));
        }
        let missing = RATE.time_of(frames - status.finished).since(Timestamp::default());
        std::thread::sleep(missing.max(Duration::from_millis(5)));
    }
}

/// Plays a clip as a camera.
struct Player {
    clip: Arc<Clip>,
    size: Size,
}

impl CameraOpener for Player {
    fn name(&self) -> String {
        "clip".to_owned()
    }

    fn open(&mut self, _: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let (clip, size) = (self.clip.clone(), self.size);
        Ok(Box::new(Playing { clip, size, next: 0, start: MonotonicClock.now() }))
    }
}

struct Playing {
    clip: Arc<Clip>,
    size: Size,
    next: u64,
    start: Timestamp,
}

impl Camera for Playing {
    fn mode(&self) -> CameraMode {
        let encoding = self.clip.encoding();
        CameraMode { size: self.size, rate: RATE, encoding, color: ColorSpace::BT601 }
    }

    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        let due = self.start + RATE.time_of(self.next).since(Timestamp::default());
        let missing = due.since(MonotonicClock.now());
        std::thread::sleep(missing.min(wait));
        if missing > wait {
            return Ok(Delivery::Nothing);
        }
        let is_raw = self.clip.encoding() != Encoding::Jpeg;
        let stride = if is_raw { 2 * self.size.width as usize } else { 0 };
        let bytes = self.clip.picture(self.next);
        take(RawPicture { bytes, stride, time: MonotonicClock.now(), sequence: self.next });
        self.next += 1;
        Ok(Delivery::Picture)
    }

    fn tally(&self) -> CameraTally {
        CameraTally::default()
    }
}

/// A virtual camera that copies each picture to its own memory, as a kernel does.
struct Screen;

struct Showing {
    size: Size,
    memory: Vec<u8>,
}

impl OutputOpener for Screen {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn open(&mut self, wish: &Wish, _: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let frame = Frame::new(PixelFormat::Yuyv, wish.size);
        Ok(Box::new(Showing { size: wish.size, memory: vec![0; frame.bytes().len()] }))
    }
}

impl VirtualCamera for Showing {
    fn mode(&self) -> OutputMode {
        let (format, color) = (PixelFormat::Yuyv, ColorSpace::BT601);
        OutputMode { size: self.size, rate: RATE, format, color }
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        self.memory.copy_from_slice(picture.bytes());
        std::hint::black_box(&self.memory);
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(1)
    }
}
