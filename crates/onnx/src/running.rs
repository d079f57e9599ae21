//! A network at work.

use crate::element::{self, picture_of};
use crate::error::{OnnxError, said};
use crate::runtime::guarded;
use crate::watch::Watch;
use crate::wiring::{Layout, Port, Side};
use backlot_segmenter::{EngineError, Running, TensorShape};
use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::DynTensor;

/// A network at work on one stream of pictures.
#[derive(Debug)]
pub(crate) struct OnnxRunning {
    pub session: Session,
    pub watch: Watch,
    /// All channels of a pixel together.
    pub picture: Vec<f32>,
    /// The picture's place among the inputs.
    pub input: usize,
    pub layout: Layout,
    /// What the inputs hold, in their order; those that remember, what they hold at first.
    pub values: Vec<DynTensor>,
    pub outputs: Vec<Got>,
    pub states: Vec<State>,
}

/// What an input remembers of the run before.
#[derive(Debug)]
pub(crate) struct State {
    pub input: usize,
    pub output: String,
    /// What it holds after a run.
    pub now: Option<DynTensor>,
}

/// An output that is read.
#[derive(Debug)]
pub(crate) struct Got {
    index: usize,
    port: Port,
    layout: Layout,
    shape: Option<TensorShape>,
    /// All channels of a pixel together.
    values: Vec<f32>,
}

impl Got {
    pub fn new(index: usize, port: Port, layout: Layout) -> Self {
        let sides = port.shape.iter().map(|side| match side {
            Side::Of(side) => Some(*side),
            Side::Open => None,
        });
        let sides: Option<Vec<_>> = sides.collect();
        let shape = sides.and_then(|sides| picture_of(sides, layout));
        Self { index, port, layout, shape, values: Vec::new() }
    }

    /// Its shape, if the file says it or it has been seen.
    pub const fn shape(&self) -> Option<TensorShape> {
        self.shape
    }

    fn take(&mut self, outputs: &SessionOutputs<'_>) -> Result<(), OnnxError> {
        let unfit = |what: &str| OnnxError::Unfit(format!("its output {} {what}", self.port));
        let value = outputs.get(&self.port.name).ok_or_else(|| unfit("isn't there"))?;
        let shape = element::read(value, self.layout, &mut self.values)?;
        if self.shape.is_some_and(|expected| expected != shape) {
            return Err(unfit("returned another shape than it says"));
        }
        self.shape = Some(shape);
        Ok(())
    }
}

impl OnnxRunning {
    /// Learns the shapes that the file doesn't say.
    pub fn settle(&mut self) -> Result<(), OnnxError> {
        if self.outputs.iter().any(|output| output.shape.is_none()) {
            self.look()?;
            self.forget();
        }
        Ok(())
    }

    fn look(&mut self) -> Result<(), OnnxError> {
        let Self { session, watch, values, outputs, states, .. } = self;
        element::write(&mut values[self.input], &self.picture, self.layout)?;
        let given = values.iter().enumerate().map(|(input, value)| {
            let state = states.iter().find(|state| state.input == input);
            SessionInputValue::from(state.and_then(|state| state.now.as_ref()).unwrap_or(value))
        });
        let given: Vec<_> = given.collect();
        let late = || {
            let longest = watch.limit().as_secs_f32();
            OnnxError::Unfit(format!(
                "it took more than {longest} seconds for one picture: choose a smaller network"
            ))
        };
        let results = watch.run(|options| {
            guarded(|| {
                let results = session.run_with_options(&given[..], options);
                let mut results = results.map_err(|error| OnnxError::Refused(said(&error)))?;
                outputs.iter_mut().try_for_each(|output| output.take(&results))?;
                let next = states.iter().map(|state| {
                    let value =
                        results.remove(&state.output).and_then(|value| value.downcast().ok());
                    value.ok_or_else(|| {
                        OnnxError::Unfit(format!("'{}' holds no state", state.output))
                    })
                });
                next.collect::<Result<Vec<DynTensor>, _>>()
            })
        });
        drop(given);
        let next = results.ok_or_else(late)???;
        let numbers = outputs.iter().flat_map(|output| &output.values);
        if !states.is_empty() && !numbers.copied().all(f32::is_finite) {
            // What it remembers may be none, either, and would stay so.
            self.forget();
            return Err(OnnxError::Unfit("it returned something that is no number".into()));
        }
        states.iter_mut().zip(next).for_each(|(state, value)| state.now = Some(value));
        Ok(())
    }
}

impl Running for OnnxRunning {
    fn input_mut(&mut self) -> &mut [f32] {
        &mut self.picture
    }

    fn run(&mut self) -> Result<(), EngineError> {
        self.look().map_err(|error| EngineError(format!("the network can't be run: {error}")))
    }

    fn output(&self, index: usize) -> &[f32] {
        let output = self.outputs.iter().find(|output| output.index == index);
        output.map_or(&[], |output| &output.values)
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        self.outputs.iter().find(|output| output.index == index)?.shape
    }

    fn forget(&mut self) {
        self.states.iter_mut().for_each(|state| state.now = None);
    }
}
