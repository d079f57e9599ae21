//! Animated WebP, which ffmpeg does not read: its frames are decoded here and piped to ffmpeg,
//! which scales them like those of any video.
//!
//! Source: the WebP container specification, chunk `ANMF`.

use crate::video::info::matrix_by_size;
use crate::video::rate::{next_usual, rate_of_delay};
use crate::{FilesError, VideoInfo, open_file};
use backlot_launch::Input;
use backlot_media::{ColorSpace, FrameRate, Size, threads};
use image::AnimationDecoder;
use image::codecs::webp::WebPDecoder;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Browsers show frames that claim to last no longer than this as long as the other, and so do we.
const TOO_SHORT: (u32, u32) = (10, 100);

/// How long each frame shows, in milliseconds.
pub(crate) fn delays(file: &mut (impl Read + Seek)) -> io::Result<Vec<u32>> {
    let mut delays = Vec::new();
    file.seek(SeekFrom::Start(12))?;
    let mut head = [0; 8];
    while file.read_exact(&mut head).is_ok() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut read = 0;
        if head.starts_with(b"ANMF") && length >= 16 {
            let mut frame = [0; 16];
            file.read_exact(&mut frame)?;
            read = frame.len() as i64;
            let delay = u32::from_le_bytes([frame[12], frame[13], frame[14], 0]);
            delays.push(if delay <= TOO_SHORT.0 { TOO_SHORT.1 } else { delay });
        }
        file.seek(SeekFrom::Current(i64::from(length.next_multiple_of(2)) - read))?;
    }
    Ok(delays)
}

/// What is in an animated WebP file.
pub(crate) fn info(path: &Path) -> Result<VideoInfo, FilesError> {
    let read_error = |source| FilesError::read(path, source);
    let mut file = BufReader::new(open_file(path)?);
    let delays = delays(&mut file).map_err(read_error)?;
    file.rewind().map_err(read_error)?;
    let damaged = |why: String| FilesError::Damaged { path: path.into(), why };
    let decoder = WebPDecoder::new(file).map_err(|e| damaged(e.to_string()))?;
    let (width, height) = image::ImageDecoder::dimensions(&decoder);
    let size = Size::new(width, height).map_err(|e| damaged(e.to_string()))?;
    let total: u64 = delays.iter().map(|&d| u64::from(d)).sum();
    if total == 0 {
        return Err(damaged("no frame is in it".to_owned()));
    }
    let is_even = delays.windows(2).all(|pair| pair[0] == pair[1]);
    let rate = if is_even {
        rate_of_delay(delays[0])
    } else {
        next_usual(delays.len() as f64 * 1000.0 / total as f64)
    };
    let matrix = matrix_by_size(size);
    Ok(VideoInfo {
        size,
        rate,
        color: ColorSpace { matrix, ..ColorSpace::default() },
        duration: Some(Duration::from_millis(total)),
        has_sound: false,
        delay: Duration::ZERO,
        stream: 0,
        format: None,
        matrix: crate::video::info::swscale_name(matrix),
        transform: None,
        has_alpha: false,
        alpha_decoder: None,
        is_piped: true,
    })
}

/// Pipes the frames as R, G, B at a steady rate from a thread of its own, until all are through or
/// the reader has gone.
pub(crate) fn feed(path: PathBuf, rate: FrameRate, mut pipe: Input) -> io::Result<()> {
    let feeding = threads::start("frames", move || {
        // The reader sees a stream that ends early, and says so.
        let _ = pipe_frames(&path, rate, &mut pipe);
    });
    feeding.map(drop)
}

fn pipe_frames(path: &Path, rate: FrameRate, pipe: &mut Input) -> io::Result<()> {
    let mut file = BufReader::new(open_file(path).map_err(io::Error::other)?);
    let delays = delays(&mut file)?;
    file.rewind()?;
    let decoder = WebPDecoder::new(file).map_err(io::Error::other)?;
    let (mut rgb, mut shown, mut end) = (Vec::new(), 0, 0);
    for (frame, delay) in decoder.into_frames().zip(delays) {
        let frame = frame.map_err(io::Error::other)?;
        rgb.clear();
        for pixel in frame.buffer().pixels() {
            let [r, g, b, alpha] = pixel.0.map(u16::from);
            rgb.extend([r, g, b].map(|c| ((c * alpha + 127) / 255) as u8));
        }
        end += u64::from(delay) * 1_000_000;
        while rate.time_of(shown).nanos() < end {
            pipe.write_all(&rgb)?;
            shown += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_found_and_hostile_chunks_end_the_search() {
        let chunk = |name: &[u8; 4], body: &[u8]| {
            [&name[..], &(body.len() as u32).to_le_bytes(), body].concat()
        };
        let frame = |delay: u8| [&[0; 12][..], &[delay, 1, 0, 0]].concat();
        let file = [
            b"RIFF\0\0\0\0WEBP".to_vec(),
            chunk(b"VP8X", &[0; 10]),
            chunk(b"ANMF", &frame(44)),
            chunk(b"XXXX", &[1, 2]),
            chunk(b"ANMF", &[&[0; 12][..], &[5, 0, 0, 0]].concat()),
            b"ANMF\xff\xff\xff\xff".to_vec(),
        ];
        let found = delays(&mut io::Cursor::new(file[..5].concat())).unwrap();
        assert_eq!(found, [300, 100]);
        assert!(delays(&mut io::Cursor::new(file.concat())).is_err());
        assert_eq!(delays(&mut io::Cursor::new(b"RIFF")).unwrap(), Vec::<u32>::new());
    }
}
