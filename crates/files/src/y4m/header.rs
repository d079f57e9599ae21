//! The line of text at the beginning of a stream, and the one before each frame.

use super::fields::First;
use crate::FilesError;
use backlot_media::{FrameRate, Range, Size};
use std::io::{ErrorKind, Read};

/// The longest line that is read.
const LINE_BYTES: usize = 1024;

/// The first word of a stream.
pub(super) const MAGIC: &str = "YUV4MPEG2";

/// How chroma is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    /// Halved both ways, whatever the siting.
    Half,
    /// Halved across.
    HalfAcross,
    Full,
    /// No chroma.
    Mono,
}

impl Chroma {
    /// How many pixels share a sample, across and down; `None` without chroma.
    pub const fn sub(self) -> Option<(u32, u32)> {
        match self {
            Self::Half => Some((2, 2)),
            Self::HalfAcross => Some((2, 1)),
            Self::Full => Some((1, 1)),
            Self::Mono => None,
        }
    }
}

/// The contents of the stream's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Columns and rows of its planes.
    pub stored: Size,
    pub rate: FrameRate,
    pub chroma: Chroma,
    pub range: Range,
    /// Columns and rows when shown, with square pixels.
    pub shown: Size,
    pub scan: Scan,
}

/// How frames are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    Whole,
    Fields(First),
    /// Each frame states it.
    Mixed,
}

impl Scan {
    /// The first field of a frame, by the stream's line and the frame's (without its first word);
    /// `None` if the frame is progressive.
    pub fn first_field(self, tags: &[u8]) -> Option<First> {
        match self {
            Self::Whole => None,
            Self::Fields(first) => Some(first),
            Self::Mixed => {
                let mut words = tags.split(|&byte| byte == b' ');
                match words.find_map(|word| word.strip_prefix(b"I")) {
                    Some([b't' | b'T', b'i', ..]) => Some(First::Upper),
                    Some([b'b' | b'B', b'i', ..]) => Some(First::Lower),
                    _ => None,
                }
            }
        }
    }
}

fn broken(why: impl Into<String>) -> FilesError {
    FilesError::Y4m(why.into())
}

/// Reads a line without its end into `line`. Returns `false` if the stream ends before it.
pub(super) fn read_line(stream: &mut impl Read, line: &mut Vec<u8>) -> Result<bool, FilesError> {
    line.clear();
    let mut byte = [0];
    loop {
        match stream.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(false),
            Ok(0) => return Err(broken("it ends in the middle of a line")),
            Ok(_) if byte[0] == b'\n' => return Ok(true),
            Ok(_) if line.len() == LINE_BYTES => {
                return Err(broken(format!("a line is longer than {LINE_BYTES} bytes")));
            }
            Ok(_) => line.push(byte[0]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(FilesError::Pipe(e)),
        }
    }
}

impl Header {
    pub fn read(stream: &mut impl Read) -> Result<Self, FilesError> {
        let mut line = Vec::with_capacity(LINE_BYTES);
        if !read_line(stream, &mut line)? {
            return Err(broken("it is empty"));
        }
        let not_y4m = || broken(format!("it does not begin with {MAGIC}"));
        let text = std::str::from_utf8(&line).map_err(|_| not_y4m())?;
        Self::parse(text.strip_prefix(MAGIC).ok_or_else(not_y4m)?)
    }

    fn parse(tags: &str) -> Result<Self, FilesError> {
        let (mut width, mut height, mut rate) = (None, None, None);
        let (mut chroma, mut range) = (Chroma::Half, Range::Limited);
        let (mut scan, mut pixel) = (Scan::Whole, None);
        for tag in tags.split(' ').filter(|tag| !tag.is_empty()) {
            let (kind, value) = tag.split_at(tag.chars().next().map_or(0, char::len_utf8));
            match kind {
                "W" => width = value.parse().ok(),
                "H" => height = value.parse().ok(),
                "F" => rate = parse_rate(value)?,
                "C" => chroma = parse_chroma(value)?,
                "I" => scan = parse_scan(value),
                "A" => pixel = parse_aspect(value)?,
                "X" if value == "COLORRANGE=FULL" => range = Range::Full,
                _ => {}
            }
        }
        let (Some(width), Some(height)) = (width, height) else {
            return Err(broken("its first line does not say width and height"));
        };
        let size = Size::new(width, height).map_err(|e| broken(e.to_string()))?;
        let shown = pixel.map_or(Ok(size), |pixel| square(size, pixel))?;
        for size in [size, shown] {
            if size.pixels() > crate::MAX_VIDEO_PIXELS {
                let most = crate::MAX_VIDEO_PIXELS / 1_000_000;
                return Err(broken(format!("{size} is too large: at most {most} million pixels")));
            }
        }
        let rate = rate.unwrap_or(FrameRate::FPS_30);
        Ok(Self { stored: size, rate, chroma, range, shown, scan })
    }
}

/// `0:0` means an unknown rate.
fn parse_rate(text: &str) -> Result<Option<FrameRate>, FilesError> {
    let error = || broken(format!("'{text}' is not a frame rate"));
    let (over, under) = text.split_once(':').ok_or_else(error)?;
    let part = |text: &str| text.parse::<u32>().map_err(|_| error());
    let (over, under) = (part(over)?, part(under)?);
    if over == 0 {
        return Ok(None);
    }
    FrameRate::new(over, under).map(Some).map_err(|_| error())
}

/// Anything but fields counts as progressive.
fn parse_scan(text: &str) -> Scan {
    match text {
        "t" => Scan::Fields(First::Upper),
        "b" => Scan::Fields(First::Lower),
        "m" => Scan::Mixed,
        _ => Scan::Whole,
    }
}

/// A pixel's width to its height; `0:0` means unknown.
fn parse_aspect(text: &str) -> Result<Option<(u32, u32)>, FilesError> {
    let error = || broken(format!("'{text}' is not a pixel's aspect, such as 1:1 or 64:45"));
    let (across, down) = text.split_once(':').ok_or_else(error)?;
    let part = |text: &str| text.parse::<u32>().map_err(|_| error());
    let pixel = (part(across)?, part(down)?);
    Ok((pixel.0 > 0 && pixel.1 > 0 && pixel.0 != pixel.1).then_some(pixel))
}

/// The size with square pixels: wide ones make the picture wider, tall ones make it higher.
fn square(size: Size, (across, down): (u32, u32)) -> Result<Size, FilesError> {
    let scaled = |side: u32, over: u32, under: u32| {
        (f64::from(side) * f64::from(over) / f64::from(under)).round() as u32
    };
    let (width, height) = match across > down {
        true => (scaled(size.width, across, down), size.height),
        false => (size.width, scaled(size.height, down, across)),
    };
    let why = |e| broken(format!("{size} with pixels of {across}:{down}: {e}"));
    Size::new(width, height).map_err(why)
}

fn parse_chroma(text: &str) -> Result<Chroma, FilesError> {
    match text {
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(Chroma::Half),
        "422" => Ok(Chroma::HalfAcross),
        "444" => Ok(Chroma::Full),
        "mono" => Ok(Chroma::Mono),
        _ => Err(broken(format!(
            "its pixels are '{text}' instead of 420, 422, 444 or mono of 8 bits (with ffmpeg: -pix_fmt yuv420p)"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Header, String> {
        Header::read(&mut text.as_bytes()).map_err(|e| e.to_string())
    }

    #[test]
    fn the_first_line_is_understood() {
        let header = read(
            "YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=FULL\n",
        )
        .unwrap();
        assert_eq!(header.stored, Size::new(640, 480).unwrap());
        assert_eq!(header.rate.to_string(), "30000/1001");
        assert_eq!((header.chroma, header.range), (Chroma::Half, Range::Full));
        let header = read("YUV4MPEG2 H2 W1 F0:0 C444\n").unwrap();
        assert_eq!((header.rate, header.chroma), (FrameRate::FPS_30, Chroma::Full));
        assert_eq!(header.range, Range::Limited);
    }

    #[test]
    fn pixels_and_fields_are_heeded() {
        for (tags, shown, scan) in [
            ("A64:45 It", "205x96", Scan::Fields(First::Upper)),
            ("A1:2 Ib", "144x192", Scan::Fields(First::Lower)),
            ("A0:0 Im", "144x96", Scan::Mixed),
            ("A1:1 Ip", "144x96", Scan::Whole),
            ("I?", "144x96", Scan::Whole),
        ] {
            let header = read(&format!("YUV4MPEG2 W144 H96 F25:1 {tags}\n")).unwrap();
            assert_eq!((header.shown.to_string().as_str(), header.scan), (shown, scan), "{tags}");
        }
        let first = |tags: &[u8]| Scan::Mixed.first_field(tags);
        assert_eq!(first(b" Itip"), Some(First::Upper));
        assert_eq!(first(b" X1 Ibii"), Some(First::Lower));
        assert_eq!((first(b" I1pp"), first(b"")), (None, None));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, words) in [
            ("", "it is empty"),
            ("RIFF....AVI \n", "does not begin with YUV4MPEG2"),
            ("YUV4MPEG2 W5\n", "does not say width and height"),
            ("YUV4MPEG2 W5 H0\n", "a size of 5x0"),
            ("YUV4MPEG2 W16000 H16000\n", "is too large"),
            ("YUV4MPEG2 W99999999999 H5\n", "does not say width and height"),
            ("YUV4MPEG2 W5 H5 F1:0\n", "'1:0' is not a frame rate"),
            ("YUV4MPEG2 W5 H5 A2\n", "'2' is not a pixel's aspect"),
            ("YUV4MPEG2 W500 H5 A900:1\n", "500x5 with pixels of 900:1"),
            ("YUV4MPEG2 W8000 H9000 A2:1\n", "is too large"),
            ("YUV4MPEG2 W5 H5 F30\n", "'30' is not a frame rate"),
            ("YUV4MPEG2 W5 H5 C420p10\n", "'420p10'"),
            ("YUV4MPEG2 W5", "ends in the middle"),
        ] {
            let message = read(line).unwrap_err();
            assert!(message.contains(words), "{line}: {message}");
        }
        assert!(read(&"a".repeat(5000)).unwrap_err().contains("longer than 1024"));
    }
}
