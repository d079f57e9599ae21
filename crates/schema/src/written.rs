//! A name with settings, as people write it: `blur`, `blur:20`, `hologram:ghost=0.5,tint=1`.

use crate::SchemaError;
use std::fmt;

/// A name and the settings that were given for it, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The name.
    pub name: String,
    /// Settings in the order in which they were given; one without a name is for the first
    /// setting.
    pub settings: Vec<(Option<String>, String)>,
}

impl Written {
    /// A name without settings.
    pub fn plain(name: &str) -> Self {
        Self { name: name.to_owned(), settings: Vec::new() }
    }

    /// Reads text; `kind` is what it should be, as it stands in messages: "an effect".
    ///
    /// # Errors
    /// Returns [`SchemaError::Syntax`].
    pub fn read(text: &str, kind: &str) -> Result<Self, SchemaError> {
        let syntax = || SchemaError::Syntax { kind: kind.to_owned(), text: text.to_owned() };
        let (name, tail) = text.split_once(':').map_or((text, None), |(n, t)| (n, Some(t)));
        let name = name.trim();
        if !is_name(name) {
            return Err(syntax());
        }
        let parts = tail.map(|tail| parts(tail).map(setting).collect::<Option<_>>());
        let settings = parts.map_or(Some(Vec::new()), |parts| parts).ok_or_else(syntax)?;
        Ok(Self { name: name.to_owned(), settings })
    }

    /// Replaces what was given for a setting, or adds it. `first` is the setting that needs no name.
    pub(crate) fn set(&mut self, setting: &str, value: &str, first: Option<&str>) {
        let is_it = |(name, _): &(Option<String>, String)| match name {
            Some(name) => name == setting,
            None => first == Some(setting),
        };
        // The last one counts.
        match self.settings.iter_mut().rfind(|given| is_it(given)) {
            Some((_, text)) => value.clone_into(text),
            None => self.settings.push((Some(setting.to_owned()), value.to_owned())),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// The parts between commas; a comma inside `rgb(…)` separates nothing.
fn parts(tail: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    tail.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

fn setting(part: &str) -> Option<(Option<String>, String)> {
    let (name, value) = match part.split_once('=') {
        Some((name, value)) => (Some(name.trim()), value.trim()),
        None => (None, part.trim()),
    };
    let is_fine = name.is_none_or(is_name) && !value.is_empty();
    is_fine.then(|| (name.map(str::to_owned), value.to_owned()))
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, (key, value)) in self.settings.iter().enumerate() {
            f.write_str(if index == 0 { ":" } else { "," })?;
            if let Some(key) = key {
                write!(f, "{key}=")?;
            }
            f.write_str(value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Written, SchemaError> {
        Written::read(text, "an effect")
    }

    #[test]
    fn the_forms_that_people_write() {
        let written = read("hologram:0.5, ghost = 1").unwrap();
        assert_eq!(written.name, "hologram");
        let settings = [(None, "0.5".to_owned()), (Some("ghost".to_owned()), "1".to_owned())];
        assert_eq!(written.settings, settings);
        assert_eq!(read("blur"), Ok(Written::plain("blur")));
        assert_eq!(read("chroma:color=rgb(0, 177, 64),soft=1").unwrap().settings.len(), 2);
        for bad in ["", ":", ":5", "blur:", "blur:a=", "blur:=1", "blur:1,,2", "bl ur", "a/b"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn writing_undoes_reading(text in "[a-z]{1,8}(:([a-z]{1,5}=)?[0-9.]{1,4}(,[a-z]{1,5}=[a-z0-9]{1,4}){0,3})?") {
            prop_assert_eq!(read(&text).unwrap().to_string(), text);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
