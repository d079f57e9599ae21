//! Recording what viewers see: a view that gets each picture, and an encoder that never holds the camera
//! up. What the encoder can't take is dropped, and counted.

mod listing;
mod name;

use backlot_control::Answer;
use backlot_files::{FilesError, Overwrite, Recorder, VideoOutOptions};
use backlot_guard::{Cleared, Seen};
use backlot_media::{Timestamp, threads};
use backlot_pipeline::live::{Backlog, View, ViewWish, Viewing};
use backlot_protocol::Recording;
pub(crate) use listing::listed;
pub(crate) use name::new_name;
use serde_json::json;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many pictures may wait for the encoder: one second of them.
const MOST_WAITING: usize = 30;

/// How long the first picture is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often to look whether the recording is to end, while no picture comes.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How many ended recordings are told.
const MOST_TOLD: usize = 10;

/// How long the program waits for the end of a recording when it ends itself.
const LONGEST_END: Duration = Duration::from_secs(10);

/// What is to be recorded.
pub(crate) struct RecordWish {
    pub file: PathBuf,
    pub overwrite: Overwrite,
    pub scene: Option<String>,
    pub duration: Option<Duration>,
}

/// The recording under way, and those that ended.
#[derive(Default)]
pub(crate) struct Recordings {
    current: Option<Arc<Current>>,
    ended: VecDeque<Recording>,
}

/// What the recording's thread and the session share.
struct Current {
    stop: AtomicBool,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    recording: Recording,
    is_over: bool,
    /// Who waits for its end.
    waiting: Vec<Answer>,
}

impl Current {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recordings {
    /// Begins a recording, and answers once its first picture is there.
    pub fn begin(&mut self, wish: RecordWish, viewing: &Viewing, answer: Answer) {
        self.look();
        if let Some(current) = &self.current {
            let file = &current.inside().recording.file;
            return answer.error(format!(
                "'{file}' is being recorded: 'backlot record stop' ends that first"
            ));
        }
        let scene = wish.scene.clone();
        let wished = ViewWish::new("recording", Backlog::UpTo(MOST_WAITING));
        let wished = ViewWish { scene: scene.clone(), ..wished };
        let view = match viewing.open(wished) {
            Ok(view) => view,
            Err(error) => return answer.error(error.to_string()),
        };
        let file = wish.file.display().to_string();
        let recording = Recording { file, scene, ..Recording::default() };
        let inside = Inside { recording, ..Inside::default() };
        let current = Arc::new(Current { stop: AtomicBool::new(false), inside: inside.into() });
        self.current = Some(current.clone());
        let started = threads::start("record", {
            let current = current.clone();
            move || {
                let over = Over(&current);
                record(&wish, &view, &current, answer);
                drop(over);
            }
        });
        if started.is_err() {
            // The answer has said so.
            self.current = None;
        }
    }

    /// Ends the recording, and answers when its file is complete.
    pub fn stop(&mut self, answer: Answer) {
        self.look();
        let Some(current) = &self.current else {
            return answer.error("nothing is being recorded: 'backlot record' begins".to_owned());
        };
        current.inside().waiting.push(answer);
        current.stop.store(true, Ordering::Release);
    }

    /// Looks whether the recording has ended.
    pub fn look(&mut self) {
        let Some(current) = self.current.take_if(|current| current.inside().is_over) else {
            return;
        };
        let mut inside = current.inside();
        let recording = inside.recording.clone();
        inside.waiting.drain(..).for_each(|answer| answer.ok(json!(recording)));
        if recording.pictures > 0 || recording.problem.is_some() {
            self.ended.truncate(MOST_TOLD - 1);
            self.ended.push_front(recording);
        }
    }

    /// Ends the recording, and waits until its file is complete, but not for ever.
    pub fn finish(&mut self) {
        let begun = Instant::now();
        while let Some(current) = &self.current {
            current.stop.store(true, Ordering::Release);
            if begun.elapsed() > LONGEST_END {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
            self.look();
        }
    }

    /// The one under way, if it has begun.
    pub fn current(&self) -> Option<Recording> {
        let recording = self.current.as_ref().map(|current| current.inside().recording.clone());
        recording.filter(|recording| recording.pictures > 0)
    }

    /// Those that ended, the latest first.
    pub fn ended(&self) -> Vec<Recording> {
        self.ended.iter().cloned().collect()
    }
}

/// Notes the end of a recording, however that comes.
struct Over<'a>(&'a Current);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.inside().is_over = true;
    }
}

/// Records until it is to end; answers once the first picture is there.
fn record(wish: &RecordWish, view: &View, current: &Current, answer: Answer) {
    let begun = first(view, current).and_then(|(picture, at)| {
        let mut recorder = open(wish, view)?;
        recorder.write(&picture, Duration::ZERO).map_err(|error| error.to_string())?;
        Ok(Reel { recorder, begun: at, last: at })
    });
    let mut reel = match begun {
        Ok(reel) => reel,
        Err(why) => {
            current.inside().recording.problem = Some(why.clone());
            return answer.error(why);
        }
    };
    reel.note(view, current);
    answer.ok(json!({ "file": wish.file }));
    let recorded = reel.roll(wish, view, current);
    let completed = recorded.and_then(|()| reel.recorder.complete());
    if let Err(error) = completed {
        current.inside().recording.problem = Some(error.to_string());
    }
}

/// Waits for the first picture of the scene; after a while a card is as good.
fn first(view: &View, current: &Current) -> Result<(Cleared, Timestamp), String> {
    let start = Instant::now();
    while !current.stop.load(Ordering::Acquire) {
        match view.take(LOOK_EVERY) {
            Seen::Picture { picture, at } if picture.sequence > 0 || start.elapsed() > PATIENCE => {
                return Ok((picture, at));
            }
            Seen::Over => return Err("the program ends".to_owned()),
            Seen::Nothing if start.elapsed() > PATIENCE => break,
            Seen::Picture { .. } | Seen::Nothing => {}
        }
    }
    if current.stop.load(Ordering::Acquire) {
        return Err("the recording was ended before its first picture".to_owned());
    }
    Err("there was no picture to record: does the camera work?".to_owned())
}

fn open(wish: &RecordWish, view: &View) -> Result<Recorder, String> {
    let Some(mode) = view.mode() else { return Err("the view isn't open".to_owned()) };
    let options = VideoOutOptions {
        permit: wish.overwrite.into(),
        ..VideoOutOptions::new(mode.size, mode.rate, mode.color)
    };
    Recorder::create(&wish.file, &options).map_err(|error| error.to_string())
}

/// A recording at work.
struct Reel {
    recorder: Recorder,
    begun: Timestamp,
    last: Timestamp,
}

impl Reel {
    /// Records until it is to end.
    fn roll(
        &mut self,
        wish: &RecordWish,
        view: &View,
        current: &Current,
    ) -> Result<(), FilesError> {
        let begun = self.begun;
        let is_over = |at: Timestamp| wish.duration.is_some_and(|long| at.since(begun) >= long);
        // What waits when it is to end belongs to it.
        let mut left = MOST_WAITING;
        while left > 0 {
            let is_ending = current.stop.load(Ordering::Acquire);
            left -= usize::from(is_ending);
            let wait = if is_ending { Duration::ZERO } else { LOOK_EVERY };
            match view.take(wait) {
                Seen::Picture { at, .. } if is_over(at) => break,
                Seen::Picture { picture, at } if at > self.last => {
                    self.recorder.write(&picture, at.since(begun))?;
                    self.last = at;
                    self.note(view, current);
                }
                Seen::Picture { .. } => {}
                Seen::Nothing if is_ending => break,
                Seen::Nothing => {}
                Seen::Over => break,
            }
        }
        Ok(())
    }

    fn note(&self, view: &View, current: &Current) {
        let recording = &mut current.inside().recording;
        recording.pictures += 1;
        recording.dropped = view.dropped();
        recording.seconds = self.last.since(self.begun).as_secs_f64().into();
    }
}

/// Whether a name can be recorded into, as far as can be known before.
pub(crate) fn check(file: &Path, overwrite: Overwrite) -> Result<(), String> {
    Recorder::check(file, &overwrite.into()).map_err(|error| error.to_string())
}
