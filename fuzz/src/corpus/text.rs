//! Settings, and arguments of the command line.

use backlot_scene::config::commented_defaults;

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
