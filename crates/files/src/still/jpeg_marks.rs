//! Markers before and between a JPEG picture's scans: its profile, its Exif data, its size in
//! coefficients.
//!
//! Source: ITU-T T.81, annex B; ICC.1:2022, B.4.

/// The most bytes of a profile in pieces.
const PROFILE_BYTES: usize = 16 << 20;

/// The contents of the markers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Pieces of the profile with their numbers.
    pieces: Vec<(u8, Vec<u8>)>,
    exif: Option<Vec<u8>>,
    /// Columns and rows.
    size: (u32, u32),
    /// Bytes of all coefficients, if the decoder must keep them.
    coefficients: u64,
    /// Where the bytes after the first end marker begin.
    end: Option<usize>,
}

impl Marks {
    /// Reads the markers up to the first scan, and looks for the end.
    pub fn find(jpeg: &[u8]) -> Self {
        let mut marks = Self::default();
        let mut rest = jpeg.get(2..).unwrap_or_default();
        let (mut all, mut components, mut is_progressive) = (0, 0, false);
        while let Some((marker, body, behind)) = segment(rest) {
            match marker {
                0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                    (marks.size, all, components) = frame(body);
                    is_progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
                }
                0xe1 if body.starts_with(b"Exif\0\0") => {
                    marks.exif.get_or_insert_with(|| body.to_vec());
                }
                0xe2 => marks.add_piece(body),
                0xda => {
                    let in_scan = body.first().copied().unwrap_or(0);
                    let keeps = is_progressive || in_scan < components;
                    marks.coefficients = if keeps { all } else { 0 };
                    marks.end = end_in(behind).map(|end| jpeg.len() - behind.len() + end);
                    break;
                }
                _ => (),
            }
            rest = behind;
        }
        marks
    }

    fn add_piece(&mut self, body: &[u8]) {
        let Some([number, _count, piece @ ..]) = body.strip_prefix(b"ICC_PROFILE\0") else {
            return;
        };
        let known: usize = self.pieces.iter().map(|(_, piece)| piece.len()).sum();
        if known + piece.len() <= PROFILE_BYTES {
            self.pieces.push((*number, piece.to_vec()));
        }
    }

    /// The ICC profile.
    pub fn profile(&self) -> Option<Vec<u8>> {
        let mut pieces = self.pieces.clone();
        pieces.sort_by_key(|(number, _)| *number);
        let whole: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).collect();
        (!whole.is_empty()).then_some(whole)
    }

    /// The Exif data.
    pub fn exif(&self) -> Option<&[u8]> {
        self.exif.as_deref()
    }

    /// Bytes that a decoder takes for coefficients, if it can't decode from top to bottom.
    pub const fn coefficient_bytes(&self) -> u64 {
        self.coefficients
    }

    /// Columns and rows, as stored; 0 if it has no frame.
    pub const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Where the bytes after the first end marker begin, if there is one.
    pub const fn end(&self) -> Option<usize> {
        self.end
    }

    /// Whether the end marker is there.
    pub const fn is_ended(&self) -> bool {
        self.end.is_some()
    }
}

/// The next marker with its body, and the rest.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let start =
        bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff))?;
    let (marker, rest) = (bytes[start + 1], &bytes[start + 2..]);
    if matches!(marker, 0x01 | 0xd0..=0xd8) {
        return Some((marker, &[], rest));
    }
    if marker == 0xd9 {
        return None;
    }
    let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
    Some((marker, rest.get(2..length)?, &rest[length..]))
}

/// Columns and rows, bytes of all coefficients, and how many components there are.
fn frame(body: &[u8]) -> ((u32, u32), u64, u8) {
    let [_, h1, h2, w1, w2, count, components @ ..] = body else { return ((0, 0), 0, 0) };
    let side = |a: &u8, b: &u8| u64::from(u16::from_be_bytes([*a, *b]));
    let (height, width) = (side(h1, h2), side(w1, w2));
    let factors = components.chunks_exact(3).map(|c| (u64::from(c[1] >> 4), u64::from(c[1] & 15)));
    let most = factors.clone().fold((1, 1), |most, f| (most.0.max(f.0), most.1.max(f.1)));
    let (across, down) = (width.div_ceil(8 * most.0), height.div_ceil(8 * most.1));
    // 64 coefficients of two bytes in a block.
    let bytes = factors.map(|(h, v)| across * h * down * v * 128).sum();
    ((width as u32, height as u32), bytes, *count)
}

/// Where the first end marker among scans and tables ends.
fn end_in(scan: &[u8]) -> Option<usize> {
    scan.windows(2).position(|pair| pair == [0xff, 0xd9]).map(|at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment_of(marker: u8, body: &[u8]) -> Vec<u8> {
        [&[0xff, marker], &(body.len() as u16 + 2).to_be_bytes()[..], body].concat()
    }

    #[test]
    fn profiles_in_pieces_notes_and_coefficients_are_found() {
        let piece = |number: u8, text: &[u8]| {
            segment_of(0xe2, &[b"ICC_PROFILE\0", &[number, 2][..], text].concat())
        };
        let size = [8, 0, 17, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
        let picture = |start: u8, in_scan: u8, end: &[u8]| {
            let parts = [
                vec![0xff, 0xd8],
                piece(2, b"world"),
                segment_of(0xe1, b"Exif\0\0MM"),
                piece(1, b"hello "),
                segment_of(start, &size),
                segment_of(0xda, &[in_scan, 0]),
                vec![1, 2, 0xff, 0, 3],
                end.to_vec(),
            ];
            Marks::find(&parts.concat())
        };
        let plain = picture(0xc0, 3, &[0xff, 0xd9]);
        assert_eq!(plain.profile().as_deref(), Some(&b"hello world"[..]));
        assert_eq!(plain.exif(), Some(&b"Exif\0\0MM"[..]));
        assert_eq!((plain.coefficient_bytes(), plain.is_ended()), (0, true));
        assert_eq!((plain.size(), plain.end()), ((16, 17), Some(93)));
        // 16x17: one by two groups of 4 + 1 + 1 blocks.
        let bytes = 2 * 6 * 128;
        assert_eq!(picture(0xc2, 3, &[]).coefficient_bytes(), bytes);
        assert_eq!(picture(0xc0, 1, &[]).coefficient_bytes(), bytes);
        assert!(!picture(0xc0, 3, &[0xff]).is_ended());
        assert_eq!(Marks::find(&[0xff, 0xd8, 0xff, 0xe2, 0, 0]), Marks::default());
    }
}
