//! Effects one after the other, compiled.

use crate::point::PointPass;
use crate::{AreaPass, Canvas, Effect, Layer, Pass, Person};
use backlot_media::Plane;

/// A list of effects, ready for pictures of one form. Neighbours that change each pixel by itself are
/// one pass.
///
/// A chain remembers nothing of the pictures that it changed: another one, made aside from changed
/// settings, takes its place between two frames.
pub struct Chain {
    canvas: Canvas,
    steps: Vec<Step>,
    moves: bool,
    hides: bool,
}

/// A pass, and the effects that became it.
struct Step {
    name: String,
    work: Work,
}

enum Work {
    Point(PointPass),
    Area(Box<dyn AreaPass>),
}

impl Chain {
    /// Compiles effects, in the order in which they apply.
    pub fn new(effects: &[Effect], canvas: &Canvas) -> Self {
        let mut passes = Vec::new();
        for effect in effects {
            let name = effect.def().name;
            for pass in (effect.def().compile)(effect.values(), canvas) {
                join(&mut passes, name, pass);
            }
        }
        let moves = effects.iter().any(|effect| effect.def().moves);
        let hides = effects.iter().any(|effect| effect.def().hides(effect.values()));
        Self { moves, hides, ..Self::of(passes, canvas) }
    }

    /// Passes by their names, none of which moves pixels or hides what it is applied to.
    pub(crate) fn of(passes: Vec<(String, Pass)>, canvas: &Canvas) -> Self {
        let steps = passes.into_iter().filter_map(|(name, pass)| {
            let work = match pass {
                Pass::Point(op) if op.is_nothing() => return None,
                Pass::Point(op) => Work::Point(PointPass::new(op, canvas)),
                Pass::Area(pass) => Work::Area(pass),
            };
            Some(Step { name, work })
        });
        Self { canvas: *canvas, steps: steps.collect(), moves: false, hides: false }
    }

    /// The same passes, which hide what they are applied to.
    pub(crate) fn hiding(self) -> Self {
        Self { hides: true, ..self }
    }

    /// Changes one layer, which has the canvas' form.
    ///
    /// # Panics
    /// If a plane has another size than the canvas asks for, or the person is lent and an effect moves pixels.
    pub fn apply(&mut self, layer: &mut Layer<'_>) {
        self.check(layer);
        for step in &mut self.steps {
            match &mut step.work {
                Work::Point(pass) => pass.apply(layer),
                Work::Area(pass) => pass.apply(layer),
            }
        }
    }

    /// Whether a quarter of a picture's width and height is enough to read: the first pass draws all pixels anew.
    pub fn takes_quarter(&self) -> bool {
        match self.steps.first().map(|step| &step.work) {
            Some(Work::Area(pass)) => pass.takes_quarter(),
            _ => false,
        }
    }

    /// Writes a layer without matte by a quarter of its width and height: Y, U and V, rounded up. None of the layer's own
    /// pixels is read.
    ///
    /// # Panics
    /// If a plane has another size than the canvas asks for, the chain takes no quarter, or the person is lent and an
    /// effect moves pixels.
    pub fn apply_to_quarter(&mut self, quarter: [Plane<'_>; 3], layer: &mut Layer<'_>) {
        self.check(layer);
        let [quarter_of_luma, ..] = &quarter;
        let (width, height) = self.canvas.luma();
        let fits = (quarter_of_luma.width(), quarter_of_luma.height())
            == (width.div_ceil(4), height.div_ceil(4));
        assert!(fits && self.takes_quarter() && layer.matte.is_none(), "no quarter of the layer");
        for (at, step) in self.steps.iter_mut().enumerate() {
            match &mut step.work {
                Work::Area(pass) if at == 0 => pass.apply_to_quarter(quarter, layer),
                Work::Point(pass) => pass.apply(layer),
                Work::Area(pass) => pass.apply(layer),
            }
        }
    }

    fn check(&self, layer: &Layer<'_>) {
        assert!(layer.fits(&self.canvas), "the layer is not of {}", self.canvas.size);
        let is_lent = matches!(layer.person, Some(Person::Lent(_)));
        assert!(!(is_lent && self.moves), "pixels move, and with them a person that is only lent");
    }

    /// Whether it changes nothing.
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether what it is applied to can't be made out behind it.
    pub const fn hides(&self) -> bool {
        self.hides
    }

    /// Whether some effect moves pixels.
    pub const fn moves(&self) -> bool {
        self.moves
    }

    /// Whether each pixel changes by itself alone.
    pub fn is_point(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.work, Work::Point(_)))
    }

    /// Whether of a layer that is cut out no colour counts where the matte is zero.
    pub fn stays_in_matte(&self) -> bool {
        self.steps.iter().all(|step| match &step.work {
            Work::Point(_) => true,
            Work::Area(pass) => pass.stays_in_matte(),
        })
    }

    /// The passes, in order, by the names of the effects that they are made of: "colormap + gain".
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| &*step.name)
    }
}

/// Adds a pass, or makes it one with the last.
fn join(passes: &mut Vec<(String, Pass)>, name: &str, pass: Pass) {
    match (passes.last_mut(), pass) {
        (Some((names, Pass::Point(before))), Pass::Point(next)) => {
            *before = std::mem::take(before).then(&next);
            *names = format!("{names} + {name}");
        }
        (_, pass) => passes.push((name.to_owned(), pass)),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Picture, SPACES, TestPlane};
    use proptest::prelude::*;

    fn names(effects: &[&str]) -> Vec<String> {
        let picture = Picture::new((16, 16), SPACES[0], |_, _| [0.5; 3]);
        picture.chain(effects).names().map(str::to_owned).collect()
    }

    #[test]
    fn neighbours_that_change_each_pixel_by_itself_are_one_pass() {
        assert_eq!(names(&["colormap", "gain", "invert"]), ["colormap + gain + invert"]);
        assert_eq!(
            names(&["gain", "blur", "invert", "colormap:strength=0.5", "mirror"]),
            ["gain", "blur", "invert + colormap", "mirror"]
        );
        assert_eq!(names(&["colormap:strength=0", "mirror"]), ["mirror"]);
        let picture = Picture::new((16, 16), SPACES[0], |_, _| [0.5; 3]);
        assert!(picture.chain(&["gain", "invert"]).is_point());
        assert!(!picture.chain(&["gain", "blur"]).is_point());
        assert!(picture.chain(&["gain", "mirror"]).moves() && !picture.chain(&["blur"]).moves());
    }

    fn point_effect() -> impl Strategy<Value = String> {
        let share = || prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0];
        let map = prop::sample::select(vec!["inferno", "hsv", "jet", "bone", "turbo"]);
        prop_oneof![
            (map, share()).prop_map(|(map, strength)| format!("colormap:{map},strength={strength}")),
            share().prop_map(|strength| format!("invert:{strength}")),
            (0.0..=4.0, 0.0..=3.0, -1.0..=1.0, 0.0..=3.0, prop_oneof![Just(0.0), -1.0..=1.0])
                .prop_map(|(gain, contrast, brightness, saturation, warmth)| format!(
                    "gain:{gain},contrast={contrast},brightness={brightness},saturation={saturation},warmth={warmth}"
                )),
        ]
    }

    /// Bytes that have nothing to do with each other, by a linear congruence.
    fn noise(seed: u32) -> impl FnMut(usize, usize) -> u8 {
        let mut state = seed;
        move |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }
    }

    fn random(size: (u32, u32), space: usize, seed: u32, with_matte: bool) -> Picture {
        let mut picture = Picture::new(size, SPACES[space], |_, _| [0.5; 3]);
        let mut value = noise(seed);
        for plane in &mut picture.yuv {
            *plane = TestPlane::new(plane.width, plane.height, &mut value);
        }
        let width = size.0 as usize;
        let matte = move |x: usize, y: usize| if x + y % 3 < width / 3 { 0 } else { value(x, y) };
        if with_matte { picture.with_matte(matte) } else { picture }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// They are promised within 1 code value, and are the same.
        #[test]
        fn together_is_one_after_the_other(
            effects in prop::collection::vec(point_effect(), 1..6),
            size in (1_u32..70, 1_u32..20),
            space in 0_usize..4,
            seed: u32,
            with_matte: bool,
        ) {
            let picture = random(size, space, seed, with_matte);
            let effects: Vec<_> = effects.iter().map(String::as_str).collect();
            let one_by_one = effects.iter().fold(picture.clone(), |now, effect| now.after(effect));
            prop_assert_eq!(picture.after_all(&effects), one_by_one);
        }
    }
}
