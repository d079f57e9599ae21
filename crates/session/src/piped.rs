//! What viewers see, as a video into a named pipe, for whoever reads it.

use backlot_control::Answer;
use backlot_files::Y4mSink;
use backlot_guard::Seen;
use backlot_media::threads;
use backlot_pipeline::live::{Backlog, View, ViewWish, Viewing};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use serde_json::Value;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a reader may read nothing: a player that was paused gives the camera back.
const LONGEST_PAUSE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

/// How long the first picture is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most previews at a time: each copies and writes every picture.
const MOST_PREVIEWS: usize = 8;

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// One of the previews at a time.
struct Seat;

impl Seat {
    fn take() -> Option<Self> {
        let is_free = |count| (count < MOST_PREVIEWS).then_some(count + 1);
        COUNT.fetch_update(Ordering::AcqRel, Ordering::Acquire, is_free).ok().map(|_| Self)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Shows what viewers see, or would see of another scene, to the reader of a pipe.
pub(crate) fn begin(path: &Path, scene: Option<String>, viewing: &Viewing, answer: Answer) {
    let begun = Seat::take()
        .ok_or_else(|| format!("{MOST_PREVIEWS} previews are open: close one first"))
        .and_then(|seat| Ok((seat, open(path)?)))
        .and_then(|(seat, pipe)| {
            let wish = ViewWish { scene, ..ViewWish::new("preview", Backlog::Latest) };
            let view = viewing.open(wish).map_err(|error| error.to_string())?;
            Ok((seat, pipe, view))
        });
    let (seat, pipe, view) = match begun {
        Ok(begun) => begun,
        Err(why) => return answer.error(why),
    };
    // Where no thread can be started, the answer says that there is none.
    let _ = threads::start("preview", move || {
        answer.ok(Value::Null);
        // The reader closed it: that is how a preview ends.
        let _ = show(&view, Patient(pipe));
        drop(seat);
    });
}

/// Opens a named pipe that somebody reads.
fn open(path: &Path) -> Result<File, String> {
    let name = path.display();
    let is_pipe = |known: &Metadata| known.file_type().is_fifo();
    let other = || format!("'{name}' is no named pipe: make one with mkfifo");
    // Opening something else could do more than that.
    if std::fs::metadata(path).is_ok_and(|known| !is_pipe(&known)) {
        return Err(other());
    }
    let nonblock = OFlags::NONBLOCK.bits().cast_signed();
    let pipe = File::options().write(true).custom_flags(nonblock).open(path);
    let pipe = pipe.map_err(|error| match error.raw_os_error() {
        Some(code) if code == rustix::io::Errno::NXIO.raw_os_error() => {
            format!("nobody reads '{name}': open it for reading first")
        }
        _ => format!("'{name}' can't be opened: {error}"),
    })?;
    match pipe.metadata().is_ok_and(|known| is_pipe(&known)) {
        true => Ok(pipe),
        false => Err(other()),
    }
}

fn show(view: &View, pipe: Patient) -> Result<(), backlot_files::FilesError> {
    let mut sink = None;
    let mut pipe = Some(pipe);
    while let Seen::Picture { picture, .. } = view.take(PATIENCE) {
        if let (None, Some(mode), Some(pipe)) = (&sink, view.mode(), pipe.take()) {
            sink = Some(Y4mSink::create(pipe, mode.size, mode.rate, mode.color)?);
        }
        if let Some(sink) = &mut sink {
            sink.write(&picture)?;
            sink.flush()?;
        }
    }
    Ok(())
}

/// A pipe whose reader may take its time, but not for ever.
struct Patient(File);

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return written,
            }
            if poll(&mut [PollFd::new(&self.0, PollFlags::OUT)], Some(&LONGEST_PAUSE))? == 0 {
                return Err(ErrorKind::TimedOut.into());
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
