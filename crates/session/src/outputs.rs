//! The virtual cameras that `--output` and `[output]` name.

use crate::error::Result;
use backlot_guard::{OutputOpener, VirtualCamera};
use backlot_media::{FrameRate, PixelFormat, Size, StreamError, Waker, Wish};
use backlot_pipeline::live::OutputSetup;
use backlot_scene::config::{OutputConfig, ViewersRule};
use backlot_v4l2::loopback::{LoopbackOpener, LoopbackReport, Output};
use backlot_v4l2::openers::openers;
use std::path::PathBuf;

/// A parsed name, before anything is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    /// Every kind of virtual camera available.
    Auto,
    /// A v4l2loopback device, by its file or its label.
    Device(String),
    /// A PipeWire node, by the name that viewers see.
    PipeWire(Option<String>),
    /// None.
    None,
}

impl Named {
    fn find(text: &str) -> Self {
        match text.split_once(':') {
            _ if text == "auto" => Self::Auto,
            _ if text == "none" => Self::None,
            _ if text == "pipewire" || text == "pipewire:" => Self::PipeWire(None),
            Some(("pipewire", name)) => Self::PipeWire(Some(name.to_owned())),
            _ => Self::Device(text.to_owned()),
        }
    }
}

/// Which virtual camera is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A v4l2loopback device.
    Loopback(Output),
    /// A PipeWire node, by the name that viewers see.
    PipeWire(String),
}

/// A requested virtual camera. It need not exist yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Which.
    pub kind: Kind,
    /// The pixel format for viewers.
    pub format: PixelFormat,
    /// The size for viewers, if not the camera's.
    pub size: Option<Size>,
    /// The rate for viewers, if not the camera's.
    pub rate: Option<FrameRate>,
    /// Whether viewers are searched for if the driver can't report them.
    pub scan: bool,
    /// Whether it may be missing without a warning.
    pub is_optional: bool,
    /// The scene that it shows, if it has one of its own.
    pub scene: Option<String>,
}

/// The requested virtual cameras.
///
/// # Errors
/// One sentence when this program can't make one of them.
pub fn plans(asked: &[OutputConfig], viewers: ViewersRule) -> Result<Vec<Plan>> {
    let mut plans = Vec::new();
    for output in asked {
        let plan = |kind, is_optional| Plan {
            kind,
            format: output.format,
            size: output.size,
            rate: output.rate,
            scan: viewers != ViewersRule::Always,
            is_optional,
            scene: output.scene.clone(),
        };
        let loopback = |name: &str| Kind::Loopback(Output::parse(name));
        match Named::find(&output.device) {
            Named::None => {}
            Named::Auto => {
                plans.push(plan(loopback("auto"), true));
                if pipewire::IS_BUILT_IN {
                    plans.push(plan(Kind::PipeWire(output.name.clone()), true));
                }
            }
            Named::Device(name) => plans.push(plan(loopback(&name), false)),
            Named::PipeWire(name) => {
                pipewire::check()?;
                let name = name.unwrap_or_else(|| output.name.clone());
                plans.push(plan(Kind::PipeWire(name), false));
            }
        }
    }
    Ok(plans)
}

/// The identity of a virtual camera: no two can share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A device's file.
    File(PathBuf),
    /// Something by its name.
    Name(String),
}

/// A virtual camera that is ready to be opened.
pub struct Found {
    /// How.
    pub setup: OutputSetup,
    /// Where its device is published, if it has one.
    pub device: Option<LoopbackReport>,
}

impl Plan {
    /// Its current place.
    pub fn place(&self) -> Place {
        match &self.kind {
            Kind::Loopback(output) => {
                output.place().map_or_else(|| Place::Name(output.name()), Place::File)
            }
            Kind::PipeWire(name) => Place::Name(format!("pipewire:{name}")),
        }
    }

    /// What distinguishes it from others at the same place.
    pub fn form(&self) -> String {
        format!("{:?}", Self { scene: None, ..self.clone() })
    }

    /// Whether it has to be reopened to become `other`, which is at the same place.
    pub fn differs(&self, other: &Self) -> bool {
        let form = |plan: &Self| (plan.format, plan.size, plan.rate, plan.scan);
        let is_renamed = matches!(self.kind, Kind::PipeWire(_)) && self.kind != other.kind;
        form(self) != form(other) || is_renamed
    }

    /// A short description, with its own scene if it has one.
    pub fn words_with_scene(&self) -> String {
        match &self.scene {
            Some(scene) => format!("{} with '{scene}'", self.words()),
            None => self.words(),
        }
    }

    /// A short description.
    pub fn words(&self) -> String {
        match (&self.kind, self.place()) {
            (Kind::PipeWire(name), _) => format!("PipeWire '{name}'"),
            (_, Place::File(path)) => format!("v4l2loopback {}", path.display()),
            (_, Place::Name(name)) => format!("v4l2loopback '{name}'"),
        }
    }

    /// The name that the user gave.
    pub fn name(&self) -> String {
        match &self.kind {
            Kind::Loopback(output) => output.name(),
            Kind::PipeWire(name) => format!("pipewire:{name}"),
        }
    }

    /// Checks that it exists now and accepts pictures.
    ///
    /// # Errors
    /// One sentence about what prevents it.
    pub fn check(&self) -> Result<(), backlot_v4l2::Error> {
        match &self.kind {
            Kind::Loopback(output) => self.loopback(output).check().map(|_| ()),
            Kind::PipeWire(_) => Ok(()),
        }
    }

    /// Creates its opener.
    ///
    /// # Errors
    /// When this program doesn't support it.
    pub fn prepare(&self) -> Result<Found> {
        let (opener, device): (Box<dyn OutputOpener>, _) = match &self.kind {
            Kind::Loopback(output) => {
                let opener = self.loopback(output);
                let report = opener.report();
                (Box::new(opener), Some(report))
            }
            Kind::PipeWire(name) => {
                (Box::new(InSession(pipewire::opener(name, self.format)?)), None)
            }
        };
        Ok(Found { setup: self.setup(opener), device })
    }

    /// How to open it with an opener.
    pub fn setup(&self, opener: Box<dyn OutputOpener>) -> OutputSetup {
        let (size, rate, is_optional) = (self.size, self.rate, self.is_optional);
        OutputSetup {
            opener,
            size,
            rate,
            is_optional,
            scene: self.scene.clone(),
            form: self.form(),
        }
    }

    fn loopback(&self, output: &Output) -> LoopbackOpener {
        LoopbackOpener::new(output.clone()).format(self.format).scan(self.scan)
    }
}

/// The programs that watch a device.
pub fn watchers(device: &LoopbackReport) -> Vec<String> {
    let Some(opened) = device.last() else { return Vec::new() };
    let others = openers(&opened.path).into_iter().filter(|o| o.pid != std::process::id());
    others.map(|opener| format!("{} ({})", opener.name, opener.pid)).collect()
}

/// A node in a session that may not have started: the library is not called before.
struct InSession(Box<dyn OutputOpener>);

impl OutputOpener for InSession {
    fn name(&self) -> String {
        self.0.name()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        if !pipewire::is_running() {
            return Err(pipewire::not_running());
        }
        self.0.open(wish, changed)
    }
}

#[cfg(feature = "pipewire")]
mod pipewire {
    use crate::error::Result;
    use backlot_guard::OutputOpener;
    use backlot_media::{PixelFormat, StreamError};
    use backlot_pipewire::PipewireOutputOpener;
    use std::path::PathBuf;

    /// Whether the program was built with it.
    pub const IS_BUILT_IN: bool = true;

    /// Whether the program was built with it.
    pub const fn check() -> Result<()> {
        Ok(())
    }

    /// The error without a session.
    pub fn not_running() -> StreamError {
        backlot_pipewire::absent().into()
    }

    /// Whether a session's socket exists.
    pub fn is_running() -> bool {
        let folder = std::env::var_os("PIPEWIRE_RUNTIME_DIR")
            .or_else(|| std::env::var_os("XDG_RUNTIME_DIR"))
            .map(PathBuf::from);
        let remote = std::env::var_os("PIPEWIRE_REMOTE").unwrap_or_else(|| "pipewire-0".into());
        folder.is_some_and(|folder| folder.join(remote).exists())
    }

    /// Creates the opener of a node with that name.
    pub fn opener(name: &str, format: PixelFormat) -> Result<Box<dyn OutputOpener>> {
        Ok(Box::new(PipewireOutputOpener::new().named(name).format(format)))
    }
}

#[cfg(not(feature = "pipewire"))]
mod pipewire {
    use crate::error::Result;
    use backlot_guard::OutputOpener;
    use backlot_media::{PixelFormat, Recovery, StreamError};

    const MISSING: &str =
        "this program was built without PipeWire: build it with --features pipewire";

    pub const IS_BUILT_IN: bool = false;

    pub fn check() -> Result<()> {
        refuse!("{MISSING}")
    }

    pub fn not_running() -> StreamError {
        StreamError::new(MISSING, Recovery::Fatal)
    }

    pub const fn is_running() -> bool {
        false
    }

    pub fn opener(_: &str, _: PixelFormat) -> Result<Box<dyn OutputOpener>> {
        refuse!("{MISSING}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(Named::find("auto"), Named::Auto);
        assert_eq!(Named::find("none"), Named::None);
        assert_eq!(Named::find("/dev/video10"), Named::Device("/dev/video10".to_owned()));
        assert_eq!(Named::find("My Camera: Two"), Named::Device("My Camera: Two".to_owned()));
        assert_eq!(Named::find("pipewire"), Named::PipeWire(None));
        assert_eq!(Named::find("pipewire:Me"), Named::PipeWire(Some("Me".to_owned())));
    }

    fn plans_of(text: &str) -> Vec<Plan> {
        let config = backlot_scene::Config::parse(text).unwrap();
        plans(&config.outputs, config.run.viewers).unwrap()
    }

    #[test]
    fn what_is_not_there_is_said_or_waited_for() {
        let plan = &plans_of("[output]\ndevice = \"/dev/video987\"")[0];
        let error = plan.check().unwrap_err().to_string();
        assert!(error.contains("/dev/video987"), "{error}");
        assert!(!plan.is_optional && plan.prepare().is_ok());
        assert_eq!(plan.words(), "v4l2loopback /dev/video987");
        assert_eq!(plans_of("[output]\ndevice = \"none\""), []);
        // Whatever of it comes later is taken.
        let auto = plans_of("");
        assert!(auto.iter().all(|plan| plan.is_optional && plan.prepare().is_ok()));
        assert_eq!(auto.len(), 1 + usize::from(pipewire::IS_BUILT_IN));
    }

    #[test]
    fn what_has_to_be_opened_anew_is_told_from_what_has_not() {
        let plan = |line: &str| {
            plans_of(&format!("[output]\ndevice = \"/dev/video987\"\n{line}")).remove(0)
        };
        let plain = plan("");
        for line in ["format = \"nv12\"", "size = \"64x36\"", "fps = 5"] {
            assert!(plan(line).differs(&plain), "{line}");
        }
        assert!(plan("[run]\nviewers = \"always\"").differs(&plain));
        // The module names its devices.
        assert!(!plan("name = \"Me\"").differs(&plain));
        assert_eq!(plan("format = \"nv12\"").place(), plain.place());
    }
}
