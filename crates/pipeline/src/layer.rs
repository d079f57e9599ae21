//! A compiled layer: the source of its picture, and the memory in which it changes.

use crate::backdrop::Backdrop;
use crate::{PipelineError, Stage, Stages};
use backlot_effects::{Canvas, Chain, Layer, shield};
use backlot_files::Intake;
use backlot_matte::Foreground;
use backlot_media::{Frame, Matte, PixelFormat, Plane};
use backlot_scene::{Edge, LayerSource, Scene};
use std::time::Instant;

/// Everything that a layer is drawn from, for one frame.
pub(crate) struct Moment<'a> {
    /// The camera's picture.
    pub frame: &'a mut Frame,
    /// The matte of that picture, if it may be used.
    pub matte: Option<&'a Matte>,
    /// Whether viewers see the shield.
    pub shield: bool,
    /// The layers below, as far as they are blended.
    pub below: Option<&'a Frame>,
    /// Estimates colours at the person's edge.
    pub foreground: &'a mut Foreground,
    /// The cost of the work.
    pub stages: &'a mut Stages,
}

/// A layer, ready to draw again and again.
pub(crate) struct CompiledLayer {
    /// `None` is the camera.
    backdrop: Option<Backdrop>,
    key: Option<Edge>,
    effects: Chain,
    opacity: f32,
    /// Replaces the effects while there is no matte and the room must stay hidden.
    shield: Option<Chain>,
    /// Whether this is the last layer that needs the camera's picture, and may change it.
    takes_frame: bool,
    /// The picture, where it is neither the camera's own nor the backdrop's.
    picture: Option<Frame>,
    /// A copy of the matte, where effects may change it.
    matte: Option<Matte>,
}

impl CompiledLayer {
    /// Opens the layer's source and makes its effects ready.
    pub fn new(
        scene: &Scene,
        index: usize,
        canvas: Canvas,
        intake: &Intake,
    ) -> Result<Self, PipelineError> {
        let layer = &scene.layers[index];
        let key = layer.key.map(|_| layer.edge);
        let later = &scene.layers[index + 1..];
        let is_camera = layer.source == LayerSource::Camera;
        let takes_frame = is_camera && later.iter().all(|l| l.source != LayerSource::Camera);
        let effects = Chain::new(&layer.effects, &canvas);
        let is_changed = key.is_some() || !effects.is_empty();
        let has_person = key.is_some() || (is_camera && later.iter().any(|l| l.key.is_some()));
        let must_hide = is_camera && key.is_none() && scene.hides_the_room();
        let own = if is_camera { !takes_frame } else { is_changed };
        Ok(Self {
            backdrop: Backdrop::open(&layer.source, layer.fit, &canvas, intake)?,
            key,
            opacity: layer.opacity,
            shield: must_hide.then(|| shield(&canvas)),
            takes_frame,
            picture: own.then(|| Frame::new(PixelFormat::I420, canvas.size)),
            matte: (has_person && !effects.is_empty()).then(|| Matte::new(canvas.size)),
            effects,
        })
    }

    /// Whether the layer shows a cut-out person.
    pub const fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    /// The layer's picture, if it never changes.
    pub fn still(&self) -> Option<&Frame> {
        let still = self.backdrop.as_ref().and_then(Backdrop::still);
        still.filter(|_| self.effects.is_empty() && self.key.is_none() && self.opacity >= 1.0)
    }

    /// How much of the layer shows.
    pub const fn opacity(&self) -> f32 {
        self.opacity
    }

    /// Makes the layer's picture.
    pub fn draw(&mut self, moment: Moment<'_>) -> Result<(), PipelineError> {
        let start = Instant::now();
        let source = match &mut self.backdrop {
            Some(backdrop) => backdrop.picture(moment.frame.time)?,
            None => moment.frame,
        };
        if let Some(own) = &mut self.picture {
            own.copy_picture(source);
            own.tag_like(moment.frame);
        }
        let stage = if self.key.is_some() { Stage::Person } else { Stage::Background };
        let own = self.picture.as_mut();
        if let Some(target) = own.or(self.takes_frame.then_some(moment.frame)) {
            match self.key.zip(moment.matte) {
                Some((key, matte)) => {
                    moment.foreground.clean(target.yuv_mut(), matte.plane(), key.decontaminate);
                    let mut own = own_copy(&mut self.matte, Some(matte));
                    apply(&mut self.effects, target, own.as_deref_mut(), None);
                    if let Some(below) = moment.below {
                        // The edge is where the effects left it.
                        let (person, edge) = (target.yuv_mut(), own.as_deref().unwrap_or(matte));
                        let light = below.yuv();
                        moment.foreground.wrap(person, edge.plane(), light, key.light_wrap);
                    }
                }
                None => match self.shield.as_mut().filter(|_| moment.shield) {
                    Some(shield) => apply(shield, target, None, None),
                    None => {
                        let person = own_copy(&mut self.matte, moment.matte);
                        apply(&mut self.effects, target, None, person);
                    }
                },
            }
        }
        moment.stages.lap(stage, start);
        Ok(())
    }

    /// Whether the layer is drawn in the memory of the camera's picture, which no other layer needs
    /// then.
    pub const fn takes_frame(&self) -> bool {
        self.takes_frame
    }

    /// The layer's picture, unless it is the camera's own.
    pub fn own_picture(&self) -> Option<&Frame> {
        self.picture.as_ref().or(self.backdrop.as_ref().map(Backdrop::last))
    }

    /// The layer's picture, as drawn last; `frame` is the camera's.
    pub fn picture<'a>(&'a self, frame: &'a Frame) -> &'a Frame {
        self.own_picture().unwrap_or(frame)
    }

    /// What cuts the layer out, after its effects; `matte` is the camera's.
    pub fn cut<'a>(&'a self, matte: &'a Matte) -> Option<Plane<'a>> {
        self.key.map(|_| self.matte.as_ref().unwrap_or(matte).plane())
    }
}

/// Fills the layer's own matte, if it has one.
fn own_copy<'a>(own: &'a mut Option<Matte>, matte: Option<&Matte>) -> Option<&'a mut Matte> {
    let (own, matte) = own.as_mut().zip(matte)?;
    own.copy_from(matte);
    Some(own)
}

/// Applies effects in order.
pub(crate) fn apply(
    effects: &mut Chain,
    picture: &mut Frame,
    matte: Option<&mut Matte>,
    person: Option<&mut Matte>,
) {
    let time = picture.time;
    effects.apply(&mut Layer {
        picture: picture.yuv_mut(),
        matte: matte.map(Matte::plane_mut),
        person: person.map(Matte::plane_mut),
        time,
    });
}
