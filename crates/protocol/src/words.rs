//! Words for sentences: names as they are shown, lists, and "did you mean …?".

use serde_json::Value;
use std::fmt::Write;

/// How much of somebody's text a sentence repeats, in characters.
const SHOWN: usize = 60;

/// Somebody's text in a sentence: on one line, without what a terminal would act on, and short.
pub fn shown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(SHOWN) {
        match c {
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            // Outside ASCII, marks of direction, joiners and other letters that nobody sees.
            c if c.is_control() || is_hidden(c) => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Who watches, in words: how many watch each virtual camera, where that can be known, and the programs
/// that do.
pub fn who_watches(viewers: impl IntoIterator<Item = Option<u32>>, programs: &[String]) -> String {
    if !programs.is_empty() {
        return format!("watched by {}", programs.join(", "));
    }
    let (mut sum, mut is_unknown) = (0_u32, false);
    for count in viewers {
        sum = sum.saturating_add(count.unwrap_or_default());
        is_unknown |= count.is_none();
    }
    match (sum, is_unknown) {
        (0, true) => "perhaps watched".to_owned(),
        (0, false) => "nobody watches".to_owned(),
        (1, _) => "1 watches".to_owned(),
        (count, _) => format!("{count} watch"),
    }
}

/// What a value is, in words.
pub fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "nothing (null)".to_owned(),
        Value::Bool(on) => on.to_string(),
        Value::Number(number) => shown(&number.to_string()),
        Value::String(text) => format!("the text '{}'", shown(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// "'a', 'b' or 'c'".
pub fn either(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The known name that is most similar to `name`, if any is similar at all.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The comparison takes the product of both lengths.
    let wanted: String = name.chars().take(SHOWN).flat_map(char::to_lowercase).collect();
    let like = |candidate: &str| {
        let distance = strsim::damerau_levenshtein(&wanted, candidate);
        let begins = wanted.len() >= 3 && candidate.starts_with(&wanted);
        let tolerated = 1.max(candidate.len().max(wanted.len()) / 3);
        (begins || distance <= tolerated).then_some(distance)
    };
    let scored = known.into_iter().filter_map(|known| Some((like(known)?, known)));
    scored.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[2J\n\u{202e}b"), "a\\u{1b}[2J\\n\\u{202e}b");
        assert_eq!(shown(&"ä".repeat(61)), format!("{}…", "ä".repeat(60)));
        assert_eq!(shown("Grüße, 日本"), "Grüße, 日本");
    }

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let known = ["show-scene", "show-layer", "blur", "resume"];
        assert_eq!(nearest("show_scene", known), Some("show-scene"));
        assert_eq!(nearest("Blru", known), Some("blur"));
        assert_eq!(nearest("explode", known), None);
        assert_eq!(either(&["a", "b", "c"]), "'a', 'b' or 'c'");
    }

    #[test]
    fn who_watches_is_named_counted_or_guessed() {
        let programs = ["firefox".to_owned(), "zoom".to_owned()];
        assert_eq!(who_watches([Some(2)], &programs), "watched by firefox, zoom");
        for (viewers, said) in [
            (&[][..], "nobody watches"),
            (&[Some(0), Some(0)], "nobody watches"),
            (&[Some(0), None], "perhaps watched"),
            (&[Some(1), None], "1 watches"),
            (&[Some(1), Some(2)], "3 watch"),
        ] {
            assert_eq!(who_watches(viewers.iter().copied(), &[]), said);
        }
    }
}
