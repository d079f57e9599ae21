//! The whole pipeline, and its cost.

use crate::clip::Clip;
use crate::error::{BenchError, Result};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_host::usage::spent as processor_time;
use backlot_kernels::Converter;
use backlot_matte::MatteSettings;
use backlot_media::{
    CameraMode, ColorSpace, Encoding, Frame, FrameRate, PixelFormat, RawPicture, threads,
};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{Exposed, Made, Program, Stage, Stages, Step, Studio, StudioOptions};
use backlot_segmenter::SegmentationModel;
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// From cameras' pictures to a viewer's. All cameras of the scene show the clip.
pub struct Chain {
    cameras: Vec<Developer>,
    studio: Studio,
    to_viewer: Converter,
    shown: Frame,
    next: u64,
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
    /// How far the usual camera's pictures were decoded.
    pub made: Option<Made>,
}

/// The most decoded frames waiting for the studio.
const WAITING: usize = 1;

impl Chain {
    /// Sets everything up.
    pub fn new(
        program: &Program,
        canvas: Canvas,
        (model, matte): (&SegmentationModel, MatteSettings),
        intake: &Intake,
    ) -> Result<Self> {
        let options = StudioOptions::new(canvas, Some(model), matte, intake);
        let studio = Studio::new(program, options)?;
        let (size, rate, encoding) = (canvas.size, FrameRate::FPS_30, Encoding::Jpeg);
        let mode = CameraMode { size, rate, encoding, color: ColorSpace::BT601 };
        let cameras = studio.cameras().map(|_| Ok(Developer::new(mode)?));
        let (working, viewer) =
            ((PixelFormat::I420, canvas.color), (PixelFormat::Yuyv, canvas.color));
        Ok(Self {
            cameras: cameras.collect::<Result<_>>()?,
            studio,
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
                self.frame(clip, index, &mut outside)?;
            }
        } else {
            outside = self.run_on_two(clip, indices)?;
        }
        let (cpu, wall) = (processor_time() - cpu, wall.elapsed());
        let mut stages = self.studio.stages().since(&before);
        stages.merge(&outside);
        Ok(Figures { cpu, wall, stages, made: self.studio.made() })
    }

    /// Runs one frame on this thread, and returns what it cost outside of the studio.
    pub fn step(&mut self, clip: &Clip) -> Result<Stages> {
        let (mut outside, index) = (Stages::default(), self.next);
        self.next += 1;
        self.frame(clip, index, &mut outside)?;
        Ok(outside)
    }

    /// What the studio does for a frame, with what it has cost so far.
    pub fn steps(&self) -> Vec<Step> {
        self.studio.steps(0)
    }

    fn frame(&mut self, clip: &Clip, index: u64, outside: &mut Stages) -> Result<()> {
        let Self { cameras, studio, to_viewer, shown, .. } = self;
        for (at, camera) in cameras.iter_mut().enumerate() {
            studio.accept(at, develop(camera, clip, index, outside)?);
        }
        show(studio, to_viewer, shown, index, outside)
    }

    fn run_on_two(&mut self, clip: &Clip, indices: Range<u64>) -> Result<Stages> {
        let Self { cameras, studio, to_viewer, shown, .. } = self;
        let mut outside = Stages::default();
        std::thread::scope(|scope| {
            let (to_studio, frames) = sync_channel(WAITING);
            let (decoders, all) = (cameras.len(), indices.clone());
            let decode = move || decode(cameras, clip, all, &to_studio);
            let decoding = threads::start_in(scope, "decoder", decode)?;
            for index in indices {
                for at in 0..decoders {
                    let Ok(frame) = frames.recv() else { break };
                    studio.accept(at, frame);
                }
                show(studio, to_viewer, shown, index, &mut outside)?;
            }
            drop(frames);
            let decoded = decoding.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outside.merge(&decoded?);
            Ok(outside)
        })
    }
}

/// Makes the picture for a viewer.
fn show(
    studio: &mut Studio,
    to_viewer: &mut Converter,
    shown: &mut Frame,
    index: u64,
    stages: &mut Stages,
) -> Result<()> {
    let finished = studio.draw(0, FrameRate::FPS_30.time_of(index), index)?;
    let start = Instant::now();
    to_viewer.run(&*finished.picture, shown);
    stages.lap(Stage::Output, start);
    Ok(())
}

fn develop(
    camera: &mut Developer,
    clip: &Clip,
    index: u64,
    stages: &mut Stages,
) -> Result<Exposed> {
    let time = FrameRate::FPS_30.time_of(index);
    let raw = RawPicture { bytes: clip.picture(index), stride: 0, time, sequence: index };
    camera.expose(raw, stages).ok_or(BenchError::Empty)
}

fn decode(
    cameras: &mut [Developer],
    clip: &Clip,
    indices: Range<u64>,
    to: &SyncSender<Exposed>,
) -> Result<Stages> {
    let mut stages = Stages::default();
    for index in indices {
        for camera in &mut *cameras {
            if to.send(develop(camera, clip, index, &mut stages)?).is_err() {
                return Ok(stages);
            }
        }
    }
    Ok(stages)
}
