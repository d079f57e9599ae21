//! An offline job: every frame of a source through the same work into a sink, none dropped.
//!
//! Reading, working and writing each have a thread, with room for two frames between them, so that
//! a decoder or encoder that waits for its own process doesn't hold up the rest.

use crate::PipelineError;
use backlot_media::{Frame, Source, threads};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Frames that wait between two threads.
const WAITING: usize = 2;

/// The input of a job, and its limits.
pub struct Job<'a> {
    /// Where the frames come from.
    pub source: Box<dyn Source>,
    /// Frames after which the job ends on its own.
    pub limit: Option<u64>,
    /// Set from outside to end the job after the present frame.
    pub stop: &'a AtomicBool,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// The source had no more frames, or the limit was reached.
    Complete,
    /// It was told to stop.
    Stopped,
}

/// The result of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobReport {
    /// The number of written frames.
    pub frames: u64,
    /// How it ended.
    pub end: JobEnd,
}

impl Job<'_> {
    /// Runs to the end: `work` on this thread for each frame, and `write` on another thread for
    /// each result. `work` also gets the number of earlier frames.
    ///
    /// # Errors
    /// Returns the first error of the source, of `work` or of `write`; nothing is written after it.
    pub fn run<T: Send>(
        self,
        mut work: impl FnMut(Frame, u64) -> Result<T, PipelineError>,
        write: impl FnMut(T) -> Result<(), PipelineError> + Send,
    ) -> Result<JobReport, PipelineError> {
        let Self { source, limit, stop } = self;
        std::thread::scope(|scope| {
            let (to_work, frames) = sync_channel(WAITING);
            let (to_write, results) = sync_channel(WAITING);
            let read = move || read(source, limit, stop, &to_work);
            let reader = threads::start_in(scope, "reader", read).map_err(PipelineError::Thread)?;
            let write = move || drain(results, write);
            let writer =
                threads::start_in(scope, "writer", write).map_err(PipelineError::Thread)?;
            let mut done = 0;
            let mut worked = Ok(());
            for frame in frames {
                let sent = work(frame, done).map(|result| to_write.send(result).is_ok());
                match sent {
                    Ok(true) => done += 1,
                    Ok(false) => break,
                    Err(error) => {
                        worked = Err(error);
                        break;
                    }
                }
            }
            drop(to_write);
            let written = join(writer);
            let end = join(reader);
            written?;
            worked?;
            Ok(JobReport { frames: done, end: end? })
        })
    }
}

/// Passes on the source's frames until it, or the receiver, ends.
fn read(
    mut source: Box<dyn Source>,
    limit: Option<u64>,
    stop: &AtomicBool,
    to: &SyncSender<Frame>,
) -> Result<JobEnd, PipelineError> {
    let mut count = 0;
    while limit.is_none_or(|limit| count < limit) {
        if stop.load(Ordering::Relaxed) {
            return Ok(JobEnd::Stopped);
        }
        let Some(frame) = source.next_frame().map_err(PipelineError::Source)? else { break };
        if to.send(frame).is_err() {
            break;
        }
        count += 1;
    }
    Ok(JobEnd::Complete)
}

fn drain<T>(
    results: Receiver<T>,
    write: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    results.into_iter().try_for_each(write)
}

/// Returns a thread's result; its panic continues in this thread.
fn join<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{
        ColorSpace, FrameRate, PixelFormat, Recovery, Size, StreamError, Timestamp,
    };

    /// Counts up to `end`, then ends or fails.
    struct Counter {
        next: u64,
        end: u64,
        fails: bool,
    }

    impl Source for Counter {
        fn size(&self) -> Size {
            Size { width: 2, height: 2 }
        }

        fn color(&self) -> ColorSpace {
            ColorSpace::BT601
        }

        fn rate(&self) -> Option<FrameRate> {
            None
        }

        fn frames(&self) -> Option<u64> {
            Some(self.end)
        }

        fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
            if self.next == self.end {
                let error = || StreamError::new("the cable is out", Recovery::Fatal);
                return if self.fails { Err(error()) } else { Ok(None) };
            }
            let mut frame = Frame::new(PixelFormat::I420, self.size());
            (frame.sequence, frame.time) = (self.next, Timestamp::default());
            self.next += 1;
            Ok(Some(frame))
        }
    }

    fn job(end: u64, fails: bool, limit: Option<u64>, stop: &AtomicBool) -> Job<'_> {
        Job { source: Box::new(Counter { next: 0, end, fails }), limit, stop }
    }

    #[test]
    fn every_frame_is_written_once_and_in_order() {
        let stop = AtomicBool::new(false);
        let mut written = Vec::new();
        let report = job(50, false, None, &stop)
            .run(
                |frame, before| Ok((frame.sequence, before)),
                |pair| {
                    written.push(pair);
                    Ok(())
                },
            )
            .unwrap();
        assert_eq!(report, JobReport { frames: 50, end: JobEnd::Complete });
        assert_eq!(written, (0..50).map(|i| (i, i)).collect::<Vec<_>>());
    }

    #[test]
    fn a_limit_and_a_stop_end_it_early_and_in_order() {
        let stop = AtomicBool::new(false);
        let report = job(50, false, Some(7), &stop).run(|_, _| Ok(()), |()| Ok(())).unwrap();
        assert_eq!(report, JobReport { frames: 7, end: JobEnd::Complete });
        let work = |frame: Frame, _| {
            stop.store(frame.sequence == 3, Ordering::Relaxed);
            Ok(())
        };
        stop.store(false, Ordering::Relaxed);
        let report = job(u64::MAX, false, None, &stop)
            .run(
                |frame, n| if stop.load(Ordering::Relaxed) { Ok(()) } else { work(frame, n) },
                |()| Ok(()),
            )
            .unwrap();
        assert_eq!(report.end, JobEnd::Stopped);
        assert!((4..20).contains(&report.frames), "{report:?}");
    }

    #[test]
    fn the_first_error_wins_from_wherever_it_comes() {
        let stop = AtomicBool::new(false);
        let fault =
            |what: &'static str| PipelineError::Sink(StreamError::new(what, Recovery::Fatal));
        let text = |result: Result<JobReport, PipelineError>| result.unwrap_err().to_string();
        let source = job(5, true, None, &stop).run(|_, _| Ok(()), |()| Ok(()));
        assert_eq!(text(source), "the cable is out");
        let sink = job(500, false, None, &stop).run(|_, _| Ok(()), |()| Err(fault("disk full")));
        assert_eq!(text(sink), "disk full");
        let work = job(500, false, None, &stop)
            .run(|_, n| if n == 3 { Err(fault("no memory")) } else { Ok(()) }, |()| Ok(()));
        assert_eq!(text(work), "no memory");
    }
}
