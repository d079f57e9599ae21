//! What the running program tells about itself, and the events that change that.

mod example;
mod parts;

pub use parts::{
    Activity, Camera, CameraCounts, CameraState, Figures, Guard, History, Layer, Lead, Lowered,
    Mode, Origin, Output, OutputCounts, OutputState, Preview, Recording, Scene, SceneEntry, Scenes,
    StageTime,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of the state, for documentation.
#[derive(Clone, Copy, Debug)]
pub struct PartDef {
    /// Its name in the state and in events.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
}

/// `Variant field "field": Type,` for each part that changes together.
macro_rules! parts {
    ($($(#[doc = $help:literal])+ $variant:ident $field:ident $name:literal: $type:ty,)+) => {
        /// Everything that is told about the running program.
        ///
        /// The first three fields are the same as long as the program runs; each other one has an
        /// [`Event`].
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct State {
            /// The version of the protocol, [`VERSION`](crate::VERSION).
            pub version: u32,
            /// The version of the program.
            pub program: String,
            /// The program's process id.
            pub process: u32,
            $($(#[doc = $help])+ pub $field: $type,)+
        }

        /// What happened: a part of the state has a new value, or the program ends.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[doc = $help])+ #[serde(rename = $name)] $variant($type),)+
            /// The program ends.
            #[serde(rename = "gone")]
            Gone {},
        }

        /// The parts of the state that change, in order.
        pub const PARTS: &[PartDef] = &[
            $(PartDef { name: $name, help: concat!($($help),+).trim_ascii_start() },)+
        ];

        impl State {
            /// What has to be told to whoever knows the state of before.
            pub fn events_since(&self, before: &Self) -> Vec<Event> {
                let mut events = Vec::new();
                $(if self.$field != before.$field {
                    events.push(Event::$variant(self.$field.clone()));
                })+
                events
            }

            /// Makes it the state after an event.
            pub fn apply(&mut self, event: &Event) {
                match event {
                    $(Event::$variant(part) => self.$field.clone_from(part),)+
                    Event::Gone {} => {}
                }
            }
        }
    };
}

parts! {
    /// The scenes that can be shown.
    Scenes scenes "scenes": Scenes,
    /// The scene that runs.
    Scene scene "scene": Scene,
    /// What was asked for: the scene, or something instead of it.
    Mode mode "mode": Mode,
    /// What viewers get at the moment.
    Activity activity "activity": Activity,
    /// Why viewers don't get the scene, in one sentence.
    Message message "message": Option<String>,
    /// The virtual cameras.
    Outputs outputs "outputs": Vec<Output>,
    /// The cameras, that of the settings first.
    Cameras cameras "cameras": Vec<Camera>,
    /// What is counted and measured, twice a second.
    Figures figures "figures": Figures,
    /// What the privacy guard held back.
    Guard guard "guard": Guard,
    /// What was lowered to keep up.
    Lowered lowered "lowered": Lowered,
    /// Who looks from inside the program, as `recording`: each opens the camera as viewers do.
    Views views "views": Vec<String>,
    /// The recording under way.
    Recording recording "recording": Option<Recording>,
    /// The recordings that ended in this run, the latest first.
    Recordings recordings "recordings": Vec<Recording>,
    /// What the control panel shows of the picture.
    Preview preview "preview": Preview,
    /// What can be taken back.
    History history "history": History,
}
