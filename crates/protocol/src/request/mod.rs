//! What can be asked of the running program: defined once.

mod field;

use field::Field;
pub use field::{FieldDef, FieldKind, Plain, Step, What};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;

/// What a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// It changes what can be kept: `save` keeps it beyond the run.
    Setting,
    /// It changes this run alone.
    Action,
    /// It changes nothing.
    Question,
}

/// A request, for help, completions and documentation.
#[derive(Clone, Copy, Debug)]
pub struct RequestDef {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether it changes anything.
    pub kind: RequestKind,
    /// What it takes.
    pub fields: &'static [FieldDef],
    /// A line that asks for it.
    pub example: &'static str,
    /// What the reply holds, if that is more than that it was done.
    pub answer: Option<&'static str>,
}

impl RequestDef {
    /// The request of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        REQUESTS.iter().find(|request| request.name == name)
    }

    /// Whether it changes anything.
    pub fn is_edit(&self) -> bool {
        self.kind != RequestKind::Question
    }
}

/// `KIND Variant "name" { fields } = "example" => "answer";`, with the documentation as help.
macro_rules! requests {
    ($(
        $(#[doc = $help:literal])+
        $kind:ident $variant:ident $name:literal $({
            $($(#[doc = $about:literal])+ $field:ident: $type:ty,)+
        })? = $example:literal $(=> $answer:literal)?;
    )+) => {
        /// Something that is asked of the running program.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "request", deny_unknown_fields)]
        #[non_exhaustive]
        pub enum Request {
            $(
                $(#[doc = $help])+
                #[serde(rename = $name)]
                $variant $({
                    $(
                        $(#[doc = $about])+
                        #[serde(skip_serializing_if = "Field::is_absent")]
                        $field: $type,
                    )+
                })?,
            )+
        }

        impl Request {
            /// Its name in a line.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)+
                }
            }
        }

        /// Everything that can be asked for.
        pub const REQUESTS: &[RequestDef] = &[
            $(RequestDef {
                name: $name,
                help: concat!($($help),+).trim_ascii_start(),
                kind: RequestKind::$kind,
                fields: &[$($(FieldDef {
                    name: stringify!($field),
                    help: concat!($($about),+).trim_ascii_start(),
                    kind: <$type as Field>::KIND,
                    is_optional: <$type as Field>::IS_OPTIONAL,
                },)+)?],
                example: $example,
                answer: [None $(, Some($answer))?].as_slice().last().copied().flatten(),
            },)+
        ];
    };
}

requests! {
    /// Shows another scene, on all virtual cameras that show none of their own.
    Setting ShowScene "show-scene" {
        /// The scene's name; either this or `step`.
        scene: Option<String>,
        /// The scene after or before the one that is shown.
        step: Option<Step>,
        /// The virtual camera that is to show it, instead of all.
        output: Option<String>,
        /// How it takes over: `cut`, or `fade`, `slide` or `wipe`, perhaps with milliseconds.
        transition: Option<String>,
    } = r#"{"request":"show-scene","scene":"desk","transition":"fade:300"}"#;

    /// Puts another background behind you.
    Setting Background "background" {
        /// As in the settings: a colour, a gradient, a set, `blur`, or the absolute path of a picture or video.
        value: String,
    } = r#"{"request":"background","value":"navy"}"#;

    /// Blurs the room, or shows the background of before again.
    Setting Blur "blur" {
        /// Whether it is blurred.
        on: bool,
    } = r#"{"request":"blur","on":true}"#;

    /// Swaps left and right, or swaps them back.
    Setting Mirror "mirror" {
        /// Whether they are swapped.
        on: bool,
    } = r#"{"request":"mirror","on":false}"#;

    /// Adds an effect.
    Setting AddEffect "add-effect" {
        /// The effect as in the settings, with or without values of its settings.
        effect: String,
        /// The layer's id, or `*` for the finished picture; without one, the layer that shows you.
        layer: Option<String>,
        /// How many effects are to come before it; without a number, all of them.
        at: Option<usize>,
    } = r#"{"request":"add-effect","effect":"hologram:ghost=0.5"}"#;

    /// Takes an effect away.
    Setting RemoveEffect "remove-effect" {
        /// The effect's name, or its number, counted from 0.
        effect: Plain,
        /// The layer's id, or `*` for the finished picture; without one, the layer that shows you.
        layer: Option<String>,
    } = r#"{"request":"remove-effect","effect":"hologram"}"#;

    /// Changes a setting of an effect.
    Setting SetEffect "set-effect" {
        /// The effect's name, or its number, counted from 0.
        effect: Plain,
        /// The setting's name.
        setting: String,
        /// Its new value.
        value: Plain,
        /// The layer's id, or `*` for the finished picture; without one, the layer that shows you.
        layer: Option<String>,
    } = r#"{"request":"set-effect","effect":"hologram","setting":"ghost","value":0.2}"#;

    /// Brings an effect before or behind others.
    Setting MoveEffect "move-effect" {
        /// The effect's name, or its number, counted from 0.
        effect: Plain,
        /// How many effects are to come before it.
        to: usize,
        /// The layer's id, or `*` for the finished picture; without one, the layer that shows you.
        layer: Option<String>,
    } = r#"{"request":"move-effect","effect":"hologram","to":0}"#;

    /// Changes what cuts a layer out.
    Setting Key "key" {
        /// The key as in the settings.
        key: String,
        /// The layer's id; without one, the layer that shows you.
        layer: Option<String>,
    } = r#"{"request":"key","key":"chroma:color=green"}"#;

    /// Changes a property of a layer.
    Setting SetLayer "set-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
        /// The property's name in the settings.
        property: String,
        /// Its new value; `null` for the default.
        value: Value,
    } = r#"{"request":"set-layer","layer":"logo","property":"opacity","value":0.5}"#;

    /// Shows a layer.
    Setting ShowLayer "show-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
    } = r#"{"request":"show-layer","layer":"logo"}"#;

    /// Hides a layer.
    Setting HideLayer "hide-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
    } = r#"{"request":"hide-layer","layer":"logo"}"#;

    /// Hides a layer that is shown, and shows one that is hidden.
    Setting ToggleLayer "toggle-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
    } = r#"{"request":"toggle-layer","layer":"logo","scene":"desk"}"#;

    /// Places a layer elsewhere.
    Setting PlaceLayer "place-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
        /// Where it is to stand, as `place` in the settings.
        place: Map<String, Value>,
    } = r#"{"request":"place-layer","layer":"me","place":{"anchor":"bottom-right","width":"40%"}}"#;

    /// Plays a layer's video from its beginning.
    Action RestartLayer "restart-layer" {
        /// The layer's id.
        layer: String,
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
    } = r#"{"request":"restart-layer","layer":"film"}"#;

    /// Adds a layer.
    Setting InsertLayer "insert-layer" {
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
        /// How many layers are to be behind it.
        at: usize,
        /// The layer, as in the settings.
        layer: Map<String, Value>,
    } = r#"{"request":"insert-layer","at":1,"layer":{"id":"logo","source":"aurora","opacity":0.5}}"#;

    /// Brings a layer further to the back or to the front.
    Setting MoveLayer "move-layer" {
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
        /// The layer's id.
        layer: String,
        /// How many layers are to be behind it.
        to: usize,
    } = r#"{"request":"move-layer","layer":"logo","to":0}"#;

    /// Takes a layer away.
    Setting RemoveLayer "remove-layer" {
        /// The scene; without one, the scene that is shown.
        scene: Option<String>,
        /// The layer's id.
        layer: String,
    } = r#"{"request":"remove-layer","layer":"logo"}"#;

    /// Replaces a whole scene, or adds one.
    Setting ReplaceScene "replace-scene" {
        /// The scene's name.
        scene: String,
        /// What it is to be, as `[scene.NAME]` in the settings; without one, it is taken away.
        form: Option<Map<String, Value>>,
    } = r#"{"request":"replace-scene","scene":"calm","form":{"background":"navy"}}"#;

    /// Makes a copy of a scene, and shows it where what runs was copied.
    Setting CopyScene "copy-scene" {
        /// The scene; without one, what runs.
        scene: Option<String>,
        /// The copy's name.
        to: String,
    } = r#"{"request":"copy-scene","scene":"desk","to":"desk 2"}"#;

    /// Gives a scene another name.
    Setting RenameScene "rename-scene" {
        /// The scene.
        scene: String,
        /// Its new name.
        to: String,
    } = r#"{"request":"rename-scene","scene":"desk","to":"home"}"#;

    /// Declares a source anew.
    Setting DeclareSource "declare-source" {
        /// The source's name.
        source: String,
        /// What it is to be, as `[source.NAME]` in the settings; without one, it is taken away.
        spec: Option<Map<String, Value>>,
    } = r##"{"request":"declare-source","source":"wall","spec":{"color":"#204060"}}"##;

    /// Changes to another camera.
    Setting Camera "camera" {
        /// The camera as in the settings: a device, a name, or what plays the part of a camera.
        device: String,
    } = r#"{"request":"camera","device":"/dev/video2"}"#;

    /// Asks the camera, and virtual cameras without a size of their own, for other pictures. A virtual camera that
    /// is watched keeps its own until its viewers have left.
    Setting CameraMode "camera-mode" {
        /// Their size; without it, that of the settings.
        size: Option<String>,
        /// How many a second; without it, as the settings have it.
        fps: Option<Plain>,
    } = r#"{"request":"camera-mode","size":"1280x720","fps":30}"#;

    /// Sets one of the camera's own controls.
    Setting Control "control" {
        /// The control's name, as `list` tells with `cameras`.
        name: String,
        /// Its new value.
        value: Plain,
    } = r#"{"request":"control","name":"brightness","value":128}"#;

    /// Takes the last edit back.
    Setting Undo "undo" = r#"{"request":"undo"}"#;

    /// Makes the edit again that was taken back last.
    Setting Redo "redo" = r#"{"request":"redo"}"#;

    /// Shows the still card that was chosen and closes the camera; viewers stay.
    Action Pause "pause" = r#"{"request":"pause"}"#;

    /// Shows a card without one pixel of a camera, at once and whatever hangs.
    Action Panic "panic" = r#"{"request":"panic"}"#;

    /// Shows the camera's picture as it is, room and all.
    Action Off "off" = r#"{"request":"off"}"#;

    /// Ends `pause`, `panic` and `off`.
    Action Resume "resume" = r#"{"request":"resume"}"#;

    /// Records what viewers see, each picture, until `stop-recording` or until its time is over.
    Action Record "record" {
        /// The file: mkv or mp4; without one, a new one among your videos.
        file: Option<PathBuf>,
        /// Whether a file of that name is replaced.
        force: Option<bool>,
        /// The scene; without one, what all virtual cameras show.
        scene: Option<String>,
        /// After how many seconds it ends by itself.
        duration: Option<usize>,
    } = r#"{"request":"record","file":"/tmp/talk.mkv","duration":60}"# => "`file`: what is recorded into";

    /// Ends the recording, and completes its file.
    Action StopRecording "stop-recording" = r#"{"request":"stop-recording"}"# => "the recording, as in `recordings`";

    /// Keeps what was edited since the start beyond the run.
    Action Save "save" = r#"{"request":"save"}"#;

    /// Lets a browser into the control panel: by an address that is good for one entry within seconds.
    Action Panel "panel" {
        /// Whether the panel moves to a new address first, which shuts out all who were let in before.
        new: Option<bool>,
    } = r#"{"request":"panel"}"# => "`address`: what to open in the browser";

    /// Has root write the options of the kernel module and load it, as `doctor` tells in `roots_part`: the desktop asks
    /// for the password.
    Action Install "install" = r#"{"request":"install"}"#;

    /// Ends the program.
    Action Quit "quit" = r#"{"request":"quit"}"#;

    /// Tells the whole state.
    Question State "state" = r#"{"request":"state"}"# => "the state, as in the first line";

    /// Lists what there is.
    Question List "list" {
        /// What is listed.
        what: What,
        /// With `layers`: the scene; without one, the scene that is shown.
        scene: Option<String>,
    } = r#"{"request":"list","what":"effects"}"# => "a list, of which each entry has a `name`";

    /// Tells what the scene that is shown costs, step by step.
    Question Explain "explain" = r#"{"request":"explain"}"# => "`pictures`: how many were made; `steps`: each with what it reads and writes, and its milliseconds for a picture";

    /// Looks for what would keep programs from finding the virtual camera.
    Question Doctor "doctor" = r#"{"request":"doctor"}"# => "as `backlot doctor --json` prints it; `roots_part`: where that would bring a virtual camera, the `command` that root is to run, and `why_not`, unless `install` runs it";

    /// Writes a picture of what viewers see.
    Question Snapshot "snapshot" {
        /// The file: png, jpg, webp, bmp or tif.
        file: PathBuf,
        /// Whether a file of that name is replaced.
        force: Option<bool>,
        /// The scene; without one, what all virtual cameras show.
        scene: Option<String>,
    } = r#"{"request":"snapshot","file":"/tmp/now.png"}"# => "`file`: what was written";

    /// Writes what viewers see into a named pipe, as a Y4M video, until its reader closes it.
    Question Preview "preview" {
        /// The pipe, which its reader has open.
        pipe: PathBuf,
        /// The scene; without one, what all virtual cameras show.
        scene: Option<String>,
    } = r#"{"request":"preview","pipe":"/tmp/preview.y4m"}"#;

    /// Asks whether the program answers.
    Question Ping "ping" = r#"{"request":"ping"}"# => "`pong`";
}

impl Request {
    /// What is known of it.
    pub fn definition(&self) -> &'static RequestDef {
        RequestDef::named(self.name()).unwrap_or(&REQUESTS[0])
    }

    /// Whether it changes anything.
    pub fn is_edit(&self) -> bool {
        self.definition().is_edit()
    }

    /// Looks at what its fields say together.
    ///
    /// # Errors
    /// One sentence that says what doesn't fit.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::ShowScene { scene: Some(_), step: Some(_), .. } => {
                Err("'show-scene' takes either 'scene' or 'step', not both".to_owned())
            }
            Self::ShowScene { scene: None, step: None, .. } => {
                Err("'show-scene' lacks the field 'scene' or 'step'".to_owned())
            }
            Self::List { what, scene: Some(_) } if *what != What::Layers => {
                Err(format!("'scene' does nothing in a list of {}", what.name()))
            }
            _ => Ok(()),
        }
    }
}
