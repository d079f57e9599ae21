//! Networks in our own executor.

use crate::bodypix::{self, BodyPixSettings};
use crate::engine::{Engine, EngineError, Running};
use crate::form::{Form, Parts, Reading};
use crate::model::SegmentationModel;
use crate::segmenter::SegmenterError;
use backlot_kernels::Level;
use backlot_nn::{Model, Session, TensorShape, TfjsNetwork};

/// How much the odds of selfie multiclass are sharpened: its own are too soft at the edges.
const SHARPNESS: f32 = 3.0;

impl Engine for Model {
    fn input(&self, _: usize, _: usize) -> TensorShape {
        Self::input(self)
    }

    fn start(&self, _: TensorShape, level: Level) -> Result<Box<dyn Running>, EngineError> {
        Ok(Box::new(Session::new(self, level)))
    }

    fn start_on(
        &self,
        threads: usize,
        _: TensorShape,
        level: Level,
    ) -> Result<Box<dyn Running>, EngineError> {
        Ok(Box::new(Session::with_threads(self, level, threads)))
    }
}

impl Running for Session {
    fn input_mut(&mut self) -> &mut [f32] {
        Self::input_mut(self)
    }

    fn run(&mut self) -> Result<(), EngineError> {
        Self::run(self);
        Ok(())
    }

    fn output(&self, index: usize) -> &[f32] {
        self.output_of(index)
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        self.output_shapes().nth(index)
    }
}

impl SegmentationModel {
    /// Reads a TensorFlow Lite file, for our own executor. BodyPix is known by the names of its outputs; what others
    /// return by the number of channels: one is the person's probability, six are the classes of selfie multiclass.
    ///
    /// # Errors
    /// Returns an error if the network can't be run, or returns something else.
    pub fn from_tflite(bytes: &[u8]) -> Result<Self, SegmenterError> {
        let mut model = Model::from_tflite(bytes)?;
        let has = |name: &&str| model.output_names().iter().any(|output| output == name);
        if has(&bodypix::PERSON) {
            let wanted: Vec<_> =
                [bodypix::PERSON, bodypix::PARTS].into_iter().filter(has).collect();
            model = Model::from_tflite_for(bytes, &wanted)?;
            let parts = model.outputs().get(1).is_some_and(|parts| parts.channels == 24);
            return Ok(Self::new(
                model,
                bodypix::form(false, parts.then_some(1), BodyPixSettings::default().threshold),
            ));
        }
        let form = match (model.input().channels, model.output().channels) {
            (3, 1) => Form::PROBABILITY,
            (3, 6) => multiclass(),
            (input, output) => return Err(SegmenterError::NotASegmenter { input, output }),
        };
        Ok(Self::new(model, form))
    }

    /// Reads a TensorFlow Lite file whose numbers mean that, with the outputs of these names; without any, its own.
    ///
    /// # Errors
    /// Returns an error if the network can't be run, or lacks an output.
    pub fn from_tflite_as(
        bytes: &[u8],
        outputs: &[&str],
        form: Form,
    ) -> Result<Self, SegmenterError> {
        let model = match outputs {
            [] => Model::from_tflite(bytes)?,
            names => Model::from_tflite_for(bytes, names)?,
        };
        Ok(Self::new(model, form))
    }

    /// A TensorFlow.js graph model whose numbers mean that, for pictures of `(width, height)`, with the outputs of
    /// these nodes.
    ///
    /// # Errors
    /// Returns an error if the network can't be run, or lacks an output.
    pub fn from_tfjs_as(
        network: &TfjsNetwork,
        (width, height): (usize, usize),
        outputs: &[&str],
        form: Form,
    ) -> Result<Self, SegmenterError> {
        Ok(Self::new(network.model_for(height, width, outputs)?, form))
    }
}

/// MediaPipe's selfie multiclass: the background, hair, the body's skin, the face's skin, clothes,
/// and what else belongs to a person.
fn multiclass() -> Form {
    let names = ["hair", "body", "face", "clothes", "others"].map(str::to_owned).to_vec();
    let channels: Vec<_> = (1..6).collect();
    let person = Reading::Classes { persons: channels.clone(), sharpness: SHARPNESS };
    let parts = Some(Parts { output: 0, names, channels, sharpness: SHARPNESS });
    Form { parts, ..Form::signed(person) }
}
