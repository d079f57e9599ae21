//! The commented settings file that people start from.

use super::define::{SectionDef, sections};
use crate::form::Described;
use std::fmt::Write;

const HEAD: &str = "\
## Settings of Backlot.
##
## Everything is optional. A line with a single '#' shows a default or an example: take the '#'
## away, from the head of its section too, and change it. Saved changes apply while
## 'backlot run' runs; 'backlot validate' says whether all is well.
";

/// A settings file that lists every setting, with everything commented out.
pub fn commented_defaults() -> String {
    let mut text = HEAD.to_owned();
    for section in sections() {
        write_section(&mut text, &section);
    }
    text
}

/// Columns after which a comment is wrapped.
const WIDTH: usize = 100;

fn write_section(text: &mut String, section: &SectionDef) {
    text.push('\n');
    wrapped(text, "## ", section.help);
    let _ = writeln!(text, "#{}", section.head);
    for key in &section.keys {
        write_key(text, key);
    }
}

fn write_key(text: &mut String, key: &Described) {
    let Described { name, help, default, example, .. } = key;
    let value = match (example, default) {
        (Some(example), _) => (*example).to_owned(),
        (None, Some(default)) => default.to_string(),
        (None, None) => return wrapped(text, "## ", &format!("{name}: {help}")),
    };
    let lead = if example.is_some() { " For example:" } else { "" };
    wrapped(text, "## ", &format!("{help}{lead}"));
    let _ = writeln!(text, "#{name} = {value}");
}

fn wrapped(text: &mut String, lead: &str, help: &str) {
    let mut line = lead.trim_end().to_owned();
    for word in help.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            line = lead.trim_end().to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}
