//! Stills that the `ffmpeg` program decodes: AVIF, JPEG 2000 and other rare kinds.

use super::picture::Picture;
use super::reading::{Header, Reading};
use super::samples::Samples;
use crate::color::Cube;
use crate::intake::tools::{Pipes, Tool};
use crate::video::SCALER;
use crate::{FilesError, VideoInfo};
use backlot_launch::Limits;
use backlot_media::Size;
use std::io::{self, BufReader, Read};

pub(super) fn read(reading: Reading<'_>) -> Result<Picture, FilesError> {
    let info = VideoInfo::read(reading.path, reading.intake)?;
    let Size { width, height } = info.size;
    let mut upright = reading.begin(&Header {
        width,
        height,
        samples: Samples::RGBA8,
        // The table below converts them.
        described: None,
        orientation: None,
        besides: 0,
    })?;
    let cube = info.cube()?;
    let mut job = reading.intake.tools.job(Tool::Ffmpeg, Limits::WORK);
    if let Some(format) = info.format {
        job.args(["-f", format]);
    }
    job.input(reading.path);
    job.args(["-map".to_owned(), format!("0:{}", info.stream)]);
    job.args(["-frames:v", "1", "-vf", &filters(&info, cube.as_deref())]);
    job.args(["-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"]);
    let mut child = job.start(Pipes::Output)?;
    let mut row = vec![0; width as usize * 4];
    if let Some(pipe) = child.stdout() {
        let mut pipe = BufReader::with_capacity(1 << 16, pipe);
        for y in 0..height {
            match pipe.read_exact(&mut row) {
                Ok(()) => upright.put(y, &row),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(FilesError::Pipe(error)),
            }
        }
    }
    let ending = child.wait();
    if let Some(why) = &ending.hung {
        return Err(FilesError::Hangs { path: reading.path.into(), why: why.clone() });
    }
    if upright.rows() < height || !ending.success {
        reading.note_missing(&upright, reading.damaged(ending.reason()))?;
    } else if let Some(why) = ending.damage() {
        reading.note(&why)?;
    }
    Ok(upright.finish())
}

/// Upright, with square pixels, and in the colours of ordinary screens.
fn filters(info: &VideoInfo, cube: Option<&Cube>) -> String {
    let (Size { width, height }, from) = (info.size, info.matrix);
    let size = format!("scale={width}:{height}:{SCALER}:in_color_matrix={from}");
    match cube {
        Some(cube) => format!("{size},format=gbrap16,{},format=rgba", cube.filters()),
        None => format!("{size},format=rgba"),
    }
}
