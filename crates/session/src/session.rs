//! One run: opens the cameras, prints the status, follows the settings, and does what it is asked for.

use crate::asked::Asked;
use crate::away::Away;
use crate::capture;
use crate::desk::Desk;
use crate::error::{Result, SessionError};
use crate::installing;
use crate::listeners::{Listeners, PanelPlace};
use crate::machine::Machine;
use crate::notes::Notes;
use crate::outputs;
use crate::pause_card;
use crate::piped;
use crate::preview;
use crate::recording::{self, RecordWish, Recordings};
use crate::report::{Moment, Reporter};
use crate::request::RunRequest;
use crate::requests::{Order, Requests};
use crate::slots::Slots;
use crate::socket::Socket;
use crate::start::{self, Start};
use crate::tell::{Facts, aside, explained, list};
use backlot_control::Answer;
use backlot_files::Overwrite;
use backlot_host::usage::Meter;
use backlot_media::Viewers;
use backlot_pipeline::PipelineError;
use backlot_pipeline::live::{Changing, Live, LiveStatus};
use backlot_protocol::Request;
use backlot_scene::config::{Before, Config, Switch};
use backlot_settings::{Places, SceneFolder, SettingsFile, StateFile};
use backlot_sources::camera;
use backlot_terminal::{Outcome, sentence};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the status is printed.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How often the settings file and pending changes are checked.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How often pending changes are checked while one is under way.
const LOOK_OFTEN: Duration = Duration::from_millis(4);

/// How long a change may keep the next one waiting.
const LONGEST_CHANGE: Duration = Duration::from_millis(1500);

/// The most reports of damage, as a run may last for months.
const MOST_DAMAGE: usize = 100;

/// How long the start waits for its scene. A slower scene is opened while the camera runs.
const START_PATIENCE: Duration = Duration::from_secs(1);

/// The running program.
pub struct Session<'a> {
    machine: &'a dyn Machine,
    /// The damage reported so far.
    damaged: Vec<String>,
    /// What is asked for, with all changes of this run.
    desk: Desk,
    asked: Asked,
    live: Live,
    pub(crate) inbox: Requests,
    listeners: Listeners,
    recordings: Recordings,
    slots: Slots,
    pause_card: pause_card::Chosen,
    away: Away,
    reporter: Reporter,
    settings: SettingsFile,
    state: StateFile,
    watchers: Watchers,
    notes: Notes,
    /// Why the last settings can't be applied, until they change again.
    objections: Vec<String>,
    under_way: Option<UnderWay>,
    /// Scenes that views want and that can't be shown.
    unviewable: Vec<String>,
    /// The scene of the start, while it is being opened.
    first: Option<Changing>,
    /// Names from the command line that were found, until they are saved.
    seen: Vec<String>,
    start: Instant,
    told: Told,
}

/// Settings that apply once their scene is built.
struct UnderWay {
    desk: Desk,
    asked: Asked,
    changing: Changing,
    /// Who asked for it, if somebody did.
    order: Option<Order>,
    began: Instant,
}

/// The figures at the last status.
struct Told {
    at: Instant,
    finished: u64,
    meter: Meter,
    /// The figures of then.
    moment: Moment,
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
        let asked = Asked::new(config.clone(), request, &given, before)?;
        let seen = start::check(&asked, &given, machine, &remembered)?;
        let desk = Desk::new(config, request.clone(), given);
        warning.iter().for_each(|warning| reporter.warn(warning));
        start::announce(&asked, settings.path(), &mut reporter);
        let Start { mut live, slots } = Start::new(&asked, machine)?;
        let first = live.first_scene();
        let start = Instant::now();
        let told = Told { at: start, finished: 0, meter: Meter::new(), moment: Moment::default() };
        let mut session = Self {
            machine,
            damaged: Vec::new(),
            desk,
            asked,
            inbox: Requests::new(live.curtain()),
            listeners: Listeners::default(),
            recordings: Recordings::default(),
            live,
            slots,
            pause_card: pause_card::Chosen::default(),
            away: Away::default(),
            reporter,
            settings,
            state,
            watchers: Watchers::default(),
            notes: Notes::default(),
            objections: Vec::new(),
            under_way: None,
            unviewable: Vec::new(),
            first,
            seen,
            start,
            told,
        };
        session.pause_card.follow(&session.asked, machine, &session.live);
        session.look_at_first(START_PATIENCE)?;
        Ok(session)
    }

    /// Does what is asked for through a socket from now on.
    pub fn serve(&mut self, socket: Socket) {
        let panic = socket.panic();
        let Socket { server, sender, inbox, path, curtain } = socket;
        // It is set only here.
        let _ = curtain.set(self.live.curtain());
        self.inbox.read(inbox);
        let config = &self.asked.config;
        let facts = preview::Facts::new(config.clone());
        let place = path.map(|socket| PanelPlace {
            socket,
            panic,
            facts: Arc::new(facts),
            viewing: self.live.viewing(),
        });
        self.listeners.connect(sender, server, place);
        self.listeners.follow(&self.asked.config);
        let status = self.status();
        self.publish(&status);
    }

    /// Waits for requests, at most for `time`, and does what is due.
    #[cfg(test)]
    pub(super) fn step(&mut self, time: Duration) {
        self.wait(time);
        self.look_at_first(Duration::ZERO).expect("the first scene");
        self.look();
    }

    /// What opens views.
    #[cfg(test)]
    pub(super) fn viewing(&self) -> backlot_pipeline::live::Viewing {
        self.live.viewing()
    }

    /// Whether the scene for while nobody is in the picture is shown.
    #[cfg(test)]
    pub(super) const fn is_away(&self) -> bool {
        self.asked.is_away
    }

    /// Runs until the user or the time limit ends it.
    ///
    /// # Errors
    /// When the first scene can't be shown.
    pub fn run(&mut self, stop: &AtomicBool, limit: Option<Duration>) -> Result<Outcome> {
        let is_over = |start: Instant| limit.is_some_and(|limit| start.elapsed() >= limit);
        while !stop.load(Ordering::Relaxed) && !is_over(self.start) && !self.inbox.has_quit() {
            self.listeners.beat();
            self.wait(self.pause(limit));
            self.look_at_first(Duration::ZERO)?;
            self.look();
            self.tell_damage();
            if self.told.at.elapsed() >= TELL_EVERY {
                self.tell();
            }
        }
        self.recordings.finish();
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
        let often = if self.under_way.is_some() { LOOK_OFTEN } else { LOOK_EVERY };
        let next = TELL_EVERY.saturating_sub(self.told.at.elapsed()).min(often);
        limit.map_or(next, |limit| next.min(limit.saturating_sub(self.start.elapsed())))
    }

    fn tell(&mut self) {
        let (now, status) = (Instant::now(), self.status());
        let Told { at, finished, meter, .. } = &mut self.told;
        let fps = (status.finished - *finished) as f64 / (now - *at).as_secs_f64();
        (*at, *finished) = (now, status.finished);
        let seconds = (now - self.start).as_secs_f64();
        let watchers = self.watchers.look(&status, &self.slots).to_vec();
        self.told.moment = Moment { seconds, fps, usage: meter.look(), watchers };
        self.reporter.tell(&status, &self.told.moment);
        self.publish(&status);
    }

    /// The status, with problems of the settings in its message.
    pub(super) fn status(&mut self) -> LiveStatus {
        let mut status = self.live.status();
        self.pause_card.look(&self.live);
        self.slots.look(&status, &self.live);
        let mut notes: Vec<_> = self.asked.note.iter().chain(&self.objections).cloned().collect();
        notes.extend(self.slots.notes(&status));
        let cameras = std::iter::once(&status.camera).chain(&status.declared);
        notes.extend(cameras.filter_map(|camera| camera.remark.clone()));
        notes.extend(without_controls(&self.asked));
        notes.extend(self.listeners.objections().map(str::to_owned));
        notes.extend(self.pause_card.objection().map(str::to_owned));
        notes.extend(self.asked.open_away());
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
        self.recordings.look();
        self.settle();
        self.follow_views();
        self.follow_presence();
        self.take_up();
    }

    /// Prepares the scenes that views want to show. One that can't be shown is left out from then on.
    fn follow_views(&mut self) {
        let mut viewed = self.live.viewed_scenes();
        self.unviewable.retain(|scene| viewed.contains(scene));
        viewed.retain(|scene| !self.unviewable.contains(scene) && self.desk.can_view(scene));
        if viewed == self.desk.viewed || self.under_way.is_some() || self.first.is_some() {
            return;
        }
        let mut desk = self.desk.clone();
        desk.viewed = viewed;
        self.turn_by_itself(desk);
    }

    /// Shows another scene while nobody is in the picture.
    fn follow_presence(&mut self) {
        if self.asked.config.run.away.is_none() && !self.asked.is_away {
            return;
        }
        let (now, status) = (Instant::now(), self.live.status());
        let is_covered = self.inbox.curtain().now().is_some();
        let is_away = !is_covered && self.away.look(&self.asked, &status, now);
        if let Err(error) = self.away.look_out(is_away, &self.live.viewing()) {
            self.object(&error.into());
        }
        let is_busy = self.under_way.is_some() || self.first.is_some();
        if is_away == self.asked.is_away || is_busy || !self.away.may_turn(now) {
            return;
        }
        tracing::info!(is_away, "whether somebody is in the picture changed");
        let mut desk = self.desk.clone();
        desk.is_away = is_away;
        self.turn_by_itself(desk);
    }

    /// Shows what a desk asks for that nobody has changed.
    fn turn_by_itself(&mut self, desk: Desk) {
        match desk.asked(&self.asked.chosen) {
            Ok(asked) => self.turn_to(desk, asked, None, None),
            Err(error) => self.object(&error),
        }
    }

    /// Applies a change once it is over.
    fn settle(&mut self) {
        let is_over = |under_way: &UnderWay| under_way.changing.look();
        let Some(changed) = self.under_way.as_ref().and_then(is_over) else { return };
        let Some(UnderWay { desk, asked, order, .. }) = self.under_way.take() else { return };
        if changed.is_err() && order.is_none() {
            let new = desk.viewed.iter().filter(|scene| !self.desk.viewed.contains(scene));
            self.unviewable.extend(new.cloned());
        }
        let applied = changed.map_err(SessionError::from).and_then(|()| self.apply(desk, asked));
        self.end(order, applied);
    }

    /// Says how a change ended, to whoever asked for it, and what is different now to all others.
    fn end(&mut self, order: Option<Order>, result: Result<()>) {
        let saved = match (&order, &result) {
            (Some(Order { save: true, .. }), Ok(())) => self.save(),
            _ => Ok(()),
        };
        if result.is_ok() {
            let status = self.status();
            self.publish(&status);
        }
        match (order, result.and(saved)) {
            (Some(order), Ok(())) => order.answer.ok(Value::Null),
            (Some(order), Err(error)) => order.answer.error(sentence(&error)),
            (None, Ok(())) => {}
            (None, Err(error)) => self.object(&error.stays()),
        }
    }

    /// Begins with the next change that was asked for, unless one is under way that may still take
    /// its time.
    fn take_up(&mut self) {
        let is_free = |under_way: &UnderWay| under_way.began.elapsed() >= LONGEST_CHANGE;
        while self.first.is_none() && self.under_way.as_ref().is_none_or(is_free) {
            let Some(order) = self.inbox.next() else { return };
            if let Some(UnderWay { order: Some(late), .. }) = self.under_way.take() {
                late.answer.error(sentence(&PipelineError::Superseded));
            }
            self.begin(order);
        }
    }

    fn begin(&mut self, mut order: Order) {
        order.save |= matches!(order.request, Request::Save);
        let mut desk = self.desk.clone();
        let begun = desk.change(&order.request, &self.asked).and_then(|transition| {
            let asked = desk.asked(&self.asked.chosen)?;
            if matches!(order.request, Request::Camera { .. }) {
                self.machine.check_camera(&asked)?;
            }
            Ok((asked, transition))
        });
        match begun {
            Ok((asked, transition)) => self.turn_to(desk, asked, transition, Some(order)),
            Err(error) => order.answer.error(sentence(&error)),
        }
    }

    /// Shows what a desk asks for; what can't be shown changes nothing.
    fn turn_to(
        &mut self,
        desk: Desk,
        asked: Asked,
        transition: Option<Switch>,
        order: Option<Order>,
    ) {
        // A pending change may still be shown, so everything has to be applied.
        let is_settled = self.under_way.take().is_none() && self.first.is_none();
        let change = match is_settled {
            false => asked.everything(self.machine),
            true => asked.change(&self.asked, self.machine, transition),
        };
        if change.is_empty() {
            let applied = self.apply(desk, asked);
            return self.end(order, applied);
        }
        let (changing, began) = (self.live.change(change), Instant::now());
        self.under_way = Some(UnderWay { desk, asked, changing, order, began });
    }

    /// Waits for requests, at most for `time`.
    fn wait(&mut self, time: Duration) {
        let questions = self.inbox.wait(time);
        if questions.is_empty() {
            return;
        }
        let status = self.status();
        if questions.iter().any(|order| matches!(order.request, Request::Pause | Request::Panic)) {
            self.publish(&status);
        }
        let (entries, questions): (Vec<_>, Vec<_>) =
            questions.into_iter().partition(|order| matches!(order.request, Request::Panel { .. }));
        for Order { request, answer, .. } in entries {
            let moves = matches!(request, Request::Panel { new: Some(true) });
            let address = self.listeners.panel_address(moves, &self.asked.config.panel);
            answer.send(address.map(|address| json!({ "address": address })));
        }
        let looks_on = |order: &Order| looks_on(&order.request);
        let (looks, others): (Vec<_>, Vec<_>) = questions.into_iter().partition(looks_on);
        let facts = self.facts(&status);
        for Order { request, answer, .. } in others {
            self.answer(&request, answer, &facts);
        }
        for Order { request, answer, .. } in looks {
            self.look_on(request, answer);
        }
    }

    /// Opens a view of what viewers see.
    fn look_on(&mut self, request: Request, answer: Answer) {
        let scene = match &request {
            Request::Snapshot { scene, .. }
            | Request::Preview { scene, .. }
            | Request::Record { scene, .. } => scene,
            _ => &None,
        };
        if let Some(name) = scene.as_ref().filter(|name| !self.desk.has_scene(name)) {
            return answer.error(self.desk.config.no_scene(name).to_string());
        }
        let viewing = self.live.viewing();
        match request {
            Request::Snapshot { file, force, scene } => {
                capture::begin(file, overwriting(force), scene, &viewing, answer);
            }
            Request::Preview { pipe, scene } => piped::begin(&pipe, scene, &viewing, answer),
            Request::Record { file, force, scene, duration } => {
                let file = file.map_or_else(|| recording::new_name(&Places::new()), Ok);
                let overwrite = overwriting(force);
                let duration = duration.map(|seconds| Duration::from_secs(seconds as u64));
                match file.and_then(|file| recording::check(&file, overwrite).map(|()| file)) {
                    Ok(file) => {
                        let wish = RecordWish { file, overwrite, scene, duration };
                        self.recordings.begin(wish, &viewing, answer);
                    }
                    Err(why) => answer.error(why),
                }
            }
            _ => self.recordings.stop(answer),
        }
    }

    /// Answers a question. What takes its time gets a thread.
    fn answer(&self, request: &Request, answer: Answer, facts: &Facts<'_>) {
        match request {
            Request::Ping => answer.ok("pong"),
            Request::Pause | Request::Panic | Request::Quit => answer.ok(Value::Null),
            Request::State => answer.ok(json!(facts.state())),
            Request::List { what, scene } => list(*what, scene.as_deref(), facts, answer),
            Request::Doctor => aside(answer, || Ok(installing::diagnosis())),
            Request::Install => aside(answer, installing::install),
            Request::Explain => {
                let asked = self.live.explain();
                aside(answer, move || Ok(explained(&asked)));
            }
            other => answer.error(format!("'{}' can't be asked here", other.name())),
        }
    }

    /// Tells clients what changed.
    fn publish(&mut self, status: &LiveStatus) {
        let state = Arc::new(self.facts(status).state());
        self.listeners.publish(&state);
    }

    /// What is known now.
    fn facts<'s>(&'s self, status: &'s LiveStatus) -> Facts<'s> {
        Facts {
            asked: &self.asked,
            desk: &self.desk,
            recordings: &self.recordings,
            cover: self.inbox.curtain().now(),
            status,
            moment: &self.told.moment,
            is_shielding: self.reporter.is_shielding(),
            stills: self.listeners.stills(),
        }
    }

    /// Keeps the scenes that were edited in this run.
    fn save(&mut self) -> Result<()> {
        let folder = SceneFolder::beside(self.settings.path(), &Places::new());
        let Some(folder) = folder else { refuse!("there is no folder for settings") };
        for scene in self.desk.touched() {
            if self.desk.config.document.own_scene(scene).is_some() {
                folder.save(&self.desk.config.document, scene, self.desk.hand())?;
            }
        }
        self.desk.keep();
        Ok(())
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
        let desk = self.desk.following(config);
        let asked = desk.asked(&self.asked.chosen)?;
        self.objections = asked.without_effect(&self.asked, &desk.given, &desk.request);
        self.turn_to(desk, asked, None, None);
        Ok(())
    }

    /// Applies settings whose scene is shown already.
    fn apply(&mut self, desk: Desk, asked: Asked) -> Result<()> {
        self.desk = desk;
        let before = std::mem::replace(&mut self.asked, asked);
        let (new, old) = (&self.asked, &before);
        if new.scene_in_words() != old.scene_in_words() || new.chosen.scene != old.chosen.scene {
            tracing::info!(scene = new.scene_in_words(), "scene changed");
            start::announce_scene(new, &mut self.reporter);
        }
        if new.config.run.close_after != old.config.run.close_after {
            self.live.set_close_after(new.config.run.close_after);
        }
        if new.is_away != old.is_away {
            self.away.has_turned();
        }
        self.pause_card.follow(&self.asked, self.machine, &self.live);
        let followed = self.follow_devices(&before);
        self.listeners.follow(&self.asked.config);
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

/// Whether a request is to be answered with a look at what viewers see.
const fn looks_on(request: &Request) -> bool {
    matches!(
        request,
        Request::Snapshot { .. }
            | Request::Preview { .. }
            | Request::Record { .. }
            | Request::StopRecording
    )
}

fn overwriting(force: Option<bool>) -> Overwrite {
    if force.unwrap_or_default() { Overwrite::Always } else { Overwrite::Never }
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
