//! One run: opens what is asked for, tells the status, follows the settings.

use super::RunArgs;
use super::asked::{Asked, overrides};
use super::report::{Moment, Reporter};
use super::usage::Meter;
use crate::{Outcome, camera, outputs};
use anyhow::Result;
use backlot_media::{CameraOpener, MonotonicClock, OutputOpener};
use backlot_pipeline::live::{Live, LiveSetup, studio_builder};
use backlot_scene::config::{Config, Overrides};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the status is told.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How often is looked whether something is to be done.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The running program.
pub struct Session<'a> {
    args: &'a RunArgs,
    given: Overrides,
    asked: Asked,
    live: Live,
    reporter: Reporter,
    start: Instant,
    told: Told,
}

/// What the last status was told of.
struct Told {
    at: Instant,
    finished: u64,
    meter: Meter,
}

impl<'a> Session<'a> {
    /// Opens what is asked for, and says so.
    ///
    /// # Errors
    /// One sentence about what can't be.
    pub fn open(args: &'a RunArgs, mut reporter: Reporter) -> Result<Self> {
        let given = overrides(args)?;
        let config = Config::default();
        let asked = Asked::new(config, &given, None)?;
        let live = begin(args, &asked, &mut reporter)?;
        let start = Instant::now();
        let told = Told { at: start, finished: 0, meter: Meter::new() };
        Ok(Self { args, given, asked, live, reporter, start, told })
    }

    /// Until the end: the user's, or that of the time.
    ///
    /// # Errors
    /// When the status can't be told any more.
    pub fn run(&mut self, stop: &AtomicBool, limit: Option<Duration>) -> Result<Outcome> {
        let is_over = |start: Instant| limit.is_some_and(|limit| start.elapsed() >= limit);
        while !stop.load(Ordering::Relaxed) && !is_over(self.start) {
            std::thread::sleep(self.pause(limit));
            if self.told.at.elapsed() >= TELL_EVERY {
                self.tell()?;
            }
        }
        self.reporter.end();
        Ok(if stop.load(Ordering::Relaxed) { Outcome::Interrupted } else { Outcome::Done })
    }

    fn pause(&self, limit: Option<Duration>) -> Duration {
        let next = TELL_EVERY.saturating_sub(self.told.at.elapsed()).min(LOOK_EVERY);
        limit.map_or(next, |limit| next.min(limit.saturating_sub(self.start.elapsed())))
    }

    fn tell(&mut self) -> Result<()> {
        let (now, status) = (Instant::now(), self.live.status());
        let Told { at, finished, meter } = &mut self.told;
        let fps = (status.finished - *finished) as f64 / (now - *at).as_secs_f64();
        (*at, *finished) = (now, status.finished);
        let seconds = (now - self.start).as_secs_f64();
        let moment = Moment { seconds, fps, usage: meter.look() };
        Ok(self.reporter.tell(&status, moment)?)
    }

    /// Follows other settings, as far as they differ.
    fn follow(&mut self, config: Config) -> Result<()> {
        let asked = Asked::new(config, &self.given, Some(&self.asked.chosen.name))?;
        let changes = self.asked.changes(&asked);
        if changes.rest {
            // What is open is closed first: the same devices may be opened again.
            self.live.stop();
            self.live = begin(self.args, &asked, &mut self.reporter)?;
            self.told.finished = 0;
        } else {
            if changes.scene {
                self.live.set_scene(asked.chosen.scene.clone())?;
                self.reporter.say(&format!("Scene     {}", asked.chosen.name));
            }
            if changes.camera {
                let camera = open_camera(&asked)?;
                self.reporter.say(&format!("Camera    {}", camera.name()));
                self.live.set_camera(camera);
            }
        }
        self.asked = asked;
        Ok(())
    }
}

/// Starts the live pipeline, and says with what.
fn begin(args: &RunArgs, asked: &Asked, reporter: &mut Reporter) -> Result<Live> {
    let matting = asked.matting(args)?;
    let camera = open_camera(asked)?;
    let outputs = open_outputs(asked)?;
    let wish = asked.wish();
    let names: Vec<_> = outputs.iter().map(|output| output.name()).collect();
    reporter.say(&format!("Camera    {}", camera.name()));
    reporter.say(&format!("Output    {}", names.join(", ")));
    reporter.say(&format!("Scene     {}", asked.chosen.name));
    reporter.say(&format!("Pictures  {} at {} fps", wish.size, wish.rate));
    Ok(Live::start(LiveSetup {
        camera,
        outputs,
        scene: asked.chosen.scene.clone(),
        build: studio_builder(Some(matting.model), matting.settings),
        wish,
        close_after: asked.config.run.close_after,
        clock: Arc::new(MonotonicClock),
    })?)
}

fn open_camera(asked: &Asked) -> Result<Box<dyn CameraOpener>> {
    camera::opener(&asked.config.camera.device)
}

fn open_outputs(asked: &Asked) -> Result<Vec<Box<dyn OutputOpener>>> {
    let names: Vec<_> = asked.config.outputs.iter().map(|output| output.device.clone()).collect();
    outputs::openers(&names)
}
