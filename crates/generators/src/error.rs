//! What can be wrong with a request for a drawn source.

/// A request that names something that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GeneratorError {
    /// There is no such built-in set.
    #[error("there is no built-in set '{name}': {}", DidYouMean(.nearest, .known))]
    UnknownSet {
        /// What was asked for.
        name: String,
        /// The most similar name, if any is similar.
        nearest: Option<&'static str>,
        /// All names.
        known: Vec<&'static str>,
    },
    /// The presenter has no such key.
    #[error("the presenter has no '{key}': {}", DidYouMean(.nearest, .known))]
    UnknownKey {
        /// What was asked for.
        key: String,
        /// The most similar key, if any is similar.
        nearest: Option<&'static str>,
        /// All keys.
        known: Vec<&'static str>,
    },
    /// A key of the presenter has another value than those that it can have.
    #[error("the presenter's {key} can't be '{value}': {}", DidYouMean(.nearest, .known))]
    UnknownValue {
        /// The key.
        key: &'static str,
        /// What was asked for.
        value: String,
        /// The most similar value, if any is similar.
        nearest: Option<&'static str>,
        /// All values.
        known: Vec<&'static str>,
    },
    /// A key of the presenter that takes a number was given something else.
    #[error("the presenter's {key} can't be '{value}': write {expected}")]
    BadNumber {
        /// The key.
        key: &'static str,
        /// What was given.
        value: String,
        /// What can be given.
        expected: &'static str,
    },
    /// The text is not of the form `presenter:key=value,…`.
    #[error("'{0}' describes no presenter: write presenter or presenter:key=value,key=value")]
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
