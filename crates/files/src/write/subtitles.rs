//! Subtitles of a part of a video, cut as the part is.
//!
//! ffmpeg drops subtitles that begin before the part and still show. So it outputs all of them as
//! ASS, the most expressive format, and this module computes the times.

use crate::write::companions::Extent;
use std::time::Duration;

/// The most bytes of a track that are read: about a million lines.
pub(crate) const MOST_BYTES: u64 = 64 << 20;

/// The subtitles of the part, counted from its beginning; `None` if there are none.
pub(crate) fn cut(text: &str, extent: Extent) -> Option<String> {
    let mut cut = String::new();
    let mut shows = false;
    for line in text.lines() {
        match dialogue(line) {
            None => cut += line,
            Some((before, times, rest)) => {
                let Some([from, to]) = within(times, extent) else { continue };
                shows = true;
                cut += &format!("{before},{},{},{rest}", written(from), written(to));
            }
        }
        cut.push('\n');
    }
    shows.then_some(cut)
}

/// A subtitle line: the fields before its times, the times, and the rest.
fn dialogue(line: &str) -> Option<(&str, [Duration; 2], &str)> {
    let mut parts = line.starts_with("Dialogue:").then(|| line.splitn(4, ','))?;
    let [before, from, to, rest] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    Some((before, [time(from)?, time(to)?], rest))
}

fn within([from, to]: [Duration; 2], extent: Extent) -> Option<[Duration; 2]> {
    let from = from.max(extent.start);
    let to = extent.end().map_or(to, |end| to.min(end));
    (from < to).then(|| [from - extent.start, to - extent.start])
}

/// A time as `1:02:03.45`.
fn time(text: &str) -> Option<Duration> {
    let mut parts = text.trim().splitn(3, ':');
    let [hours, minutes] = [parts.next()?.parse::<u32>().ok()?, parts.next()?.parse().ok()?];
    let seconds = Duration::try_from_secs_f64(parts.next()?.parse().ok()?).ok()?;
    Some(Duration::from_secs(u64::from(hours) * 3600) + Duration::from_secs(60) * minutes + seconds)
}

fn written(time: Duration) -> String {
    let hundredths = (time.as_millis() + 5) / 10;
    let (seconds, part) = (hundredths / 100, hundredths % 100);
    format!("{}:{:02}:{:02}.{part:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_that_show_in_the_part() {
        let text = "[Events]\nFormat: Layer, Start, End, Style, Text\n\
            Dialogue: 0,0:00:01.00,0:00:02.00,Default,gone\n\
            Dialogue: 0,0:00:02.50,0:00:04.25,Default,shows, still\n\
            Dialogue: 0,1:00:05.00,1:00:09.00,Default,ends later\n\
            Dialogue: 0,1:00:08.00,1:00:09.00,Default,after\n";
        let seconds = Duration::from_secs;
        let part = Extent { start: seconds(3), length: Some(seconds(3604)) };
        let cut = super::cut(text, part).unwrap();
        let lines: Vec<_> = cut.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "Dialogue: 0,0:00:00.00,0:00:01.25,Default,shows, still",
                "Dialogue: 0,1:00:02.00,1:00:04.00,Default,ends later"
            ]
        );
        assert_eq!(super::cut(text, Extent { start: seconds(9000), length: None }), None);
    }
}
