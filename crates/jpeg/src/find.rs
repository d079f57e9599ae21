//! Finds the picture in the bytes of a camera.
//!
//! Cameras leave the end marker out, send the start marker twice, put bytes before the start or
//! after the end, and lose parts on the way, so that the rest of one picture comes before the next.
//! Application segments also hold pictures, as previews, which are not what the camera shows.

#![forbid(unsafe_code)]

/// A start marker followed by a whole header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// From the start marker to the end marker, or to where the data breaks off.
    pub bytes: &'a [u8],
    /// Where in `bytes` the coded data begins.
    pub data: usize,
    /// Whether the picture is encoded in one go: sequential, all components in one scan.
    pub in_one_scan: bool,
    /// Whether it brings its own Huffman tables.
    pub has_tables: bool,
}

/// The number of pictures to remember while looking for a later one.
const CANDIDATES: usize = 3;

/// The pictures in the bytes, the last one first. Usually there is one.
pub fn pictures(bytes: &[u8]) -> impl Iterator<Item = Found<'_>> {
    let mut found = [None; CANDIDATES];
    let mut at = 0;
    while let Some(start) = next_start(bytes, at) {
        match header(bytes, start) {
            Header::Whole { data, in_one_scan, has_tables } => {
                let end = end_of_data(bytes, data, in_one_scan);
                found.rotate_right(1);
                found[0] = Some(Found {
                    bytes: &bytes[start..end.picture],
                    data: data - start,
                    in_one_scan,
                    has_tables,
                });
                at = end.after;
            }
            Header::Broken { resume } => at = resume,
        }
    }
    found.into_iter().flatten()
}

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// The next start marker, directly followed by another marker.
fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(3).position(|w| w == [0xff, START, 0xff]).map(|at| from + at)
}

enum Header {
    /// `data` is where the coded data begins.
    Whole { data: usize, in_one_scan: bool, has_tables: bool },
    /// Another start may come from `resume` on.
    Broken { resume: usize },
}

/// Reads the segments from the start marker to the coded data.
fn header(bytes: &[u8], start: usize) -> Header {
    let (mut at, mut components, mut has_tables) = (start + 2, None, false);
    loop {
        let Some((marker, place)) = next_marker(bytes, at) else {
            return Header::Broken { resume: bytes.len() };
        };
        match marker {
            // Twice, or the previous picture ended in its header.
            START => return Header::Broken { resume: place },
            END => return Header::Broken { resume: place + 2 },
            _ if stands_alone(marker) => at = place + 2,
            _ => {
                let Some(segment) = segment(bytes, place) else {
                    return Header::Broken { resume: resume_in_segment(bytes, marker, place) };
                };
                if let Some(nested) = start_in_table(bytes, marker, place, segment.len()) {
                    return Header::Broken { resume: nested };
                }
                at = place + 4 + segment.len();
                match marker {
                    START_OF_SCAN => {
                        let in_scan = segment.first().copied();
                        let in_one_scan = components.is_some() && components == in_scan;
                        return Header::Whole { data: at, in_one_scan, has_tables };
                    }
                    0xc4 => has_tables = true,
                    // Baseline and extended sequential; others take several scans.
                    0xc0 | 0xc1 => components = segment.get(5).copied(),
                    _ => {}
                }
            }
        }
    }
}

/// Where to look for a start after a segment that is longer than the bytes. Inside an application
/// segment, a start is that of a preview.
fn resume_in_segment(bytes: &[u8], marker: u8, place: usize) -> usize {
    if may_hold_pictures(marker) { bytes.len() } else { place + 2 }
}

/// A start inside a table: the table was cut off, and the next picture follows.
fn start_in_table(bytes: &[u8], marker: u8, place: usize, length: usize) -> Option<usize> {
    if may_hold_pictures(marker) {
        return None;
    }
    // The last byte may be the first of a start.
    let end = (place + 4 + length + 2).min(bytes.len());
    next_start(&bytes[..end], place + 2)
}

/// Segments of applications, and comments.
const fn may_hold_pictures(marker: u8) -> bool {
    matches!(marker, 0xe0..=0xef | 0xfe)
}

/// Markers without a segment.
const fn stands_alone(marker: u8) -> bool {
    matches!(marker, 0x01 | 0xd0..=0xd7)
}

/// The next marker from `from` on, and the place of its last 0xFF; bytes in between are skipped.
fn next_marker(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut at = from;
    loop {
        at += memchr::memchr(0xff, bytes.get(at..)?)?;
        match *bytes.get(at + 1)? {
            0xff => at += 1,
            0 => at += 2,
            marker => return Some((marker, at)),
        }
    }
}

/// The contents of the segment of the marker at `place`, if it is complete.
pub fn segment(bytes: &[u8], place: usize) -> Option<&[u8]> {
    let length = bytes.get(place + 2..place + 4)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    bytes.get(place + 4..place.checked_add(2)?.checked_add(length)?)
}

struct End {
    /// The place after the last byte of the picture.
    picture: usize,
    /// Where the next picture may begin.
    after: usize,
}

/// Where the coded data ends. In it every 0xFF is followed by 0 or belongs to a restart marker.
fn end_of_data(bytes: &[u8], data: usize, in_one_scan: bool) -> End {
    let mut at = data;
    while let Some((marker, place)) = next_marker(bytes, at) {
        match marker {
            END if padding(&bytes[data..place]) > 0 => {
                return End { picture: place - padding(&bytes[data..place]), after: place + 2 };
            }
            END => return End { picture: place + 2, after: place + 2 },
            START => return End { picture: place, after: place },
            _ if stands_alone(marker) => at = place + 2,
            _ => {
                let behind = segment(bytes, place).map_or(place + 2, |s| place + 4 + s.len());
                // After the only scan only the end can follow: this is damage, where the codec
                // would stop or, worse, read on.
                if in_one_scan {
                    return End { picture: place, after: behind };
                }
                at = behind;
            }
        }
    }
    End { picture: bytes.len() - padding(&bytes[data..]), after: bytes.len() }
}

/// Zeroes in place of lost data, or after the end of the data, which could be read as blocks. A few
/// may be data.
fn padding(data: &[u8]) -> usize {
    let zeroes = data.iter().rev().take_while(|&&byte| byte == 0).count();
    if zeroes > 8 { zeroes - 2 } else { 0 }
}

/// The segments of a picture's header: marker and contents.
pub fn segments<'a>(found: &Found<'a>) -> impl Iterator<Item = (u8, &'a [u8])> {
    let (bytes, end) = (found.bytes, found.data);
    let mut at = 2;
    std::iter::from_fn(move || {
        loop {
            let (marker, place) = next_marker(&bytes[..end], at)?;
            if stands_alone(marker) {
                at = place + 2;
                continue;
            }
            let inside = segment(&bytes[..end], place)?;
            at = place + 4 + inside.len();
            return Some((marker, inside));
        }
    })
}

/// The same picture without stray bytes in its header, and without segments that say nothing about
/// its encoding. `memory` then holds it.
pub fn tidied<'a>(found: &Found<'_>, memory: &'a mut Vec<u8>) -> Found<'a> {
    memory.clear();
    memory.extend([0xff, START]);
    for (marker, inside) in segments(found) {
        let is_kept = match marker {
            // JFIF and Adobe say what the colours mean; unknown versions don't.
            0xe0 => inside.starts_with(b"JFIF\0\x01"),
            0xee => inside.starts_with(b"Adobe") && inside.get(11).is_some_and(|&kind| kind <= 2),
            _ => !may_hold_pictures(marker),
        };
        if is_kept {
            memory.extend([0xff, marker]);
            // It came from a segment, so it fits into one.
            memory.extend((inside.len() as u16 + 2).to_be_bytes());
            memory.extend(inside);
        }
    }
    let data = memory.len();
    memory.extend(&found.bytes[found.data..]);
    memory.extend([0xff, END]);
    Found { bytes: memory, data, ..*found }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole header, with nothing in its tables.
    const HEADER: &[u8] = &[
        0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0,
        63, 0,
    ];
    const DATA: &[u8] = &[1, 0xff, 0, 2, 0xff, 0xd0, 3];
    const FIN: &[u8] = &[0xff, 0xd9];

    fn starts(bytes: &[u8]) -> Vec<(usize, usize)> {
        let base = bytes.as_ptr() as usize;
        let place = |f: Found<'_>| (f.bytes.as_ptr() as usize - base, f.bytes.len());
        pictures(bytes).map(place).collect()
    }

    fn picture() -> Vec<u8> {
        [HEADER, DATA, FIN].concat()
    }

    #[test]
    fn a_picture_is_found_with_its_end_or_without() {
        let length = picture().len();
        assert_eq!(starts(&picture()), [(0, length)]);
        assert_eq!(starts(&picture()[..length - 2]), [(0, length - 2)]);
        assert_eq!(starts(&[&picture(), &[0; 9][..]].concat()), [(0, length)]);
        assert_eq!(starts(&[&[0xff, 0xd8], &picture()[..]].concat()), [(2, length)]);
        assert_eq!(starts(&[&[0, 0xff, 9], &picture()[..]].concat()), [(3, length)]);
        let found = pictures(&picture()).next().map(|f| (f.data, f.in_one_scan));
        assert_eq!(found, Some((HEADER.len(), true)));
    }

    #[test]
    fn the_last_one_comes_first() {
        let two = [picture(), picture()].concat();
        let length = picture().len();
        assert_eq!(starts(&two), [(length, length), (0, length)]);
        let rest_of_one = [&DATA[3..], FIN, &picture()].concat();
        assert_eq!(starts(&rest_of_one)[0].0, rest_of_one.len() - length);
        let cut = [HEADER, DATA, &picture()].concat();
        assert_eq!(starts(&cut)[0], (HEADER.len() + DATA.len(), length));
        // Any number is examined, and none is kept for long.
        assert_eq!(starts(&picture().repeat(100)).len(), CANDIDATES);
    }

    #[test]
    fn previews_in_segments_are_no_pictures() {
        let preview = picture();
        let length = u16::try_from(preview.len() + 2).unwrap().to_be_bytes();
        let application = [&[0xff, 0xe1, length[0], length[1]], &preview[..]].concat();
        let with = [&HEADER[..2], &application, &HEADER[2..], DATA, FIN].concat();
        assert_eq!(starts(&with), [(0, with.len())]);
        // Cut off inside the preview or after it, nothing is left.
        for cut in 2..application.len() + 4 {
            assert_eq!(starts(&with[..cut]), [], "cut at {cut}");
        }
        let behind = [&picture()[..], &application[..8]].concat();
        assert_eq!(starts(&behind), [(0, picture().len())]);
    }

    #[test]
    fn a_header_that_broke_off_gives_way_to_the_next_picture() {
        for cut in 2..HEADER.len() {
            let bytes = [&HEADER[..cut], &picture()].concat();
            assert_eq!(starts(&bytes)[0], (cut, picture().len()), "cut at {cut}");
        }
        assert_eq!(starts(&HEADER[..HEADER.len() - 1]), []);
    }

    #[test]
    fn nothing_is_found_in_rubbish_and_nothing_panics() {
        let mut bytes = picture().repeat(3);
        for at in 0..bytes.len() {
            for value in [0, 0xff, 0xd8, 0xda] {
                let before = std::mem::replace(&mut bytes[at], value);
                for found in pictures(&bytes) {
                    assert!(found.data <= found.bytes.len());
                    segments(&found).count();
                }
                bytes[at] = before;
            }
        }
        for rubbish in [&[][..], &[0xff], &[0xff, 0xd8], &[0xff, 0xd8, 0xff], &[0xff; 99]] {
            assert_eq!(starts(rubbish), []);
        }
    }

    #[test]
    fn a_stray_marker_ends_the_only_scan() {
        let stray = [HEADER, DATA, &[0xff, 0xc4, 0, 3, 7], DATA, FIN].concat();
        assert_eq!(starts(&stray), [(0, HEADER.len() + DATA.len())]);
    }
}
