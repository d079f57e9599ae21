//! A command line as it was typed, up to the cursor.

/// Characters that mean something to a shell.
const SPECIAL: &str = " \t\"'\\$`!*?[](){}<>|&;#";

/// The words of a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// The words without their quotes; the last is the one at the cursor, and may be empty.
    pub words: Vec<String>,
    /// Length of the start of the last word that the shell keeps: it replaces only what follows.
    pub kept: usize,
    /// Whether a quote is open in the last word.
    pub is_quoted: bool,
}

impl Typed {
    /// Splits a line; the shell also ends words at `breaks`.
    pub fn read(line: &str, breaks: &str) -> Self {
        let mut typed = Self { words: vec![String::new()], kept: 0, is_quoted: false };
        let (mut quote, mut is_begun) = (None, false);
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            let word = typed.words.last_mut();
            let Some(word) = word else { break };
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None | Some('"'), '\\') => word.extend(chars.next()),
                (None, '"' | '\'') => {
                    (quote, typed.kept) = (Some(c), word.len());
                }
                (None, ' ' | '\t') => {
                    if is_begun {
                        typed.words.push(String::new());
                    }
                    (is_begun, typed.kept) = (false, 0);
                    continue;
                }
                (quote, c) => {
                    word.push(c);
                    if quote.is_none() && breaks.contains(c) {
                        typed.kept = word.len();
                    }
                }
            }
            is_begun = true;
        }
        typed.is_quoted = quote.is_some();
        typed
    }
}

/// Quotes a text for the shell.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if SPECIAL.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'><=;|&(:";

    fn read(line: &str) -> (Vec<String>, usize, bool) {
        let Typed { words, kept, is_quoted } = Typed::read(line, BREAKS);
        (words, kept, is_quoted)
    }

    #[test]
    fn words_end_at_blanks_and_keep_what_is_quoted() {
        assert_eq!(read("backlot "), (vec!["backlot".into(), String::new()], 0, false));
        assert_eq!(read("backlot re").0, ["backlot", "re"]);
        assert_eq!(read(r"a  b\ c 'd e' f\'").0, ["a", "b c", "d e", "f'"]);
        assert_eq!(
            read("a --effect blur:ra"),
            (vec!["a".into(), "--effect".into(), "blur:ra".into()], 5, false)
        );
        assert_eq!(read("a --b=ca").1, 4);
        assert_eq!(read("a x\"b c"), (vec!["a".into(), "xb c".into()], 1, true));
    }

    #[test]
    fn what_is_offered_can_be_typed() {
        assert_eq!(quoted("my film (1).mp4"), r"my\ film\ \(1\).mp4");
        assert_eq!(read(&format!("a {}", quoted("it's $5"))).0[1], "it's $5");
    }
}
