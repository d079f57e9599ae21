//! The keys, one file each, and the table of them.

mod body;
mod chroma;
mod clothes;
mod face;
mod hair;
mod none;
mod part;
mod person;

pub use chroma::DEF as CHROMA;
pub use none::DEF as NONE;
pub use person::DEF as PERSON;

use crate::definition::{Key, KeyDef};
use backlot_schema::{Definition, Setting};

/// Every key, sorted by name.
pub fn all() -> &'static [KeyDef] {
    const {
        &[
            body::DEF,
            chroma::DEF,
            clothes::DEF,
            face::DEF,
            hair::DEF,
            none::DEF,
            part::DEF,
            person::DEF,
        ]
    }
}

/// The key of the person, as the network finds them.
pub fn person() -> Key {
    Key::plain(&PERSON)
}

impl Definition for KeyDef {
    const KIND: &'static str = "key";
    const LIST: &'static str = "keys";

    fn all() -> &'static [Self] {
        all()
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert_eq!(backlot_schema::faults_of_table::<KeyDef>(), [""; 0]);
    }

    #[test]
    fn keys_are_read_and_written_as_the_user_did() {
        for text in
            ["person", "none", "chroma", "chroma:color=#00b140,tolerance=0.3", "chroma:lime"]
        {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        let key: Key = "chroma".parse().unwrap();
        assert!(key.def().needs_screen() && key.def().cuts() && !key.def().needs_network());
        assert!(PERSON.needs_network() && !NONE.cuts());
    }

    #[test]
    fn a_slip_is_named() {
        let error = |text: &str| text.parse::<Key>().unwrap_err().to_string();
        assert!(error("chrome").contains("did you mean 'chroma'?"), "{}", error("chrome"));
        assert!(error("chroma:tolerance=2").contains("0 to 1"), "{}", error("chroma:tolerance=2"));
        assert!(error("person:2").contains("'2'"), "{}", error("person:2"));
    }
}
