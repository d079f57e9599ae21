//! What the first bytes of a file say; its name decides only if they are ambiguous.

use crate::still::blocks::gif_has_two_frames;
use crate::{FilesError, open_file};
use image::ImageFormat;
use std::io::{BufReader, Read};
use std::path::Path;

/// How many bytes are examined.
const HEAD: u64 = 4096;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    Folder,
    /// A still picture that the `image` crate reads.
    Picture(ImageFormat),
    /// A still picture that ffmpeg reads, by the name of its format.
    Foreign(&'static str),
    /// A HEIC picture, as iPhones make them.
    Heic,
    /// A picture of several frames.
    Animation(ImageFormat),
    /// Anything else but text, with ffmpeg's name of its format if that is certain.
    Video(Option<&'static str>),
}

pub(crate) fn sniff(path: &Path) -> Result<Head, FilesError> {
    let read_error = |source| FilesError::read(path, source);
    let meta = std::fs::metadata(path).map_err(read_error)?;
    if meta.is_dir() {
        return Ok(Head::Folder);
    }
    let mut head = Vec::new();
    let file = open_file(path)?;
    file.take(HEAD).read_to_end(&mut head).map_err(read_error)?;
    by_head(path, &head, |format| is_animated(path, format))
}

/// What bytes say whose name is `name`; what moves counts as its first picture.
pub(crate) fn sniff_bytes(name: &Path, bytes: &[u8]) -> Result<Head, FilesError> {
    by_head(name, &bytes[..bytes.len().min(HEAD as usize)], |_| false)
}

fn by_head(
    path: &Path,
    head: &[u8],
    is_animated: impl FnOnce(ImageFormat) -> bool,
) -> Result<Head, FilesError> {
    let not_media = |why: &str| FilesError::NotMedia { path: path.into(), why: why.into() };
    if head.is_empty() {
        return Err(not_media("it is empty"));
    }
    if head.starts_with(b"YUV4MPEG2 ") {
        return Ok(Head::Video(Some("yuv4mpegpipe")));
    }
    if let Some(still) = still_by_head(path, head) {
        return Ok(still);
    }
    if is_text(head) {
        return Err(not_media("it is text"));
    }
    Ok(match image::guess_format(head) {
        Ok(ImageFormat::Jpeg) if is_mjpeg(path) => Head::Video(Some("mjpeg")),
        Ok(format) if READABLE.contains(&format) => {
            if is_animated(format) {
                Head::Animation(format)
            } else {
                Head::Picture(format)
            }
        }
        _ => Head::Video(None),
    })
}

/// Stills that look like videos of one frame or like text.
fn still_by_head(path: &Path, head: &[u8]) -> Option<Head> {
    let begins = |bytes: &[u8]| head.starts_with(bytes);
    if let Some(brands) = brands(head) {
        // A file of several brands is a still only if its main brand is.
        return match brands.first()? {
            b"avif" => Some(Head::Foreign("mov")),
            b"heic" | b"heix" | b"heim" | b"heis" => Some(Head::Heic),
            b"mif1" if brands.contains(b"avif") => Some(Head::Foreign("mov")),
            b"mif1" => Some(Head::Heic),
            _ => None,
        };
    }
    // Portable any maps: a kind, then white space or a comment.
    let is_any_map = matches!(head, [b'P', b'1'..=b'7', b' ' | b'\t' | b'\n' | b'\r', ..]);
    if is_any_map && has_numbers(&head[2..]) {
        return Some(Head::Picture(ImageFormat::Pnm));
    }
    if begins(b"\0\0\0\x0cjP  \r\n\x87\n") || begins(b"\xff\x4f\xff\x51") {
        return Some(Head::Foreign("j2k_pipe"));
    }
    if begins(b"\xff\x0a") || begins(b"\0\0\0\x0cJXL \r\n\x87\n") {
        return Some(Head::Foreign("jpegxl_pipe"));
    }
    if begins(b"qoif") {
        return Some(Head::Foreign("qoi_pipe"));
    }
    if begins(b"8BPS\0\x01") {
        return Some(Head::Foreign("psd_pipe"));
    }
    is_targa(path, head).then_some(Head::Picture(ImageFormat::Tga))
}

/// The brands of a file of boxes, the main one first (ISO/IEC 14496-12, 4.3).
fn brands(head: &[u8]) -> Option<Vec<[u8; 4]>> {
    let (length, rest) = head.split_first_chunk::<4>()?;
    let body = rest.strip_prefix(b"ftyp")?;
    let end = (u32::from_be_bytes(*length) as usize).checked_sub(8)?.min(body.len());
    let (brands, _) = body[..end].as_chunks::<4>();
    // The second field is a version.
    Some(brands.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, b)| *b).collect())
}

/// Whether numbers and comments follow, or the keywords of a PAM file, rather than a sentence that
/// happens to begin like a picture.
fn has_numbers(rest: &[u8]) -> bool {
    let mut lines = rest.split(|b| matches!(b, b'\n' | b'\r')).map(|line| line.trim_ascii());
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    first.is_some_and(|line| {
        line[0].is_ascii_digit()
            || line.starts_with(b"WIDTH")
            || line.starts_with(b"HEIGHT")
            || line.starts_with(b"DEPTH")
    })
}

/// Targa files have no signature, so the name must fit too.
fn is_targa(path: &Path, head: &[u8]) -> bool {
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let is_named = matches!(ending.as_deref(), Some("tga" | "targa" | "icb" | "vda" | "vst"));
    let is_one = matches!(head, [_, 0 | 1, 1..=3 | 9..=11, ..])
        && head.get(16).is_some_and(|bits| matches!(bits, 8 | 15 | 16 | 24 | 32));
    is_named && is_one
}

/// The picture formats that are read without a child process.
const READABLE: [ImageFormat; 6] = [
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::WebP,
    ImageFormat::Bmp,
    ImageFormat::Gif,
    ImageFormat::Tiff,
];

/// A stream of JPEG pictures begins like a single one; only its name tells them apart.
fn is_mjpeg(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    matches!(ending.as_deref(), Some("mjpg" | "mjpeg"))
}

/// Whether the picture is animated. A damaged one counts as still: reading it reports the damage.
fn is_animated(path: &Path, format: ImageFormat) -> bool {
    let Ok(file) = open_file(path) else { return false };
    let file = BufReader::new(file);
    match format {
        ImageFormat::Gif => gif_has_two_frames(file).unwrap_or(false),
        ImageFormat::WebP => {
            image::codecs::webp::WebPDecoder::new(file).is_ok_and(|decoder| decoder.has_animation())
        }
        ImageFormat::Png => image::codecs::png::PngDecoder::new(file)
            .and_then(|decoder| decoder.is_apng())
            .unwrap_or(false),
        _ => false,
    }
}

/// Whether the bytes are text, which no video is. This only improves the message; `demuxers` keeps
/// lists from naming other files.
fn is_text(head: &[u8]) -> bool {
    const LISTS: [&[u8]; 4] = [b"#EXTM3U", b"ffconcat", b"v=0", b"[playlist]"];
    let body = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let is_plain = |b: &u8| matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x20..=0x7e | 0x80..);
    let cut = match std::str::from_utf8(body) {
        Ok(_) => body.len(),
        // A character may be cut in two by the end of the head.
        Err(e) if e.error_len().is_none() => e.valid_up_to(),
        Err(_) => 0,
    };
    LISTS.iter().any(|list| body.starts_with(list)) || (cut > 0 && body[..cut].iter().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_video() {
        assert!(is_text(b"hello\n"));
        assert!(is_text("Grüße\r\n".as_bytes()));
        assert!(!is_text(&"ü".as_bytes()[..1]));
        assert!(is_text(b"#EXTM3U\n\0\0"));
        assert!(!is_text(b"\0\0\0\x20ftypisom"));
        assert!(!is_text(b"\x1aE\xdf\xa3\xa3B"));
        assert!(!is_text(b"RIFF\x24\0\0\0AVI LIST"));
    }
}
