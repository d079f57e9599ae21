//! The whole pipeline, and its cost.

use crate::clip::Clip;
use crate::error::Result;
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_host::usage::spent as processor_time;
use backlot_kernels::Converter;
use backlot_matte::MatteSettings;
use backlot_media::{ColorSpace, Frame, FramePool, FrameRate, PixelFormat, threads};
use backlot_mjpeg::Decoder;
use backlot_nn::Model;
use backlot_pipeline::{Stage, Stages, Studio, StudioOptions};
use backlot_scene::Scene;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// From a camera's picture to a viewer's.
pub struct Chain {
    camera: Camera,
    studio: Studio,
    to_viewer: Converter,
    shown: Frame,
    next: u64,
}

/// From a camera's picture to the working format.
struct Camera {
    decoder: Decoder,
    to_working: Converter,
    pool: FramePool,
}

/// The total cost of some frames.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Processor time of all threads.
    pub cpu: Duration,
    /// Elapsed time.
    pub wall: Duration,
    /// Time by stage.
    pub stages: Stages,
}

/// The most decoded frames waiting for the studio.
const WAITING: usize = 1;

impl Chain {
    /// Sets everything up.
    pub fn new(
        scene: &Scene,
        canvas: Canvas,
        (model, matte): (&Model, MatteSettings),
        intake: &Intake,
    ) -> Result<Self> {
        let working = (PixelFormat::I420, canvas.color);
        let (camera, viewer) =
            ((PixelFormat::I422, ColorSpace::JPEG), (PixelFormat::Yuyv, canvas.color));
        let camera = Camera {
            decoder: Decoder::new()?,
            to_working: Converter::new(camera, working, canvas.size, canvas.level),
            pool: FramePool::new(PixelFormat::I420, canvas.size, WAITING + 3),
        };
        Ok(Self {
            camera,
            studio: Studio::new(
                &scene.clone().into(),
                StudioOptions::new(canvas, Some(model), matte, intake),
            )?,
            to_viewer: Converter::new(working, viewer, canvas.size, canvas.level),
            shown: Frame::new(PixelFormat::Yuyv, canvas.size),
            next: 0,
        })
    }

    /// Runs this many frames on one thread, or on two: one that decodes, and one for the rest.
    pub fn run(&mut self, clip: &Clip, frames: u32, threads: u8) -> Result<Figures> {
        let before = self.studio.stages();
        let (cpu, wall) = (processor_time(), Instant::now());
        let indices = self.next..self.next + u64::from(frames);
        self.next = indices.end;
        let mut outside = Stages::default();
        if threads == 1 {
            for index in indices {
                let frame = self.camera.frame(clip.picture(index), index, &mut outside)?;
                self.finish(frame, &mut outside)?;
            }
        } else {
            outside = self.run_on_two(clip, indices)?;
        }
        let (cpu, wall) = (processor_time() - cpu, wall.elapsed());
        let mut stages = self.studio.stages().since(&before);
        stages.merge(&outside);
        Ok(Figures { cpu, wall, stages })
    }

    fn run_on_two(&mut self, clip: &Clip, indices: std::ops::Range<u64>) -> Result<Stages> {
        let Self { camera, studio, to_viewer, shown, .. } = self;
        let mut outside = Stages::default();
        std::thread::scope(|scope| {
            let (to_studio, frames) = sync_channel(WAITING);
            let decode = move || camera.frames(clip, indices, &to_studio);
            let decoding = threads::start_in(scope, "decoder", decode)?;
            for frame in frames {
                show(studio, to_viewer, shown, frame, &mut outside)?;
            }
            let decoded = decoding.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outside.merge(&decoded?);
            Ok(outside)
        })
    }

    fn finish(&mut self, frame: Frame, stages: &mut Stages) -> Result<()> {
        show(&mut self.studio, &mut self.to_viewer, &mut self.shown, frame, stages)
    }
}

/// Makes the picture for a viewer.
fn show(
    studio: &mut Studio,
    to_viewer: &mut Converter,
    shown: &mut Frame,
    frame: Frame,
    stages: &mut Stages,
) -> Result<()> {
    let finished = studio.process(frame)?;
    let start = Instant::now();
    to_viewer.run(&*finished.picture, shown);
    stages.lap(Stage::Output, start);
    Ok(())
}

impl Camera {
    fn frame(&mut self, jpeg: &[u8], index: u64, stages: &mut Stages) -> Result<Frame> {
        let start = Instant::now();
        let coded = self.decoder.decode(jpeg)?.frame;
        let decoded = stages.lap(Stage::Decode, start);
        let mut frame = self.pool.take();
        self.to_working.run(&coded, &mut frame);
        frame.sequence = index;
        frame.time = FrameRate::FPS_30.time_of(index);
        stages.lap(Stage::Convert, decoded);
        Ok(frame)
    }

    fn frames(
        &mut self,
        clip: &Clip,
        indices: std::ops::Range<u64>,
        to: &SyncSender<Frame>,
    ) -> Result<Stages> {
        let mut stages = Stages::default();
        for index in indices {
            if to.send(self.frame(clip.picture(index), index, &mut stages)?).is_err() {
                break;
            }
        }
        Ok(stages)
    }
}
