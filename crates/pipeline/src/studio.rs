//! The compiled scene at work: one finished picture for each camera picture.

use crate::layer::{CompiledLayer, Moment, apply};
use crate::{PersonFinder, PipelineError, Stage, Stages};
use backlot_effects::{Canvas, Chain};
use backlot_files::Intake;
use backlot_guard::{Cleared, Drawn, Guard, Judgement, MOST_AGE, Verdict};
use backlot_kernels::{blend_frames, compose, compose_under};
use backlot_matte::{Foreground, MatteError, MatteSettings, PersonMatte};
use backlot_media::{Frame, FramePool, Matte, PixelFormat, Plane, Timestamp};
use backlot_nn::Model;
use backlot_scene::Scene;
use std::time::{Duration, Instant};

/// The number of finished frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// The options of a studio.
#[derive(Clone, Copy, Debug)]
pub struct StudioOptions<'a> {
    /// Size and colour space of the camera's and the finished pictures.
    pub canvas: Canvas,
    /// The network that finds the person; only needed if the scene cuts one out.
    pub model: Option<&'a Model>,
    /// How to make the matte.
    pub matte: MatteSettings,
    /// How to read files that the scene names.
    pub intake: &'a Intake,
}

/// Makes finished pictures from camera pictures.
pub struct Studio {
    canvas: Canvas,
    layers: Vec<CompiledLayer>,
    whole: Chain,
    finder: Option<Box<dyn PersonFinder>>,
    matte: Matte,
    foreground: Foreground,
    guard: Guard,
    pool: FramePool,
    stages: Stages,
    fault: Option<MatteError>,
    network_every: u32,
    /// The number of frames since the network looked, and the time of the frame that it looked at.
    since_look: u32,
    last_look: Option<Timestamp>,
    matte_age: Option<Duration>,
}

/// A finished picture, and whether it is the scene or the shield.
#[derive(Debug)]
pub struct Finished {
    /// What viewers see, I420.
    pub picture: Cleared,
    /// The guard's verdict.
    pub verdict: Verdict,
}

/// The person alone, to place over anything.
#[derive(Debug)]
pub struct CutOut {
    /// The person, I420; black where the cut is empty, so that it contains nothing of the room.
    pub picture: Cleared,
    /// How much of each pixel is visible, after the effects.
    pub cut: Matte,
    /// The guard's verdict; if it shields the picture, the cut is empty.
    pub verdict: Verdict,
}

/// The result of the layers so far.
#[derive(Clone, Copy, PartialEq)]
enum Below {
    Nothing,
    /// The first layer's own picture, uncopied.
    First,
    /// The picture to hand out.
    Out,
    /// The camera's picture, to hand out.
    Frame,
}

impl Studio {
    /// Compiles a scene: opens its layers' sources, prepares its effects, and allocates everything.
    ///
    /// # Errors
    /// [`PipelineError`], with the layer's, effect's or file's own sentence.
    pub fn new(scene: &Scene, options: StudioOptions<'_>) -> Result<Self, PipelineError> {
        let canvas = options.canvas;
        let finder = if cuts_a_person_out(scene) {
            let model = options.model.ok_or(PipelineError::NoModel)?;
            let matte = PersonMatte::new(model, canvas.size, options.matte, canvas.level)?;
            Some(Box::new(matte) as Box<dyn PersonFinder>)
        } else {
            None
        };
        Self::compile(scene, canvas, finder, options.intake)
    }

    /// Compiles a scene with another finder of the person.
    ///
    /// # Errors
    /// As for [`Studio::new`].
    pub fn with_finder(
        scene: &Scene,
        canvas: Canvas,
        finder: Option<Box<dyn PersonFinder>>,
    ) -> Result<Self, PipelineError> {
        Self::compile(scene, canvas, finder, &Intake::default())
    }

    fn compile(
        scene: &Scene,
        canvas: Canvas,
        finder: Option<Box<dyn PersonFinder>>,
        intake: &Intake,
    ) -> Result<Self, PipelineError> {
        scene.validate()?;
        let layers = (0..scene.layers.len())
            .map(|index| CompiledLayer::new(scene, index, canvas, intake))
            .collect::<Result<Vec<_>, _>>()?;
        let mut foreground = Foreground::new(canvas.size, canvas.color.range, canvas.level);
        if let [back, person] = &layers[..]
            && let (Some(still), true) = (back.still(), person.is_keyed())
        {
            foreground.keep_background(still.yuv());
        }
        Ok(Self {
            canvas,
            layers,
            whole: Chain::new(&scene.effects, &canvas),
            finder,
            matte: Matte::new(canvas.size),
            foreground,
            guard: Guard::new(cuts_a_person_out(scene)),
            pool: FramePool::new(PixelFormat::I420, canvas.size, POOLED_FRAMES),
            stages: Stages::default(),
            fault: None,
            network_every: 1,
            since_look: 0,
            last_look: None,
            matte_age: None,
        })
    }

    /// Makes the finished picture from a camera picture.
    ///
    /// A failing matte isn't an error here: viewers then see the shield, and [`Studio::fault`] says
    /// why.
    ///
    /// # Errors
    /// Returns an error if the frame doesn't fit the canvas, or a background video fails.
    pub fn process(&mut self, frame: Frame) -> Result<Finished, PipelineError> {
        let judgement = self.judge(frame)?;
        let verdict = judgement.verdict();
        let picture = judgement.draw(|frame, verdict| self.draw(frame, verdict))?;
        Ok(Finished { picture, verdict })
    }

    /// Makes only the person of a camera picture: the layer in front, with nothing behind it and
    /// without the effects on the whole.
    ///
    /// # Errors
    /// As for [`Studio::process`].
    pub fn cut_out(&mut self, frame: Frame) -> Result<CutOut, PipelineError> {
        let mut cut = Matte::new(self.canvas.size);
        cut.set_sequence(frame.sequence);
        let judgement = self.judge(frame)?;
        let verdict = judgement.verdict();
        let picture = judgement.draw(|frame, verdict| self.draw_alone(frame, verdict, &mut cut))?;
        Ok(CutOut { picture, cut, verdict })
    }

    /// Finds the person in a frame, and asks the guard whether viewers may see it.
    fn judge(&mut self, frame: Frame) -> Result<Judgement, PipelineError> {
        self.check(&frame)?;
        let found = self.find_person(&frame);
        Ok(self.guard.judge(frame, found.map(|()| &self.matte)))
    }

    fn check(&self, frame: &Frame) -> Result<(), PipelineError> {
        let Canvas { size, color, .. } = self.canvas;
        let fits = (frame.format(), frame.size(), frame.color) == (PixelFormat::I420, size, color);
        fits.then_some(()).ok_or_else(|| PipelineError::WrongFrame {
            expected: format!("I420 {size} {color}"),
            found: format!("{} {} {}", frame.format(), frame.size(), frame.color),
        })
    }

    /// Makes the matte, if there is a finder and it succeeds.
    fn find_person(&mut self, frame: &Frame) -> Option<()> {
        let found = self.carry_matte(frame).or_else(|| self.look(frame));
        self.matte_age = found.map(|()| self.matte.age());
        found
    }

    /// Carries the last matte along, unless it is time to look, carrying fails, or the guard would
    /// find the matte too old.
    fn carry_matte(&mut self, frame: &Frame) -> Option<()> {
        if self.since_look + 1 >= self.network_every {
            return None;
        }
        let (finder, last) = (self.finder.as_mut()?, self.last_look?);
        let age = frame.time.since(last);
        if age > MOST_AGE {
            return None;
        }
        finder.carry(frame, &mut self.matte).ok()?;
        // A finder can't make a matte younger than it is.
        let (sequence, age) = (self.matte.sequence(), self.matte.age().max(age));
        self.matte.set_carried(sequence, age);
        self.since_look += 1;
        self.note_timings();
        Some(())
    }

    /// Lets the finder look at the frame.
    fn look(&mut self, frame: &Frame) -> Option<()> {
        let found = self.finder.as_mut()?.find(frame, &mut self.matte);
        self.note_timings();
        self.since_look = 0;
        self.last_look = found.is_ok().then_some(frame.time);
        if let Err(fault) = found {
            self.fault = Some(fault);
            return None;
        }
        Some(())
    }

    fn note_timings(&mut self) {
        let Some(finder) = &self.finder else { return };
        let timings = finder.timings();
        self.stages.add(Stage::Shrink, timings.shrink);
        self.stages.add(Stage::Network, timings.network);
        self.stages.add(Stage::Refine, timings.refine);
    }

    /// From the next frame on, looks for the person in every `n`-th frame only (0 counts as 1),
    /// and carries the matte along with what moves in between.
    pub fn set_network_every(&mut self, n: u32) {
        self.network_every = n.max(1);
    }

    /// The age of the last frame's matte: the time since the frame that the network looked at.
    /// `None` without a matte.
    pub const fn matte_age(&self) -> Option<Duration> {
        self.matte_age
    }

    /// Draws the layers from back to front, or the shield, and the effects on the whole.
    fn draw(&mut self, frame: &mut Frame, verdict: Verdict) -> Result<Drawn, PipelineError> {
        let shield = verdict != Verdict::Show;
        let mut out = self.pool.take();
        out.tag_like(frame);
        let has_matte = self.finder.is_some() && !shield;
        let mut below = Below::Nothing;
        for index in 0..self.layers.len() {
            let (lower, rest) = self.layers.split_at_mut(index);
            let (layer, matte) = (&mut rest[0], has_matte.then_some(&self.matte));
            if layer.is_keyed() && matte.is_none() {
                continue;
            }
            let bottom = match below {
                Below::Nothing | Below::Frame => None,
                Below::First => lower[0].own_picture(),
                Below::Out => Some(&out),
            };
            let (foreground, stages) = (&mut self.foreground, &mut self.stages);
            let frame = &mut *frame;
            layer.draw(Moment { frame, matte, shield, below: bottom, foreground, stages })?;
            let start = Instant::now();
            below = self.blend(index, below, frame, has_matte, &mut out);
            self.stages.lap(Stage::Blend, start);
        }
        let start = Instant::now();
        self.settle(below, frame, &mut out);
        let start = self.stages.lap(Stage::Blend, start);
        let is_over = below == Below::Frame;
        apply(&mut self.whole, if is_over { frame } else { &mut out }, None, None);
        self.stages.lap(Stage::Whole, start);
        Ok(if is_over { Drawn::Over } else { Drawn::Apart(out) })
    }

    /// Draws the layer in front, and its cut, which is empty if the guard shields the picture or
    /// the layer isn't cut out at all.
    fn draw_alone(
        &mut self,
        frame: &mut Frame,
        verdict: Verdict,
        cut: &mut Matte,
    ) -> Result<Drawn, PipelineError> {
        let mut out = self.pool.take();
        out.tag_like(frame);
        out.blacken();
        let layer = self.layers.last_mut().filter(|layer| layer.is_keyed());
        if let (Some(layer), Verdict::Show) = (layer, verdict) {
            let matte = Some(&self.matte);
            let (foreground, stages) = (&mut self.foreground, &mut self.stages);
            let of = &mut *frame;
            let moment =
                Moment { frame: of, matte, shield: false, below: None, foreground, stages };
            layer.draw(moment)?;
            let seen = layer.cut(&self.matte).unwrap_or(self.matte.plane());
            cut.plane_mut().copy_from(seen);
            out.copy_picture(layer.picture(frame));
            blacken_outside(&mut out, seen);
        }
        Ok(Drawn::Apart(out))
    }

    /// Blends a drawn layer over those below it.
    fn blend(
        &self,
        index: usize,
        below: Below,
        frame: &mut Frame,
        has_matte: bool,
        out: &mut Frame,
    ) -> Below {
        let (level, layer) = (self.canvas.level, &self.layers[index]);
        let cut = if has_matte { layer.cut(&self.matte) } else { None };
        let is_opaque = layer.opacity() >= 1.0;
        let is_last = index + 1 == self.layers.len();
        if let (Below::First, Some(cut)) = (below, cut)
            && let Some(bottom) = self.layers[0].own_picture()
            && is_opaque
            && is_last
            && layer.takes_frame()
        {
            compose_under(level, frame, bottom, cut);
            return Below::Frame;
        }
        let top = layer.picture(frame);
        match (below, cut) {
            (_, None) if is_opaque && index == 0 => return Below::First,
            (_, None) if is_opaque => out.copy_picture(top),
            (Below::First, Some(cut)) if is_opaque => {
                compose(level, out, self.layers[0].picture(frame), top, cut);
            }
            _ => {
                self.settle(below, frame, out);
                blend_frames(level, out, top, cut, layer.opacity());
            }
        }
        Below::Out
    }

    /// Moves the picture so far into `out`, wherever it was.
    fn settle(&self, below: Below, frame: &Frame, out: &mut Frame) {
        match below {
            Below::Nothing => out.blacken(),
            Below::First => out.copy_picture(self.layers[0].picture(frame)),
            Below::Out | Below::Frame => {}
        }
    }

    /// Continues with another studio's memory of who is there, for the same camera.
    pub fn take_over(&mut self, before: &mut Self) {
        if let (Some(ours), Some(theirs)) = (&mut self.finder, &mut before.finder)
            && let (Some(ours), Some(theirs)) = (ours.presence(), theirs.presence())
        {
            ours.take_over(theirs);
        }
    }

    /// Forgets all earlier frames: a cut, a new picture.
    pub fn reset(&mut self) {
        if let Some(finder) = &mut self.finder {
            finder.reset();
        }
        (self.last_look, self.matte_age) = (None, None);
        self.guard.reset();
    }

    /// The matte of the last frame.
    pub const fn matte(&self) -> &Matte {
        &self.matte
    }

    /// The cost of all frames so far.
    pub const fn stages(&self) -> &Stages {
        &self.stages
    }

    /// The guard's counts.
    pub const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The last fault that prevented a matte.
    pub const fn fault(&self) -> Option<&MatteError> {
        self.fault.as_ref()
    }
}

/// Whether the scene needs a matte.
fn cuts_a_person_out(scene: &Scene) -> bool {
    scene.layers.iter().any(|layer| layer.key.is_some())
}

/// Blackens everything that a matte leaves out.
fn blacken_outside(frame: &mut Frame, matte: Plane<'_>) {
    let black = frame.color.range.black();
    let [mut luma, chroma @ ..] = frame.yuv_mut();
    for (row, seen) in luma.rows_mut().zip(matte.rows()) {
        row.iter_mut().zip(seen).filter(|(_, seen)| **seen == 0).for_each(|(v, _)| *v = black);
    }
    for mut plane in chroma {
        for (j, row) in plane.rows_mut().enumerate() {
            let pair = [2 * j, (2 * j + 1).min(matte.height() - 1)].map(|y| matte.row(y));
            for (i, value) in row.iter_mut().enumerate() {
                let span = 2 * i..(2 * i + 2).min(matte.width());
                if pair.iter().all(|seen| seen[span.clone()].iter().all(|&m| m == 0)) {
                    *value = 128;
                }
            }
        }
    }
}
