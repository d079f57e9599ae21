//! The lists, for people and for scripts.

use crate::common::{Desk, text};

fn json(desk: &Desk, args: &str) -> serde_json::Value {
    serde_json::from_slice(&desk.ok(args).stdout).expect("JSON")
}

#[test]
fn effects_keys_sets_and_models_are_listed() {
    let desk = Desk::new();
    let effects = text(desk.ok("effects").stdout);
    for name in ["hologram", "blur", "mosaic", "colormap", "mirror"] {
        assert!(effects.lines().any(|line| line.starts_with(name)), "{name} in {effects}");
    }
    assert_eq!(effects.matches("hides the room at").count(), 2, "{effects}");
    let listed = json(&desk, "effects --json");
    assert!(listed[0]["hides"]["least"].is_number() && listed[1]["hides"].is_null(), "{listed}");
    assert!(listed[0]["settings"].is_array() && listed[0]["summary"].is_string(), "{listed}");
    let keys = text(desk.ok("keys").stdout);
    assert!(keys.contains("\nchroma ") && keys.contains("\n             tolerance="), "{keys}");
    let names = json(&desk, "keys --json");
    let names: Vec<_> = names.as_array().unwrap().iter().map(|key| &key["name"]).collect();
    assert_eq!(names, ["body", "chroma", "clothes", "face", "hair", "none", "part", "person"]);
    assert_eq!(json(&desk, "sets --json").as_array().unwrap().len(), 3);
    assert_eq!(text(desk.ok("sets").stdout).lines().count(), 3);
    let models = json(&desk, "models --json");
    assert_eq!(models[0]["licence"], "Apache-2.0");
    assert!(text(desk.ok("models").stdout).contains("Apache-2.0"));
    assert!(text(desk.ok("models --licence").stdout).contains("Apache License"));
}

#[test]
fn what_comes_from_others_is_told_with_its_licences() {
    let said = text(Desk::new().ok("licences").stdout);
    for part in
        ["\nanyhow ", "MIT OR Apache-2.0", "SIL OPEN FONT LICENSE", "Independent JPEG Group"]
    {
        assert!(said.contains(part), "{part} is missing");
    }
    assert!(said.contains("MediaPipe") && !said.contains("\\x"), "not plain text");
}

#[test]
fn completions_and_manual_pages_come_from_the_definition() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            text(desk.ok(&format!("completions {shell}")).stdout).contains("BACKLOT_COMPLETE"),
            "{shell}"
        );
    }
    assert!(text(desk.ok("man").stdout).contains(".TH"));
    desk.ok("man --folder pages");
    assert!(desk.names("pages").contains(&"backlot-render.1".to_owned()));
}

#[test]
fn help_has_examples_and_fits_80_columns() {
    let desk = Desk::new();
    for command in ["", "render", "matte", "bench", "models", "models fetch"] {
        let mut program = desk.program();
        program.env("COLUMNS", "80").args(command.split_whitespace()).arg("--help");
        let help = text(program.output().unwrap().stdout);
        assert!(help.contains("Examples:"), "{command}: {help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}
