//! One run: opens what is asked for, tells the status, follows the settings.

use super::RunArgs;
use super::asked::{Asked, overrides};
use super::report::{Moment, Reporter};
use super::usage::Meter;
use crate::matting::Matting;
use crate::settings::{SettingsFile, StateFile};
use crate::{Outcome, camera, outputs};
use anyhow::{Context, Result};
use backlot_media::{CameraOpener, MonotonicClock, Viewers};
use backlot_pipeline::live::{Live, LiveSetup, LiveStatus, studio_builder};
use backlot_scene::config::{Config, Overrides};
use backlot_v4l2::loopback::LoopbackReport;
use std::path::Path;
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
    settings: SettingsFile,
    state: StateFile,
    watchers: Watchers,
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
        let (settings, config) = SettingsFile::open(args.settings.as_deref())?;
        let state = StateFile::new();
        let (remembered, warning) = state.load();
        let asked = Asked::new(config, args, &given, remembered.scene.as_deref())?;
        let parts = Parts::open(args, &asked)?;
        if let Some(warning) = warning {
            reporter.say(&warning);
        }
        parts.announce(&asked, settings.path(), &mut reporter);
        let watchers = Watchers::of(&parts);
        let live = parts.start(&asked)?;
        let start = Instant::now();
        let told = Told { at: start, finished: 0, meter: Meter::new() };
        let mut session =
            Self { args, given, asked, live, reporter, settings, state, watchers, start, told };
        session.remember();
        Ok(session)
    }

    /// Until the end: the user's, or that of the time.
    ///
    /// # Errors
    /// When the status can't be told any more.
    pub fn run(&mut self, stop: &AtomicBool, limit: Option<Duration>) -> Result<Outcome> {
        let is_over = |start: Instant| limit.is_some_and(|limit| start.elapsed() >= limit);
        while !stop.load(Ordering::Relaxed) && !is_over(self.start) {
            std::thread::sleep(self.pause(limit));
            self.look_at_settings();
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
        let watchers = self.watchers.look(&status);
        let moment = Moment { seconds, fps, usage: meter.look(), watchers };
        Ok(self.reporter.tell(&status, &moment)?)
    }

    fn look_at_settings(&mut self) {
        let Some(read) = self.settings.poll(Instant::now()) else { return };
        match read.and_then(|config| self.follow(config).context("the last good settings stay")) {
            Ok(()) => self.remember(),
            Err(error) => self.reporter.say(&crate::sentence(&error)),
        }
    }

    /// Follows other settings, as far as they differ.
    fn follow(&mut self, config: Config) -> Result<()> {
        let asked = Asked::new(config, self.args, &self.given, Some(&self.asked.chosen.name))?;
        let changes = self.asked.changes(&asked);
        if changes.rest {
            self.restart(&asked)?;
        } else {
            let camera = changes.camera.then(|| open_camera(&asked)).transpose()?;
            if changes.scene {
                self.live.set_scene(asked.chosen.scene.clone())?;
                self.reporter.say(&format!("Scene     {}", asked.scene_in_words()));
            }
            if let Some(camera) = camera {
                self.reporter.say(&format!("Camera    {}", camera.name()));
                self.live.set_camera(camera);
            }
        }
        self.asked = asked;
        Ok(())
    }

    /// Opens everything again. What is open is closed first: it may be the same devices.
    fn restart(&mut self, asked: &Asked) -> Result<()> {
        let parts = Parts::open(self.args, asked)?;
        parts.announce(asked, self.settings.path(), &mut self.reporter);
        self.live.stop();
        self.told.finished = 0;
        self.watchers = Watchers::of(&parts);
        match parts.start(asked) {
            Ok(live) => self.live = live,
            Err(error) => {
                self.live = Parts::open(self.args, &self.asked)?.start(&self.asked)?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Remembers a scene of the settings file for the next start.
    fn remember(&mut self) {
        let name = &self.asked.chosen.name;
        let is_named = self.asked.config.scenes.iter().any(|scene| scene.name == *name);
        let (mut state, _) = self.state.load();
        if !is_named || state.scene.as_ref() == Some(name) {
            return;
        }
        state.scene = Some(name.clone());
        if let Err(error) = self.state.save(&state) {
            self.reporter.say(&crate::sentence(&error));
        }
    }
}

/// Who watches, by name. Looked up when their number changes, as it takes a walk through all
/// processes.
struct Watchers {
    devices: Vec<LoopbackReport>,
    counts: Vec<Viewers>,
    names: Vec<String>,
}

impl Watchers {
    fn of(parts: &Parts) -> Self {
        let devices = parts.outputs.iter().filter_map(|output| output.device.clone()).collect();
        Self { devices, counts: Vec::new(), names: Vec::new() }
    }

    fn look(&mut self, status: &LiveStatus) -> &[String] {
        let counts = || status.outputs.iter().map(|output| output.viewers);
        if !counts().eq(self.counts.iter().copied()) {
            self.counts = counts().collect();
            let watched = counts().any(|viewers| viewers != Viewers::Count(0));
            let devices = if watched { &self.devices[..] } else { &[] };
            self.names = devices.iter().flat_map(outputs::watchers).collect();
        }
        &self.names
    }
}

/// Everything that the live pipeline is made of, found but not opened.
struct Parts {
    camera: Box<dyn CameraOpener>,
    outputs: Vec<outputs::Found>,
    matting: Matting,
}

impl Parts {
    fn open(args: &RunArgs, asked: &Asked) -> Result<Self> {
        let matting = asked.matting(args)?;
        Ok(Self { camera: open_camera(asked)?, outputs: open_outputs(asked)?, matting })
    }

    /// The four lines of the start.
    fn announce(&self, asked: &Asked, settings: Option<&Path>, reporter: &mut Reporter) {
        let wish = asked.wish();
        let names: Vec<_> = self.outputs.iter().map(|output| output.words.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let settings =
            settings.map_or("none: the defaults".to_owned(), |p| p.display().to_string());
        reporter.say(&format!(
            "Camera    {}, {} at {} fps, while somebody watches",
            camera::in_words(&asked.config.camera.device),
            wish.size,
            wish.rate
        ));
        reporter.say(&format!("Output    {names}"));
        reporter.say(&format!("Scene     {}", asked.scene_in_words()));
        reporter.say(&format!("Settings  {settings}"));
    }

    fn start(self, asked: &Asked) -> Result<Live> {
        Ok(Live::start(LiveSetup {
            camera: self.camera,
            outputs: self.outputs.into_iter().map(|output| output.opener).collect(),
            scene: asked.chosen.scene.clone(),
            build: studio_builder(Some(self.matting.model), self.matting.settings),
            wish: asked.wish(),
            close_after: asked.config.run.close_after,
            clock: Arc::new(MonotonicClock),
        })?)
    }
}

fn open_camera(asked: &Asked) -> Result<Box<dyn CameraOpener>> {
    camera::opener(&asked.config.camera.device, &asked.config.camera.controls)
}

fn open_outputs(asked: &Asked) -> Result<Vec<outputs::Found>> {
    outputs::find(&asked.config.outputs, asked.config.run.viewers)
}
