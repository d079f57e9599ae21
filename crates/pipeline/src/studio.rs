//! Compiled scenes at work: what cameras deliver goes in, finished pictures come out.

use crate::inputs::{CameraNode, Exposed, Inputs, Kept, KeyNode, Maker, Moving};
use crate::leaving::Leaving;
use crate::notice::Notice;
use crate::plan::{Made, Step};
use crate::show::{Cast, Inner, MakeFinder, Now, Show, Sources};
use crate::{CameraId, Keyer, PipelineError, Program, Stages, Timing};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_guard::{Cleared, ShieldReason, Verdict};
use backlot_matte::{Lead, MatteError, MatteSettings, PersonMatte};
use backlot_media::{Frame, Matte, Size, Timestamp, View};
use backlot_scene::Key;
use backlot_segmenter::SegmentationModel;
use std::time::Duration;

/// The options of a studio.
#[derive(Clone, Copy, Debug)]
pub struct StudioOptions<'a> {
    /// Size and colour space of the finished pictures.
    pub canvas: Canvas,
    /// The network that finds the person; only needed if the scene cuts one out.
    pub model: Option<&'a SegmentationModel>,
    /// How to make the matte.
    pub matte: MatteSettings,
    /// How to read files that the scene names.
    pub intake: &'a Intake,
    /// Who asks: studios of the same one hand mattes on to each other, with their memory.
    pub maker: Option<&'a Maker>,
    /// The sizes of cameras' pictures; those of other cameras have the canvas' size.
    pub sizes: &'a [(CameraId, Size)],
    /// What [`Studio::take_over`] will hand on from the studio before: it isn't made anew.
    pub kept: &'a [Kept],
    /// What moving pictures do that aren't ready in time.
    pub timing: Timing,
}

impl<'a> StudioOptions<'a> {
    /// For pictures that all have the canvas' size.
    pub const fn new(
        canvas: Canvas,
        model: Option<&'a SegmentationModel>,
        matte: MatteSettings,
        intake: &'a Intake,
    ) -> Self {
        Self {
            canvas,
            model,
            matte,
            intake,
            maker: None,
            sizes: &[],
            kept: &[],
            timing: Timing::Exact,
        }
    }
}

/// Makes finished pictures from camera pictures, for one scene or several that share the cameras
/// and what is known of them.
pub struct Studio {
    canvas: Canvas,
    inputs: Inputs,
    /// The program's scene, then those of single virtual cameras.
    shows: Vec<(Option<String>, Show)>,
    /// The scene that gives way to the program's.
    leaving: Option<Leaving>,
    stages: Stages,
    nobody: Matte,
    network_every: u32,
}

/// What a studio must know of the pictures before to begin within a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// No more than a few pictures.
    Nothing,
    /// Who was there, and the room: what a scout knows.
    Room,
    /// All pictures: it remembers what nobody else can know.
    All,
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
        let StudioOptions { canvas, model, matte, .. } = options;
        Self::with_finders(program, options, &mut |key, view| {
            if let Some(keyer) = key.def().keyer(key.values(), canvas.level) {
                return Ok(keyer);
            }
            let model = model.ok_or(PipelineError::NoModel)?;
            let parts = key.def().parts(key.values());
            let parts: Vec<_> = parts.iter().map(String::as_str).collect();
            let matte = PersonMatte::of_parts(model, &parts, view.size, matte, canvas.level)?;
            Ok(Box::new(matte))
        })
    }

    /// Compiles a scene with other finders: `make` makes one for each key, and for each form of a
    /// camera's pictures that layers cut out by it.
    ///
    /// # Errors
    /// As for [`Studio::new`], and whatever `make` answers.
    pub fn with_finders<'a>(
        program: &'a Program,
        options: StudioOptions<'a>,
        make: &'a mut MakeFinder<'a>,
    ) -> Result<Self, PipelineError> {
        let StudioOptions { canvas, intake, maker, sizes, kept, timing, .. } = options;
        let (document, restarted) = (&program.document, &program.restarted);
        let (make_finder, maker) = (make, maker.cloned());
        let cast = Cast { document, intake, make_finder, maker, sizes, kept, timing, restarted };
        Self::compile(program, canvas, cast)
    }

    /// Compiles a scene with another finder of the person, for pictures of the canvas' size.
    ///
    /// # Errors
    /// As for [`Studio::new`].
    pub fn with_finder(
        program: impl Into<Program>,
        canvas: Canvas,
        finder: Option<Box<dyn Keyer>>,
    ) -> Result<Self, PipelineError> {
        let mut finder = finder;
        let (program, intake) = (program.into(), Intake::default());
        let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
        let mut make = |_: &Key, _: View| finder.take().ok_or(PipelineError::NoModel);
        Self::with_finders(&program, options, &mut make)
    }

    fn compile(
        program: &Program,
        canvas: Canvas,
        mut cast: Cast<'_>,
    ) -> Result<Self, PipelineError> {
        let mut sources = Sources::new(cast.intake);
        let mut gathered = Vec::new();
        for (name, scene) in program.shows() {
            // While one scene gives way to another, no camera is seen as it is.
            let is_passing = name.is_none() && program.leaving.is_some();
            let granted = is_passing.then_some(&[][..]);
            let show = cast.gather(scene, canvas, &mut sources, granted, 0)?;
            gathered.push((name.map(str::to_owned), show));
        }
        let leaving = program.leaving.as_ref().map(|(scene, passage)| {
            let show = cast.gather(scene, canvas, &mut sources, Some(&[]), 0)?;
            Ok::<_, PipelineError>((show, *passage))
        });
        let leaving = leaving.transpose()?;
        let mut inputs = sources.open(&mut cast, canvas)?;
        // The pictures of the camera that times the only scene are used up: the next draw has another.
        let may_take = match &gathered[..] {
            [(_, only)] if leaving.is_none() => only.cameras().first().copied(),
            _ => None,
        };
        let ready = gathered.into_iter().map(|(name, show)| {
            let show = show.ready(&mut sources, &mut inputs, may_take)?;
            Ok((name, show))
        });
        let shows = ready.collect::<Result<_, PipelineError>>()?;
        let leaving = leaving.map(|(show, passage)| {
            Ok::<_, PipelineError>(Leaving::new(
                show.ready(&mut sources, &mut inputs, None)?,
                passage,
            ))
        });
        let leaving = leaving.transpose()?;
        inputs.known = sources.known();
        Ok(Self {
            canvas,
            inputs,
            shows,
            leaving,
            stages: Stages::default(),
            nobody: Matte::new(canvas.size),
            network_every: 1,
        })
    }

    /// Makes the finished picture of the program's scene from a picture of the usual camera, of any size
    /// and format.
    ///
    /// A failing matte isn't an error here: viewers then see the shield, and [`Studio::fault`] says
    /// why.
    ///
    /// # Errors
    /// Returns an error if a background video fails.
    pub fn process(&mut self, frame: Frame) -> Result<Finished, PipelineError> {
        let now = self.take_in(frame);
        self.draw(0, now.time, now.sequence)
    }

    /// Makes only the person of a camera picture: the layer in front, with nothing behind it and
    /// without the effects on the whole.
    ///
    /// # Errors
    /// As for [`Studio::process`].
    pub fn cut_out(&mut self, frame: Frame) -> Result<CutOut, PipelineError> {
        let mut cut = Matte::new(self.canvas.size);
        let now = self.take_in(frame);
        cut.set_sequence(now.sequence);
        self.find(0);
        let verdict = self.verdict(0);
        let drawing = self.shows[0].1.draw_alone(&mut self.inputs, now, &mut cut)?;
        Ok(CutOut { picture: drawing.clear(), cut, verdict })
    }

    /// Takes a picture of the usual camera in.
    fn take_in(&mut self, frame: Frame) -> Now {
        let now = Now { time: frame.time, sequence: frame.sequence };
        if let Some(at) = self.usual() {
            self.accept(at, frame);
        }
        now
    }

    /// How many pictures of the usual camera should be foreseen before each is processed, where that is
    /// a file: 0 if that is of no use.
    pub fn lookahead(&self) -> usize {
        self.usual().map_or(0, |at| self.inputs.cameras[at].lookahead())
    }

    /// Looks at a picture of the usual camera that will be processed later. If one is foreseen, each
    /// must be, in order.
    pub fn foresee(&mut self, frame: &Frame) {
        if let Some(at) = self.usual() {
            self.inputs.cameras[at].foresee(frame.clone());
        }
    }

    /// Which of the cameras is the usual one, if a scene shows it.
    fn usual(&self) -> Option<usize> {
        self.inputs.cameras.iter().position(|camera| *camera.id() == CameraId::Usual)
    }

    /// The cameras of all scenes.
    pub fn cameras(&self) -> impl ExactSizeIterator<Item = &CameraId> {
        self.inputs.cameras.iter().map(CameraNode::id)
    }

    /// Takes in the next picture of a camera, by its number among [`Studio::cameras`]. Any size and
    /// format will do.
    ///
    /// # Panics
    /// If there is no such camera.
    pub fn accept(&mut self, camera: usize, picture: impl Into<Exposed>) {
        self.inputs.cameras[camera].accept(picture.into(), &mut self.stages);
    }

    /// Layers show a card in place of a camera's pictures, until the next one.
    pub(crate) fn miss(&mut self, camera: usize, notice: Notice) {
        self.inputs.cameras[camera].miss(notice);
    }

    /// The names of the scenes; `None` for the program's own.
    pub fn shows(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.shows.iter().map(|(name, _)| name.as_deref())
    }

    /// The cameras that a scene shows, by their numbers, in the order of its layers.
    pub(crate) fn cameras_of(&self, show: usize) -> &[usize] {
        self.shows[show].1.cameras()
    }

    /// The cameras of the scene that gives way, if one does.
    pub(crate) fn cameras_leaving(&self) -> &[usize] {
        self.leaving.as_ref().map_or(&[], |leaving| leaving.show().cameras())
    }

    /// Whether nothing of a scene would show without its cameras.
    pub(crate) fn is_filled_by_camera(&self, show: usize) -> bool {
        self.shows[show].1.is_filled_by_camera()
    }

    /// Makes the picture of a scene at a time, by its number among [`Studio::shows`].
    ///
    /// # Errors
    /// Returns an error if a background video fails.
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn draw(
        &mut self,
        show: usize,
        time: Timestamp,
        sequence: u64,
    ) -> Result<Finished, PipelineError> {
        self.find(show);
        let verdict = self.verdict(show);
        let now = Now { time, sequence };
        let mut drawing = self.shows[show].1.draw(&mut self.inputs, now)?;
        if let Some(leaving) = self.leaving.as_mut().filter(|_| show == 0) {
            drawing = leaving.draw(drawing, &mut self.inputs, now, self.canvas.level)?;
        }
        Ok(Finished { picture: drawing.clear(), verdict })
    }

    /// Whether a scene has wholly given way, so that the studio has more at work than it needs.
    pub(crate) fn has_left(&self) -> bool {
        self.leaving.as_ref().is_some_and(Leaving::is_over)
    }

    /// What another studio of the same maker can go on with.
    pub(crate) fn kept(&self) -> Vec<Kept> {
        let keys = self.inputs.cameras.iter().flat_map(CameraNode::kept).map(Kept::key);
        let moving = self.inputs.moving.iter().filter_map(Moving::kept).map(Kept::moving);
        keys.chain(moving).chain(self.inputs.known.iter().cloned().map(Kept::known)).collect()
    }

    /// Whether something that the studio before should have handed on is missing.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.keys().any(KeyNode::is_awaited) || self.inputs.moving.iter().any(Moving::is_awaited)
    }

    /// Finds what a scene's keys look for, where that isn't known yet.
    fn find(&mut self, show: usize) {
        let Self { inputs, shows, leaving, stages, network_every, .. } = self;
        let leaving = leaving.iter().filter(|_| show == 0).flat_map(Leaving::needs);
        for &(camera, key) in shows[show].1.needs().iter().chain(leaving) {
            inputs.cameras[camera].find(key, *network_every, stages);
        }
    }

    /// The first verdict that isn't to show, of all keys of a scene.
    fn verdict(&self, show: usize) -> Verdict {
        let needs = self.shows[show].1.needs().iter();
        let keys = needs.map(|&(camera, key)| self.inputs.cameras[camera].key(key));
        let verdicts = keys.filter_map(|key| key.admission().map(|word| word.verdict()));
        verdicts.fold(Verdict::Show, |sum, next| if sum == Verdict::Show { next } else { sum })
    }

    fn keys(&self) -> impl Iterator<Item = &KeyNode> {
        self.inputs.cameras.iter().flat_map(|camera| camera.finders())
    }

    /// Whether somebody is in the usual camera's picture, if a key looked at that one and knows.
    pub fn sees_somebody(&self) -> Option<bool> {
        let usual = self.inputs.cameras.iter().filter(|camera| *camera.id() == CameraId::Usual);
        usual.flat_map(CameraNode::finders).filter_map(KeyNode::sees_somebody).max()
    }

    /// Which network makes the mattes, if one elsewhere is asked.
    pub fn lead(&self) -> Option<Lead> {
        self.keys().find_map(KeyNode::lead)
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
    /// who is there. What moves plays on.
    pub fn take_over(&mut self, mut before: Self) {
        for own in &mut self.inputs.moving {
            before.inputs.moving.iter_mut().for_each(|old| own.continue_with(old));
        }
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
        self.inputs.cameras.iter_mut().for_each(CameraNode::reset);
    }

    /// What it must know of who is in the usual camera's pictures to begin within a video.
    pub fn needed_memory(&mut self) -> Needed {
        let Some(at) = self.usual() else { return Needed::Nothing };
        let camera = &mut self.inputs.cameras[at];
        let is_whole = camera.is_seen_whole();
        match camera.presences().next() {
            None => Needed::Nothing,
            Some(_) if is_whole => Needed::Room,
            Some(_) => Needed::All,
        }
    }

    /// Goes on with the memory of who is in the usual camera's pictures that a
    /// [`Scout`](backlot_matte::Scout) has; returns whether it fits.
    pub fn recall(&mut self, memory: &[u8]) -> bool {
        let Some(at) = self.usual() else { return true };
        self.inputs.cameras[at].presences().all(|presence| presence.recall(memory))
    }

    /// Forgets all earlier frames of one camera.
    pub(crate) fn reset_camera(&mut self, camera: usize) {
        self.inputs.cameras[camera].reset();
    }

    /// The matte of the last frame; empty if the scene has no key.
    pub fn matte(&self) -> &Matte {
        self.keys().next().map_or(&self.nobody, KeyNode::matte)
    }

    /// What is done for a picture of a scene, step by step, with what it has cost so far.
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn steps(&self, show: usize) -> Vec<Step> {
        self.shows[show].1.steps(&self.inputs)
    }

    /// How far the usual camera's pictures were made so far, if they come coded.
    pub fn made(&self) -> Option<Made> {
        self.usual().and_then(|at| self.inputs.cameras[at].made())
    }

    /// The cost of all frames so far.
    pub fn stages(&self) -> Stages {
        let mut stages = self.stages;
        let leaving = self.leaving.iter().map(Leaving::show);
        let shows = self.shows.iter().map(|(_, show)| show).chain(leaving);
        shows.for_each(|show| stages.merge(show.stages()));
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
