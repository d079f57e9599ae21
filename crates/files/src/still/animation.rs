//! Animated WebP, which ffmpeg does not read: its frames are decoded here and piped to ffmpeg,
//! which scales them like those of any video.
//!
//! Source: the WebP container specification, chunk `ANMF`.

use super::reading::{CUT, Reading};
use super::riff::Chunks;
use super::webp::{DECODER_BYTES, failure};
use crate::video::info::matrix_by_size;
use crate::video::rate::{next_usual, rate_of_delay};
use crate::video::tracks::Tracks;
use crate::{FilesError, Intake, VideoInfo, open_file};
use backlot_launch::Input;
use backlot_media::{ColorSpace, FrameRate, Size, threads};
use image_webp::WebPDecoder;
use std::fs::File;
use std::io::{self, BufReader, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Browsers show frames of at most the first duration for the second one, and so do we.
const TOO_SHORT: (u32, u32) = (10, 100);

/// Bytes for each pixel of the canvas: the canvas itself, and the shown frame.
const CANVAS_BYTES: u64 = 4 + 4;

/// A file that can be decoded.
struct Animation {
    decoder: WebPDecoder<BufReader<File>>,
    size: Size,
    delays: Vec<u32>,
    is_cut: bool,
}

impl Animation {
    fn open(reading: Reading<'_>) -> Result<Self, FilesError> {
        let mut file = BufReader::new(open_file(reading.path)?);
        let chunks = Chunks::read(&mut file).map_err(|e| reading.io(e))?;
        if let Some(why) = chunks.misfit() {
            return Err(reading.damaged(why));
        }
        file.rewind().map_err(|e| reading.io(e))?;
        let decoder = WebPDecoder::new(file).map_err(|e| failure(reading, e))?;
        let (width, height) = decoder.dimensions();
        let size = Size::new(width, height).map_err(|e| reading.damaged(e))?;
        let bytes = (CANVAS_BYTES + DECODER_BYTES) * size.pixels() as u64;
        reading.intake.budget.claim(reading.path, bytes)?;
        let shown = |delay: &u32| if *delay <= TOO_SHORT.0 { TOO_SHORT.1 } else { *delay };
        let delays: Vec<u32> = chunks.delays().iter().map(shown).collect();
        if delays.is_empty() {
            return Err(reading.damaged("it contains no frame"));
        }
        Ok(Self { decoder, size, delays, is_cut: chunks.is_cut() })
    }
}

/// What an animated WebP file contains.
pub(crate) fn info(path: &Path, intake: &Intake) -> Result<VideoInfo, FilesError> {
    let reading = Reading { path, bytes: None, intake };
    let Animation { decoder, size, delays, is_cut } = Animation::open(reading)?;
    if is_cut {
        reading.note(CUT)?;
    }
    let total: u64 = delays.iter().map(|&d| u64::from(d)).sum();
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
        tracks: Tracks::default(),
        delay: Duration::ZERO,
        origin: 0.0,
        has_broken_times: false,
        end: None,
        is_interlaced: false,
        stream: 0,
        format: None,
        matrix: crate::video::info::swscale_name(matrix),
        transform: None,
        has_alpha: decoder.has_alpha(),
        alpha_decoder: None,
        is_piped: true,
    })
}

/// Frames that are piped to ffmpeg, and the error if that fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feeding(Arc<Mutex<Option<FilesError>>>);

impl Feeding {
    /// Pipes the frames as R, G, B (and A, where they have it) at a steady rate from a separate thread, until all are piped
    /// or the reader has gone.
    pub fn start(
        path: &Path,
        intake: &Intake,
        rate: FrameRate,
        mut pipe: Input,
    ) -> io::Result<Self> {
        let feeding = Self::default();
        let (failed, path, intake) = (feeding.clone(), path.to_owned(), intake.clone());
        let thread = threads::start("frames", move || {
            let reading = Reading { path: &path, bytes: None, intake: &intake };
            if let Err(error) = pipe_frames(reading, rate, &mut pipe) {
                *failed.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            // The reader sees the end only now, when the error is available.
            drop(pipe);
        });
        thread.map(|_| feeding)
    }

    /// Why the frames ended early.
    pub fn error(&self) -> Option<FilesError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn pipe_frames(reading: Reading<'_>, rate: FrameRate, pipe: &mut Input) -> Result<(), FilesError> {
    let Animation { mut decoder, size, delays, .. } = Animation::open(reading)?;
    let (mut shown, mut end) = (0, 0);
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut canvas = reading.zeros((size.pixels() * channels) as u64)?;
    for delay in delays {
        decoder.read_frame(&mut canvas).map_err(|e| failure(reading, e))?;
        end += u64::from(delay) * 1_000_000;
        while rate.time_of(shown).nanos() < end {
            if pipe.write_all(&canvas).is_err() {
                return Ok(());
            }
            shown += 1;
        }
    }
    Ok(())
}
