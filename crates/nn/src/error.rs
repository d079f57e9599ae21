//! Why a model file is refused.

/// Why a model can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file isn't a TensorFlow Lite file at all.
    #[error("this is not a TensorFlow Lite model: it does not carry the mark 'TFL3'")]
    NotTflite,
    /// A part of the file points outside it, or to something senseless.
    #[error("the model file is damaged or cut short: {0} is outside the file")]
    Damaged(&'static str),
    /// A field has a value that makes no sense.
    #[error("the model file is damaged: {field} is {value}, expected {expected}")]
    Field {
        /// The field.
        field: &'static str,
        /// Its value.
        value: i64,
        /// The expected values.
        expected: &'static str,
    },
    /// Numbers of an unsupported type.
    #[error("the model stores {0} numbers: use one with float16 or float32 weights")]
    NumberType(&'static str),
    /// More than a segmentation network needs.
    #[error("the model is too large: {what} is {found}, at most {limit} is supported")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its amount.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A picture larger than any that a segmentation network takes or returns.
    #[error(
        "the model's {what} is {width}x{height} pixels, but at most {limit} pixels (1024x1024) are supported: choose a smaller model"
    )]
    LargePicture {
        /// Input or mask.
        what: &'static str,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// The limit in pixels.
        limit: usize,
    },
    /// An unsupported operator.
    #[error(
        "operator {index} ({name}) is not one that Backlot runs: use a MediaPipe selfie segmentation model"
    )]
    UnknownOperator {
        /// Its place in the file.
        index: usize,
        /// Its name or number.
        name: String,
    },
    /// An operator whose tensors or options don't fit it.
    #[error("operator {index} ({name}): {problem}")]
    Operator {
        /// Its place in the file.
        index: usize,
        /// Its name.
        name: &'static str,
        /// What doesn't fit.
        problem: &'static str,
    },
    /// The graph as a whole isn't a segmentation network.
    #[error("the model is not a person segmentation network: {0}")]
    Graph(&'static str),
}
