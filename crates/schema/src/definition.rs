//! What has a name and settings: an effect, a key.

use crate::{SchemaError, Setting};

/// One of a kind of things that users call by name, each with settings of its own.
pub trait Definition: Sync + Sized + 'static {
    /// What they are: "effect".
    const KIND: &'static str;
    /// The command that lists them.
    const LIST: &'static str;

    /// All of them, sorted by name.
    fn all() -> &'static [Self];

    /// Its name, as it is written.
    fn name(&self) -> &'static str;

    /// What it does, in one line.
    fn summary(&self) -> &'static str;

    /// Its settings; the first is the one that may be given without a name.
    fn settings(&self) -> &'static [Setting];
}

/// The definition with a name.
///
/// # Errors
/// Returns [`SchemaError::Unknown`] with the nearest name.
pub fn find<D: Definition>(name: &str) -> Result<&'static D, SchemaError> {
    let found = D::all().iter().find(|def| def.name() == name);
    found.ok_or_else(|| {
        SchemaError::unknown(D::KIND, name, D::all().iter().map(Definition::name), D::LIST)
    })
}
