//! A fast engine that is not believed.
//!
//! Graphics cards and their drivers return wrong pictures without a word. So what one computes is compared
//! with what the processor does: when it starts, and now and then. One that was wrong is not asked again.

use crate::engine::{Engine, EngineError, Running};
use backlot_kernels::Level;
use backlot_nn::TensorShape;
use std::time::{Duration, Instant};

/// How far values may differ, as a share of the largest of them.
const TOLERANCE: f32 = 0.05;
/// How many may differ more: one in so many.
const ONE_IN: usize = 100;

/// A network in two engines: a fast one, and one that is right.
#[derive(Debug)]
pub struct Checked<Fast, Truth> {
    fast: Fast,
    truth: Truth,
    name: String,
    is_recurrent: bool,
    every: Duration,
}

impl<Fast: Engine, Truth: Engine> Checked<Fast, Truth> {
    /// The same network in both engines, which are compared once a minute. What the fast one is called stands
    /// in the log.
    pub fn new(fast: Fast, truth: Truth, name: impl Into<String>, is_recurrent: bool) -> Self {
        let (name, every) = (name.into(), Duration::from_secs(60));
        Self { fast, truth, name, is_recurrent, every }
    }

    /// Compares them that often.
    #[must_use]
    pub fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }

    /// The fast one at work, if it is right.
    fn fast(
        &self,
        input: TensorShape,
        level: Level,
        truth: &mut dyn Running,
    ) -> Result<Fasts, EngineError> {
        let mut working = self.fast.start(input, level)?;
        // What remembers pictures is compared by one that remembers as little as the truth.
        let mut other = self.is_recurrent.then(|| self.fast.start(input, level)).transpose()?;
        for picture in [ramp as fn(usize) -> f32, noise] {
            let asked = other.as_deref_mut().unwrap_or(&mut *working);
            for memory in [asked.input_mut(), truth.input_mut()] {
                memory.iter_mut().enumerate().for_each(|(at, value)| *value = picture(at));
            }
            look(asked, truth)?;
        }
        working.forget();
        Ok(Fasts { working, other })
    }
}

impl<Fast: Engine, Truth: Engine> Engine for Checked<Fast, Truth> {
    fn input(&self, width: usize, height: usize) -> TensorShape {
        self.truth.input(width, height)
    }

    fn start(&self, input: TensorShape, level: Level) -> Result<Box<dyn Running>, EngineError> {
        let mut truth = self.truth.start(input, level)?;
        let fasts = self.fast(input, level, &mut *truth);
        truth.forget();
        let fasts = fasts.map_err(|why| dropped(&self.name, &why)).ok();
        let picture = vec![0.0; truth.input_mut().len()];
        let (name, every) = (self.name.clone(), self.every);
        Ok(Box::new(Both { fasts, truth, picture, name, every, checked: Instant::now() }))
    }
}

/// The fast engine's network at work.
#[derive(Debug)]
struct Fasts {
    working: Box<dyn Running>,
    /// Another, where the working one remembers pictures.
    other: Option<Box<dyn Running>>,
}

/// Both at work, or only the truth.
#[derive(Debug)]
struct Both {
    fasts: Option<Fasts>,
    truth: Box<dyn Running>,
    /// The last picture.
    picture: Vec<f32>,
    name: String,
    every: Duration,
    checked: Instant,
}

impl Both {
    fn used(&self) -> &dyn Running {
        self.fasts.as_ref().map_or(&*self.truth, |fasts| &*fasts.working)
    }

    /// Runs the fast one, and compares when it is time.
    fn fast(&mut self) -> Result<(), EngineError> {
        let Some(Fasts { working, other }) = &mut self.fasts else { return Ok(()) };
        if self.checked.elapsed() < self.every {
            return working.run();
        }
        self.checked = Instant::now();
        self.truth.input_mut().copy_from_slice(&self.picture);
        if let Some(other) = other {
            other.input_mut().copy_from_slice(&self.picture);
            look(&mut **other, &mut *self.truth)?;
            return working.run();
        }
        look(&mut **working, &mut *self.truth)
    }
}

impl Running for Both {
    fn input_mut(&mut self) -> &mut [f32] {
        match &mut self.fasts {
            Some(fasts) => fasts.working.input_mut(),
            None => self.truth.input_mut(),
        }
    }

    fn run(&mut self) -> Result<(), EngineError> {
        if self.fasts.is_none() {
            return self.truth.run();
        }
        // Engines may compute in the picture's memory.
        if let Some(fasts) = &mut self.fasts {
            self.picture.copy_from_slice(fasts.working.input_mut());
        }
        let Err(why) = self.fast() else { return Ok(()) };
        dropped(&self.name, &why);
        self.fasts = None;
        self.truth.input_mut().copy_from_slice(&self.picture);
        self.truth.forget();
        self.truth.run()
    }

    fn output(&self, index: usize) -> &[f32] {
        self.used().output(index)
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        self.used().output_shape(index)
    }

    fn forget(&mut self) {
        if let Some(fasts) = &mut self.fasts {
            fasts.working.forget();
        }
        self.truth.forget();
    }
}

fn dropped(name: &str, why: &EngineError) {
    tracing::warn!("{name} isn't used any more, the processor does its work: {why}");
}

/// Shows both the picture that they hold, and compares what they return.
fn look(fast: &mut dyn Running, truth: &mut dyn Running) -> Result<(), EngineError> {
    fast.forget();
    truth.forget();
    fast.run()?;
    truth.run()?;
    for index in (0..).take_while(|index| *index < 64) {
        let (found, expected) = (fast.output_shape(index), truth.output_shape(index));
        if found != expected {
            return Err(EngineError("its result has another shape than the processor's".into()));
        }
        if expected.is_some() && !agree(fast.output(index), truth.output(index)) {
            return Err(EngineError("its result is not the processor's".into()));
        }
    }
    Ok(())
}

/// Whether nearly all values are nearly the same.
fn agree(found: &[f32], expected: &[f32]) -> bool {
    let largest = expected.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let near = TOLERANCE * largest.max(0.01);
    // Written so that what is no number counts as wrong.
    let is_off = |(a, b): &(&f32, &f32)| !(0.0..=near).contains(&(**a - **b).abs());
    let off = found.iter().zip(expected).filter(is_off).count();
    found.len() == expected.len() && off * ONE_IN <= found.len()
}

/// A picture with long slopes.
fn ramp(at: usize) -> f32 {
    (at % 4099) as f32 / 4099.0
}

/// A picture with everything in it.
fn noise(at: usize) -> f32 {
    let mixed = (at as u32).wrapping_mul(0x9e37_79b9) ^ 0x5bd1_e995;
    ((mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca6b) >> 8) as f32 / (1 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    const SHAPE: TensorShape = TensorShape { height: 8, width: 8, channels: 3 };

    /// Returns the sum of what it has seen; a share of it from a certain run on. Counts all runs.
    #[derive(Clone, Debug, Default)]
    struct Fake {
        lies_after: Option<usize>,
        fails_after: Option<usize>,
        remembers: bool,
        runs: Arc<AtomicUsize>,
    }

    #[derive(Debug)]
    struct FakeRun {
        fake: Fake,
        input: Vec<f32>,
        output: Vec<f32>,
    }

    impl Engine for Fake {
        fn input(&self, _: usize, _: usize) -> TensorShape {
            SHAPE
        }

        fn start(&self, _: TensorShape, _: Level) -> Result<Box<dyn Running>, EngineError> {
            let (input, output) = (vec![0.0; 192], vec![0.0; 192]);
            Ok(Box::new(FakeRun { fake: self.clone(), input, output }))
        }
    }

    impl Running for FakeRun {
        fn input_mut(&mut self) -> &mut [f32] {
            &mut self.input
        }

        fn run(&mut self) -> Result<(), EngineError> {
            let run = self.fake.runs.fetch_add(1, SeqCst) + 1;
            let is_past = |after: Option<usize>| after.is_some_and(|after| run > after);
            if is_past(self.fake.fails_after) {
                return Err(EngineError("the card is gone".into()));
            }
            let share = if is_past(self.fake.lies_after) { 0.9 } else { 1.0 };
            for (output, input) in self.output.iter_mut().zip(&self.input) {
                let before = if self.fake.remembers { *output } else { 0.0 };
                *output = before + share * input;
            }
            // As engines do that compute in place.
            self.input.fill(f32::NAN);
            Ok(())
        }

        fn output(&self, _: usize) -> &[f32] {
            &self.output
        }

        fn output_shape(&self, index: usize) -> Option<TensorShape> {
            (index == 0).then_some(SHAPE)
        }

        fn forget(&mut self) {
            self.output.fill(0.0);
        }
    }

    /// What a few runs return, and how often the fast one has run.
    fn seen(fast: Fake, every: Duration) -> (Vec<f32>, usize) {
        let truth = Fake { remembers: fast.remembers, ..Fake::default() };
        let (runs, remembers) = (fast.runs.clone(), fast.remembers);
        let engine = Checked::new(fast, truth, "a fake", remembers).every(every);
        let mut running = engine.start(engine.input(1, 1), Level::best()).unwrap();
        let results = (1..=6).map(|picture| {
            running.input_mut().fill(picture as f32);
            running.run().unwrap();
            running.output(0)[7]
        });
        (results.collect(), runs.load(SeqCst))
    }

    const NEVER: Duration = Duration::from_secs(1 << 30);

    #[test]
    fn one_that_is_right_is_used() {
        for every in [Duration::ZERO, NEVER] {
            assert_eq!(seen(Fake::default(), every), (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 8));
        }
    }

    #[test]
    fn one_that_lies_at_once_is_never_used() {
        let liar = Fake { lies_after: Some(0), ..Fake::default() };
        assert_eq!(seen(liar, NEVER), (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 1));
    }

    #[test]
    fn one_that_lies_later_is_found_by_the_next_look() {
        let liar = Fake { lies_after: Some(4), ..Fake::default() };
        // Two at the start, two that are right, and one that isn't shown.
        assert_eq!(seen(liar.clone(), Duration::ZERO), (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 5));
        let liar = Fake { runs: Arc::default(), ..liar };
        assert_eq!(seen(liar, NEVER).0, [1.0, 2.0, 0.9 * 3.0, 0.9 * 4.0, 0.9 * 5.0, 0.9 * 6.0]);
    }

    #[test]
    fn one_that_fails_is_replaced_for_the_same_picture() {
        let gone = Fake { fails_after: Some(4), ..Fake::default() };
        assert_eq!(seen(gone, NEVER).0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn what_remembers_is_compared_without_its_memory() {
        let right = Fake { remembers: true, ..Fake::default() };
        assert_eq!(seen(right, Duration::ZERO).0, [1.0, 3.0, 6.0, 10.0, 15.0, 21.0]);
        // Each picture runs twice, once for the comparison; the truth begins anew.
        let liar = Fake { remembers: true, lies_after: Some(6), ..Fake::default() };
        assert_eq!(seen(liar, Duration::ZERO).0, [1.0, 3.0, 3.0, 7.0, 12.0, 18.0]);
    }

    #[test]
    fn rounding_agrees_and_nonsense_does_not() {
        let truth: Vec<_> = (0..1000).map(|at| (at as f32).sin()).collect();
        let with = |change: fn(usize, f32) -> f32| {
            let found: Vec<_> = truth.iter().enumerate().map(|(at, v)| change(at, *v)).collect();
            agree(&found, &truth)
        };
        assert!(with(|_, v| v + 0.01));
        assert!(with(|at, v| if at < 5 { v + 1.0 } else { v }));
        assert!(!with(|_, v| v * 1.2));
        assert!(!with(|at, v| if at < 20 { f32::NAN } else { v }));
        assert!(!agree(&truth[1..], &truth));
    }
}
