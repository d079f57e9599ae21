//! A layer at work: the picture that it shows, and what cuts it out.

use super::now::Now;
use super::outline::{Border, Outline};
use super::shadow::Shadow;
use crate::inputs::{CameraNode, Fitter, Inputs};
use crate::notice::Notice;
use crate::plan::{Step, passes};
use crate::{PipelineError, Stage};
use backlot_effects::{Canvas, Chain, Layer as Changed, Person};
use backlot_guard::{Drawing, Grant, Image, Over, Unjudged, Veil};
use backlot_kernels::{Blender, Level, multiply_matte, window, window_mut};
use backlot_matte::Foreground;
use backlot_media::{
    Frame, FramePool, Matte, PixelFormat, Plane, Rect, Size, Timestamp, View, Window,
};
use backlot_scene::Layer;
use backlot_scene::geometry::{Area, Placement};
use std::time::Duration;

/// Where a layer's pictures come from.
pub(crate) enum Input {
    /// A camera, by its number among the inputs.
    Camera(usize),
    /// A moving picture, by its number among the inputs.
    Moving(usize),
    /// A picture that never changes, ready to draw, and what of it shows.
    Still(Image, Option<Matte>),
    /// Another scene.
    Scene(Box<dyn Inner>),
}

/// A scene within a layer.
pub(crate) trait Inner: Send {
    /// The keys that it needs: a camera's number, and the key's number among the camera's.
    fn needs(&self) -> &[(usize, usize)];

    /// Whether a camera fills the picture, so that nothing would show without it.
    fn is_filled_by_camera(&self) -> bool;

    /// What it does, step by step; names begin with `scene`.
    fn explain(&self, inputs: &Inputs, scene: &str, steps: &mut Vec<Step>);

    /// Its picture of the present moment.
    fn image(&mut self, inputs: &mut Inputs, now: Now) -> Result<Image, PipelineError>;
}

/// As what a layer shows its camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Showing {
    /// As it is.
    Whole,
    /// Behind effects that hide the room.
    Hidden,
    /// Cut out by a key, by its number among the camera's.
    Cut(usize),
}

/// How much of a camera's picture a layer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// All of it.
    Whole,
    /// What its key asked for, in its place.
    Asked,
    /// What is up to so many pixels around what the matte shows.
    Around(u32),
}

/// The layer's picture in the present frame.
#[derive(Debug, Default)]
pub(crate) enum Present {
    /// Nothing is drawn.
    #[default]
    Nothing,
    /// The camera's, which effects still have to hide.
    Raw(Unjudged),
    /// Its own.
    Own(Image),
    /// That of its input.
    Inputs,
    /// A card, as the camera has no picture.
    Card,
}

/// A layer, ready to draw again and again.
pub(crate) struct LayerRun {
    /// As it is written.
    pub layer: Layer,
    pub input: Input,
    pub showing: Showing,
    pub grant: Grant,
    pub placement: Placement,
    /// What of its picture lies on the canvas.
    pub seen: Area,
    /// For blend modes other than normal.
    pub blender: Option<Blender>,
    /// Whether it covers the canvas wherever it isn't cut out.
    pub is_plain: bool,
    pub canvas: Canvas,
    pub fitter: Fitter,
    pub pool: FramePool,
    pub chain: Chain,
    /// Replaces the chain while the room must stay hidden and it is unknown where the person is.
    pub shield: Option<Chain>,
    /// Keys of the same camera by which layers in front cut a person out, whom effects on this layer
    /// leave out.
    pub holes: Vec<usize>,
    /// Whether this is the last layer that needs the camera's picture, and may change it.
    pub takes: bool,
    /// How much of the camera's picture it reads.
    pub reads: Reads,
    /// Cleans edges, and lets light fall on them.
    pub foreground: Option<Foreground>,
    /// What cuts the layer out, where it isn't the input's own.
    pub own_cut: Option<Matte>,
    /// The person whom effects leave out.
    pub hole: Option<Matte>,
    pub outline: Outline,
    pub shadow: Option<Shadow>,
    /// What is shown while the camera has no picture, once it was needed.
    pub card: Option<(Notice, Image)>,
    pub present: Present,
    /// What its work has cost so far: to get its picture, to change it, and to draw it.
    pub laps: [Duration; 3],
}

/// A chain of effects that hides a room, with the person to leave out.
struct Hiding<'a> {
    chain: &'a mut Chain,
    person: Option<Person<'a>>,
    /// The picture at a quarter of its width and height, if that is all that is there.
    quarter: Option<&'a Frame>,
    time: Timestamp,
}

impl Veil for Hiding<'_> {
    fn hides(&self) -> bool {
        self.chain.hides()
    }

    fn draws_anew(&self) -> bool {
        self.quarter.is_some() && self.chain.takes_quarter()
    }

    fn draw(&mut self, picture: &mut Frame) {
        let (time, person) = (self.time, self.person.as_mut().map(Person::reborrow));
        let mut layer = Changed { picture: picture.yuv_mut(), matte: None, person, time };
        match self.quarter {
            Some(quarter) => self.chain.apply_to_quarter(quarter.yuv(), &mut layer),
            None => self.chain.apply(&mut layer),
        }
    }
}

impl LayerRun {
    /// What it does, step by step; `below` is what it is drawn over.
    pub fn explain(&self, inputs: &Inputs, (scene, below): (&str, &str), steps: &mut Vec<Step>) {
        let name = format!("{scene}{}", self.layer.id);
        let [take, change, draw] = self.laps;
        let Area { width, height, .. } = self.placement.target;
        let (size, own) = (Size { width, height }, format!("{name} {width}x{height}"));
        let (source, view) = match &self.input {
            Input::Camera(at) => {
                let camera = &inputs.cameras[*at];
                (format!("{} {}", camera.name(), camera.view().size), Some(camera.view()))
            }
            Input::Moving(at) => (format!("{name}'s source"), Some(inputs.moving[*at].view())),
            Input::Still(..) => (format!("{name}, made once"), None),
            Input::Scene(show) => {
                let before = steps.len();
                show.explain(inputs, &format!("{name}/"), steps);
                let inner: Duration = steps[before..].iter().map(|step| step.time).sum();
                let read = format!("{name}/picture");
                let step = Step::new(format!("{name}: fit"), vec![read], own.clone(), size);
                steps.push(step.at(take.saturating_sub(inner)));
                (own.clone(), None)
            }
        };
        if let Some(view) = view {
            let part = View { window: Window::whole(view.size), size };
            let step = Step::new(format!("{name}: fit"), vec![source.clone()], own.clone(), size);
            steps.push(Step { only_in_matte: self.is_keyed(), ..step.of_view(&part).at(take) });
        }
        let mut read = vec![if view.is_some() { own.clone() } else { source }];
        if let (Input::Camera(at), Showing::Cut(key)) = (&self.input, self.showing) {
            let camera = &inputs.cameras[*at];
            read.push(format!("{} matte {}", camera.name(), camera.key_word(key)));
        }
        let effects = match (&self.shield, self.showing) {
            (Some(shield), Showing::Hidden) if !self.chain.hides() => passes(shield),
            _ => passes(&self.chain),
        };
        let work = match (self.is_keyed(), effects.is_empty()) {
            (true, true) => Some("edge".to_owned()),
            (true, false) => Some(format!("edge, {effects}")),
            (false, true) => None,
            (false, false) => Some(effects),
        };
        if let Some(work) = work {
            let step = Step::new(format!("{name}: {work}"), read.clone(), own, size);
            steps.push(Step { only_in_matte: self.is_keyed(), ..step.at(change) });
        }
        read.push(below.to_owned());
        let writes = format!("{scene}picture");
        let mut step = Step::new(format!("{name}: draw"), read, writes, size);
        step.region = part_of(self.seen, self.placement.target);
        steps.push(step.at(draw));
    }

    /// Gets the picture of this frame from the layer's input, in the layer's form.
    pub fn take(&mut self, inputs: &mut Inputs, now: Now) -> Result<(), PipelineError> {
        self.present = Present::Nothing;
        let is_changed = !self.chain.is_empty();
        let is_fitted = !self.fitter.changes_nothing();
        self.present = match &mut self.input {
            Input::Camera(index) => {
                let index = *index;
                self.take_camera(&mut inputs.cameras[index])
            }
            Input::Moving(index) => {
                let moving = &mut inputs.moving[*index];
                moving.advance(now.time)?;
                let is_own = is_changed || is_fitted || self.own_cut.is_some();
                match moving.image() {
                    None => Present::Nothing,
                    Some(image) if is_own => {
                        Present::Own(fitted(&mut self.fitter, &self.pool, image, now))
                    }
                    Some(_) => Present::Inputs,
                }
            }
            Input::Still(image, _) => match is_changed {
                true => Present::Own(copied(&self.pool, image, now)),
                false => Present::Inputs,
            },
            Input::Scene(show) => {
                let image = show.image(inputs, now)?;
                Present::Own(match is_fitted {
                    true => fitted(&mut self.fitter, &self.pool, &image, now),
                    false => image,
                })
            }
        };
        Ok(())
    }

    fn take_camera(&mut self, camera: &mut CameraNode) -> Present {
        if let Some(notice) = camera.missing() {
            return self.show_card(notice);
        }
        if self.reads_quarter() && camera.make_quarter() {
            let raw = camera.picture().map(|raw| raw.blank(self.pool.take()));
            return raw.map_or(Present::Nothing, Present::Raw);
        }
        match (self.reads, self.showing) {
            (Reads::Asked, _) => {}
            (Reads::Around(reach), Showing::Cut(key)) => camera.make_around(key, reach),
            _ => camera.complete(),
        }
        let Some(raw) = self.fitted_raw(camera) else { return Present::Nothing };
        let admitted = match self.showing {
            Showing::Cut(key) => camera.key(key).admission().and_then(|word| word.cut(raw)),
            Showing::Whole => camera.admission().and_then(|word| word.whole(raw, self.grant)),
            Showing::Hidden => return Present::Raw(raw),
        };
        admitted.map_or(Present::Nothing, Present::Own)
    }

    /// The camera's picture in the layer's form.
    fn fitted_raw(&mut self, camera: &mut CameraNode) -> Option<Unjudged> {
        let Self { takes, reads, ref pool, ref mut fitter, .. } = *self;
        let level = self.canvas.level;
        let flipped = |raw: Unjudged, fitter: &Fitter| {
            if fitter.changes_nothing() { raw } else { raw.mirrored(level) }
        };
        let is_in_place = fitter.changes_nothing()
            || fitter.keeps_pixels()
                && (!matches!(reads, Reads::Around(_)) || camera.picture()?.is_whole());
        if takes && is_in_place {
            return camera.take_picture().map(|raw| flipped(raw, fitter));
        }
        let (raw, memory) = (camera.picture()?, pool.take());
        match (reads, self.showing) {
            (Reads::Asked, _) => Some(flipped(raw.copied(memory), fitter)),
            (Reads::Around(_), Showing::Cut(key)) => {
                let (matte, reach) = (camera.key(key).admitted()?, fitter.reach());
                raw.changed_around(memory, matte, reach, |from, to| fitter.run(from, to))
            }
            _ => Some(raw.changed(memory, |from, to| fitter.run(from, to))),
        }
    }

    /// Whether effects hide the picture in such a way that a quarter of its width and height is enough, whether it is
    /// known where the person is or not.
    fn reads_quarter(&self) -> bool {
        let chains = [Some(&self.chain), self.shield.as_ref()].into_iter().flatten();
        self.showing == Showing::Hidden
            && self.fitter.changes_nothing()
            && chains.filter(|chain| chain.hides()).all(Chain::takes_quarter)
    }

    fn show_card(&mut self, notice: Notice) -> Present {
        if self.card.as_ref().is_none_or(|(drawn, _)| *drawn != notice) {
            let mut frame = Frame::new(PixelFormat::I420, self.canvas.size);
            frame.color = self.canvas.color;
            notice.draw(&mut frame);
            self.card = Some((notice, Image::own(frame)));
        }
        Present::Card
    }

    /// Applies the effects. What must be hidden is admitted now, behind the shield where it isn't
    /// known where the person is.
    pub fn change(&mut self, inputs: &Inputs, now: Now) {
        match std::mem::take(&mut self.present) {
            Present::Raw(raw) => self.hide(raw, inputs, now),
            Present::Own(image) => {
                self.present = Present::Own(image);
                self.change_own(inputs, now);
            }
            other => self.present = other,
        }
    }

    fn hide(&mut self, raw: Unjudged, inputs: &Inputs, now: Now) {
        let Input::Camera(index) = self.input else { return };
        let camera = &inputs.cameras[index];
        let is_known = self.holes.iter().all(|&key| camera.key(key).admitted().is_some());
        let person = person_of(camera, &self.holes);
        let person = left_out(&mut self.hole, &mut self.fitter, &self.chain, person);
        let time = now.time;
        let quarter = if raw.is_whole() { None } else { camera.quarter() };
        let mut veil = match &mut self.shield {
            Some(shield) if !(is_known && self.chain.hides()) => {
                Hiding { chain: shield, person: None, quarter, time }
            }
            _ => Hiding { chain: &mut self.chain, person, quarter, time },
        };
        let admission = camera.admission();
        let image = admission.and_then(|admission| admission.hidden(raw, &mut veil));
        self.present = image.map_or(Present::Nothing, Present::Own);
    }

    /// Cleans a cut-out person's edge, and applies the effects to the picture and its cut.
    fn change_own(&mut self, inputs: &Inputs, now: Now) {
        let Present::Own(image) = &mut self.present else { return };
        let given = given_cut(&self.input, self.showing, inputs);
        if let (Some(own), Some(given)) = (&mut self.own_cut, given) {
            self.fitter.run_plane(given.plane(), own.plane_mut());
        }
        let cut = self.own_cut.as_ref().or(given);
        let part = part_of(self.seen, self.placement.target);
        if let (Input::Camera(index), Showing::Cut(key), Some(cut)) =
            (&self.input, self.showing, cut)
        {
            let picture = window_mut(image.planes_mut(), part);
            inputs.cameras[*index].key(key).clean(picture, cropped(cut.plane(), part));
        }
        if let (Some(foreground), Some(cut)) = (&mut self.foreground, cut) {
            let picture = window_mut(image.planes_mut(), part);
            foreground.clean(picture, cropped(cut.plane(), part), self.layer.edge.decontaminate);
        }
        if !self.chain.is_empty() {
            let time = now.time;
            let person = match self.input {
                Input::Camera(index) => person_of(&inputs.cameras[index], &self.holes),
                _ => None,
            };
            let person = left_out(&mut self.hole, &mut self.fitter, &self.chain, person);
            let matte = self.own_cut.as_mut().map(|matte| matte.plane_mut());
            self.chain.apply(&mut Changed { picture: image.planes_mut(), matte, person, time });
        }
    }

    /// Lets the light of what is below fall on a cut-out person, where the effects left the edge.
    pub fn wrap(&mut self, below: &Frame, inputs: &Inputs) {
        let given = given_cut(&self.input, self.showing, inputs);
        let cut = self.own_cut.as_ref().or(given);
        if let (Some(foreground), Some(cut), Present::Own(image)) =
            (&mut self.foreground, cut, &mut self.present)
        {
            let part = part_of(self.seen, self.placement.target);
            let at = Rect { x: self.seen.x.unsigned_abs(), y: self.seen.y.unsigned_abs(), ..part };
            let (picture, cut) = (window_mut(image.planes_mut(), part), cropped(cut.plane(), part));
            foreground.wrap(picture, cut, window(below.yuv(), at), self.layer.edge.light_wrap);
        }
    }

    /// Whether it casts a shadow that is seen. Under a layer that covers the canvas none is.
    pub fn casts_shadow(&self, inputs: &Inputs) -> bool {
        self.shadow.is_some() && !(self.is_plain && self.cut(inputs).is_none())
    }

    /// Casts its shadow on what is drawn below.
    pub fn cast_shadow(&mut self, inputs: &Inputs, below: &mut Drawing, level: Level) {
        let Some(mut shadow) = self.shadow.take() else { return };
        let is_final = self.own_cut.is_none() && !self.is_keyed();
        let border = self.outline.border().map(|border| &border.mask);
        shadow.follow(level, self.cut(inputs), border, is_final);
        shadow.draw(level, below);
        self.shadow = Some(shadow);
    }

    /// How it lies over what is drawn below.
    pub fn over<'a>(&'a self, inputs: &'a Inputs) -> Over<'a> {
        Over {
            part: part_of(self.seen, self.placement.target),
            at: (self.seen.x.unsigned_abs(), self.seen.y.unsigned_abs()),
            cut: self.cut(inputs),
            opacity: self.layer.opacity,
            blender: self.blender.as_ref(),
        }
    }

    /// The border, and where what is seen of it lies, if there is one.
    pub fn border(&self, canvas: Size) -> Option<(&Border, Over<'_>)> {
        let border = self.outline.border()?;
        let frame = self.placement.frame;
        let seen = frame.common(Area::whole(canvas))?;
        let at = (seen.x.unsigned_abs(), seen.y.unsigned_abs());
        let part = part_of(seen, frame);
        Some((border, Over { part, at, cut: None, opacity: self.layer.opacity, blender: None }))
    }

    /// Whether it never changes.
    pub fn is_still(&self) -> bool {
        matches!(self.input, Input::Still(..)) && self.chain.is_empty()
    }

    /// Whether it shows somebody cut out.
    pub const fn is_keyed(&self) -> bool {
        matches!(self.showing, Showing::Cut(_))
    }

    /// What its work counts as.
    pub const fn stage(&self) -> Stage {
        if self.is_keyed() { Stage::Person } else { Stage::Background }
    }

    /// Sets what is always below it.
    pub fn keep_background(&mut self, below: &Image) {
        let is_whole = self.seen == Area::whole(below.picture().size()) && self.shadow.is_none();
        if let (Some(foreground), true) = (&mut self.foreground, is_whole) {
            foreground.keep_background(below.picture().yuv());
        }
    }

    /// Cuts the corners off what cuts the layer out.
    pub fn shape(&mut self) {
        if let (Some(own), Some(mask)) = (&mut self.own_cut, self.outline.mask()) {
            multiply_matte(self.canvas.level, own.plane_mut(), mask.plane());
        }
    }

    /// Whether light from below can fall on it.
    pub const fn takes_light(&self) -> bool {
        self.foreground.is_some() && self.layer.edge.light_wrap > 0.0
    }

    /// Whether there is something to draw.
    pub const fn is_present(&self) -> bool {
        !matches!(self.present, Present::Nothing | Present::Raw(_))
    }

    /// The picture to draw, unless there is none.
    pub fn image<'a>(&'a self, inputs: &'a Inputs) -> Option<&'a Image> {
        match (&self.present, &self.input) {
            (Present::Own(image), _) | (Present::Inputs, Input::Still(image, _)) => Some(image),
            (Present::Inputs, Input::Moving(index)) => inputs.moving[*index].image(),
            (Present::Card, _) => self.card.as_ref().map(|(_, image)| image),
            _ => None,
        }
    }

    /// The picture and its memory, if they are the layer's own.
    pub fn take_image(&mut self) -> Option<Image> {
        match std::mem::take(&mut self.present) {
            Present::Own(image) => Some(image),
            other => {
                self.present = other;
                None
            }
        }
    }

    /// What cuts the layer out; `None` where all of it shows.
    pub fn cut<'a>(&'a self, inputs: &'a Inputs) -> Option<Plane<'a>> {
        if matches!(self.present, Present::Card) {
            return self.outline.mask().map(Matte::plane);
        }
        let given = given_cut(&self.input, self.showing, inputs);
        let cut = self.own_cut.as_ref().or(given).or(self.outline.mask());
        cut.map(Matte::plane)
    }
}

/// The part of a layer's picture that lies on the canvas.
const fn part_of(seen: Area, target: Area) -> Rect {
    let (x, y) = ((seen.x - target.x).unsigned_abs(), (seen.y - target.y).unsigned_abs());
    Rect { x, y, width: seen.width, height: seen.height }
}

fn cropped(plane: Plane<'_>, part: Rect) -> Plane<'_> {
    let [x, y, width, height] = [part.x, part.y, part.width, part.height].map(|v| v as usize);
    plane.crop(x, y, width, height)
}

/// What cuts a layer out before anything changes that.
fn given_cut<'a>(input: &'a Input, showing: Showing, inputs: &'a Inputs) -> Option<&'a Matte> {
    match (input, showing) {
        (Input::Camera(index), Showing::Cut(key)) => inputs.cameras[*index].key(key).admitted(),
        (Input::Still(_, alpha), _) => alpha.as_ref(),
        (Input::Moving(index), _) => inputs.moving[*index].alpha(),
        _ => None,
    }
}

/// The person of a camera, where it is known.
fn person_of<'a>(camera: &'a CameraNode, holes: &[usize]) -> Option<&'a Matte> {
    holes.first().and_then(|&key| camera.key(key).admitted())
}

/// The person in the layer's form, for a chain: their own matte where nothing changes it.
fn left_out<'a>(
    hole: &'a mut Option<Matte>,
    fitter: &mut Fitter,
    chain: &Chain,
    person: Option<&'a Matte>,
) -> Option<Person<'a>> {
    let (hole, person) = hole.as_mut().zip(person)?;
    if fitter.changes_nothing() && !chain.moves() {
        return Some(Person::Lent(person.plane()));
    }
    fitter.run_plane(person.plane(), hole.plane_mut());
    Some(Person::Own(hole.plane_mut()))
}

/// A picture of our own in the layer's form, with the tags of this frame.
fn fitted(fitter: &mut Fitter, pool: &FramePool, image: &Image, now: Now) -> Image {
    let mut memory = pool.take();
    fitter.run(image.picture(), &mut memory);
    now.tag(&mut memory, image.picture().color);
    Image::own(memory)
}

/// A copy with the tags of this frame.
fn copied(pool: &FramePool, image: &Image, now: Now) -> Image {
    let mut memory = pool.take();
    memory.copy_picture(image.picture());
    now.tag(&mut memory, image.picture().color);
    Image::own(memory)
}
