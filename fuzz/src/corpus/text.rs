//! Settings, and arguments of the command line.

use backlot_protocol::{Line, REQUESTS, State};
use backlot_scene::config::commented_defaults;
use serde_json::json;

/// A file with every key, whose defaults are no comments.
fn every_key() -> String {
    let lines = commented_defaults();
    let open = lines.lines().map(|line| line.strip_prefix('#').filter(|rest| rest.contains(" = ")));
    lines.lines().zip(open).map(|(line, open)| format!("{}\n", open.unwrap_or(line))).collect()
}

const SCENES: &str = "\
[run]
scene = \"b\"

[[scene]]
name = \"a\"
background = \"gradient:#204060,#fff\"
person_effects = [\"hologram:ghost=0.5\", \"mirror\"]
background_effects = [\"blur:10\"]
whole_effects = [\"colormap:ice\"]
decontaminate = 0.5
light_wrap = 0.2

[[scene]]
name = \"b\"
background = \"~/beach.jpg\"

[[scene]]
name = \"c\"
layers = [{ source = \"camera\" }, { source = \"aurora\", opacity = 0.5 }]
";

const STATE: &str =
    "scene = \"a\"\nseen = [\"/dev/video0\", \"b\"]\n[controls.\"Cam\"]\nbrightness = 5\n";

const ARGUMENTS: &str = "\
blur:80
blur:light
mosaic:24
gradient:red,#fff
#20406080
rgb(1,2,3)
aurora
presenter:hair=curly,at=0.2
hologram:ghost=0.5,lines=3
colormap:ice
mirror
1280x720
transparent
~/a.mp4
file:#1.jpg
";

/// Settings, what was remembered, and arguments.
pub fn settings() -> Vec<Vec<u8>> {
    let all = [every_key(), SCENES.to_owned(), STATE.to_owned(), ARGUMENTS.to_owned()];
    all.into_iter().map(String::into_bytes).collect()
}

const STUDIO: &str = "\
version = 1
name = \"two of me\"
whole_effects = [\"mirror\"]
[[layer]]
id = \"back\"
source = \"gradient:navy,#204060\"
blend = \"multiply\"
[[layer]]
id = \"me\"
name = \"Me\"
source = \"desk\"
key = \"person\"
effects = [\"blur:20\", \"hologram:ghost=0.5\"]
place = { anchor = \"bottom-right\", width = \"40%\", height = 120, margin = [\"-2%\", \"8px\"] }
crop = { left = \"10%\", right = 20 }
turn = 90
mirror = true
opacity = 0.5
corners = \"circle\"
border = { width = \"1%\", color = \"white\" }
shadow = { blur = \"24px\", y = 3, opacity = 0.5 }
visible = false
play = \"hold\"
[source.desk]
camera = \"/dev/video2\"
size = \"640x480\"
fps = 29.97
";

const BEFORE: &str =
    "name = \"calm\"\nbackground = \"navy\"\neffects = [\"hologram\"]\nfit = \"contain\"\n";

/// Files of scenes, of each version.
pub fn scenes() -> Vec<Vec<u8>> {
    [STUDIO, BEFORE].map(|text| text.as_bytes().to_vec()).to_vec()
}

/// An archive of a scene and a picture.
pub fn archives() -> Vec<Vec<u8>> {
    let scene = b"version = 1\nname = \"a\"\nbackground = \"files/a.png\"\n";
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in [("scenes/a.toml", &scene[..]), ("files/a.png", b"a")] {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes).expect("memory can be written to");
    }
    vec![archive.into_inner().expect("memory can be written to")]
}

const ENVELOPES: [&str; 4] = [
    r#"{"id":[1,{"a":null}],"save":true,"request":"mirror","on":true}"#,
    r#"{"request":"blurr","id":"\u00e4\u001b"}"#,
    r#"{"request":"record","duration":1e-3,"file":"relative.mkv"}"#,
    r#"{"reply":"a","error":"no"}"#,
];

/// What goes through the control socket, in both directions.
pub fn requests() -> Vec<Vec<u8>> {
    let state = State::example();
    let events = state.events_since(&State::default());
    let lines = events.into_iter().map(|event| Line::Event { event }.bytes());
    let examples = REQUESTS.iter().map(|request| request.example).chain(ENVELOPES);
    let first = Line::State { state: Box::new(state) }.bytes();
    examples.map(|line| line.as_bytes().to_vec()).chain(lines).chain([first]).collect()
}

/// Messages of clients of obs-websocket, in both encodings.
pub fn obs() -> Vec<Vec<u8>> {
    let messages = [
        json!({ "op": 1, "d": { "rpcVersion": 1, "authentication": "a", "eventSubscriptions": 33 } }),
        json!({ "op": 3, "d": { "eventSubscriptions": 0 } }),
        json!({ "op": 6, "d": {
            "requestType": "SetCurrentProgramScene", "requestId": [null, 1.5, -7, true],
            "requestData": { "sceneName": "ä" },
        } }),
        json!({ "op": 8, "d": { "requestId": "b", "haltOnFailure": true, "executionType": 1, "requests": [
            { "requestType": "Sleep", "requestData": { "sleepFrames": 2 } }, 5,
        ] } }),
    ];
    let both = messages.iter().flat_map(|message| {
        [message.to_string().into_bytes(), rmp_serde::to_vec(message).unwrap_or_default()]
    });
    both.collect()
}
