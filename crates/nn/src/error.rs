//! Why a model file is refused.

/// Why a model can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Not a TensorFlow Lite file at all.
    #[error("this is not a TensorFlow Lite model: it does not carry the mark 'TFL3'")]
    NotTflite,
    /// A part of the file points outside of it or overlaps nonsense.
    #[error("the model file is damaged or cut short: {0} lies outside the file")]
    Damaged(&'static str),
    /// A field has a value that makes no sense.
    #[error("the model file is damaged: {field} is {value}, expected {expected}")]
    Field {
        /// Which one.
        field: &'static str,
        /// What it says.
        value: i64,
        /// What it may be.
        expected: &'static str,
    },
    /// Numbers of a type that is not run.
    #[error("the model stores {0} numbers: use one with float16 or float32 weights")]
    NumberType(&'static str),
    /// More than a segmentation network needs.
    #[error("the model is too large: {what} is {found}, at most {limit} is run")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: u64,
        /// How much is run.
        limit: u64,
    },
    /// A picture that is larger than what a segmentation network takes or gives.
    #[error(
        "the model's {what} is {width}x{height} pixels, but at most {limit} pixels (1024x1024) are run: choose a smaller model"
    )]
    LargePicture {
        /// Input or mask.
        what: &'static str,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// How many pixels are run.
        limit: usize,
    },
    /// An operator that is not run.
    #[error(
        "operator {index} ({name}) is not one that Backlot runs: use a MediaPipe selfie segmentation model"
    )]
    UnknownOperator {
        /// Its place in the file.
        index: usize,
        /// Its name or number.
        name: String,
    },
    /// An operator whose tensors or options do not fit it.
    #[error("operator {index} ({name}): {problem}")]
    Operator {
        /// Its place in the file.
        index: usize,
        /// Its name.
        name: &'static str,
        /// What does not fit.
        problem: &'static str,
    },
    /// The graph as a whole is no segmentation network.
    #[error("the model is not a person segmentation network: {0}")]
    Graph(&'static str),
}
