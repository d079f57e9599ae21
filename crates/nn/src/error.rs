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
        "{operator} is not one that Backlot runs: use a MediaPipe selfie segmentation or BodyPix model"
    )]
    UnknownOperator {
        /// Its place in the file and its name or number.
        operator: String,
    },
    /// An operator whose tensors or options don't fit it.
    #[error("{operator}: {problem}")]
    Operator {
        /// Its place in the file and its name.
        operator: String,
        /// What doesn't fit.
        problem: &'static str,
    },
    /// A `model.json` that can't be read.
    #[error("the model's JSON file can't be read: {0}")]
    Json(String),
    /// A JSON file of something else.
    #[error("this is not a TensorFlow.js graph model: {0}")]
    NotTfjs(&'static str),
    /// What is said of a stored weight or a file makes no sense.
    #[error("the model's weight '{name}' {problem}")]
    Weight {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A name that is not that of a file in the model's own folder.
    #[error(
        "the model names '{name}' as a file of its weights, which is no plain name of a file beside it"
    )]
    ShardName {
        /// The name.
        name: String,
    },
    /// Files of weights are missing, or too many.
    #[error("the model has {expected} files of weights, but {found} were read")]
    Shards {
        /// How many there are.
        found: usize,
        /// How many the model names.
        expected: usize,
    },
    /// Files hold more or less than the weights take.
    #[error(
        "the model's weights up to the file '{name}' have {found} bytes, but should have {expected}: bring all of its files, of one version"
    )]
    ShardSize {
        /// The last file of the group.
        name: String,
        /// Their bytes.
        found: usize,
        /// The bytes that the weights take.
        expected: usize,
    },
    /// An output that is wanted isn't there.
    #[error("the model has no output '{name}'")]
    NoOutput {
        /// Its name.
        name: String,
    },
    /// The graph as a whole isn't a segmentation network.
    #[error("the model is not a person segmentation network: {0}")]
    Graph(&'static str),
}
