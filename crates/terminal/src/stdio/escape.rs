//! Escapes characters that a terminal acts on or doesn't show: `\x1b` for escape, `\u{202e}` for a
//! mark that reverses the direction of text.
//!
//! Names of files, devices and scenes are untrusted, and so are the metadata of files. None of them
//! may colour, move, hide or forge text on the screen. Our own colours are marks that contain a
//! secret of this process, so that no name can contain one.

use std::borrow::Cow;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// Delimit a mark of ours. Unicode reserves them: no text contains them.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// Distinguishes our marks from forged ones.
fn secret() -> &'static str {
    static SECRET: OnceLock<String> = OnceLock::new();
    SECRET.get_or_init(|| format!("{:016x}", RandomState::new().hash_one(0)))
}

/// A text in a colour, as a terminal numbers it.
pub fn coloured(code: &str, text: &str) -> String {
    let secret = secret();
    format!("{OPEN}{secret}{code}{CLOSE}{text}{OPEN}{secret}0{CLOSE}")
}

/// Replaces the colours of a trusted text by marks.
pub fn trusted(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut marked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('m') {
            Some((code, rest)) => {
                let _ = write!(marked, "{OPEN}{}{code}{CLOSE}{rest}", secret());
            }
            None => marked += part,
        }
    }
    marked
}

/// Escapes a text: lines stay lines, and marks become colours.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

/// The same on one line.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// Escapes JSON without changing its meaning.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        // In JSON these two occur only between values.
        if c == '\n' || c == '\t' || !acts(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((code, after)) = mark(rest) {
            let _ = write!(out, "\x1b[{code}m");
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            c if stays(c) || !acts(c) => out.push(c),
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if u32::from(c) < 0x100 => drop(write!(out, "\\x{:02x}", u32::from(c))),
            c => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// The code of a mark at the start of a text, and the rest of the text.
fn mark(text: &str) -> Option<(&str, &str)> {
    let (code, rest) = text.strip_prefix(OPEN)?.strip_prefix(secret())?.split_once(CLOSE)?;
    code.chars().all(|c| c.is_ascii_digit() || c == ';').then_some((code, rest))
}

/// Whether a terminal acts on a character, or shows nothing for it: controls, marks of direction,
/// breaks of lines, joiners, fillers, tags, and what is no character at all.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["", "wrote out.mp4: 3 frames\n", "\tÜmläut 日本語 👍\u{fe0f} e\u{301}\n"]
        {
            assert!(matches!(lines(text), Cow::Borrowed(_)) || lines(text) == text, "{text:?}");
            assert_eq!(json(text), text);
        }
    }

    #[test]
    fn what_a_terminal_would_act_on_is_written_out() {
        for (text, shown) in [
            ("\x1b]0;mine\x07", r"\x1b]0;mine\x07"),
            ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
            ("\u{9b}31m", r"\x9b31m"),
            ("a\rb\u{7f}\0", r"a\rb\x7f\x00"),
            ("gnp.\u{202e}exe", r"gnp.\u{202e}exe"),
            ("a\u{200b}b\u{200d}\u{feff}\u{2066}", r"a\u{200b}b\u{200d}\u{feff}\u{2066}"),
            ("\u{e0041}\u{2028}", r"\u{e0041}\u{2028}"),
        ] {
            assert_eq!(lines(text), shown);
        }
        assert_eq!(lines("a\n\tb"), "a\n\tb");
        assert_eq!(line("a\n\tb"), r"a\n\tb");
    }

    #[test]
    fn only_our_own_colours_are_colours() {
        let text = format!("{} \x1b[32mname", coloured("1;31", "error:"));
        assert_eq!(line(&text), "\x1b[1;31merror:\x1b[0m \\x1b[32mname");
        assert_eq!(lines(&trusted("\x1b[1mUsage\x1b[0m: x")), "\x1b[1mUsage\x1b[0m: x");
        let forged = format!("{OPEN}{:016x}31{CLOSE}", 0);
        assert_eq!(line(&forged), r"\u{fdd0}000000000000000031\u{fdd1}");
    }

    #[test]
    fn json_means_the_same_and_shows_nothing_else() {
        let value = serde_json::json!({ "name": "a\x1b[31m\u{9b}\u{202e}\u{e0041}\n" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = json(&text);
        assert!(shown.chars().all(|c| c == '\n' || !acts(c)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
