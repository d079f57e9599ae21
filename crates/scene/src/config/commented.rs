//! The commented settings file that people start from.

use super::define::{KeyDef, SECTIONS, SectionDef};
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
    for section in SECTIONS {
        write_section(&mut text, section);
    }
    text
}

/// Columns after which a comment is wrapped.
const WIDTH: usize = 100;

fn write_section(text: &mut String, section: &SectionDef) {
    text.push('\n');
    wrapped(text, "## ", section.help);
    let _ = writeln!(text, "#{}", section.head);
    for KeyDef { name, value, is_default, help, .. } in section.keys {
        let example = if *is_default { "" } else { " For example:" };
        wrapped(text, "## ", &format!("{help}{example}"));
        let _ = writeln!(text, "#{name} = {value}");
    }
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
