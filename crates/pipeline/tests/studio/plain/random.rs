//! Random scenes, by a seed.

use super::sources::Still;
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Matrix, Range, Size};
use backlot_scene::{
    Anchor, Blend, Border, Corners, Crop, Document, Edge, Fit, Layer, LayerId, LayerSource, Length,
    Margin, NamedScene, Place, Rgb, Scene, SceneForm, Turn,
};

/// Random numbers: SplitMix64.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below a number.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True so many times in a hundred.
    fn chance(&mut self, per_cent: usize) -> bool {
        self.below(100) < per_cent
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// Where scenes stand that no file has.
pub const AT: backlot_scene::config::Place = backlot_scene::config::Place { line: 1, column: 1 };

/// A scene with those in it, and the canvas that it is drawn on.
#[derive(Clone)]
pub struct Case {
    pub canvas: Canvas,
    pub document: Document,
    pub scene: Scene,
    /// What the camera shows.
    pub camera: u64,
}

impl Case {
    /// All scenes, the one on show first.
    pub fn scenes(&self) -> impl Iterator<Item = &Scene> {
        let inner = self.document.scenes.iter().filter_map(|named| match &named.form {
            SceneForm::Layers(scene) => Some(scene),
            SceneForm::Short(_) => None,
        });
        std::iter::once(&self.scene).chain(inner)
    }

    /// The same to write.
    pub fn scenes_mut(&mut self) -> impl Iterator<Item = &mut Scene> {
        let inner = self.document.scenes.iter_mut().filter_map(|named| match &mut named.form {
            SceneForm::Layers(scene) => Some(scene),
            SceneForm::Short(_) => None,
        });
        std::iter::once(&mut self.scene).chain(inner)
    }

    /// A random case of so many layers.
    pub fn random(seed: u64, layers: usize, stills: &[Still]) -> Self {
        let mut random = Random::new(seed);
        let sizes = [(64, 36), (48, 48), (40, 64), (82, 46)];
        let (width, height) = random.one(&sizes);
        let matrix = random.one(&[Matrix::Bt601, Matrix::Bt709]);
        let color = ColorSpace { matrix, range: random.one(&[Range::Limited, Range::Full]) };
        let canvas = Canvas::new(Size { width, height }, color, Level::best());
        let inner = if random.chance(25) { (layers / 2).min(1 + random.below(4)) } else { 0 };
        let mut maker = Maker { random, stills, shows_whole: false, inner: None };
        let mut document = Document::default();
        if inner > 0 {
            let scene = maker.scene(inner);
            let place = AT;
            let name = "inner".to_owned();
            document.scenes.push(NamedScene { name, place, form: SceneForm::Layers(scene) });
            maker.inner = Some("inner");
        }
        maker.shows_whole = true;
        let scene = maker.scene(layers - inner);
        Self { canvas, document, scene, camera: maker.random.next() }
    }
}

struct Maker<'a> {
    random: Random,
    stills: &'a [Still],
    /// Whether cameras may be shown whole.
    shows_whole: bool,
    /// The scene that layers may show.
    inner: Option<&'static str>,
}

impl Maker<'_> {
    fn scene(&mut self, layers: usize) -> Scene {
        let mut layers: Vec<_> = (0..layers).map(|number| self.layer(number + 1)).collect();
        if let Some(inner) = self.inner {
            let at = self.random.below(layers.len());
            layers[at].source = LayerSource::Scene(inner.to_owned());
            layers[at].key = None;
        }
        let effects = if self.random.chance(10) { vec![self.effect()] } else { Vec::new() };
        Scene { layers, effects }
    }

    fn layer(&mut self, number: usize) -> Layer {
        let source = self.source();
        let is_keyed =
            source == LayerSource::Camera && (!self.shows_whole || self.random.chance(75));
        let mut layer = Layer::new(LayerId::numbered(number), source);
        layer.key = is_keyed.then(backlot_keys::person);
        layer.edge = Edge { decontaminate: 0.0, light_wrap: 0.0 };
        let random = &mut self.random;
        if random.chance(70) {
            layer.place = place(random);
        }
        if random.chance(30) {
            layer.crop = crop(random);
        }
        layer.fit = random.one(&Fit::ALL);
        if random.chance(30) {
            layer.turn = random.one(&Turn::ALL);
        }
        layer.mirror = random.chance(30);
        if random.chance(50) {
            layer.opacity = random.below(101) as f32 / 100.0;
        }
        if random.chance(40) {
            layer.blend = random.one(&[Blend::Multiply, Blend::Screen, Blend::Add]);
        }
        if random.chance(30) {
            let radius = Corners::Radius(length(random, 0.0, 60.0));
            layer.corners = random.one(&[Corners::Circle, radius]);
        }
        if random.chance(0) {
            let width = length(random, 0.0, 20.0);
            layer.border = Some(Border { width, color: color(random) });
        }
        layer.visible = random.chance(93);
        if random.chance(15) {
            layer.effects.push(self.effect());
        }
        layer
    }

    fn source(&mut self) -> LayerSource {
        let random = &mut self.random;
        match random.below(10) {
            0..3 => LayerSource::Camera,
            3 | 4 => LayerSource::Color(color(random)),
            5 | 6 => LayerSource::Gradient(color(random), color(random)),
            _ => LayerSource::File(self.stills[random.below(self.stills.len())].path.clone()),
        }
    }

    /// An effect that changes each pixel by itself, and makes no difference larger.
    fn effect(&mut self) -> backlot_scene::Effect {
        let random = &mut self.random;
        let share = |random: &mut Random| random.below(101) as f64 / 100.0;
        let text = match random.below(3) {
            0 => "invert".to_owned(),
            1 => format!("invert:{}", share(random)),
            _ => {
                let [gain, contrast, saturation] = [0; 3].map(|_| share(random));
                let brightness = share(random) - 0.5;
                format!(
                    "gain:{gain},contrast={contrast},saturation={saturation},brightness={brightness}"
                )
            }
        };
        text.parse().unwrap()
    }
}

fn color(random: &mut Random) -> Rgb {
    Rgb::new([0; 3].map(|_| random.below(256) as u8))
}

/// A length in per cent, or in pixels of about the same extent.
fn length(random: &mut Random, low: f64, high: f64) -> Length {
    let share = random.between(low, high);
    match random.below(3) {
        0 => Length::Percent(share as f32),
        1 => Length::Percent(share.round() as f32),
        _ => Length::Pixels((share * 7.2).round() as f32),
    }
}

fn place(random: &mut Random) -> Place {
    let largest = random.one(&[60.0, 120.0, 120.0, 400.0]);
    let side = |random: &mut Random| random.chance(65).then(|| length(random, 3.0, largest));
    let (width, height) = (side(random), side(random));
    let (x, y) = (length(random, -60.0, 60.0), length(random, -60.0, 60.0));
    let margin = random.one(&[Margin::Both(Length::ZERO), Margin::Both(x), Margin::Each(x, y)]);
    Place { anchor: random.one(&Anchor::ALL), width, height, margin }
}

fn crop(random: &mut Random) -> Crop {
    let most = random.one(&[20.0, 45.0, 90.0]);
    let mut side = || if random.chance(50) { length(random, 0.0, most) } else { Length::ZERO };
    Crop { left: side(), top: side(), right: side(), bottom: side() }
}
