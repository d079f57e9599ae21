//! The paths in a file: what it imports, hands on and calls, without its tests.

use crate::check::code::is_mark;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The inline modules of the file that it stands in.
    pub within: Vec<String>,
    pub parts: Vec<String>,
    pub line: usize,
}

/// What stands in a file.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Paths of `use`, with the name that each gets, and whether others may use it by that.
    pub imports: Vec<(Path, String, bool)>,
    /// Paths that are written where they are used; single names too.
    pub paths: Vec<Path>,
    /// Files that are modules of this one for tests only.
    pub test_files: Vec<String>,
    /// Names of items.
    pub items: Vec<String>,
    /// Macros that the crate's root has.
    pub macros: Vec<String>,
}

/// Reads a file.
pub(super) fn read(tokens: TokenStream) -> Words {
    let mut words = Words::default();
    words.stream(&[], tokens);
    words
}

const ITEMS: [&str; 10] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod", "macro"];

impl Words {
    fn stream(&mut self, within: &[String], tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += self.one(within, &tokens, at).max(1);
        }
    }

    /// Reads what begins at a token, and says how many tokens that are.
    fn one(&mut self, within: &[String], tokens: &[TokenTree], at: usize) -> usize {
        let rest = &tokens[at..];
        match &rest[0] {
            mark if is_mark(mark, '#') => self.attribute(within, rest),
            TokenTree::Group(group) => {
                self.stream(within, group.stream());
                1
            }
            TokenTree::Ident(word) => {
                let follows = |mark| at > 0 && is_mark(&tokens[at - 1], mark);
                let (word, after) = (word.to_string(), rest.get(1));
                match (word.as_str(), after) {
                    ("pub", Some(TokenTree::Group(_))) => 2,
                    ("use", _) if !follows('+') => self.import(within, tokens, at),
                    ("mod", Some(TokenTree::Ident(name))) => match rest.get(2) {
                        Some(TokenTree::Group(body)) => {
                            let inner = [within, &[name.to_string()]].concat();
                            self.items.push(name.to_string());
                            self.stream(&inner, body.stream());
                            3
                        }
                        _ => 2,
                    },
                    (item, Some(TokenTree::Ident(name))) if ITEMS.contains(&item) => {
                        self.items.push(name.to_string());
                        2
                    }
                    _ if follows('.') || follows('\'') => 1,
                    _ => self.path(within, rest),
                }
            }
            _ => 1,
        }
    }

    /// Passes over an attribute, and over what is there for tests only.
    fn attribute(&mut self, within: &[String], rest: &[TokenTree]) -> usize {
        let Some(TokenTree::Group(group)) = rest.get(1) else { return 1 };
        let text: String = group.stream().to_string().split_whitespace().collect();
        if text == "macro_export" {
            let name = rest.iter().skip(2).find_map(|token| match token {
                TokenTree::Ident(word) if word != "macro_rules" => Some(word.to_string()),
                _ => None,
            });
            self.macros.extend(name);
        }
        let of_tests = text == "test"
            || text.starts_with("cfg(") && text.contains("test") && !text.contains("not(test");
        if !of_tests {
            self.stream(within, group.stream());
            return 2;
        }
        let is_end = |token: &TokenTree| {
            is_mark(token, ';')
                || matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace)
        };
        let ends = rest.iter().position(is_end).unwrap_or(1);
        let named = rest[2..=ends.max(2).min(rest.len() - 1)].windows(2);
        self.test_files.extend(
            named.filter(|pair| pair[0].to_string() == "mod").map(|pair| pair[1].to_string()),
        );
        ends + 1
    }

    /// Reads `a::b`, or a name alone.
    fn path(&mut self, within: &[String], rest: &[TokenTree]) -> usize {
        let (parts, length) = parts(rest);
        let line = rest[0].span().start().line;
        self.paths.push(Path { within: within.to_vec(), parts, line });
        length
    }

    fn import(&mut self, within: &[String], tokens: &[TokenTree], at: usize) -> usize {
        let rest = &tokens[at + 1..];
        let length = rest.iter().position(|token| is_mark(token, ';')).unwrap_or(rest.len());
        let handed_on = tokens[..at].iter().rev().take(2).any(|token| token.to_string() == "pub");
        let mut leaves = Vec::new();
        tree(&[], &rest[..length], &mut leaves);
        let line = tokens[at].span().start().line;
        for (parts, name) in leaves {
            let path = Path { within: within.to_vec(), parts, line };
            self.imports.push((path, name, handed_on));
        }
        length + 2
    }
}

/// The names of a path, and how many tokens it is long.
fn parts(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut parts = vec![tokens[0].to_string()];
    let mut at = 1;
    while let [first, second, TokenTree::Ident(name), ..] = &tokens[at..]
        && is_mark(first, ':')
        && is_mark(second, ':')
    {
        parts.push(name.to_string());
        at += 3;
    }
    (parts, at)
}

/// The paths of a `use`, each with the name that it gets: `*` for all of a module.
fn tree(before: &[String], tokens: &[TokenTree], leaves: &mut Vec<(Vec<String>, String)>) {
    for branch in tokens.split(|token| is_mark(token, ',')) {
        let mut parts = before.to_vec();
        let mut name = None;
        let mut renamed = false;
        for token in branch {
            match token {
                TokenTree::Ident(word) if word == "as" => renamed = true,
                TokenTree::Ident(word) if renamed => name = Some(word.to_string()),
                TokenTree::Ident(word) if word == "self" && !parts.is_empty() => {}
                TokenTree::Ident(word) => parts.push(word.to_string()),
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    tree(&parts, &inner, leaves);
                    parts.clear();
                }
                mark if is_mark(mark, '*') => name = Some("*".to_owned()),
                _ => {}
            }
        }
        if let Some(last) = parts.last().cloned() {
            leaves.push((parts, name.unwrap_or(last)));
        }
    }
}
