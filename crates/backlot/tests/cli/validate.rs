//! `backlot validate` with valid and invalid settings files.

use crate::common::{Desk, Ended, ended, text};
use std::fs;

#[test]
fn a_good_file_is_told_what_it_holds() {
    let desk = Desk::new();
    let settings = "[camera]\ndevice = \"presenter\"\n[scene.calm]\n[scene.blurred]\nbackground = \"blur:light\"\n";
    fs::write(desk.path("s.toml"), settings).unwrap();
    let said = text(desk.ok("validate s.toml").stdout);
    assert!(
        said.contains("s.toml is fine: 2 scenes (calm, blurred), 1 output, camera presenter"),
        "{said}"
    );
    assert!(
        said.contains("s.toml:4:8: scene 'blurred'")
            && said.contains("use blur, or at least blur:"),
        "{said}"
    );
    let json = text(desk.ok("validate s.toml --json").stdout);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["fine"], true);
    assert_eq!(report["scenes"][1], "blurred");
    assert_eq!(report["notes"][0]["line"], 4);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let desk = Desk::new();
    let settings = "\
[camra]
[scene.a]
background = \"nowhere.jpg\"
";
    fs::write(desk.path("s.toml"), settings).unwrap();
    let ended = desk.run("validate s.toml");
    let said = [
        "s.toml:1:2: settings have no 'camra': did you mean 'camera'?",
        "s.toml:3:14: the file 'nowhere.jpg' does not exist",
    ];
    assert_eq!((ended.code, ended.stderr.lines().collect::<Vec<_>>()), (Some(1), said.to_vec()));
    let settings = "\
[matte]
model = \"landscap\"
[scene.a]
background = \"nowhere.jpg\"
effects = [\"blur:9999\", \"miror\"]
[scene.b]
background = \"hyperspaec\"
";
    fs::write(desk.path("s.toml"), settings).unwrap();
    let ended = desk.run("validate s.toml");
    assert_eq!(ended.code, Some(1));
    let lines: Vec<_> = ended.stderr.lines().collect();
    for (line, words) in lines.iter().zip([
        ["2:9", "did you mean 'landscape'?"],
        ["4:14", "the file 'nowhere.jpg' does not exist"],
        ["5:12", "radius must be"],
        ["5:25", "did you mean 'mirror'?"],
        ["7:14", "did you mean 'hyperspace'?"],
    ]) {
        assert!(words.iter().all(|word| line.contains(word)), "{line} lacks {words:?}");
    }
    assert_eq!(lines.len(), 5, "{}", ended.stderr);
    let ended = desk.run("validate s.toml --json");
    assert_eq!(ended.code, Some(1));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((&report["fine"], &report["issues"][3]["column"]), (&false.into(), &25.into()));
}

#[test]
fn files_that_are_no_settings_get_one_sentence() {
    let desk = Desk::new();
    assert!(desk.refused("validate nowhere.toml").contains("'nowhere.toml' does not exist"));
    assert!(desk.refused("validate .").contains("is a directory"));
    fs::write(desk.path("a.toml"), b"#\n\xff").unwrap();
    assert!(desk.refused("validate a.toml").starts_with("a.toml:2:1: this is not UTF-8"));
    fs::write(desk.path("b.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    assert!(desk.refused("validate b.toml").contains("1048576 at most"));
    let ended = desk.run("validate a.toml --json");
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((ended.code, &report["issues"][0]["line"]), (Some(1), &2.into()));
}

#[test]
fn a_file_can_be_named_as_other_commands_take_it() {
    let desk = Desk::new();
    fs::write(desk.path("s.toml"), "[camra]\n").unwrap();
    let said = desk.refused("validate --settings s.toml");
    assert_eq!(said, desk.refused("validate s.toml"));
    assert!(said.starts_with("s.toml:1:2: "), "{said}");
    assert_eq!(desk.run("validate s.toml --settings s.toml").code, Some(2));
}

/// Runs `backlot validate` as a user with this configuration folder.
fn at_home(desk: &Desk, args: &str) -> Ended {
    let mut command = desk.program();
    command.arg("validate").args(args.split_whitespace());
    command.env("XDG_CONFIG_HOME", desk.path("home/.config")).env("XDG_CONFIG_DIRS", "/nowhere");
    ended(command.output())
}

#[test]
fn the_commented_file_is_begun_where_it_belongs_and_never_overwritten() {
    let desk = Desk::new();
    let said = text(at_home(&desk, "").stdout);
    assert!(said.contains("there is no settings file: the defaults apply"), "{said}");
    assert!(said.contains("'backlot validate --init' writes one"), "{said}");
    let begun = at_home(&desk, "--init");
    assert_eq!(begun.code, Some(0), "{}", begun.stderr);
    let file = desk.path("home/.config/backlot/settings.toml");
    assert_eq!(fs::read(&file).unwrap(), desk.ok("validate --default").stdout);
    assert!(text(begun.stdout).contains(".config/backlot/settings.toml"));
    let said = text(at_home(&desk, "").stdout);
    assert!(said.contains("settings.toml is fine: 0 scenes, 1 output, camera auto"), "{said}");

    fs::write(&file, "# mine\n").unwrap();
    let again = at_home(&desk, "--init");
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\n");
    desk.ok("validate --init other/mine.toml");
    desk.ok("validate other/mine.toml");
    assert!(desk.refused("validate --init --settings other/mine.toml").contains("already"));
}

#[test]
fn what_scenes_name_is_opened() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc2=s=64x36:r=5:d=0.4 good.mkv");
    desk.ffmpeg("-f lavfi -i testsrc2=s=64x36 -frames:v 1 #1.png");
    fs::write(desk.path("text.jpg"), "no picture").unwrap();
    fs::write(desk.path("bad.mp4"), b"\0\0\0\x20ftypisom rubbish").unwrap();
    fs::write(desk.path("net.tflite"), [0x55; 64]).unwrap();
    let good = "[scene.a]\nbackground = \"good.mkv\"\n[scene.b]\nbackground = \"#1.png\"\n";
    fs::write(desk.path("s.toml"), good).unwrap();
    desk.ok("validate s.toml");
    fs::write(desk.path("s.toml"), "[matte]\nmodel = \"http://127.0.0.1:9000\"\n").unwrap();
    desk.ok("validate s.toml");
    fs::write(desk.path("s.toml"), "[matte]\nmodel = \"http://127.0.0.1:x\"\n").unwrap();
    let ended = desk.run("validate s.toml");
    assert!(ended.stderr.contains("2:9") && ended.stderr.contains("HOST:PORT"), "{}", ended.stderr);
    let bad = "[matte]\nmodel = \"net.tflite\"\n[scene.a]\nbackground = \"text.jpg\"\n\
        [[scene.b.layer]]\nsource = \"bad.mp4\"\n";
    fs::write(desk.path("s.toml"), bad).unwrap();
    let ended = desk.run("validate s.toml");
    let lines: Vec<_> = ended.stderr.lines().collect();
    assert_eq!((ended.code, lines.len()), (Some(1), 3), "{}", ended.stderr);
    for (line, words) in
        lines.iter().zip([["2:9", "net.tflite"], ["4:14", "text.jpg"], ["6:10", "bad.mp4"]])
    {
        assert!(words.iter().all(|word| line.contains(word)), "{line} lacks {words:?}");
    }
}

#[test]
fn the_schema_knows_what_settings_take() {
    let schema: serde_json::Value =
        serde_json::from_slice(&Desk::new().ok("validate --schema").stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], false);
    let layer = &schema["$defs"]["layer"];
    assert_eq!(
        (&layer["required"][0], &layer["properties"]["opacity"]["maximum"]),
        (&"source".into(), &1.0.into())
    );
    let settings = Desk::new().ok("validate --default").stdout;
    for line in text(settings).lines().filter_map(|line| line.strip_prefix("# ")) {
        let Some((key, _)) = line.split_once(" = ") else { continue };
        if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            assert!(schema.to_string().contains(&format!("\"{key}\":{{")), "{line}");
        }
    }
}
