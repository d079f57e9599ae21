//! The compiled scene at work: one finished picture for each camera picture.

use crate::inputs::{Inputs, KeyNode, Maker};
use crate::show::{CameraId, Cast, MakeFinder, Now, Show, Sources};
use crate::{Keyer, PipelineError, Program, Stages};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_guard::{Cleared, ShieldReason, Verdict};
use backlot_matte::{MatteError, MatteSettings, PersonMatte};
use backlot_media::{Frame, Matte, PixelFormat, Size};
use backlot_nn::Model;
use backlot_scene::{Key, Scene};
use std::time::Duration;

/// The options of a studio.
#[derive(Clone, Copy, Debug)]
pub struct StudioOptions<'a> {
    /// Size and colour space of the finished pictures.
    pub canvas: Canvas,
    /// The network that finds the person; only needed if the scene cuts one out.
    pub model: Option<&'a Model>,
    /// How to make the matte.
    pub matte: MatteSettings,
    /// How to read files that the scene names.
    pub intake: &'a Intake,
    /// Who asks: studios of the same one hand mattes on to each other, with their memory.
    pub maker: Option<&'a Maker>,
}

/// Makes finished pictures from camera pictures.
pub struct Studio {
    canvas: Canvas,
    inputs: Inputs,
    show: Show,
    stages: Stages,
    nobody: Matte,
    network_every: u32,
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

/// What the guard did with the pictures so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardCounts {
    /// The number of pictures that viewers saw as the scene asks.
    pub shown: u64,
    /// The number of pictures in whose place viewers saw the shield.
    pub shielded: u64,
    /// Why the last shielded picture was shielded.
    pub last_reason: Option<ShieldReason>,
}

impl Studio {
    /// Compiles a scene: opens its layers' sources, prepares its effects, and allocates everything.
    ///
    /// # Errors
    /// [`PipelineError`], with the layer's, effect's or file's own sentence.
    pub fn new(program: &Program, options: StudioOptions<'_>) -> Result<Self, PipelineError> {
        let StudioOptions { canvas, model, matte, intake, maker } = options;
        let mut make = |key: &Key, size: Size| {
            if let Some(keyer) = key.def().keyer(key.values(), canvas.level) {
                return Ok(keyer);
            }
            let model = model.ok_or(PipelineError::NoModel)?;
            let matte = PersonMatte::new(model, size, matte, canvas.level)?;
            Ok(Box::new(matte) as Box<dyn Keyer>)
        };
        Self::compile(program, canvas, &mut make, (intake, maker.cloned()))
    }

    /// Compiles a scene with another finder of the person, for pictures of the canvas' size.
    ///
    /// # Errors
    /// As for [`Studio::new`].
    pub fn with_finder(
        scene: &Scene,
        canvas: Canvas,
        finder: Option<Box<dyn Keyer>>,
    ) -> Result<Self, PipelineError> {
        let mut finder = finder;
        let mut make = |_: &Key, _: Size| finder.take().ok_or(PipelineError::NoModel);
        let program = Program::from(scene.clone());
        Self::compile(&program, canvas, &mut make, (&Intake::default(), None))
    }

    fn compile(
        program: &Program,
        canvas: Canvas,
        make_finder: &mut MakeFinder<'_>,
        (intake, maker): (&Intake, Option<Maker>),
    ) -> Result<Self, PipelineError> {
        let mut cast = Cast { document: &program.document, intake, make_finder, maker };
        let mut sources = Sources::default();
        let gathered = cast.gather(&program.scene, canvas, &mut sources, None, 0)?;
        let mut inputs = sources.open(&mut cast, canvas)?;
        let show = gathered.ready(&sources, &mut inputs, true)?;
        Ok(Self {
            canvas,
            inputs,
            show,
            stages: Stages::default(),
            nobody: Matte::new(canvas.size),
            network_every: 1,
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
        let now = self.accept(frame)?;
        let verdict = self.verdict();
        let drawing = self.show.draw(&mut self.inputs, now)?;
        Ok(Finished { picture: drawing.clear(), verdict })
    }

    /// Makes only the person of a camera picture: the layer in front, with nothing behind it and
    /// without the effects on the whole.
    ///
    /// # Errors
    /// As for [`Studio::process`].
    pub fn cut_out(&mut self, frame: Frame) -> Result<CutOut, PipelineError> {
        let mut cut = Matte::new(self.canvas.size);
        let now = self.accept(frame)?;
        cut.set_sequence(now.sequence);
        let verdict = self.verdict();
        let drawing = self.show.draw_alone(&mut self.inputs, now, &mut cut)?;
        Ok(CutOut { picture: drawing.clear(), cut, verdict })
    }

    /// Takes the camera's picture in, and finds what its keys look for.
    fn accept(&mut self, frame: Frame) -> Result<Now, PipelineError> {
        let Self { inputs, canvas, network_every, stages, .. } = self;
        let camera = inputs.cameras.iter_mut().find(|camera| *camera.id() == CameraId::Usual);
        let (size, color) = (camera.as_ref().map_or(canvas.size, |c| c.native()), canvas.color);
        let fits = (frame.format(), frame.size(), frame.color) == (PixelFormat::I420, size, color);
        if !fits {
            return Err(PipelineError::WrongFrame {
                expected: format!("I420 {size} {color}"),
                found: format!("{} {} {}", frame.format(), frame.size(), frame.color),
            });
        }
        let now = Now { time: frame.time, sequence: frame.sequence };
        if let Some(camera) = camera {
            camera.accept(frame, *network_every, stages);
        }
        Ok(now)
    }

    /// The first verdict that isn't to show, of all keys at work.
    fn verdict(&self) -> Verdict {
        let verdicts = self.keys().filter_map(|key| key.admission().map(|word| word.verdict()));
        verdicts.fold(Verdict::Show, |sum, next| if sum == Verdict::Show { next } else { sum })
    }

    fn keys(&self) -> impl Iterator<Item = &KeyNode> {
        self.inputs.cameras.iter().flat_map(|camera| camera.keys())
    }

    /// From the next frame on, looks for the person in every `n`-th frame only (0 counts as 1),
    /// and carries the matte along with what moves in between.
    pub fn set_network_every(&mut self, n: u32) {
        self.network_every = n.max(1);
    }

    /// The age of the last frame's matte: the time since the frame that the network looked at.
    /// `None` without a matte.
    pub fn matte_age(&self) -> Option<Duration> {
        self.keys().filter_map(KeyNode::age).max()
    }

    /// Continues with what another studio knows of the same cameras. A camera in the same form goes on
    /// without a gap, its keys with their memory included; of one in another form it is remembered
    /// who is there.
    pub fn take_over(&mut self, before: Self) {
        for mut old in before.inputs.cameras {
            let node = self.inputs.cameras.iter_mut().find(|node| node.id() == old.id());
            match node {
                Some(node) if node.is_like(&old) => node.continue_with(old),
                Some(node) => node.take_over(&mut old),
                None => {}
            }
        }
    }

    /// Forgets all earlier frames: a cut, a new picture.
    pub fn reset(&mut self) {
        self.inputs.cameras.iter_mut().for_each(|camera| camera.reset());
    }

    /// The matte of the last frame; empty if the scene has no key.
    pub fn matte(&self) -> &Matte {
        self.keys().next().map_or(&self.nobody, KeyNode::matte)
    }

    /// The cost of all frames so far.
    pub fn stages(&self) -> Stages {
        let mut stages = self.stages;
        stages.merge(self.show.stages());
        stages
    }

    /// The guard's counts.
    pub fn guard(&self) -> GuardCounts {
        let mut counts = GuardCounts::default();
        for guard in self.inputs.cameras.iter().flat_map(|camera| camera.guards()) {
            counts.shown += guard.shown();
            counts.shielded += guard.shielded();
            counts.last_reason = guard.last_reason().or(counts.last_reason);
        }
        counts
    }

    /// The last fault that prevented a matte.
    pub fn fault(&self) -> Option<&MatteError> {
        self.keys().find_map(KeyNode::fault)
    }
}
