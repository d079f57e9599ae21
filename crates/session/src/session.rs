//! One run: opens the cameras, prints the status, follows the settings.

use crate::asked::Asked;
use crate::error::{Result, SessionError};
use crate::machine::Machine;
use crate::notes::Notes;
use crate::outputs;
use crate::report::{Moment, Reporter};
use crate::request::RunRequest;
use crate::slots::Slots;
use crate::start::{self, Start};
use backlot_host::usage::Meter;
use backlot_media::Viewers;
use backlot_pipeline::live::{Changing, Live, LiveStatus};
use backlot_scene::config::{Before, Config, Overrides};
use backlot_settings::{SettingsFile, StateFile};
use backlot_sources::camera;
use backlot_terminal::{Outcome, sentence};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the status is printed.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How often the settings file and pending changes are checked.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The most reports of damage, as a run may last for months.
const MOST_DAMAGE: usize = 100;

/// How long the start waits for its scene. A slower scene is opened while the camera runs.
const START_PATIENCE: Duration = Duration::from_secs(1);

/// The running program.
pub struct Session<'a> {
    request: &'a RunRequest,
    machine: &'a dyn Machine,
    /// The damage reported so far.
    damaged: Vec<String>,
    given: Overrides,
    asked: Asked,
    live: Live,
    slots: Slots,
    reporter: Reporter,
    settings: SettingsFile,
    state: StateFile,
    watchers: Watchers,
    notes: Notes,
    /// Why the last settings can't be applied, until they change again.
    objections: Vec<String>,
    under_way: Option<UnderWay>,
    /// The scene of the start, while it is being opened.
    first: Option<Changing>,
    /// Names from the command line that were found, until they are saved.
    seen: Vec<String>,
    start: Instant,
    told: Told,
}

/// Settings that apply once their scene is built.
struct UnderWay {
    asked: Asked,
    changing: Changing,
}

/// The figures at the last status.
struct Told {
    at: Instant,
    finished: u64,
    meter: Meter,
}

impl<'a> Session<'a> {
    /// Opens the cameras and the scene, and announces them.
    ///
    /// # Errors
    /// One sentence about what can't be opened.
    pub fn open(
        request: &'a RunRequest,
        machine: &'a dyn Machine,
        state: StateFile,
        mut reporter: Reporter,
    ) -> Result<Self> {
        let given = request.overrides()?;
        let (settings, config) = SettingsFile::open(request.settings.as_deref())?;
        let (remembered, warning) = state.load();
        let before = match &remembered.scene {
            Some(name) => Before::Used(name, remembered.shows),
            None => Before::Nothing,
        };
        let asked = Asked::new(config, request, &given, before)?;
        let seen = start::check(&asked, &given, machine, &remembered)?;
        warning.iter().for_each(|warning| reporter.warn(warning));
        start::announce(&asked, settings.path(), &mut reporter);
        let Start { mut live, slots } = Start::new(&asked, machine)?;
        let first = live.first_scene();
        let start = Instant::now();
        let told = Told { at: start, finished: 0, meter: Meter::new() };
        let mut session = Self {
            request,
            machine,
            damaged: Vec::new(),
            given,
            asked,
            live,
            slots,
            reporter,
            settings,
            state,
            watchers: Watchers::default(),
            notes: Notes::default(),
            objections: Vec::new(),
            under_way: None,
            first,
            seen,
            start,
            told,
        };
        session.look_at_first(START_PATIENCE)?;
        Ok(session)
    }

    /// Runs until the user or the time limit ends it.
    ///
    /// # Errors
    /// When the first scene can't be shown.
    pub fn run(&mut self, stop: &AtomicBool, limit: Option<Duration>) -> Result<Outcome> {
        let is_over = |start: Instant| limit.is_some_and(|limit| start.elapsed() >= limit);
        while !stop.load(Ordering::Relaxed) && !is_over(self.start) {
            std::thread::sleep(self.pause(limit));
            self.look_at_first(Duration::ZERO)?;
            self.look();
            self.tell_damage();
            if self.told.at.elapsed() >= TELL_EVERY {
                self.tell();
            }
        }
        self.tell_damage();
        self.reporter.end();
        Ok(if stop.load(Ordering::Relaxed) { Outcome::Interrupted } else { Outcome::Done })
    }

    /// Reports damage in the files that are shown, each once.
    fn tell_damage(&mut self) {
        for damage in self.machine.damaged() {
            if !self.damaged.contains(&damage) && self.damaged.len() < MOST_DAMAGE {
                self.reporter.warn(&damage);
                self.damaged.push(damage);
            }
        }
    }

    fn pause(&self, limit: Option<Duration>) -> Duration {
        let next = TELL_EVERY.saturating_sub(self.told.at.elapsed()).min(LOOK_EVERY);
        limit.map_or(next, |limit| next.min(limit.saturating_sub(self.start.elapsed())))
    }

    fn tell(&mut self) {
        let (now, status) = (Instant::now(), self.status());
        let Told { at, finished, meter } = &mut self.told;
        let fps = (status.finished - *finished) as f64 / (now - *at).as_secs_f64();
        (*at, *finished) = (now, status.finished);
        let seconds = (now - self.start).as_secs_f64();
        let watchers = self.watchers.look(&status, &self.slots);
        let moment = Moment { seconds, fps, usage: meter.look(), watchers };
        self.reporter.tell(&status, &moment);
    }

    /// The status, with problems of the settings in its message.
    pub(super) fn status(&mut self) -> LiveStatus {
        let mut status = self.live.status();
        self.slots.look(&status, &self.live);
        let mut notes: Vec<_> = self.asked.note.iter().chain(&self.objections).cloned().collect();
        notes.extend(self.slots.notes(&status));
        let cameras = std::iter::once(&status.camera).chain(&status.declared);
        notes.extend(cameras.filter_map(|camera| camera.remark.clone()));
        notes.extend(without_controls(&self.asked));
        self.notes.set(notes, &mut self.reporter);
        status.message = self.notes.behind(status.message);
        status
    }

    /// Checks for changed settings, and for the outcome of pending changes.
    pub(super) fn look(&mut self) {
        if let Some(read) = self.settings.poll(Instant::now()) {
            let followed = read
                .map_err(SessionError::from)
                .and_then(|config| self.follow(config).map_err(SessionError::stays));
            if let Err(error) = followed {
                self.object(&error);
            }
        }
        let is_over = |under_way: &UnderWay| under_way.changing.look();
        let Some(changed) = self.under_way.as_ref().and_then(is_over) else { return };
        let Some(UnderWay { asked, .. }) = self.under_way.take() else { return };
        let applied = changed.map_err(SessionError::from).and_then(|()| self.apply(asked));
        if let Err(error) = applied.map_err(SessionError::stays) {
            self.object(&error);
        }
    }

    /// Waits at most this long for the first scene: without it there is nothing to run, unless
    /// other settings have replaced it.
    fn look_at_first(&mut self, patience: Duration) -> Result<()> {
        let Some(first) = &self.first else { return Ok(()) };
        let Some(result) = first.within(patience) else { return Ok(()) };
        self.first = None;
        match result {
            Ok(()) => {
                let seen = std::mem::take(&mut self.seen);
                self.remember(seen);
                Ok(())
            }
            Err(_) if self.under_way.is_some() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn object(&mut self, error: &SessionError) {
        self.objections = vec![sentence(error)];
    }

    /// Applies new settings where they differ. A new scene is built first, and if that fails,
    /// nothing changes.
    fn follow(&mut self, config: Config) -> Result<()> {
        let running = Before::Running(&self.asked.chosen);
        let asked = Asked::new(config, self.request, &self.given, running)?;
        self.objections = asked.without_effect(&self.asked, &self.given, self.request);
        // A pending change may still be shown, so everything has to be applied.
        let is_settled = self.under_way.take().is_none() && self.first.is_none();
        let change = match is_settled {
            false => asked.everything(self.machine),
            true => asked.change(&self.asked, self.machine),
        };
        if change.is_empty() {
            return self.apply(asked);
        }
        self.under_way = Some(UnderWay { asked, changing: self.live.change(change) });
        Ok(())
    }

    /// Applies settings whose scene is shown already.
    fn apply(&mut self, asked: Asked) -> Result<()> {
        let before = std::mem::replace(&mut self.asked, asked);
        let (new, old) = (&self.asked, &before);
        if new.scene_in_words() != old.scene_in_words() || new.chosen.scene != old.chosen.scene {
            tracing::info!(scene = new.scene_in_words(), "scene changed");
            start::announce_scene(new, &mut self.reporter);
        }
        if new.config.run.close_after != old.config.run.close_after {
            self.live.set_close_after(new.config.run.close_after);
        }
        let followed = self.follow_devices(old);
        let seen = std::mem::take(&mut self.seen);
        self.remember(seen);
        followed
    }

    fn follow_devices(&mut self, old: &Asked) -> Result<()> {
        let new = &self.asked;
        if new.is_other_camera(old) {
            let camera = self.machine.camera(new)?;
            self.reporter.say(&format!("Camera    {}", camera.name()));
            self.live.set_camera(camera);
        }
        if new.outputs != old.outputs {
            self.slots.follow(&new.outputs, &mut self.live, self.machine)?;
            self.reporter.say(&format!("Output    {}", start::outputs_in_words(new)));
        }
        Ok(())
    }

    /// Saves the scene of the settings file and the devices found, for the next start.
    fn remember(&mut self, seen: Vec<String>) {
        let (old, _) = self.state.load();
        let mut state = old.clone();
        let chosen = &self.asked.chosen;
        if self.asked.config.document.scenes.iter().any(|scene| scene.name == chosen.name) {
            state.scene = Some(chosen.name.clone());
            state.shows = Some(chosen.scene.shows_at_least());
        }
        state.note_seen(seen);
        if state == old {
            return;
        }
        if let Err(error) = self.state.save(&state) {
            self.reporter.warn(&sentence(&error));
        }
    }
}

fn without_controls(asked: &Asked) -> Option<String> {
    let config = &asked.config.camera;
    (!config.controls.is_empty() && !camera::may_have_controls(&config.device)).then(|| {
        format!("'camera.controls' has no effect: '{}' is not a video device", config.device)
    })
}

/// Names of the viewers. They are looked up only when their number changes, as that walks through
/// all processes.
#[derive(Default)]
struct Watchers {
    counts: Vec<Viewers>,
    names: Vec<String>,
}

impl Watchers {
    fn look(&mut self, status: &LiveStatus, slots: &Slots) -> &[String] {
        let counts = || status.outputs.iter().map(|output| output.viewers);
        if !counts().eq(self.counts.iter().copied()) {
            self.counts = counts().collect();
            let watched = counts().any(|viewers| viewers != Viewers::Count(0));
            let devices = slots.devices().filter(|_| watched);
            self.names = devices.flat_map(outputs::watchers).collect();
        }
        &self.names
    }
}
