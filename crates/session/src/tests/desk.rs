//! A run with a settings file in a temporary folder, and the simulated machine that it runs on.

use crate::asked::Asked;
use crate::error::{Result, SessionError};
use crate::machine::Machine;
use crate::outputs::{Found, Kind, Plan};
use crate::report::{Reporter, StatusForm};
use crate::request::RunRequest;
use crate::session::Session;
use backlot_matte::MatteError;
use backlot_media::{Camera, CameraOpener, Encoding, Frame, Matte, PixelFormat, StreamError, Wish};
use backlot_networks::MattingChoice;
use backlot_pipeline::live::{CameraFinder, LiveState, LiveStatus, Rig, StudioBuilder};
use backlot_pipeline::{Keyer, Program, Studio};
use backlot_scene::Scene;
use backlot_scene::config::{Controls, MemorySize};
use backlot_settings::StateFile;
use backlot_testkit::{
    CameraFault, OutputHandle, RecordingOutput, RoomCamera, RoomHandle, is_somebody,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The timeout of every wait, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the machine has, and what was requested from it.
#[derive(Clone, Default)]
pub struct Lab(Arc<Mutex<Things>>);

#[derive(Default)]
struct Things {
    cameras: BTreeMap<String, RoomHandle>,
    outputs: BTreeMap<String, OutputHandle>,
    controls: Vec<Controls>,
    plans: Vec<Plan>,
    mattings: Vec<MattingChoice>,
    memory: Option<MemorySize>,
    scenes: Vec<Scene>,
    programs: Vec<Program>,
    wishes: BTreeMap<String, Wish>,
    /// Whether somebody is in the cameras' pictures.
    somebody: Arc<AtomicBool>,
}

impl Lab {
    fn with<T>(&self, use_it: impl FnOnce(&mut Things) -> T) -> T {
        use_it(&mut self.0.lock().unwrap())
    }

    /// The camera of a name; it exists from the first call on.
    pub fn camera(&self, name: &str) -> RoomHandle {
        self.with(|things| {
            let size = "320x180".parse().unwrap();
            let yuyv = Encoding::Raw(PixelFormat::Yuyv);
            let new = || RoomCamera::new(size, yuyv).1;
            things.cameras.entry(name.to_owned()).or_insert_with(new).clone()
        })
    }

    /// The virtual camera of a name; it exists from the first call on.
    pub fn output(&self, name: &str) -> OutputHandle {
        self.with(|things| things.outputs.entry(name.to_owned()).or_default().clone())
    }

    /// The last controls given to a camera.
    pub fn controls(&self) -> Option<Controls> {
        self.with(|things| things.controls.last().cloned())
    }

    /// The last requested virtual camera.
    pub fn plan(&self) -> Option<Plan> {
        self.with(|things| things.plans.last().cloned())
    }

    /// The last requested network.
    pub fn matting(&self) -> Option<MattingChoice> {
        self.with(|things| things.mattings.last().cloned())
    }

    /// The memory limit for reading a background.
    pub fn memory(&self) -> Option<MemorySize> {
        self.with(|things| things.memory)
    }

    /// The scene of the last studio.
    pub fn scene(&self) -> Scene {
        self.with(|things| things.scenes.last().cloned()).unwrap_or_default()
    }

    /// What the last studio was built for.
    pub fn program(&self) -> Option<Program> {
        self.with(|things| things.programs.last().cloned())
    }

    /// How many studios were built for a scene that gives way to another.
    pub fn transitions(&self) -> usize {
        self.with(|things| things.programs.iter().filter(|p| p.leaving.is_some()).count())
    }

    /// What a camera was asked for last.
    pub fn wish(&self, name: &str) -> Option<Wish> {
        self.with(|things| things.wishes.get(name).copied())
    }

    /// Has somebody come into the cameras' pictures, or leave them.
    pub fn set_somebody(&self, is_there: bool) {
        self.with(|things| things.somebody.store(is_there, Ordering::Relaxed));
    }

    /// How many studios were built.
    pub fn studios(&self) -> usize {
        self.with(|things| things.scenes.len())
    }
}

impl Machine for Lab {
    fn camera(&self, asked: &Asked) -> Result<Box<dyn CameraOpener>> {
        self.with(|things| things.controls.push(asked.config.camera.controls.clone()));
        let name = asked.camera.to_string_lossy().into_owned();
        let opener = RoomCamera::of(&self.camera(&name));
        Ok(Box::new(Named { lab: self.clone(), name, opener }))
    }

    fn finder(&self, _: &Asked) -> CameraFinder {
        let lab = self.clone();
        Box::new(move |device| {
            let (name, opener) = (device.to_owned(), RoomCamera::of(&lab.camera(device)));
            Box::new(Named { lab: lab.clone(), name, opener })
        })
    }

    fn check_camera(&self, asked: &Asked) -> Result<()> {
        let name = asked.camera.to_string_lossy();
        let is_there = self.with(|things| things.cameras.contains_key(&*name));
        let error =
            || backlot_v4l2::Error::NotFound { name: name.clone().into(), near: String::new() };
        if is_there { Ok(()) } else { Err(error().into()) }
    }

    fn output(&self, plan: &Plan) -> Result<Found> {
        self.with(|things| things.plans.push(plan.clone()));
        let (name, format) = (plan.name(), plan.format);
        // A node is the same under another name.
        let place = if matches!(plan.kind, Kind::PipeWire(_)) { "pipewire" } else { &*name };
        let opener = Box::new(RecordingOutput::of(&self.output(place), &name, format));
        Ok(Found { setup: plan.setup(opener), device: None })
    }

    fn check_output(&self, plan: &Plan) -> Result<()> {
        let is_there = self.with(|things| things.outputs.contains_key(&plan.name()));
        if is_there { Ok(()) } else { Err(backlot_v4l2::Error::NoVirtualCamera.into()) }
    }

    fn builder(&self, asked: &Asked) -> StudioBuilder {
        self.with(|things| {
            things.mattings.push(asked.matting.clone());
            things.memory = Some(asked.config.run.memory);
        });
        let lab = self.clone();
        Arc::new(move |program: &Program, rig: &Rig| {
            let finder = Finder(lab.with(|things| things.somebody.clone()));
            let studio = Studio::with_finder(program, rig.canvas, Some(Box::new(finder)))?;
            lab.with(|things| {
                things.scenes.push(program.scene.clone());
                things.programs.push(program.clone());
            });
            Ok(studio)
        })
    }
}

/// A camera under the name that the settings gave it.
struct Named {
    lab: Lab,
    name: String,
    opener: RoomCamera,
}

impl CameraOpener for Named {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        self.lab.with(|things| things.wishes.insert(self.name.clone(), *wish));
        self.opener.open(wish)
    }
}

/// Finds nobody, or the camera's person where the test says so.
struct Finder(Arc<AtomicBool>);

impl Keyer for Finder {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        let (size, is_there) = (matte.size(), self.0.load(Ordering::Relaxed));
        let (width, height) = (size.width as usize, size.height as usize);
        for (y, row) in matte.plane_mut().rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = 255 * u8::from(is_there && is_somebody(x, y, width, height));
            }
        }
        matte.set_sequence(frame.sequence);
        Ok(())
    }
}

/// The desk: a folder with the settings and the state, and the lab.
pub struct Desk {
    pub lab: Lab,
    folder: TempDir,
    request: RunRequest,
}

/// The start of every settings file here, chosen for speed.
const HEAD: &str = "\
[camera]
device = \"one\"
size = \"320x180\"
[output]
device = \"/dev/one\"
[run]
close_after = 0.05
[scene.calm]
background = \"navy\"
";

/// The settings with more lines. Lines of an existing section are added to it.
pub fn settings(extra: &str) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in HEAD.lines().chain(extra.lines()) {
        if line.starts_with('[') {
            let is_new = line.starts_with("[[") || sections.iter().all(|(head, _)| head != line);
            if is_new {
                sections.push((line.to_owned(), String::new()));
            } else {
                let at = sections.iter().position(|(head, _)| head == line).unwrap();
                let section = sections.remove(at);
                sections.push(section);
            }
            continue;
        }
        let (_, lines) = sections.last_mut().unwrap();
        let key = line.split('=').next().unwrap_or_default();
        let others = lines.lines().filter(|other| other.split('=').next() != Some(key));
        *lines = others.chain([line]).map(|line| format!("{line}\n")).collect();
    }
    sections.iter().map(|(head, lines)| format!("{head}\n{lines}")).collect()
}

impl Desk {
    /// Creates a desk with settings and a command line.
    pub fn new(text: &str, line: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, text).unwrap();
        let mut request = RunRequest { settings: Some(path), ..RunRequest::default() };
        for option in line.chunks(2) {
            set(&mut request, option[0], option[1]);
        }
        Self { lab: Lab::default(), folder, request }
    }

    /// Saves other settings.
    pub fn write(&self, text: &str) {
        std::fs::write(self.folder.path().join("settings.toml"), text).unwrap();
    }

    /// Where the settings lie.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Where the state lies.
    pub fn state(&self) -> StateFile {
        StateFile::at(self.folder.path().join("state.toml"))
    }

    /// Begins to run.
    pub fn open(&self) -> Result<Session<'_>> {
        Session::open(&self.request, &self.lab, self.state(), Reporter::new(StatusForm::Quiet))
    }

    /// Begins to run, while somebody watches each virtual camera that is named, and waits for
    /// pictures.
    pub fn watched(&self, names: &[&str]) -> Session<'_> {
        let mut session = self.open().unwrap_or_else(|error| panic!("{error:#}"));
        for name in names {
            let output = self.lab.output(name);
            until(&mut session, "an open output", |_| output.is_open());
            output.watch(1);
            until(&mut session, "the camera's pictures", |status| {
                status.state == LiveState::Live && output.count() > 3
            });
        }
        session
    }
}

/// Gives an option, as on the command line.
fn set(request: &mut RunRequest, option: &str, value: &str) {
    match option {
        "--camera" => request.camera = Some(value.into()),
        "--output" => request.outputs.push(value.to_owned()),
        "--size" => request.size = Some(value.parse().unwrap()),
        "--fps" => request.rate = Some(value.parse().unwrap()),
        "--model" => request.model = Some(value.into()),
        "--quality" => request.quality = Some(value.to_owned()),
        "--memory" => request.memory = Some(value.parse().unwrap()),
        "--scene" => request.scene = Some(value.to_owned()),
        "--background" => {
            request.look.background = Some(value.parse().unwrap());
            request.changed.push(value.to_owned());
        }
        "--effect" => {
            request.look.person_effects.push(value.parse().unwrap());
            request.changed.push(value.to_owned());
        }
        other => panic!("no test has given {other} so far"),
    }
}

/// Runs until a condition holds.
pub fn until(session: &mut Session<'_>, what: &str, mut holds: impl FnMut(&LiveStatus) -> bool) {
    let start = Instant::now();
    loop {
        session.look();
        let status = session.status();
        if holds(&status) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "never: {what}: {status:#?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The message of the status, or an empty text.
pub fn message(session: &mut Session<'_>) -> String {
    session.status().message.unwrap_or_default()
}

/// The error of a run that can't start.
pub fn refused(desk: &Desk) -> String {
    let error =
        desk.open().map(|_| SessionError::Refused("it began".into())).unwrap_or_else(|error| error);
    backlot_terminal::sentence(&error)
}

/// A missing camera.
pub fn unplug(camera: &RoomHandle) {
    camera.set_fault(CameraFault::Unplugged);
}
