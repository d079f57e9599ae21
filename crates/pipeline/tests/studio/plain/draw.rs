//! The plain renderer: every layer in full, from back to front, in f32.

use super::grid::{Grid, taps};
use super::outline::Outline;
use super::random::Case;
use super::sources::{Source, Still, black, camera, camera_source, encoded};
use backlot_effects::Canvas;
use backlot_media::{ColorSpace, Size};
use backlot_scene::geometry::{Area, Placement};
use backlot_scene::{Blend, Effect, Layer, LayerSource, Scene, Turn};
use backlot_schema::Value;

/// A picture in code values: luma, and two planes of chroma of half its size.
pub type Planes = [Grid; 3];

/// Draws a case, as the camera shows its picture of that number.
pub fn draw(case: &Case, stills: &[Still], sequence: u64) -> Planes {
    let camera = camera_source(&camera(&case.canvas, case.camera, sequence));
    Renderer { case, stills, camera }.scene(&case.scene)
}

struct Renderer<'a> {
    case: &'a Case,
    stills: &'a [Still],
    camera: Source,
}

/// A layer, or what of it lies on the canvas, where it begins at even places.
struct Part {
    at: Area,
    planes: Planes,
    /// How much of each pixel shows.
    cut: Grid,
}

impl Renderer<'_> {
    const fn space(&self) -> ColorSpace {
        self.case.canvas.color
    }

    fn scene(&self, scene: &Scene) -> Planes {
        let Canvas { size, color, .. } = self.case.canvas;
        let mut below = filled(size, black(color));
        for layer in scene.layers.iter().filter(|layer| layer.visible) {
            self.layer(layer, &mut below);
        }
        changed(&mut below, &scene.effects, color);
        below
    }

    fn layer(&self, layer: &Layer, below: &mut Planes) {
        let size = self.case.canvas.size;
        match &layer.source {
            LayerSource::Color(color) => {
                let color = encoded(self.space(), color.bytes().map(|v| f32::from(v) / 255.0));
                self.lay(layer, size, below, |placement, seen| {
                    uncut(placement, seen, |plane, _| color[plane])
                });
            }
            LayerSource::Gradient(top, bottom) => {
                let ends = [top, bottom]
                    .map(|c| encoded(self.space(), c.bytes().map(|v| f32::from(v) / 255.0)));
                self.lay(layer, size, below, |placement, seen| {
                    uncut(placement, seen, |plane, [_, y]| {
                        let share = (y / f64::from(size.height)) as f32;
                        ends[0][plane] + (ends[1][plane] - ends[0][plane]) * share
                    })
                });
            }
            LayerSource::File(path) => {
                let still = self.stills.iter().find(|still| still.path == *path).unwrap();
                let source = still.source(self.space());
                self.lay(layer, source.size(), below, |placement, seen| {
                    sampled(&source, placement, seen, self.space())
                });
            }
            LayerSource::Camera => self.lay(layer, size, below, |placement, seen| {
                let mut part = sampled(&self.camera, placement, seen, self.space());
                if layer.key.is_some() {
                    let matte = self.camera.matte.as_ref().unwrap();
                    part.cut = sampled_plane(matte, placement, seen, 1);
                    part.cut.change(|value| value.clamp(0.0, 1.0));
                }
                part
            }),
            LayerSource::Scene(name) => {
                let inner = self.case.document.scene(name).unwrap().form.scene();
                let zero = black(self.space());
                let mut planes = self.scene(&inner);
                planes.iter_mut().zip(zero).for_each(|(plane, zero)| plane.change(|v| v - zero));
                let source = Source { planes, alpha: None, matte: None };
                self.lay(layer, size, below, |placement, seen| {
                    sampled(&source, placement, seen, self.space())
                });
            }
            other => panic!("{other} is not drawn plainly"),
        }
    }

    /// Lays a layer over what is below.
    fn lay(
        &self,
        layer: &Layer,
        source: Size,
        below: &mut Planes,
        part: impl Fn(&Placement, Area) -> Part,
    ) {
        let canvas = self.case.canvas.size;
        let placement = layer.placement(source, canvas);
        // A layer that goes on beyond an odd edge has the pixel beyond it.
        let around = Area::whole(even(canvas));
        let Some(seen) = placement.frame.common(around) else { return };
        let mut boxed = Part::empty(seen);
        if let Some(seen) = placement.target.common(around) {
            let mut part = part(&placement, seen);
            changed(&mut part.planes, &layer.effects, self.space());
            boxed.place(&part);
        }
        let color = layer.border.as_ref().map(|border| border.color.bytes());
        let color = color.unwrap_or_default().map(|v| f32::from(v) / 255.0);
        boxed.shape(
            &Outline::new(layer, &placement),
            placement.frame,
            encoded(self.space(), color),
        );
        boxed.cut.change(|share| share * layer.opacity);
        let mut drawn = Part::empty(Area::whole(canvas));
        drawn.place(&boxed);
        match layer.blend {
            Blend::Normal => cover(below, &drawn),
            mode => mix(mode, below, &drawn, self.space()),
        }
    }
}

/// The size with even sides.
fn even(Size { width, height }: Size) -> Size {
    Size { width: width.next_multiple_of(2), height: height.next_multiple_of(2) }
}

impl Part {
    /// Nothing, in an area of the canvas.
    fn empty(at: Area) -> Self {
        let size = Size { width: at.width, height: at.height };
        let cut = Grid::of(at.width as usize, at.height as usize, |_, _| 0.0);
        Self { at, planes: filled(size, [0.0; 3]), cut }
    }

    /// Puts in what another has.
    fn place(&mut self, part: &Self) {
        let (left, top) = ((part.at.x - self.at.x) as usize, (part.at.y - self.at.y) as usize);
        self.cut.put(&part.cut, left, top);
        for (index, (to, from)) in self.planes.iter_mut().zip(&part.planes).enumerate() {
            let sub = 1 + index.min(1);
            to.put(from, left / sub, top / sub);
        }
    }

    /// Cuts off what is outside of the outline, and draws the border.
    fn shape(&mut self, outline: &Outline, frame: Area, border: [f32; 3]) {
        let left = (self.at.x - frame.x) as usize;
        let top = (self.at.y - frame.y) as usize;
        let covered = |x: usize, y: usize| outline.of(left + x, top + y);
        let Grid { width, height, .. } = self.cut;
        let picture = Grid::of(width, height, |x, y| self.cut.at(x, y) * covered(x, y).0);
        let line = Grid::of(width, height, |x, y| covered(x, y).1);
        for (index, plane) in self.planes.iter_mut().enumerate() {
            let share = |of: &Grid, x, y| if index > 0 { of.mean(x, y) } else { of.at(x, y) };
            *plane = Grid::of(plane.width, plane.height, |x, y| {
                let (picture, line) = (share(&picture, x, y), share(&line, x, y));
                let all = picture + line;
                if all > 0.0 {
                    (plane.at(x, y) * picture + border[index] * line) / all
                } else {
                    0.0
                }
            });
        }
        self.cut = Grid::of(width, height, |x, y| picture.at(x, y) + line.at(x, y));
    }
}

/// Columns and rows of the planes of a picture.
fn sizes(width: u32, height: u32) -> [(usize, usize); 3] {
    let half = (width.div_ceil(2) as usize, height.div_ceil(2) as usize);
    [(width as usize, height as usize), half, half]
}

fn filled(size: Size, color: [f32; 3]) -> Planes {
    let sizes = sizes(size.width, size.height);
    [0, 1, 2].map(|plane| Grid::of(sizes[plane].0, sizes[plane].1, |_, _| color[plane]))
}

/// The middle of a sample, in pixels of the layer's picture.
fn middle(seen: Area, target: Area, plane: usize, [x, y]: [usize; 2]) -> [f64; 2] {
    let corner = [f64::from(seen.x - target.x), f64::from(seen.y - target.y)];
    let inside = [x, y].map(|v| if plane > 0 { 2.0 * v as f64 + 1.0 } else { v as f64 + 0.5 });
    [corner[0] + inside[0], corner[1] + inside[1]]
}

/// From a place of the layer's picture to one of its source, across and down; and the number of pixels
/// of the source for one of the picture.
fn origin(placement: &Placement, [x, y]: [f64; 2]) -> [(f64, f64); 2] {
    let (width, height) = (f64::from(placement.target.width), f64::from(placement.target.height));
    let x = if placement.mirror { width - x } else { x };
    let (x, y, width, height) = match placement.turn {
        Turn::None => (x, y, width, height),
        Turn::Right => (y, width - x, height, width),
        Turn::Half => (width - x, height - y, width, height),
        Turn::Left => (height - y, x, height, width),
    };
    let window = placement.window;
    let (across, down) = (f64::from(window.width) / width, f64::from(window.height) / height);
    [(f64::from(window.x) + x * across, across), (f64::from(window.y) + y * down, down)]
}

/// A part that is not cut out, by its values at places of the source.
fn uncut(placement: &Placement, seen: Area, value: impl Fn(usize, [f64; 2]) -> f32) -> Part {
    let sizes = sizes(seen.width, seen.height);
    let planes = [0, 1, 2].map(|plane| {
        Grid::of(sizes[plane].0, sizes[plane].1, |x, y| {
            let place = middle(seen, placement.target, plane, [x, y]);
            value(plane, origin(placement, place).map(|(at, _)| at))
        })
    });
    Part { at: seen, planes, cut: Grid::of(sizes[0].0, sizes[0].1, |_, _| 1.0) }
}

/// One plane of a source in the form of a layer; `sub` is the number of pixels for one sample.
fn sampled_plane(source: &Grid, placement: &Placement, seen: Area, sub: usize) -> Grid {
    let plane = sub - 1;
    let (width, height) = sizes(seen.width, seen.height)[plane];
    Grid::of(width, height, |x, y| {
        let place = middle(seen, placement.target, plane, [x, y]);
        let [across, down] = origin(placement, place).map(|(at, step)| taps(at / sub as f64, step));
        source.sample(&across, &down)
    })
}

/// A source in the form of a layer.
fn sampled(source: &Source, placement: &Placement, seen: Area, space: ColorSpace) -> Part {
    let [mut luma, mut cb, mut cr] =
        [0, 1, 2].map(|i| sampled_plane(&source.planes[i], placement, seen, 1 + i.min(1)));
    let (width, height) = (luma.width, luma.height);
    let cut = source.alpha.as_ref().map(|alpha| sampled_plane(alpha, placement, seen, 1));
    let mut cut = cut.unwrap_or_else(|| Grid::of(width, height, |_, _| 1.0));
    cut.change(|value| value.clamp(0.0, 1.0));
    let zero = black(space);
    for (index, plane) in [&mut luma, &mut cb, &mut cr].into_iter().enumerate() {
        let shown = |x, y| if index > 0 { cut.mean(x, y) } else { cut.at(x, y) };
        *plane = Grid::of(plane.width, plane.height, |x, y| match shown(x, y) {
            0.0 => zero[index],
            share => (zero[index] + plane.at(x, y) / share).clamp(0.0, 255.0),
        });
    }
    Part { at: seen, planes: [luma, cb, cr], cut }
}

/// Covers what is below.
fn cover(below: &mut Planes, drawn: &Part) {
    for (index, plane) in below.iter_mut().enumerate() {
        *plane = Grid::of(plane.width, plane.height, |x, y| {
            let share = if index > 0 { drawn.cut.mean(x, y) } else { drawn.cut.at(x, y) };
            plane.at(x, y) + (drawn.planes[index].at(x, y) - plane.at(x, y)) * share
        });
    }
}

/// Mixes the light of a layer with that of what is below.
fn mix(mode: Blend, below: &mut Planes, drawn: &Part, space: ColorSpace) {
    let light = |[luma, cb, cr]: &Planes, x: usize, y: usize| {
        let codes = [luma.at(x, y), cb.at(x / 2, y / 2), cr.at(x / 2, y / 2)];
        space.decode(codes.map(f64::from)).map(|v| v as f32)
    };
    // What is added to R'G'B' of each pixel, as luma and chroma.
    let added = |x: usize, y: usize| {
        let (own, top) = (light(below, x, y), light(&drawn.planes, x, y));
        let share = drawn.cut.at(x, y);
        let sum = [0, 1, 2].map(|i| share * (blended(mode, own[i], top[i]) - own[i]));
        let (there, zero) = (encoded(space, sum), encoded(space, [0.0; 3]));
        [0, 1, 2].map(|i| there[i] - zero[i])
    };
    let (width, height) = (below[0].width, below[0].height);
    let changes = [0, 1, 2].map(|plane| Grid::of(width, height, |x, y| added(x, y)[plane]));
    for (index, plane) in below.iter_mut().enumerate() {
        let change = |x, y| match index {
            0 => changes[0].at(x, y),
            _ => changes[index].mean(x, y),
        };
        *plane = Grid::of(plane.width, plane.height, |x, y| {
            (plane.at(x, y) + change(x, y)).clamp(0.0, 255.0)
        });
    }
}

/// The blend modes, of light from 0 to 1.
fn blended(mode: Blend, below: f32, top: f32) -> f32 {
    let (below, top) = (below.clamp(0.0, 1.0), top.clamp(0.0, 1.0));
    match mode {
        Blend::Normal => top,
        Blend::Multiply => below * top,
        Blend::Screen => below + top - below * top,
        Blend::Add => (below + top).min(1.0),
    }
}

/// Applies effects that change each pixel by itself.
fn changed(planes: &mut Planes, effects: &[Effect], space: ColorSpace) {
    for effect in effects {
        let number = |name: &str| {
            let setting = effect.def().settings.iter().find(|setting| setting.name == name);
            match effect.values().get(setting.unwrap()) {
                Value::Number(number) => number as f32,
                other => panic!("{other:?} is not a number"),
            }
        };
        // What becomes of light and of colour is a straight line.
        let (light, added, color) = match effect.def().name {
            "invert" => {
                let kept = 1.0 - 2.0 * number("strength");
                (kept, number("strength"), kept)
            }
            "gain" => {
                let (contrast, factor) = (number("contrast"), number("gain") * number("contrast"));
                let added = 0.5 - 0.5 * contrast + number("brightness");
                (factor, added, factor * number("saturation"))
            }
            other => panic!("{other} is not drawn plainly"),
        };
        let (black, span) = (f32::from(space.range.black()), space.range.luma_span() as f32);
        let [luma, cb, cr] = planes;
        luma.change(|v| (black + (v - black) * light + span * added).clamp(0.0, 255.0));
        for plane in [cb, cr] {
            plane.change(|v| (128.0 + (v - 128.0) * color).clamp(0.0, 255.0));
        }
    }
}
