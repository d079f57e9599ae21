//! An offline job: every frame of a source through the same work into a sink, none dropped.
//!
//! Reading, working and writing each have a thread, with room for two frames between them, so that
//! a decoder or encoder that waits for its own process doesn't hold up the rest.

use crate::PipelineError;
use backlot_media::{Frame, Source, threads};
use std::collections::VecDeque;
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

/// What is done with each frame of a job.
pub trait Worker<T> {
    /// How many frames are prepared before each is worked on: 0 where those that follow are of no use.
    fn lookahead(&self) -> usize {
        0
    }

    /// Gets each frame once, in order, before it is worked on.
    ///
    /// # Errors
    /// Whatever prevents it; the job ends.
    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        let _ = frame;
        Ok(())
    }

    /// Makes the result of a frame.
    ///
    /// # Errors
    /// Whatever prevents it; the job ends.
    fn work(&mut self, frame: Frame) -> Result<T, PipelineError>;
}

impl<T, F: FnMut(Frame) -> Result<T, PipelineError>> Worker<T> for F {
    fn work(&mut self, frame: Frame) -> Result<T, PipelineError> {
        self(frame)
    }
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
    /// each result.
    ///
    /// # Errors
    /// Returns the first error of the source, of `work` or of `write`; nothing is written after it.
    pub fn run<T: Send>(
        self,
        mut work: impl Worker<T>,
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
            let mut waiting = VecDeque::new();
            loop {
                let sent = foresee(&frames, &mut waiting, &mut work).and_then(|()| {
                    let Some(frame) = waiting.pop_front() else { return Ok(false) };
                    Ok(to_write.send(work.work(frame)?).is_ok())
                });
                match sent {
                    Ok(true) => done += 1,
                    Ok(false) => break,
                    Err(error) => {
                        worked = Err(error);
                        break;
                    }
                }
            }
            drop(frames);
            drop(to_write);
            let written = join(writer);
            let end = join(reader);
            written?;
            worked?;
            Ok(JobReport { frames: done, end: end? })
        })
    }
}

/// Prepares frames until as many wait as the work wants to foresee, or there are no more.
fn foresee<T>(
    frames: &Receiver<Frame>,
    waiting: &mut VecDeque<Frame>,
    work: &mut impl Worker<T>,
) -> Result<(), PipelineError> {
    while waiting.len() <= work.lookahead() {
        let Ok(mut frame) = frames.recv() else { break };
        work.prepare(&mut frame)?;
        waiting.push_back(frame);
    }
    Ok(())
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
                |frame: Frame| Ok(frame.sequence),
                |number| {
                    written.push(number);
                    Ok(())
                },
            )
            .unwrap();
        assert_eq!(report, JobReport { frames: 50, end: JobEnd::Complete });
        assert_eq!(written, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_limit_and_a_stop_end_it_early_and_in_order() {
        let stop = AtomicBool::new(false);
        let report = job(50, false, Some(7), &stop).run(|_| Ok(()), |()| Ok(())).unwrap();
        assert_eq!(report, JobReport { frames: 7, end: JobEnd::Complete });
        let work = |frame: Frame| {
            stop.fetch_or(frame.sequence == 3, Ordering::Relaxed);
            Ok(())
        };
        let report = job(u64::MAX, false, None, &stop).run(work, |()| Ok(())).unwrap();
        assert_eq!(report.end, JobEnd::Stopped);
        assert!((4..20).contains(&report.frames), "{report:?}");
    }

    #[test]
    fn the_first_error_wins_from_wherever_it_comes() {
        let stop = AtomicBool::new(false);
        let fault =
            |what: &'static str| PipelineError::Sink(StreamError::new(what, Recovery::Fatal));
        let text = |result: Result<JobReport, PipelineError>| result.unwrap_err().to_string();
        let source = job(5, true, None, &stop).run(|_| Ok(()), |()| Ok(()));
        assert_eq!(text(source), "the cable is out");
        let sink = job(500, false, None, &stop).run(|_| Ok(()), |()| Err(fault("disk full")));
        assert_eq!(text(sink), "disk full");
        let work = job(500, false, None, &stop).run(
            |f: Frame| if f.sequence == 3 { Err(fault("no memory")) } else { Ok(()) },
            |()| Ok(()),
        );
        assert_eq!(text(work), "no memory");
    }

    /// Looks three frames ahead, and knows how many it has seen when it works.
    struct Foreseeing(u64);

    impl Worker<(u64, u64)> for Foreseeing {
        fn lookahead(&self) -> usize {
            3
        }

        fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
            assert_eq!(frame.sequence, self.0, "each once, in order");
            self.0 += 1;
            Ok(())
        }

        fn work(&mut self, frame: Frame) -> Result<(u64, u64), PipelineError> {
            Ok((frame.sequence, self.0))
        }
    }

    #[test]
    fn frames_are_foreseen_as_far_as_was_asked_and_there_are_any() {
        let stop = AtomicBool::new(false);
        let mut written = Vec::new();
        let write = |pair| {
            written.push(pair);
            Ok(())
        };
        let report = job(6, false, None, &stop).run(Foreseeing(0), write).unwrap();
        assert_eq!(report, JobReport { frames: 6, end: JobEnd::Complete });
        assert_eq!(written, [(0, 4), (1, 5), (2, 6), (3, 6), (4, 6), (5, 6)]);
    }
}
