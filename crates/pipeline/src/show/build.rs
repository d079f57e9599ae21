//! From a scene to a show: what it needs is gathered, its inputs are opened, its layers made ready.

use super::layer::{Input, LayerRun, Present, Showing};
use super::layout::{Placed, SourceFacts, placed};
use super::outline::Outline;
use super::shadow::Shadow;
use super::{Now, Show};
use crate::inputs::{CameraNode, Fitter, Inputs, Kept, KeyNode, Maker, Moving, MovingId};
use crate::{CameraId, Keyer, PipelineError, Stages};
use backlot_effects::{Canvas, Chain, shield};
use backlot_files::Intake;
use backlot_guard::{Grant, Image};
use backlot_kernels::{Blender, Mode, multiply_matte};
use backlot_matte::Foreground;
use backlot_media::{Frame, FramePool, Matte, PixelFormat, Size, Timestamp, View};
use backlot_scene::geometry::Area;
use backlot_scene::{
    Blend, DEEPEST_SCENES, Document, Key, Layer, LayerSource, Play, Scene, SceneError, SourceSpec,
    Turn,
};
use backlot_sources::{Booking, Material, SourceError, Timing, material};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// Makes the finder of a key for pictures of a size.
pub(crate) type MakeFinder<'a> =
    dyn FnMut(&Key, Size) -> Result<Box<dyn Keyer>, PipelineError> + 'a;

/// What scenes are built with.
pub(crate) struct Cast<'a> {
    pub document: &'a Document,
    pub intake: &'a Intake,
    pub make_finder: &'a mut MakeFinder<'a>,
    /// Who makes finders, if several may be of the same.
    pub maker: Option<Maker>,
    /// The sizes of cameras' pictures; the others' are the canvas'.
    pub sizes: &'a [(CameraId, Size)],
    /// What the studio before hands on.
    pub kept: &'a [Kept],
    /// What moving pictures do that aren't ready in time.
    pub timing: Timing,
}

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

/// The sources of all scenes, before they are at work.
#[derive(Default)]
pub(crate) struct Sources {
    cameras: Vec<CameraSource>,
    pictures: Vec<PictureSource>,
}

struct CameraSource {
    id: CameraId,
    native: Size,
    views: Vec<View>,
    keys: Vec<Key>,
}

struct PictureSource {
    spec: SourceSpec,
    play: Play,
    material: Box<dyn Material>,
    views: Vec<View>,
    /// Its number among the moving pictures, if it is one and at work.
    moving: Option<usize>,
}

impl Cast<'_> {
    /// Who made a key that is handed on, if it is.
    fn kept_by(&self, form: (&CameraId, Size, View), key: &Key) -> Option<Maker> {
        Kept::maker_of(self.kept, self.maker.as_ref()?, form, key)
    }

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
            facts.push(sources.facts(&source, canvas.size));
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
        let find = |spec| sources.picture(spec, layer.play, self.intake);
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

impl Sources {
    fn camera(&mut self, id: CameraId, native: Size) -> usize {
        let known = self.cameras.iter().position(|camera| camera.id == id);
        known.unwrap_or_else(|| {
            let (views, keys) = (Vec::new(), Vec::new());
            self.cameras.push(CameraSource { id, native, views, keys });
            self.cameras.len() - 1
        })
    }

    /// The number of a picture's source; `None` for a camera.
    fn picture(
        &mut self,
        spec: SourceSpec,
        play: Play,
        intake: &Intake,
    ) -> Result<Option<usize>, PipelineError> {
        let is_known = |known: &PictureSource| known.spec == spec && known.play == play;
        if let Some(known) = self.pictures.iter().position(is_known) {
            return Ok(Some(known));
        }
        let found = material(&spec, intake).map_err(PipelineError::Background)?;
        let Some(material) = found else { return Ok(None) };
        let (views, moving) = (Vec::new(), None);
        self.pictures.push(PictureSource { spec, play, material, views, moving });
        Ok(Some(self.pictures.len() - 1))
    }

    fn facts(&self, source: &Source, canvas: Size) -> SourceFacts {
        match source {
            Source::Camera(index) => {
                SourceFacts { size: self.cameras[*index].native, has_alpha: false }
            }
            Source::Picture(index) => {
                let PictureSource { material, play, .. } = &self.pictures[*index];
                let may_end = material.moves() && *play == Play::Once;
                let has_alpha = material.has_alpha() || may_end;
                SourceFacts { size: material.size().unwrap_or(canvas), has_alpha }
            }
            Source::Scene(inner) => SourceFacts { size: inner.canvas.size, has_alpha: false },
        }
    }

    /// Opens everything: cameras' forms and keys, and what moves.
    pub fn open(&mut self, cast: &mut Cast<'_>, canvas: Canvas) -> Result<Inputs, PipelineError> {
        let mut inputs = Inputs::default();
        for camera in &self.cameras {
            let view = camera.view();
            let mut node = CameraNode::new(camera.id.clone(), camera.native, view, canvas);
            for key in &camera.keys {
                let form = (&camera.id, camera.native, view);
                let at_work = match cast.kept_by(form, key) {
                    Some(maker) => KeyNode::awaited(key, view.size, maker),
                    None => {
                        let finder = (cast.make_finder)(key, view.size)?;
                        KeyNode::new(key, finder, view.size, cast.maker.clone())
                    }
                };
                node.add_key(key.clone(), at_work);
            }
            inputs.cameras.push(node);
        }
        for picture in &mut self.pictures {
            if picture.material.moves() && !picture.views.is_empty() {
                picture.moving = Some(inputs.moving.len());
                inputs.moving.push(picture.open(cast, &canvas)?);
            }
        }
        Ok(inputs)
    }
}

impl PictureSource {
    /// Puts what moves to work for all who want it, unless the studio before hands it on.
    fn open(&self, cast: &Cast<'_>, canvas: &Canvas) -> Result<Moving, PipelineError> {
        let Self { spec, play, material, views, .. } = self;
        let id = MovingId::new(spec, *play, views, canvas.color);
        if let Some(view) = Kept::view_of(cast.kept, &id) {
            return Ok(Moving::awaited(id, view));
        }
        let (play, timing) = (*play, cast.timing);
        let Canvas { size, color, level, .. } = *canvas;
        let booking = Booking { size, color, level, views, play, timing };
        let player = material.start(&booking);
        Ok(Moving::new(id, player.map_err(PipelineError::Background)?))
    }
}

impl CameraSource {
    /// The form in which the camera's pictures are kept: the one that all layers want, if it is no
    /// larger, or else as they are, so that no picture is scaled twice.
    fn view(&self) -> View {
        let whole = View::whole(self.native);
        let (first, rest) = self.views.split_first().unwrap_or((&whole, &[]));
        let Size { width, height } = first.size;
        let is_one = rest.iter().all(|view| view == first);
        let is_smaller = width <= self.native.width && height <= self.native.height;
        if is_one && is_smaller { *first } else { whole }
    }

    fn want(&mut self, view: View, layer: &Layer) {
        self.views.push(view);
        if let Some(key) = layer.key.as_ref().filter(|key| !self.keys.contains(key)) {
            self.keys.push(key.clone());
        }
    }
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
        sources: &Sources,
        inputs: &mut Inputs,
        may_take: Option<usize>,
    ) -> Result<Show, PipelineError> {
        let cameras = self.cameras();
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
                    let picture = &sources.pictures[number];
                    match picture.moving {
                        Some(at) => readier.moving(at, inputs.moving[at].view(), picture),
                        None => readier.still(&*picture.material)?,
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
            run.foreground = Some(Foreground::new(seen, range, run.canvas.level));
        } else if !run.holes.is_empty() && !run.chain.is_empty() {
            run.hole = Some(Matte::new(size));
        }
        run
    }

    fn moving(&self, number: usize, view: View, source: &PictureSource) -> LayerRun {
        let mut run = self.run(Input::Moving(number), view);
        let is_changed = !run.fitter.changes_nothing() || !run.chain.is_empty();
        if source.material.has_alpha() && (is_changed || run.outline.mask().is_some()) {
            run.own_cut = Some(Matte::new(run.canvas.size));
        }
        run
    }

    /// What never changes is drawn now, in the layer's form.
    fn still(&self, still: &dyn Material) -> Result<LayerRun, PipelineError> {
        let (view, turn) = (self.part(), (self.layer.turn, self.layer.mirror));
        let (upright, cut) = self.drawn(still, view).map_err(PipelineError::Background)?;
        let mut fitter = Fitter::new(view, view, turn, self.canvas.level);
        let size = self.size();
        let mut frame = Frame::new(PixelFormat::I420, size);
        fitter.run(&upright, &mut frame);
        let cut = cut.map(|cut| {
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

    fn drawn(
        &self,
        still: &dyn Material,
        view: View,
    ) -> Result<(Frame, Option<Matte>), SourceError> {
        let Canvas { size, color, level, .. } = self.canvas;
        let (views, play, timing) = (&[view], self.layer.play, Timing::Exact);
        let booking = Booking { size, color, level, views, play, timing };
        let (mut picture, mut alpha) = (Frame::new(PixelFormat::I420, view.size), None);
        still.start(&booking)?.draw(Timestamp::default(), &mut picture, &mut alpha)?;
        Ok((picture, alpha))
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
            id: layer.id.clone(),
            input,
            showing: Showing::Whole,
            grant: self.grant,
            placement,
            seen: self.place.seen,
            opacity: layer.opacity,
            blender: blender(layer.blend, &canvas),
            is_plain: is_full && is_alone && is_solid,
            edge: layer.edge,
            fitter,
            pool: FramePool::new(PixelFormat::I420, size, POOLED_FRAMES),
            chain: Chain::new(&layer.effects, &canvas),
            canvas,
            shield: None,
            holes: Vec::new(),
            takes: false,
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
