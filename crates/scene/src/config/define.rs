//! The keys of the settings file, each defined once. Checks, defaults and the commented file that
//! people start from derive from these tables.

/// One key of a section.
#[derive(Clone, Copy, Debug)]
pub struct KeyDef {
    /// Its name, as it is written.
    pub name: &'static str,
    /// The value when none is given, or an example if there is none, as TOML.
    pub value: &'static str,
    /// Whether that value is the default.
    pub is_default: bool,
    /// What it takes, as it fits after "must be".
    pub takes: &'static str,
    /// What it does, in a sentence or two.
    pub help: &'static str,
}

/// One section: a table in the file.
#[derive(Clone, Copy, Debug)]
pub struct SectionDef {
    /// How its head is written, with the brackets.
    pub head: &'static str,
    /// Its subject.
    pub help: &'static str,
    /// Its keys.
    pub keys: &'static [KeyDef],
}

const fn key(
    name: &'static str,
    value: &'static str,
    takes: &'static str,
    help: &'static str,
) -> KeyDef {
    KeyDef { name, value, is_default: true, takes, help }
}

/// A key without a default: `example` stands for it in the commented file.
const fn open(
    name: &'static str,
    example: &'static str,
    takes: &'static str,
    help: &'static str,
) -> KeyDef {
    KeyDef { name, value: example, is_default: false, takes, help }
}

const SIZE: &str = "text like \"1280x720\"";
const RATE: &str = "frames per second, like 30 or 29.97";
const TEXT: &str = "text in quotes";
const EFFECT_LIST: &str = "a list of texts like [\"hologram\", \"mirror\"]";
const SHARE: &str = "a number from 0 to 1";

/// `[camera]`
pub const CAMERA: SectionDef = SectionDef {
    head: "[camera]",
    help: "Where the picture of you comes from.",
    keys: &[
        key(
            "device",
            "\"auto\"",
            TEXT,
            "auto, /dev/video0, a name from 'backlot devices', pipewire[:NAME], presenter, or a file.",
        ),
        key("size", "\"1280x720\"", SIZE, "The size to ask the camera for."),
        key("fps", "30", RATE, "The frames per second to ask it for."),
        open(
            "controls",
            "{ brightness = 128, auto_exposure = 3 }",
            "a table of names and values, like { brightness = 128 }",
            "The camera's own controls; 'backlot devices' lists them.",
        ),
    ],
};

/// `[output]`, or several of `[[output]]`
pub const OUTPUT: SectionDef = SectionDef {
    head: "[output]",
    help: "The virtual camera. Write [[output]], once for each, to have several.",
    keys: &[
        key(
            "device",
            "\"auto\"",
            TEXT,
            "auto (v4l2loopback and PipeWire, whichever exist), /dev/video10, a label, pipewire[:NAME], or none.",
        ),
        key(
            "format",
            "\"yuyv\"",
            "one of yuyv, yu12, nv12",
            "The pixel format: yuyv, which every program takes, yu12 or nv12.",
        ),
        open("size", "\"1280x720\"", SIZE, "The size that viewers get. Without it: the camera's."),
        open(
            "fps",
            "30",
            RATE,
            "The frames per second that viewers get. Without it: the camera's.",
        ),
        key("name", "\"Backlot\"", TEXT, "What other programs call it."),
    ],
};

/// `[run]`
pub const RUN: SectionDef = SectionDef {
    head: "[run]",
    help: "What 'backlot run' does.",
    keys: &[
        open(
            "scene",
            "\"calm\"",
            TEXT,
            "The scene that is shown, one of those below. Without it: the one used last, or the first that hides the room.",
        ),
        key(
            "close_after",
            "1",
            "seconds from 0 to 3600",
            "How many seconds the camera stays open when nobody watches any more.",
        ),
        key(
            "viewers",
            "\"auto\"",
            "one of auto, always, scan",
            "How viewers are noticed where v4l2loopback, before 0.13, can't tell: auto and scan look who has \
             the device open, always keeps the camera on.",
        ),
        key(
            "memory",
            "\"600MB\"",
            "text like \"600MB\" or \"2GB\"",
            "The memory that reading one picture or animation for a background may take.",
        ),
    ],
};

/// `[matte]`
pub const MATTE: SectionDef = SectionDef {
    head: "[matte]",
    help: "How you are cut out.",
    keys: &[
        key(
            "model",
            "\"auto\"",
            TEXT,
            "The network: auto, landscape, general, or a TensorFlow Lite file.",
        ),
        key(
            "quality",
            "\"live\"",
            "one of fast, live, best",
            "fast, live or best; best is for recordings.",
        ),
    ],
};

/// `[scene.NAME]`, the short form
pub const SCENE: SectionDef = SectionDef {
    head: "[scene.calm]",
    help: "A scene, here one called 'calm': you before something else. There may be many.",
    keys: &[
        key(
            "background",
            "\"aurora\"",
            TEXT,
            "A picture or video file, #204060, navy, gradient:navy,black, blur[:RADIUS or light], mosaic[:SIZE], \
             a set ('backlot sets'), or original (the room as it is).",
        ),
        key(
            "effects",
            "[]",
            EFFECT_LIST,
            "Effects on you alone, in order, like \"hologram:ghost=0.5\" ('backlot effects').",
        ),
        key("background_effects", "[]", EFFECT_LIST, "Effects on the background."),
        key(
            "whole_effects",
            "[]",
            EFFECT_LIST,
            "Effects on the finished picture; [\"mirror\"] swaps left and right of all of it.",
        ),
        key(
            "fit",
            "\"cover\"",
            "one of cover, contain, stretch",
            "How a background of another shape fills the frame: cover, contain or stretch.",
        ),
        key(
            "decontaminate",
            "1.0",
            SHARE,
            "How much of the old room's colour is taken out of your edge, 0 to 1.",
        ),
        key(
            "light_wrap",
            "0.3",
            SHARE,
            "How much of the new background's light falls on your edge, 0 to 1.",
        ),
    ],
};

/// `[[scene.NAME.layer]]`, the long form
pub const LAYER: SectionDef = SectionDef {
    head: "[[scene.layered.layer]]",
    help: "The long form: a scene of layers, from back to front, each with a head like this one.",
    keys: &[
        open("source", "\"camera\"", TEXT, "camera, a file, a colour, a gradient, or a set."),
        open(
            "key",
            "\"person\"",
            "\"person\"",
            "What cuts the layer out: person. Without it the whole picture shows.",
        ),
        key("effects", "[]", EFFECT_LIST, "Effects on this layer, in order."),
        key("opacity", "1.0", SHARE, "How much of the layer shows, 0 to 1."),
        key("fit", "\"cover\"", "one of cover, contain, stretch", "cover, contain or stretch."),
        key("decontaminate", "1.0", SHARE, "As in the short form."),
        key("light_wrap", "0.3", SHARE, "As in the short form."),
    ],
};

/// The sections in the order of the commented file.
pub const SECTIONS: [&SectionDef; 6] = [&CAMERA, &OUTPUT, &RUN, &MATTE, &SCENE, &LAYER];

impl SectionDef {
    /// The definition of a key.
    pub fn key(&self, name: &str) -> Option<&'static KeyDef> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl KeyDef {
    /// The value as text, without the quotes.
    pub fn text(&self) -> &'static str {
        self.value.trim_matches('"')
    }

    /// The words that the key takes, if it takes one of several.
    pub fn words(&self) -> Vec<&'static str> {
        self.takes.strip_prefix("one of ").map(|w| w.split(", ").collect()).unwrap_or_default()
    }
}
