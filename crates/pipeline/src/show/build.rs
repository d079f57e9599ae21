//! From a scene to a show: what it needs is gathered, its inputs are opened, its layers made ready.

use super::cast::Cast;
use super::layer::{Input, LayerRun, Present, Reads, Showing};
use super::layout::{Placed, SourceFacts, placed};
use super::outline::Outline;
use super::shadow::Shadow;
use super::sources::{PictureSource, Sources};
use super::{Now, Show};
use crate::inputs::{CameraNode, Fitter, Inputs};
use crate::{CameraId, PipelineError, Stages};
use backlot_effects::{Canvas, Chain, shield};
use backlot_files::Intake;
use backlot_guard::{Grant, Image};
use backlot_kernels::{Blender, Mode, multiply_matte};
use backlot_matte::Foreground;
use backlot_media::{Frame, FramePool, Matte, PixelFormat, Size, View};
use backlot_scene::geometry::Area;
use backlot_scene::{
    Blend, DEEPEST_SCENES, Document, Layer, LayerSource, Play, Scene, SceneError, Turn,
};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// Where a layer's picture comes from, once names are resolved.
enum Source {
    Camera(usize),
    Picture(usize),
    Scene(Box<Gathered>),
}

/// A scene whose sources are found, and whose layers have their places.
pub(crate) struct Gathered {
    scene: Scene,
    canvas: Canvas,
    sources: Vec<Source>,
    placed: Vec<Placed>,
    grants: Vec<Grant>,
}

impl Cast<'_> {
    /// Finds the sources of a scene, and places its layers. `outer` is what the scene that shows this
    /// one lets cameras show; a scene inside another can't show more.
    pub fn gather(
        &self,
        scene: &Scene,
        canvas: Canvas,
        sources: &mut Sources,
        outer: Option<&[(CameraId, Grant)]>,
        depth: usize,
    ) -> Result<Gathered, PipelineError> {
        scene.validate()?;
        let own = granted(self.document, scene);
        let granted = outer.unwrap_or(&own);
        let mut found = Vec::with_capacity(scene.layers.len());
        let mut facts = Vec::with_capacity(scene.layers.len());
        for layer in &scene.layers {
            let source = self.source(layer, canvas, sources, (granted, depth))?;
            facts.push(source.facts(sources, canvas.size));
            found.push(source);
        }
        let placed = placed(&scene.layers, &facts, canvas.size);
        for Placed { index, placement, .. } in &placed {
            let size = before_turn(placement);
            let view = View { window: placement.window, size };
            match found[*index] {
                Source::Camera(number) => sources.cameras[number].want(view, &scene.layers[*index]),
                Source::Picture(number) => sources.pictures[number].views.push(view),
                Source::Scene(_) => {}
            }
        }
        let grants = found.iter().map(|source| match source {
            Source::Camera(number) => {
                let id = &sources.cameras[*number].id;
                let known = granted.iter().find(|(camera, _)| camera == id);
                known.map_or(Grant::Hidden, |(_, grant)| *grant)
            }
            _ => Grant::Hidden,
        });
        let grants = grants.collect();
        Ok(Gathered { scene: scene.clone(), canvas, sources: found, placed, grants })
    }

    fn source(
        &self,
        layer: &Layer,
        canvas: Canvas,
        sources: &mut Sources,
        (granted, depth): (&[(CameraId, Grant)], usize),
    ) -> Result<Source, PipelineError> {
        if let Some(camera) = self.document.camera_of(layer) {
            let id = CameraId::of(camera);
            let known = self.sizes.iter().find(|(camera, _)| *camera == id);
            let native = known.map_or(canvas.size, |(_, size)| *size);
            return Ok(Source::Camera(sources.camera(id, native)));
        }
        if let LayerSource::Scene(name) = &layer.source {
            if depth + 1 >= DEEPEST_SCENES {
                let scene = name.clone();
                return Err(SceneError::TooDeep { scene, most: DEEPEST_SCENES }.into());
            }
            let inner = self
                .document
                .scene_of(layer)
                .ok_or_else(|| PipelineError::NoScene(name.clone()))?;
            let gathered = self.gather(&inner, canvas, sources, Some(granted), depth + 1)?;
            return Ok(Source::Scene(Box::new(gathered)));
        }
        let found = self.document.source_of(layer);
        let find = |spec| sources.picture(spec, layer.play, self);
        let number = found.map(find).transpose()?.flatten();
        number.map(Source::Picture).ok_or_else(|| PipelineError::NoSource(layer.source.to_string()))
    }
}

/// What a scene lets each of its cameras show: all of it, if a layer of its own that is seen names
/// the camera without a key and without an effect that hides.
fn granted(document: &Document, scene: &Scene) -> Vec<(CameraId, Grant)> {
    let whole = scene.layers.iter().filter(|layer| layer.shows_whole());
    let cameras = whole.filter_map(|layer| document.camera_of(layer));
    cameras.map(|camera| (CameraId::of(camera), Grant::Whole)).collect()
}

/// The size of what fills the target, before it is turned.
fn before_turn(placement: &backlot_scene::geometry::Placement) -> Size {
    let Area { width, height, .. } = placement.target;
    if placement.turn.is_sideways() {
        Size { width: height, height: width }
    } else {
        Size { width, height }
    }
}

impl Gathered {
    /// The cameras that are seen, in the order of the layers.
    pub fn cameras(&self) -> Vec<usize> {
        let mut numbers = Vec::new();
        let seen = self.placed.iter().map(|placed| &self.sources[placed.index]);
        for source in seen {
            for number in source.cameras() {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
        }
        numbers
    }

    /// Makes the layers ready. `may_take` names a camera whose picture nobody needs besides.
    pub fn ready(
        self,
        sources: &mut Sources,
        inputs: &mut Inputs,
        may_take: Option<usize>,
    ) -> Result<Show, PipelineError> {
        let (cameras, intake) = (self.cameras(), sources.intake.clone());
        let Self { scene, canvas, sources: found, placed, grants } = self;
        let inner: Vec<Vec<usize>> = placed.iter().map(|at| found[at.index].cameras()).collect();
        let mut from: Vec<Option<Source>> = found.into_iter().map(Some).collect();
        let numbers: Vec<_> = placed
            .iter()
            .map(|placed| match from[placed.index] {
                Some(Source::Camera(number)) => Some(number),
                _ => None,
            })
            .collect();
        let mut layers = Vec::with_capacity(placed.len());
        for (at, place) in placed.iter().enumerate() {
            let Some(source) = from[place.index].take() else { continue };
            let layer = &scene.layers[place.index];
            let later = || placed.iter().zip(&numbers).skip(at + 1);
            let grant = grants[place.index];
            let holes = numbers[at].map_or_else(Vec::new, |number| {
                let keys = later().filter(|(_, other)| **other == Some(number));
                let keys = keys.filter_map(|(placed, _)| scene.layers[placed.index].key.as_ref());
                keys.filter_map(|key| inputs.cameras[number].key_index(key)).collect()
            });
            let is_last = numbers[at].is_some_and(|number| {
                may_take == Some(number) && inner[at + 1..].iter().all(|i| !i.contains(&number))
            });
            let readier = Readier { layer, place, canvas, grant };
            layers.push(match source {
                Source::Camera(number) => {
                    readier.camera((number, &inputs.cameras[number]), holes, is_last)
                }
                Source::Picture(number) => {
                    let picture = &mut sources.pictures[number];
                    match picture.moving {
                        Some(at) => readier.moving(at, inputs.moving[at].view(), picture),
                        None => readier.still(picture, &intake)?,
                    }
                }
                Source::Scene(inner) => {
                    let view = View::whole(inner.canvas.size);
                    let show = inner.ready(sources, inputs, None)?;
                    readier.run(Input::Scene(Box::new(show)), view)
                }
            });
        }
        let pool = FramePool::new(PixelFormat::I420, canvas.size, POOLED_FRAMES);
        let whole = Chain::new(&scene.effects, &canvas);
        let (needs, baked, stages) = (needs_of(&layers), None, Stages::default());
        let laps = Default::default();
        let mut show = Show { canvas, layers, baked, whole, pool, stages, cameras, needs, laps };
        show.bake(inputs)?;
        Ok(show)
    }
}

impl Source {
    /// What a layer needs to know to be placed.
    fn facts(&self, sources: &Sources, canvas: Size) -> SourceFacts {
        match self {
            Self::Camera(index) => {
                SourceFacts { size: sources.cameras[*index].native, has_alpha: false }
            }
            Self::Picture(index) => {
                let PictureSource { facts, play, .. } = &sources.pictures[*index];
                let may_end = facts.moves && *play == Play::Once;
                let has_alpha = facts.has_alpha || may_end;
                SourceFacts { size: facts.size.unwrap_or(canvas), has_alpha }
            }
            Self::Scene(inner) => SourceFacts { size: inner.canvas.size, has_alpha: false },
        }
    }

    /// The cameras that it is made from.
    fn cameras(&self) -> Vec<usize> {
        match self {
            Self::Camera(number) => vec![*number],
            Self::Picture(_) => Vec::new(),
            Self::Scene(inner) => inner.cameras(),
        }
    }
}

/// The keys, each with its camera, of which layers need the mattes.
fn needs_of(layers: &[LayerRun]) -> Vec<(usize, usize)> {
    let mut needs = Vec::new();
    for layer in layers {
        match (&layer.input, layer.showing) {
            (Input::Camera(camera), Showing::Cut(key)) => needs.push((*camera, key)),
            (Input::Camera(camera), _) => needs.extend(layer.holes.iter().map(|k| (*camera, *k))),
            (Input::Scene(show), _) => needs.extend(show.needs()),
            _ => {}
        }
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// Makes a layer ready.
struct Readier<'a> {
    layer: &'a Layer,
    place: &'a Placed,
    canvas: Canvas,
    grant: Grant,
}

impl Readier<'_> {
    fn camera(
        &self,
        (number, camera): (usize, &CameraNode),
        holes: Vec<usize>,
        is_last: bool,
    ) -> LayerRun {
        let key = self.layer.key.as_ref().and_then(|key| camera.key_index(key));
        let mut run = self.run(Input::Camera(number), camera.view());
        (run.holes, run.takes) = (holes, is_last);
        let size = run.canvas.size;
        run.showing = match (key, self.grant) {
            (Some(key), _) => Showing::Cut(key),
            (None, Grant::Whole) if !run.chain.hides() => Showing::Whole,
            (None, _) => Showing::Hidden,
        };
        if run.showing == Showing::Hidden {
            run.shield = Some(shield(&run.canvas));
        }
        if run.is_keyed() {
            let is_changed = !run.fitter.changes_nothing() || !run.chain.is_empty();
            if is_changed || run.outline.mask().is_some() {
                run.own_cut = Some(Matte::new(size));
            }
            let Area { width, height, .. } = run.seen;
            let (seen, range) = (Size { width, height }, run.canvas.color.range);
            run.reads = reads(&run, seen);
            run.foreground = Some(Foreground::new(seen, range, run.canvas.level));
        } else if !run.holes.is_empty() && !run.chain.is_empty() {
            run.hole = Some(Matte::new(size));
        }
        run
    }

    fn moving(&self, number: usize, view: View, source: &PictureSource) -> LayerRun {
        let mut run = self.run(Input::Moving(number), view);
        let is_changed = !run.fitter.changes_nothing() || !run.chain.is_empty();
        if source.facts.has_alpha && (is_changed || run.outline.mask().is_some()) {
            run.own_cut = Some(Matte::new(run.canvas.size));
        }
        run
    }

    /// What never changes is drawn now, in the layer's form.
    fn still(
        &self,
        source: &mut PictureSource,
        intake: &Intake,
    ) -> Result<LayerRun, PipelineError> {
        let (view, turn) = (self.part(), (self.layer.turn, self.layer.mirror));
        let shot = source.still(view, &self.canvas, intake)?;
        let mut fitter = Fitter::new(view, view, turn, self.canvas.level);
        let size = self.size();
        let mut frame = Frame::new(PixelFormat::I420, size);
        fitter.run(&shot.picture, &mut frame);
        let cut = shot.alpha.as_ref().map(|cut| {
            let mut fitted = Matte::new(size);
            fitter.run_plane(cut.plane(), fitted.plane_mut());
            fitted
        });
        let as_it_is = Fitter::new(view, view, (Turn::None, false), self.canvas.level);
        let mut run = self.fitted(Input::Still(Image::own(frame), cut), as_it_is);
        if let Input::Still(_, Some(cut)) = &mut run.input {
            if !run.chain.is_empty() {
                run.own_cut = Some(Matte::new(size));
            } else if let Some(mask) = run.outline.mask() {
                multiply_matte(self.canvas.level, cut.plane_mut(), mask.plane());
            }
        }
        Ok(run)
    }

    /// The size of the layer's picture.
    const fn size(&self) -> Size {
        let Area { width, height, .. } = self.place.placement.target;
        Size { width, height }
    }

    /// What the layer wants of its source.
    fn part(&self) -> View {
        View { window: self.place.placement.window, size: before_turn(&self.place.placement) }
    }

    /// A layer of an input with pictures of a form.
    fn run(&self, input: Input, view: View) -> LayerRun {
        let turn = (self.layer.turn, self.layer.mirror);
        self.fitted(input, Fitter::new(view, self.part(), turn, self.canvas.level))
    }

    /// A layer with everything that doesn't depend on the kind of its source.
    fn fitted(&self, input: Input, fitter: Fitter) -> LayerRun {
        let (layer, placement, size) = (self.layer, self.place.placement, self.size());
        let canvas = Canvas { size, ..self.canvas }.with_unit(placement.source_unit);
        let whole = Area::whole(self.canvas.size);
        let is_full = placement.target == whole;
        let is_alone = layer.border.is_none();
        let is_solid = layer.blend == Blend::Normal && layer.opacity >= 1.0;
        LayerRun {
            layer: layer.clone(),
            input,
            showing: Showing::Whole,
            grant: self.grant,
            placement,
            seen: self.place.seen,
            blender: blender(layer.blend, &canvas),
            is_plain: is_full && is_alone && is_solid,
            fitter,
            pool: FramePool::new(PixelFormat::I420, size, POOLED_FRAMES),
            chain: Chain::new(&layer.effects, &canvas),
            canvas,
            shield: None,
            holes: Vec::new(),
            takes: false,
            reads: Reads::Whole,
            foreground: None,
            own_cut: None,
            hole: None,
            outline: Outline::new(layer, &placement, &canvas),
            shadow: Shadow::new(layer, &placement, &self.canvas),
            card: None,
            present: Present::Nothing,
            laps: Default::default(),
        }
    }
}

/// How much of its camera's picture a layer reads that is cut out, and of which so much is seen.
fn reads(run: &LayerRun, seen: Size) -> Reads {
    if !run.chain.stays_in_matte() {
        return Reads::Whole;
    }
    // Mirrored, the cells in which edges are cleaned must lie as they did.
    let is_even = run.canvas.size.width.is_multiple_of(LARGEST_CELL);
    let is_in_place = run.fitter.keeps_pixels() && (run.fitter.changes_nothing() || is_even);
    match is_in_place && run.seen == run.placement.target {
        true => Reads::Asked,
        false => Reads::Around(run.fitter.reach_for(Foreground::reach(seen))),
    }
}

/// Cells in which edges are cleaned have at most so many columns of pixels.
const LARGEST_CELL: u32 = 32;

fn blender(blend: Blend, canvas: &Canvas) -> Option<Blender> {
    let mode = match blend {
        Blend::Normal => return None,
        Blend::Multiply => Mode::Multiply,
        Blend::Screen => Mode::Screen,
        Blend::Add => Mode::Add,
    };
    Some(Blender::new(mode, canvas.color))
}

impl Show {
    /// Draws the layers at the back that never change, once.
    fn bake(&mut self, inputs: &mut Inputs) -> Result<(), PipelineError> {
        let still = self.layers.iter().take_while(|layer| layer.is_still()).count();
        if still == 0 {
            return Ok(());
        }
        let rest = self.layers.split_off(still);
        let whole = std::mem::replace(&mut self.whole, Chain::new(&[], &self.canvas));
        let baked = self.draw(inputs, Now::default())?.into_image();
        (self.layers, self.whole) = (rest, whole);
        if let [layer, ..] = &mut self.layers[..] {
            layer.keep_background(&baked);
        }
        self.baked = Some(baked);
        Ok(())
    }
}
