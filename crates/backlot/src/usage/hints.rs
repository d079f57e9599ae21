//! Words and options that users of other programs type, and what to type here.

use clap::Command;
use std::path::Path;

/// How scenes are shown and listed.
const SCENES: &str = "'backlot scene NAME' shows a scene on the running program, 'backlot run --scene NAME' begins with it; \
    'backlot scenes' lists them";

/// Words that are not commands, and what to use instead.
const COMMANDS: [(&[&str], &str); 17] = [
    (
        &["show", "view", "gui", "window"],
        "'backlot preview' shows what viewers see of the running program; 'backlot run' starts it",
    ),
    (&["switch"], SCENES),
    (
        &["stop", "exit", "kill", "end"],
        "'backlot quit' or Ctrl-C ends 'backlot run'; 'systemctl --user stop backlot' ends the service, and \
         'backlot install --uninstall' removes it",
    ),
    (
        &["start", "on", "live", "stream", "camera-on"],
        "'backlot run' starts the camera; 'backlot install' makes it start by itself",
    ),
    (&["recording", "rec"], "'backlot record' records what viewers see"),
    (
        &["chroma", "chromakey", "chroma-key", "greenscreen", "green-screen"],
        "'--key chroma' cuts you out before a green screen, in 'backlot run' and 'backlot render'; \
         without one the person is found by a network",
    ),
    (&["bg"], "'backlot background NAME' changes it; 'backlot sets' lists the built-in ones"),
    (&["filter"], "'backlot effect add NAME' adds an effect; 'backlot effects' lists them"),
    (
        &["ls"],
        "'backlot scenes', 'backlot sets', 'backlot effects', 'backlot keys', 'backlot models' and 'backlot devices'",
    ),
    (&["info"], "'backlot status' tells what the running program does"),
    (&["cameras", "device", "controls"], "'backlot devices' lists cameras"),
    (
        &["config", "settings", "configure", "check"],
        "'backlot validate' checks the settings file; 'backlot validate --init' writes one",
    ),
    (&["test", "diagnose", "debug"], "'backlot doctor' finds out what would fail"),
    (
        &["convert", "process", "apply", "replace", "video", "file", "transcode"],
        "'backlot render FILE -o OUTPUT --background BACKGROUND' puts the person of a file on \
         another set",
    ),
    (
        &["cut", "cutout", "mask", "remove", "remove-background", "rembg", "segment"],
        "'backlot matte FILE -o OUTPUT' cuts the person out",
    ),
    (
        &["photo", "picture", "shot", "screenshot", "capture", "shoot"],
        "'backlot snapshot' takes a picture with the camera",
    ),
    (
        &["uninstall", "service", "setup", "enable", "disable"],
        "'backlot install' makes the camera start by itself, and 'backlot install --uninstall' \
         undoes that",
    ),
];

/// Options of other programs, and the equivalent here: the hint is given only if the command has
/// that option.
const OPTIONS: [(&[&str], &str, &str); 15] = [
    (&["--blur"], "background", "'--background blur' blurs the room"),
    (&["--mosaic", "--pixelate"], "background", "'--background mosaic' hides the room"),
    (
        &["--bg", "--image", "--picture", "--virtual-background", "--set", "--colour", "--color"],
        "background",
        "'--background' takes a file, a colour, or the name of a set",
    ),
    (
        &["--transparent", "--alpha"],
        "background",
        "'--background transparent' keeps only the person, if the output can hold transparency",
    ),
    (&["--filter", "--fx", "-vf"], "effects", "'--effect NAME' is an effect on the person"),
    (&["--flip", "--hflip", "--selfie"], "mirror", "'--mirror' swaps left and right"),
    (
        &["-i", "--input", "--in", "--file"],
        "input",
        "the input is given without an option: 'backlot render INPUT -o OUTPUT'",
    ),
    (&["--out"], "output", "'--output' (-o) names the result"),
    (&["-y", "--overwrite", "--yes"], "force", "'--force' (-f) replaces files that exist"),
    (&["--resolution", "-s", "--width", "--height"], "size", "'--size' takes 1280x720"),
    (&["-r", "--rate", "--framerate", "--frame-rate"], "fps", "'--fps' is the rate"),
    (&["--device", "--webcam", "--cam"], "camera", "'--camera' names the camera"),
    (&["--config", "-c"], "settings", "'--settings' names the settings file"),
    (&["--network", "--engine"], "model", "'--model' names the network"),
    (&["-ss", "--seek", "--from"], "start", "'--start' takes seconds, or 1:30"),
];

/// Options for a green screen in other programs.
const CHROMA: [&str; 5] =
    ["--chroma", "--chroma-key", "--chromakey", "--green-screen", "--greenscreen"];

/// Options of a look that don't affect the matte.
const NO_MATTE: [&str; 9] = [
    "--scene",
    "--settings",
    "--background",
    "-b",
    "--effect",
    "-e",
    "--background-effect",
    "--whole-effect",
    "--light-wrap",
];

/// What to type instead of a word that is not a command.
pub fn for_command(word: &str, nearest: &[String]) -> Option<String> {
    let low = word.to_lowercase();
    if let Some((_, hint)) = COMMANDS.iter().find(|(words, _)| words.contains(&&*low)) {
        return Some((*hint).to_owned());
    }
    let is_background = backlot_generators::sets().iter().any(|set| set.name == low)
        || ["blur", "mosaic", "original", "transparent"].contains(&&*low);
    if is_background {
        return Some(format!(
            "it is a background: 'backlot run --background {low}', or for a file \
             'backlot render FILE -o OUTPUT --background {low}'"
        ));
    }
    if backlot_effects::all().iter().any(|effect| effect.name == low) {
        return Some(format!(
            "it is an effect: 'backlot run --effect {low}', or for a file \
             'backlot render FILE -o OUTPUT --effect {low}'"
        ));
    }
    if Path::new(word).exists() || word.contains(['.', '/']) {
        return Some(format!(
            "for a file: 'backlot render {word} -o OUTPUT --background BACKGROUND'"
        ));
    }
    let near = nearest.first()?;
    Some(format!("did you mean '{near}'?"))
}

/// What to type instead of an option that the command, or the program, does not have.
pub fn for_option(option: &str, command: Option<&Command>) -> Option<String> {
    let name = option.split('=').next().unwrap_or(option);
    if CHROMA.contains(&name) {
        let hint = "'--key chroma' cuts you out before a green screen, in 'backlot run' and 'backlot render'";
        return Some(hint.to_owned());
    }
    let Some(command) = command else {
        let hint = "options come after a command, as in 'backlot run --background blur'";
        return Some(hint.to_owned());
    };
    if command.get_name() == "matte" && NO_MATTE.contains(&name) {
        return Some(format!(
            "'matte' cuts the person out and puts nothing behind: 'backlot render' takes {name}, \
             and '--background transparent' for the person alone with effects"
        ));
    }
    let has = |id: &str| command.get_arguments().any(|argument| argument.get_id() == id);
    let known = OPTIONS.iter().find(|(names, id, _)| names.contains(&name) && has(id));
    known.map(|(_, _, hint)| (*hint).to_owned())
}
