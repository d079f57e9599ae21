//! Records videos of what happens now: the file is there from the start, and what was written can be
//! played whatever happens to the program.

use crate::intake::tools::{Job, Pipes, Running, Tool};
use crate::write::container::{Container, color_options, live_h264, tagging};
use crate::write::encoding::failure;
use crate::write::nut;
use crate::write::permit::Place;
use crate::write::video::{VideoOutOptions, check_frame, container_of, no_encoder};
use crate::{FilesError, Overwrite, Permit};
use backlot_launch::{Input, Limits};
use backlot_media::{ColorSpace, Frame, Size};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A video that is recorded: mkv or mp4, by its ending.
///
/// Half a second of it may be lost when the program is killed or the disk is full; the rest plays.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    size: Size,
    stored: Size,
    color: ColorSpace,
    child: Running,
    pipe: Option<BufWriter<Input>>,
    frames: u64,
    /// The memory of a frame's headers.
    scratch: Vec<u8>,
}

/// Fine enough for every camera, and usual.
const TIME_BASE: &str = "1/90000";

impl Recorder {
    /// The endings of the files' names, for messages.
    pub const ENDINGS: &'static str = "mkv, mp4";

    /// Reports early what would fail late.
    ///
    /// # Errors
    /// As [`Recorder::create`], as far as the name is wrong.
    pub fn check(path: &Path, permit: &Permit) -> Result<(), FilesError> {
        let _ = container_of(path, "a recording", Self::ENDINGS)?;
        permit.check(path)
    }

    /// Starts a recording, of silent pictures.
    ///
    /// # Errors
    /// One sentence when the ending is unknown, the name is taken or can't be written, or an encoder
    /// is missing.
    pub fn create(path: &Path, options: &VideoOutOptions) -> Result<Self, FilesError> {
        let container = container_of(path, "a recording", Self::ENDINGS)?;
        let place = Place::find(path, &options.permit)?;
        let encoders = options.tools.list("-encoders")?;
        let codec =
            live_h264(&encoders, options.quality).ok_or_else(|| no_encoder(path, "H.264"))?;
        let is_new = options.permit.overwrite == Overwrite::Never;
        let mut file = File::options();
        file.write(true).create_new(is_new).create(!is_new).truncate(!is_new);
        file.open(&place.target).map_err(|error| FilesError::write(path, error))?;
        let stored = container.stored_size(options.size);
        let job = encoding(options, container, codec, &place.target);
        let mut child = job.start(Pipes::Input)?;
        child.yield_to_others();
        let pipe = child.stdin().map(|pipe| BufWriter::with_capacity(1 << 17, pipe));
        let (size, color) = (options.size, options.color);
        Ok(Self {
            path: path.to_owned(),
            size,
            stored,
            color,
            child,
            pipe,
            frames: 0,
            scratch: Vec::new(),
        })
    }

    /// Adds a frame that shows this long after the first one, and later than the one before.
    ///
    /// # Errors
    /// When the frame has another size or colour space, or can't be written: the disk is full, or
    /// the encoder failed.
    pub fn write(&mut self, frame: &Frame, time: Duration) -> Result<(), FilesError> {
        check_frame(frame, self.size, self.color)?;
        let (stored, time) = (self.stored, time.as_micros() as u64);
        let Some(pipe) = &mut self.pipe else { return Err(self.failure()) };
        let begun = if self.frames == 0 { nut::begin(pipe, stored) } else { Ok(()) };
        if begun.and_then(|()| nut::frame(pipe, frame, (stored, time), &mut self.scratch)).is_err()
        {
            return Err(self.failure());
        }
        self.frames += 1;
        Ok(())
    }

    /// Completes the file.
    ///
    /// # Errors
    /// When the rest can't be written; what was written until then stays.
    pub fn complete(mut self) -> Result<(), FilesError> {
        let flushed = self.pipe.take().is_some_and(|mut pipe| pipe.flush().is_ok());
        let ending = self.child.wait();
        match flushed && ending.success && !ending.disk_full() {
            true => Ok(()),
            false => Err(self.failure()),
        }
    }

    fn failure(&mut self) -> FilesError {
        if let Some(pipe) = self.pipe.take() {
            // What is left in the buffer of a broken pipe can't be written.
            drop(pipe.into_parts());
        }
        failure(&self.path, self.child.wait())
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.flush();
            drop(pipe);
            self.child.wait();
        }
        if self.frames == 0 {
            // Without a picture it is no video.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The command that encodes.
fn encoding(
    options: &VideoOutOptions,
    container: Container,
    codec: Vec<&'static str>,
    output: &Path,
) -> Job {
    let mut job = options.tools.job(Tool::Ffmpeg, Limits::WORK);
    // The times say when pictures show: none is made up, and none left out.
    job.args(["-f", "nut", "-i", "pipe:0", "-fps_mode", "passthrough"]);
    job.args(["-enc_time_base", TIME_BASE, "-video_track_timescale", "90000"]);
    job.args(["-vf", &tagging(options.color)]);
    // A player can begin at any second.
    let seconds = (options.rate.fps().round() as u32).max(1).to_string();
    job.args(codec).args(["-g", &seconds]).args(color_options(options.color));
    job.args(container.live_muxing());
    job.args(["-f", container.muxer()]).output(output);
    job
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{FrameRate, PixelFormat};
    use std::process::Command;
    use std::time::Instant;

    /// The times of a video's pictures, as far as it can be decoded.
    fn times(path: &Path) -> Vec<f64> {
        let mut probe = Command::new("ffprobe");
        probe.args(["-v", "fatal", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]);
        let found = String::from_utf8(probe.arg(path).output().unwrap().stdout).unwrap();
        found.lines().filter_map(|line| line.trim_end_matches(',').parse().ok()).collect()
    }

    fn recorder(path: &Path) -> (Recorder, Frame) {
        let size = Size::new(64, 36).unwrap();
        let options = VideoOutOptions::new(size, FrameRate::FPS_30, ColorSpace::BT709);
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.color = ColorSpace::BT709;
        (Recorder::create(path, &options).unwrap(), frame)
    }

    #[test]
    fn pictures_keep_their_times_and_gaps_stay_gaps() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.mkv", "a.mp4"] {
            let path = folder.path().join(name);
            let (mut recorder, frame) = recorder(&path);
            for ms in [0, 33, 70, 500, 533, 2533] {
                recorder.write(&frame, Duration::from_millis(ms)).unwrap();
            }
            recorder.complete().unwrap();
            let found: Vec<_> =
                times(&path).iter().map(|at| (at * 1000.0).round() as u64).collect();
            assert_eq!(found, [0, 33, 70, 500, 533, 2533], "{name}");
        }
    }

    #[test]
    fn what_was_recorded_before_a_kill_plays() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.mkv", "a.mp4"] {
            let path = folder.path().join(name);
            let (mut recorder, mut frame) = recorder(&path);
            for number in 0..180_u32 {
                frame.plane_mut(0).fill(number as u8);
                let time = Duration::from_secs_f64(f64::from(number) / 30.0);
                recorder.write(&frame, time).unwrap();
            }
            // The last ones go on from our own buffer.
            recorder.pipe.as_mut().unwrap().flush().unwrap();
            let start = Instant::now();
            while times(&path).last().is_none_or(|last| *last < 5.0) {
                assert!(start.elapsed() < Duration::from_secs(60), "{name}: {:?}", times(&path));
                std::thread::sleep(Duration::from_millis(50));
            }
            recorder.child.kill();
            let last = times(&path)[times(&path).len() - 1];
            assert!(last >= 5.0, "{name}: {last}");
        }
    }

    #[test]
    fn names_are_checked_first_and_nothing_is_left_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mkv");
        let (recorder, _) = recorder(&path);
        assert!(path.exists());
        drop(recorder);
        assert!(!path.exists());
        let permit = Overwrite::Never.into();
        let wrong = Recorder::check(&folder.path().join("a.gif"), &permit).unwrap_err().to_string();
        assert!(wrong.contains("mkv, mp4"), "{wrong}");
        std::fs::write(&path, "mine").unwrap();
        assert!(matches!(Recorder::check(&path, &permit), Err(FilesError::Exists(_))));
    }
}
