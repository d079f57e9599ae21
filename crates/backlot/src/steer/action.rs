//! From a command to its request.

use super::{PreviewArgs, RecordArgs, StatusArgs, WatchArgs};
use crate::{completing, typed};
use anyhow::{Context, Result, bail};
use backlot_files::at_home;
use backlot_protocol::{Plain, Request, Step, What};
use backlot_scene::Background;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf, absolute};

/// What all of them take.
#[derive(Clone, Debug, Default, Args)]
pub struct SteerArgs {
    /// Keep the change beyond this run: edited scenes become files beside the settings
    #[arg(long)]
    pub save: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Socket of the running program [default: backlot/control.sock in your runtime folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
}

/// Commands that steer the running program.
#[derive(Debug, Subcommand)]
pub enum Steer {
    /// Show what the running program does, and who watches
    Status(StatusArgs),
    /// Put another background behind you
    Background {
        /// A picture or video file, a colour, gradient:TOP,BOTTOM, a set, blur, mosaic or original
        #[arg(add = completing::backgrounds())]
        value: String,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Blur the room, or show the background of before again
    Blur {
        /// on or off
        to: Switch,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Swap left and right, or swap them back
    Mirror {
        /// on or off
        to: Switch,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Add an effect, take one away, or change one
    Effect {
        /// What to do
        #[command(subcommand)]
        action: EffectAction,
    },
    /// Change what cuts you out: person, none, or chroma
    Key {
        /// The key, with or without settings: chroma:color=green
        #[arg(add = completing::keys())]
        key: String,
        /// The layer's id [default: the layer that shows you]
        #[arg(long, add = completing::layers())]
        layer: Option<String>,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Show, hide, place or change a layer of the scene
    Layer {
        /// The layer's id; 'backlot list layers' tells them
        #[arg(add = completing::layers())]
        id: String,
        /// What to do
        #[command(subcommand)]
        action: LayerAction,
    },
    /// Declare a source for layers, or take one away
    Source {
        /// The source's name
        #[arg(add = completing::sources())]
        name: String,
        /// What it is, as JSON: {"color":"navy"}; without it, the source is taken away
        spec: Option<String>,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Change to another camera, or to other pictures of this one
    Camera {
        /// A device, a name from 'backlot devices', or what plays the part of a camera
        #[arg(add = completing::cameras())]
        device: Option<String>,
        /// Size and rate of its pictures, or auto for those of the settings
        #[arg(long, value_name = "SIZE[@FPS]", conflicts_with = "device")]
        mode: Option<String>,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Set one of the camera's own controls
    Control {
        /// As brightness=140
        #[arg(value_name = "NAME=VALUE", add = completing::controls())]
        control: String,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Take the last change back
    Undo(SteerArgs),
    /// Make the change again that was taken back last
    Redo(SteerArgs),
    /// Show a card and close the camera, until 'backlot resume'
    Pause(SteerArgs),
    /// Show a card at once, without one pixel of the camera, until 'backlot resume'
    Panic(SteerArgs),
    /// Show the room as it is, until 'backlot resume'
    Off(SteerArgs),
    /// Go on after pause, panic or off
    Resume(SteerArgs),
    /// Keep what was changed beyond this run
    Save(SteerArgs),
    /// Record what viewers see: every picture, into a video
    Record(RecordArgs),
    /// Show what viewers see in a window, or pass it on as a video
    Preview(PreviewArgs),
    /// Print what changes, until the program ends
    Watch(WatchArgs),
    /// List what the running program knows, as JSON
    List {
        /// What: scenes, sets, effects, keys, cameras, outputs, layers, transitions, properties or recordings
        #[arg(add = completing::lists())]
        what: String,
        /// The scene whose layers are listed [default: the one that is shown]
        #[arg(long, add = completing::scenes())]
        scene: Option<String>,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// Ask the running program anything, as a line of JSON
    Ask {
        /// The request: {"request":"ping"}; docs/control.md lists them
        request: String,
        #[command(flatten)]
        steer: SteerArgs,
    },
    /// End the running program
    Quit(SteerArgs),
}

/// A scene of the running program.
#[derive(Debug, Args)]
pub struct SceneChoice {
    /// The scene to show on the running program, or 'next' or 'previous'
    #[arg(add = completing::shown_scenes())]
    pub scene: Option<String>,
    /// The virtual camera that is to show it [default: all]
    #[arg(long, value_name = "OUTPUT", requires = "scene", add = completing::running_outputs())]
    pub output: Option<String>,
    /// How it takes over: cut, or fade, slide or wipe, perhaps with milliseconds, as in fade:300
    #[arg(long, value_name = "TRANSITION", requires = "scene", add = completing::transitions())]
    pub transition: Option<String>,
    /// What it is to be from now on, as JSON: {"background":"navy"}; 'none' takes it away
    #[arg(long, value_name = "FORM", requires = "scene", conflicts_with_all = ["output", "transition"])]
    pub replace: Option<String>,
    /// Make a copy of it, by this name
    #[arg(long, value_name = "NAME", requires = "scene", conflicts_with_all = ["output", "transition", "replace"])]
    pub copy: Option<String>,
    /// Give it this name
    #[arg(long, value_name = "NAME", requires = "scene", conflicts_with_all = ["output", "transition", "replace", "copy"])]
    pub rename: Option<String>,
    #[command(flatten)]
    pub steer: SteerArgs,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On
    On,
    /// Off
    Off,
}

/// What to do with an effect.
#[derive(Debug, Subcommand)]
pub enum EffectAction {
    /// Add one
    Add {
        /// The effect, with or without settings: hologram:ghost=0.5
        #[arg(add = completing::effects())]
        effect: String,
        /// How many effects come before it [default: all]
        #[arg(long, value_name = "N")]
        at: Option<usize>,
        #[command(flatten)]
        on: EffectOn,
    },
    /// Take one away
    Remove {
        /// The effect's name, or its number, counted from 0
        #[arg(add = completing::present_effects())]
        effect: String,
        #[command(flatten)]
        on: EffectOn,
    },
    /// Bring one before or behind others
    Move {
        /// The effect's name, or its number, counted from 0
        #[arg(add = completing::effects())]
        effect: String,
        /// How many effects are to come before it
        to: usize,
        #[command(flatten)]
        on: EffectOn,
    },
    /// Change a setting of one
    Set {
        /// The effect's name, or its number, counted from 0
        #[arg(add = completing::present_effects())]
        effect: String,
        /// As ghost=0.2
        #[arg(value_name = "SETTING=VALUE", add = completing::effect_settings())]
        setting: String,
        #[command(flatten)]
        on: EffectOn,
    },
}

/// Where an effect is.
#[derive(Debug, Args)]
pub struct EffectOn {
    /// The layer's id, or '*' for the finished picture [default: the layer that shows you]
    #[arg(long, add = completing::layers())]
    pub layer: Option<String>,
    #[command(flatten)]
    pub steer: SteerArgs,
}

/// What to do with a layer.
#[derive(Debug, Subcommand)]
pub enum LayerAction {
    /// Show it
    Show(LayerOf),
    /// Hide it
    Hide(LayerOf),
    /// Hide it if it is shown, else show it
    Toggle(LayerOf),
    /// Play its video from the beginning
    Restart(LayerOf),
    /// Take it away
    Remove(LayerOf),
    /// Bring it further to the back or to the front
    Move {
        /// How many layers are to be behind it
        to: usize,
        #[command(flatten)]
        of: LayerOf,
    },
    /// Place it elsewhere
    Place {
        /// As anchor=bottom-right, width=40%, margin=2%
        #[arg(value_name = "NAME=VALUE", required = true, add = completing::places())]
        place: Vec<String>,
        #[command(flatten)]
        of: LayerOf,
    },
    /// Change a property
    Set {
        /// As opacity=0.5; a property without a value gets its default
        #[arg(value_name = "PROPERTY[=VALUE]", add = completing::properties())]
        property: String,
        #[command(flatten)]
        of: LayerOf,
    },
    /// Add it as a new layer
    Insert {
        /// Its other properties, as JSON: {"source":"logo.png","opacity":0.5}
        layer: String,
        /// How many layers are to be behind it
        #[arg(long, value_name = "N", default_value_t = 0)]
        at: usize,
        #[command(flatten)]
        of: LayerOf,
    },
}

/// Whose layer it is.
#[derive(Debug, Args)]
pub struct LayerOf {
    /// The scene [default: the one that is shown]
    #[arg(long, add = completing::scenes())]
    pub scene: Option<String>,
    #[command(flatten)]
    pub steer: SteerArgs,
}

impl SceneChoice {
    /// The request for it.
    ///
    /// # Errors
    /// When no scene is named, or its form is no JSON.
    pub fn request(&self) -> Result<Request> {
        let Some(scene) = self.scene.clone() else {
            bail!(
                "name a scene, 'next' or 'previous'; 'backlot scene --help' lists what else there is"
            );
        };
        if let Some(form) = &self.replace {
            let form = (form != "none").then(|| object(form)).transpose()?;
            return Ok(Request::ReplaceScene { scene, form });
        }
        if let Some(to) = &self.copy {
            return Ok(Request::CopyScene { scene: Some(scene), to: to.clone() });
        }
        if let Some(to) = &self.rename {
            return Ok(Request::RenameScene { scene, to: to.clone() });
        }
        let (output, transition) = (self.output.clone(), self.transition.clone());
        let step = Step::ALL.iter().copied().find(|step| step.name() == scene);
        let scene = Some(scene).filter(|_| step.is_none());
        Ok(Request::ShowScene { scene, step, output, transition })
    }
}

impl Steer {
    /// Whether the output is JSON, so that messages are JSON too.
    pub const fn answers_in_json(&self) -> bool {
        match (self, self.args()) {
            (Self::Status(args), _) => args.json,
            (Self::Watch(args), _) => args.json,
            (Self::Record(args), _) => args.json,
            (_, args) => matches!(args, Some(args) if args.json),
        }
    }

    /// What goes with its request, if it is a single one.
    pub const fn args(&self) -> Option<&SteerArgs> {
        Some(match self {
            Self::Status(_) | Self::Watch(_) | Self::Record(_) | Self::Preview(_) => return None,
            Self::Effect { action } => action.args(),
            Self::Layer { action, .. } => &action.of().steer,
            Self::Background { steer, .. }
            | Self::Blur { steer, .. }
            | Self::Mirror { steer, .. }
            | Self::Key { steer, .. }
            | Self::Source { steer, .. }
            | Self::Camera { steer, .. }
            | Self::Control { steer, .. }
            | Self::Undo(steer)
            | Self::Redo(steer)
            | Self::Pause(steer)
            | Self::Panic(steer)
            | Self::Off(steer)
            | Self::Resume(steer)
            | Self::Save(steer)
            | Self::List { steer, .. }
            | Self::Ask { steer, .. }
            | Self::Quit(steer) => steer,
        })
    }

    /// The request for it.
    ///
    /// # Errors
    /// When an argument can't be read.
    pub fn request(&self) -> Result<Request> {
        Ok(match self {
            Self::Status(_) | Self::Watch(_) | Self::Record(_) | Self::Preview(_) => {
                bail!("this is no single request")
            }
            Self::Background { value, .. } => Request::Background { value: background(value)? },
            Self::Blur { to, .. } => Request::Blur { on: *to == Switch::On },
            Self::Mirror { to, .. } => Request::Mirror { on: *to == Switch::On },
            Self::Effect { action } => action.request()?,
            Self::Key { key, layer, .. } => Request::Key { key: key.clone(), layer: layer.clone() },
            Self::Layer { id, action } => action.request(id)?,
            Self::Source { name, spec, .. } => {
                let spec = spec.as_deref().map(object).transpose()?;
                Request::DeclareSource { source: name.clone(), spec }
            }
            Self::Camera { device: Some(device), .. } => {
                Request::Camera { device: camera(device)? }
            }
            Self::Camera { mode: Some(mode), .. } => camera_mode(mode),
            Self::Camera { .. } => bail!(
                "name a camera, or its pictures as --mode 1280x720@30: 'backlot list cameras' lists both"
            ),
            Self::Control { control, .. } => {
                let (name, value) = pair(control)?;
                Request::Control { name, value: Plain(value) }
            }
            Self::Undo(_) => Request::Undo,
            Self::Redo(_) => Request::Redo,
            Self::Pause(_) => Request::Pause,
            Self::Panic(_) => Request::Panic,
            Self::Off(_) => Request::Off,
            Self::Resume(_) => Request::Resume,
            Self::Save(_) => Request::Save,
            Self::Quit(_) => Request::Quit,
            Self::List { what, scene, .. } => {
                Request::List { what: listed(what)?, scene: scene.clone() }
            }
            Self::Ask { request, .. } => {
                backlot_protocol::read_request(request.as_bytes())?.request
            }
        })
    }
}

impl EffectAction {
    const fn args(&self) -> &SteerArgs {
        match self {
            Self::Add { on, .. }
            | Self::Remove { on, .. }
            | Self::Move { on, .. }
            | Self::Set { on, .. } => &on.steer,
        }
    }

    fn request(&self) -> Result<Request> {
        Ok(match self {
            Self::Add { effect, at, on } => {
                let (effect, layer) = (effect.clone(), on.layer.clone());
                Request::AddEffect { effect, layer, at: *at }
            }
            Self::Remove { effect, on } => {
                Request::RemoveEffect { effect: Plain(effect.clone()), layer: on.layer.clone() }
            }
            Self::Move { effect, to, on } => {
                let (effect, layer) = (Plain(effect.clone()), on.layer.clone());
                Request::MoveEffect { effect, to: *to, layer }
            }
            Self::Set { effect, setting, on } => {
                let (setting, value) = pair(setting)?;
                let (effect, value) = (Plain(effect.clone()), Plain(value));
                Request::SetEffect { effect, setting, value, layer: on.layer.clone() }
            }
        })
    }
}

impl LayerAction {
    const fn of(&self) -> &LayerOf {
        match self {
            Self::Show(of)
            | Self::Hide(of)
            | Self::Toggle(of)
            | Self::Restart(of)
            | Self::Remove(of)
            | Self::Move { of, .. }
            | Self::Place { of, .. }
            | Self::Set { of, .. }
            | Self::Insert { of, .. } => of,
        }
    }

    fn request(&self, id: &str) -> Result<Request> {
        let (layer, scene) = (id.to_owned(), self.of().scene.clone());
        Ok(match self {
            Self::Show(_) => Request::ShowLayer { layer, scene },
            Self::Hide(_) => Request::HideLayer { layer, scene },
            Self::Toggle(_) => Request::ToggleLayer { layer, scene },
            Self::Restart(_) => Request::RestartLayer { layer, scene },
            Self::Remove(_) => Request::RemoveLayer { scene, layer },
            Self::Move { to, .. } => Request::MoveLayer { scene, layer, to: *to },
            Self::Place { place, .. } => {
                let pairs = place.iter().map(|text| {
                    let (name, value) = pair(text)?;
                    Ok((name, plain(&value)))
                });
                let place = pairs.collect::<Result<Map<_, _>>>()?;
                Request::PlaceLayer { layer, scene, place }
            }
            Self::Set { property, .. } => {
                let (property, value) = match property.split_once('=') {
                    Some((name, value)) => (name.to_owned(), property_value(name, value)?),
                    None => (property.clone(), Value::Null),
                };
                Request::SetLayer { layer, scene, property, value }
            }
            Self::Insert { layer: given, at, .. } => {
                let mut layer = object(given)?;
                layer.insert("id".to_owned(), id.into());
                if let Some(Value::String(source)) = layer.get("source") {
                    let source = file(source)?;
                    layer.insert("source".to_owned(), source.into());
                }
                Request::InsertLayer { scene, at: *at, layer }
            }
        })
    }
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String)> {
    let (name, value) = text
        .split_once('=')
        .with_context(|| format!("'{text}' has no value: write it as NAME=VALUE"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// A camera's mode without wishes of its own.
const AUTO: &str = "auto";

/// `SIZE[@FPS]`, or what stands for neither.
fn camera_mode(text: &str) -> Request {
    let (size, fps) = text.split_once('@').map_or((text, None), |(size, fps)| (size, Some(fps)));
    let size = Some(size.to_owned()).filter(|size| size != AUTO);
    Request::CameraMode { size, fps: fps.map(|fps| Plain(fps.to_owned())) }
}

/// A value as it is typed: what reads as JSON is JSON, everything else is text.
fn plain(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn property_value(name: &str, text: &str) -> Result<Value> {
    Ok(if name == "source" { file(text)?.into() } else { plain(text) })
}

fn object(text: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(text)
        .with_context(|| format!("'{text}' is no JSON object: write {{\"name\":\"value\"}}"))
}

/// What is listed.
fn listed(text: &str) -> Result<What> {
    let names = || What::ALL.iter().map(|what| what.name()).collect::<Vec<_>>().join(", ");
    let found = What::ALL.iter().copied().find(|what| what.name() == text);
    found.with_context(|| format!("'{text}' is no list: there is {}", names()))
}

/// A background, whose file is found from here.
fn background(text: &str) -> Result<String> {
    Ok(match text.parse() {
        Ok(Background::File(path)) => from_here(&path)?,
        _ => text.to_owned(),
    })
}

/// A layer's source, whose file is found from here.
fn file(text: &str) -> Result<String> {
    match text.parse() {
        Ok(backlot_scene::LayerSource::File(path)) => from_here(&path),
        _ => Ok(text.to_owned()),
    }
}

/// A camera, whose file is found from here.
fn camera(text: &str) -> Result<String> {
    let path = at_home(Path::new(text));
    if path.is_relative() && path.exists() { from_here(&path) } else { Ok(text.to_owned()) }
}

fn from_here(path: &Path) -> Result<String> {
    let path = absolute(at_home(path))?;
    let text = path.to_str().map(str::to_owned);
    text.with_context(|| format!("'{}' is no text that can be sent", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use backlot_protocol::REQUESTS;
    use clap::Parser;
    use std::collections::BTreeSet;

    fn asked(line: &[&str]) -> Request {
        let words = ["backlot"].iter().chain(line).copied();
        match Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{error}")).command {
            Some(Command::Steer(Steer::Record(args))) => args.request().unwrap(),
            Some(Command::Steer(steer)) => steer.request().unwrap(),
            Some(Command::Scene(scene)) => scene.choice.request().unwrap(),
            _ => panic!("{line:?} asks for nothing"),
        }
    }

    #[test]
    fn every_request_has_a_command() {
        let lines: &[&[&str]] = &[
            &["scene", "next"],
            &["scene", "desk", "--copy", "desk 2"],
            &["scene", "desk", "--rename", "table"],
            &["background", "navy"],
            &["blur", "on"],
            &["mirror", "off"],
            &["effect", "add", "hologram"],
            &["effect", "remove", "0"],
            &["effect", "set", "hologram", "ghost=0.5"],
            &["effect", "move", "hologram", "0"],
            &["key", "chroma"],
            &["layer", "logo", "show"],
            &["layer", "logo", "hide"],
            &["layer", "logo", "toggle"],
            &["layer", "logo", "restart"],
            &["layer", "logo", "remove"],
            &["layer", "logo", "move", "0"],
            &["layer", "logo", "place", "width=40%"],
            &["layer", "logo", "set", "opacity=0.5"],
            &["layer", "logo", "insert", "{\"source\":\"aurora\"}"],
            &["scene", "calm", "--replace", "{\"background\":\"navy\"}"],
            &["source", "wall", "{\"color\":\"navy\"}"],
            &["camera", "presenter"],
            &["camera", "--mode", "720p@30"],
            &["control", "brightness=140"],
            &["undo"],
            &["redo"],
            &["pause"],
            &["panic"],
            &["off"],
            &["resume"],
            &["save"],
            &["record", "talk.mkv"],
            &["record", "stop"],
            &["quit"],
            &["list", "scenes"],
            &["ask", "{\"request\":\"ping\"}"],
        ];
        let known: BTreeSet<_> = lines.iter().map(|line| asked(line).name()).collect();
        // Commands of their own: 'status', 'explain --running', 'doctor', 'snapshot --running', 'preview', 'panel' and
        // 'install'.
        let others = ["state", "explain", "doctor", "snapshot", "preview", "panel", "install"];
        let all: BTreeSet<_> = REQUESTS.iter().map(|request| request.name).collect();
        let missing: Vec<_> =
            all.difference(&known).filter(|name| !others.contains(name)).collect();
        assert!(missing.is_empty(), "no command asks for {missing:?}");
    }

    #[test]
    fn what_is_typed_becomes_what_is_sent() {
        let layer = || "logo".to_owned();
        for (line, request) in [
            (
                &["camera", "--mode", "720p@30"][..],
                Request::CameraMode {
                    size: Some("720p".to_owned()),
                    fps: Some(Plain("30".to_owned())),
                },
            ),
            (&["camera", "--mode", "auto"], Request::CameraMode { size: None, fps: None }),
            (
                &["scene", "next", "--transition", "fade:300"],
                Request::ShowScene {
                    scene: None,
                    step: Some(Step::Next),
                    output: None,
                    transition: Some("fade:300".to_owned()),
                },
            ),
            (
                &["layer", "logo", "set", "opacity=0.5"],
                Request::SetLayer {
                    layer: layer(),
                    scene: None,
                    property: "opacity".to_owned(),
                    value: 0.5.into(),
                },
            ),
            (
                &["layer", "logo", "set", "corners"],
                Request::SetLayer {
                    layer: layer(),
                    scene: None,
                    property: "corners".to_owned(),
                    value: Value::Null,
                },
            ),
        ] {
            assert_eq!(asked(line), request);
        }
        let Request::Background { value } = asked(&["background", "beach.jpg"]) else { panic!() };
        assert!(Path::new(&value).is_absolute() && value.ends_with("/beach.jpg"), "{value}");
        let Request::Background { value } = asked(&["background", "navy"]) else { panic!() };
        assert_eq!(value, "navy");
    }
}
