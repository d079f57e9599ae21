//! Errors in a request for a drawn source.

/// A request that names something that doesn't exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GeneratorError {
    /// The built-in set doesn't exist.
    #[error("there is no built-in set '{name}': {}", DidYouMean(.nearest, .known))]
    UnknownSet {
        /// The name that was asked for.
        name: String,
        /// The most similar name, if any is similar.
        nearest: Option<&'static str>,
        /// All names.
        known: Vec<&'static str>,
    },
    /// The presenter has no such key.
    #[error("the presenter has no '{key}': {}", DidYouMean(.nearest, .known))]
    UnknownKey {
        /// The key that was asked for.
        key: String,
        /// The most similar key, if any is similar.
        nearest: Option<&'static str>,
        /// All keys.
        known: Vec<&'static str>,
    },
    /// A key of the presenter can't have the value.
    #[error("the presenter's {key} can't be '{value}': {}", DidYouMean(.nearest, .known))]
    UnknownValue {
        /// The key.
        key: &'static str,
        /// The value that was asked for.
        value: String,
        /// The most similar value, if any is similar.
        nearest: Option<&'static str>,
        /// All values.
        known: Vec<&'static str>,
    },
    /// A key of the presenter takes a number, and got something else.
    #[error("the presenter's {key} can't be '{value}': write {expected}")]
    BadNumber {
        /// The key.
        key: &'static str,
        /// The given value.
        value: String,
        /// The possible values.
        expected: &'static str,
    },
    /// The text is not of the form `presenter:key=value,…`.
    #[error(
        "'{0}' does not describe a presenter: write presenter or presenter:key=value,key=value"
    )]
    Syntax(String),
}

struct DidYouMean<'a>(&'a Option<&'static str>, &'a [&'static str]);

impl std::fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(name) => write!(f, "did you mean '{name}'?"),
            None => write!(f, "there are {}", self.1.join(", ")),
        }
    }
}
