//! Places text: rows that fit, as large as possible. Lengths are in heights of a 16:9 picture.

use super::Font;

/// Diameter of the badge over the title.
pub(super) const BADGE: f32 = 0.24;
const UNDER_BADGE: f32 = 0.075;
const BETWEEN: f32 = 0.045;
/// The greatest height of everything together.
const TALLEST: f32 = 0.9;
/// How much of a text to look at.
const LONGEST: usize = 400;

/// Text of one kind, in rows.
#[derive(Debug)]
pub(super) struct Block {
    pub font: Font,
    /// Size of the letters.
    pub size: f32,
    rows: Vec<String>,
    top: f32,
}

impl Block {
    /// The rows, with the distance of their baselines from the top of everything.
    pub fn rows(&self) -> impl Iterator<Item = (&str, f32)> {
        let first = self.top + self.size * 0.92;
        let baseline = move |i: usize| first + i as f32 * self.leading();
        self.rows.iter().enumerate().map(move |(i, row)| (row.as_str(), baseline(i)))
    }

    fn leading(&self) -> f32 {
        self.size * 1.28
    }

    fn height(&self) -> f32 {
        self.rows.len() as f32 * self.leading()
    }

    /// Sets the text in at most `most` rows, as large as possible, from `largest` down.
    fn fit(font: Font, text: &str, width: f32, largest: f32, most: usize) -> Self {
        let text = clean(text);
        let mut size = largest;
        loop {
            let mut rows = wrap(&font, &text, width / size);
            if rows.len() > most && size > largest * 0.6 {
                size *= 0.92;
                continue;
            }
            if rows.len() > most {
                rows.truncate(most);
                cut(&font, &mut rows[most - 1], width / size);
            }
            balance(&font, &text, width / size, &mut rows);
            return Self { font, size, rows, top: 0.0 };
        }
    }
}

/// Title and line, placed.
#[derive(Debug)]
pub(super) struct Lines {
    pub title: Block,
    pub line: Block,
}

impl Lines {
    /// Sets both within a width.
    pub fn fit(title: &str, line: &str, width: f32) -> Self {
        let mut lines = Self {
            title: Block::fit(Font::strong(), title, width, 0.105, 2),
            line: Block::fit(Font::regular(), line, width, 0.06, 3),
        };
        lines.title.top = BADGE + UNDER_BADGE;
        lines.line.top = lines.title.top + lines.title.height() + BETWEEN;
        debug_assert!(lines.height() < TALLEST);
        lines
    }

    /// The height of badge and text together.
    pub fn height(&self) -> f32 {
        let line = self.line.height();
        self.title.top + self.title.height() + if line > 0.0 { BETWEEN + line } else { 0.0 }
    }
}

/// The text on one row, without characters that have no shape.
fn clean(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let shown: String = spaced.filter(|&c| !is_unseen(c)).take(LONGEST).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, marks that combine, joiners, directions, variation selectors and tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Breaks between words, and within words that are wider than a row.
fn wrap(font: &Font, text: &str, width: f32) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if let Some(row) = rows.last_mut()
            && font.width(row) + font.width(" ") + font.width(word) <= width
        {
            row.push(' ');
            row.push_str(word);
            continue;
        }
        rows.extend(pieces(font, word, width));
    }
    rows
}

fn pieces(font: &Font, word: &str, width: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut filled = 0.0;
    for c in word.chars() {
        let advance = font.width(c.encode_utf8(&mut [0; 4]));
        if filled > 0.0 && filled + advance > width {
            pieces.push(String::new());
            filled = 0.0;
        }
        filled += advance;
        pieces.last_mut().expect("never empty").push(c);
    }
    pieces
}

/// Ends a row with an ellipsis.
fn cut(font: &Font, row: &mut String, width: f32) {
    while !row.is_empty() && font.width(row) + font.width("…") > width {
        row.pop();
    }
    row.truncate(row.trim_end().len());
    row.push('…');
}

/// Makes rows of nearly equal width: the narrowest ones that need no extra row.
fn balance(font: &Font, text: &str, width: f32, rows: &mut Vec<String>) {
    if rows.len() < 2 || wrap(font, text, width).len() != rows.len() {
        return;
    }
    for share in [0.6, 0.7, 0.8, 0.9] {
        let even = wrap(font, text, width * share);
        if even.len() == rows.len() {
            *rows = even;
            return;
        }
    }
}
