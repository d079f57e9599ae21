//! Title, dates and chapters, as a file that ffmpeg reads.

use crate::write::companions::{Companions, Extent};

/// The time base of chapters.
const TICKS_A_SECOND: f64 = 1e6;

/// The text of such a file: chapters count from the start of the result, and are cut at its end.
pub(crate) fn description(with: &Companions, extent: Extent) -> String {
    let mut text = ";FFMETADATA1\n".to_owned();
    with.tracks.tags.iter().for_each(|(name, value)| put(&mut text, name, value));
    let end = extent.length.map_or(f64::INFINITY, |length| length.as_secs_f64());
    for chapter in &with.tracks.chapters {
        let [from, to] = [chapter.start, chapter.end].map(|time| with.since_start(time));
        let [from, to] = [from.max(0.0), to.min(end)];
        if to <= from {
            continue;
        }
        let ticks = |seconds: f64| (seconds * TICKS_A_SECOND).round() as i64;
        text += "[CHAPTER]\nTIMEBASE=1/1000000\n";
        text += &format!("START={}\nEND={}\n", ticks(from), ticks(to));
        chapter.title.iter().for_each(|title| put(&mut text, "title", title));
    }
    text
}

fn put(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push('=');
    for c in value.chars().filter(|&c| c == '\n' || !c.is_control()) {
        if matches!(c, '=' | ';' | '#' | '\\' | '\n') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::tracks::{Chapter, Tracks};
    use crate::write::companions::tests::of;

    #[test]
    fn chapters_are_those_of_the_part_and_no_value_ends_its_line() {
        let chapter = |start, end| Chapter { start, end, title: Some(format!("from {start}")) };
        let chapters = vec![chapter(10.0, 12.0), chapter(12.0, 15.5), chapter(15.5, 40.0)];
        let tags = vec![("title", "a=b;\n[CHAPTER]\u{1b}\\".to_owned())];
        let tracks = Tracks { chapters, tags, ..Tracks::default() };
        let with = of(tracks.clone(), 3, Some(4));
        let lines = |text: &str| {
            let of_chapters = text.lines().filter(|line| line.starts_with(['S', 'E']));
            of_chapters.map(str::to_owned).collect::<Vec<_>>()
        };
        let text = description(&with, with.extent(None));
        assert!(text.contains("title=a\\=b\\;\\\n[CHAPTER]\\\\\n"), "{text}");
        assert_eq!(lines(&text), ["START=0", "END=2500000", "START=2500000", "END=4000000"]);
        let with = of(tracks, 0, None);
        assert_eq!(lines(&description(&with, with.extent(None))).len(), 6);
    }
}
