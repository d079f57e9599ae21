//! `[source.NAME]`

use super::define::Section;
use crate::layer::{DECLARED, Declared};

pub(super) const SECTION: Section<Declared> = Section {
    head: "[source.desk]",
    help: "A source that any number of layers can show by its name, here 'desk': exactly one of camera, file, color, \
           gradient and set. There may be many.",
    properties: DECLARED,
};
