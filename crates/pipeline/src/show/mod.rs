//! A scene at work on a canvas: its layers, drawn from back to front.

mod build;
mod cast;
mod ground;
mod layer;
mod layout;
mod now;
mod outline;
mod shadow;
mod sources;

pub(crate) use cast::Cast;
pub use cast::MakeFinder;
pub(crate) use layer::Inner;
use layer::{Input, LayerRun};
pub(crate) use now::Now;
pub(crate) use sources::Sources;

use crate::inputs::Inputs;
use crate::plan::{Step, passes};
use crate::{PipelineError, Stage, Stages};
use backlot_effects::{Canvas, Chain, Layer as Changed};
use backlot_guard::{Drawing, Image, Over};
use backlot_media::{FramePool, Matte, Plane};
use backlot_scene::geometry::Area;
use ground::{Ground, Place};
use std::time::{Duration, Instant};

/// A scene, ready to be drawn again and again.
pub(crate) struct Show {
    canvas: Canvas,
    layers: Vec<LayerRun>,
    /// What the layers at the back that never change look like.
    baked: Option<Image>,
    whole: Chain,
    pool: FramePool,
    stages: Stages,
    /// The cameras that are seen, in the order of the layers.
    cameras: Vec<usize>,
    /// The keys that it needs, each with its camera.
    needs: Vec<(usize, usize)>,
    /// What it has cost so far to copy what is drawn, and to change the whole.
    laps: [Duration; 2],
}

impl Show {
    /// The cost of all pictures so far.
    pub const fn stages(&self) -> &Stages {
        &self.stages
    }

    /// The cameras that are seen, by their numbers, in the order of the layers.
    pub fn cameras(&self) -> &[usize] {
        &self.cameras
    }

    /// Draws the scene as it is now. The cameras' pictures are used up.
    pub fn draw(&mut self, inputs: &mut Inputs, now: Now) -> Result<Drawing, PipelineError> {
        let mut ground = if self.baked.is_some() { Ground::Baked } else { Ground::Nothing };
        for index in 0..self.layers.len() {
            ground = self.add(index, ground, inputs, now)?;
        }
        let start = Instant::now();
        let mut drawing = ground.settle(&mut self.place(inputs, now));
        let settled = self.stages.lap(Stage::Blend, start);
        self.laps[0] += settled - start;
        drawing.change(|frame| {
            now.tag(frame, self.canvas.color);
            if !self.whole.is_empty() {
                let (time, picture) = (now.time, frame.yuv_mut());
                self.whole.apply(&mut Changed { picture, matte: None, person: None, time });
            }
        });
        self.laps[1] += self.stages.lap(Stage::Whole, settled) - settled;
        Ok(drawing)
    }

    /// What is done for a picture: by its cameras and keys, then by its layers.
    pub fn steps(&self, inputs: &Inputs) -> Vec<Step> {
        let cameras = self.cameras.iter().map(|&at| (at, &inputs.cameras[at]));
        let mut steps: Vec<_> = cameras
            .flat_map(|(at, camera)| {
                let needs = self.needs.iter().filter(move |(of, _)| *of == at);
                camera.explain(needs.map(|(_, key)| *key))
            })
            .collect();
        self.explain(inputs, "", &mut steps);
        steps
    }

    fn place<'a>(&'a mut self, inputs: &'a Inputs, now: Now) -> Place<'a> {
        let Self { canvas, layers, baked, pool, .. } = self;
        Place { canvas, layers, baked: baked.as_ref(), inputs, pool, now }
    }

    /// Makes a layer's picture, and draws it over those below.
    fn add(
        &mut self,
        index: usize,
        mut ground: Ground,
        inputs: &mut Inputs,
        now: Now,
    ) -> Result<Ground, PipelineError> {
        let start = Instant::now();
        let layer = &mut self.layers[index];
        layer.take(inputs, now)?;
        let taken = Instant::now();
        layer.change(inputs, now);
        layer.shape();
        let changed = self.stages.lap(layer.stage(), start);
        layer.laps[0] += taken - start;
        layer.laps[1] += changed - taken;
        if !layer.is_present() {
            return Ok(ground);
        }
        let mut shaded = changed;
        if layer.casts_shadow(inputs) {
            ground = ground.shade(index, &mut self.place(inputs, now));
            shaded = self.stages.lap(Stage::Blend, changed);
        }
        let (lower, rest) = self.layers.split_at_mut(index);
        let layer = &mut rest[0];
        if layer.takes_light()
            && let Some(below) = ground.picture(lower, self.baked.as_ref(), inputs)
        {
            layer.wrap(below, inputs);
        }
        let wrapped = self.stages.lap(layer.stage(), shaded);
        layer.laps[1] += wrapped - shaded;
        let ground = ground.add(index, &mut self.place(inputs, now));
        let drawn = self.stages.lap(Stage::Blend, wrapped);
        self.layers[index].laps[2] += (shaded - changed) + (drawn - wrapped);
        Ok(ground)
    }

    /// Draws only the layer in front, with nothing behind it, if it is cut out.
    pub fn draw_alone(
        &mut self,
        inputs: &mut Inputs,
        now: Now,
        cut: &mut Matte,
    ) -> Result<Drawing, PipelineError> {
        let start = Instant::now();
        let memory = now.memory(&self.pool, self.canvas.color);
        let Some(layer) = self.layers.last_mut().filter(|layer| layer.is_keyed()) else {
            return Ok(Drawing::black(memory));
        };
        layer.take(inputs, now)?;
        layer.change(inputs, now);
        layer.shape();
        let mut drawing = Drawing::black(memory);
        if let (Some(image), Some(seen)) = (layer.image(inputs), layer.cut(inputs)) {
            let over = layer.over(inputs);
            lay(cut, seen, &over);
            drawing.cut_out(self.canvas.level, image, &over, cut.plane());
        }
        self.stages.lap(Stage::Person, start);
        Ok(drawing)
    }
}

impl Inner for Show {
    fn needs(&self) -> &[(usize, usize)] {
        &self.needs
    }

    fn is_filled_by_camera(&self) -> bool {
        let whole = Area::whole(self.canvas.size);
        let mut full = self.layers.iter().filter(|layer| layer.seen == whole);
        full.any(|layer| match &layer.input {
            Input::Camera(_) => true,
            Input::Scene(show) => show.is_filled_by_camera(),
            _ => false,
        })
    }

    fn explain(&self, inputs: &Inputs, scene: &str, steps: &mut Vec<Step>) {
        let (size, picture) = (self.canvas.size, format!("{scene}picture"));
        let baked = format!("{scene}still layers, drawn once");
        let first = if self.baked.is_some() { &baked } else { "black" };
        for (at, layer) in self.layers.iter().enumerate() {
            layer.explain(inputs, (scene, if at == 0 { first } else { &picture }), steps);
        }
        let read = if self.layers.is_empty() { first } else { &picture };
        let copy =
            Step::new(format!("{picture}: settle"), vec![read.to_owned()], picture.clone(), size);
        steps.push(copy.at(self.laps[0]));
        if !self.whole.is_empty() {
            let name = format!("{picture}: {}", passes(&self.whole));
            steps.push(Step::new(name, vec![picture.clone()], picture, size).at(self.laps[1]));
        }
    }

    fn image(&mut self, inputs: &mut Inputs, now: Now) -> Result<Image, PipelineError> {
        Ok(self.draw(inputs, now)?.into_image())
    }
}

/// Copies the part of a layer's cut that is seen to its place.
fn lay(cut: &mut Matte, seen: Plane<'_>, over: &Over<'_>) {
    let [x, y, width, height] =
        [over.part.x, over.part.y, over.part.width, over.part.height].map(|v| v as usize);
    let to = cut.plane_mut().crop(over.at.0 as usize, over.at.1 as usize, width, height);
    let (mut to, from) = (to, seen.crop(x, y, width, height));
    to.copy_from(from);
}
