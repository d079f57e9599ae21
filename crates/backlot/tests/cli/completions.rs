//! Completions as bash asks for them.

use crate::common::{Desk, ended, text};
use std::process::Command;

/// The completions of bash for a line.
fn offered(desk: &Desk, line: &str) -> Vec<String> {
    let script = r#"
        source <("$PROGRAM" completions bash) || exit 3
        COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        _backlot "$PROGRAM" 2>/dev/null
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", script]).current_dir(desk.path("."));
    bash.env("PROGRAM", env!("CARGO_BIN_EXE_backlot")).env("LINE", line);
    let ended = ended(bash.output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    text(ended.stdout).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn values_are_offered_where_values_are_taken() {
    let desk = Desk::new();
    std::fs::write(desk.path("s.toml"), "[scene.calm]\n[scene.cosy]\n[scene.away]\n").unwrap();
    std::fs::write(desk.path("my film.mp4"), "").unwrap();
    std::fs::write(desk.path("aurea.jpg"), "").unwrap();
    for (line, words) in [
        ("backlot ren", &["render"][..]),
        ("backlot render --quality ", &["fast", "live", "best"]),
        ("backlot render --quality l", &["live"]),
        ("backlot render --quality my", &[]),
        ("backlot render --fit=co", &["cover", "contain"]),
        ("backlot run --effect holo", &["hologram"]),
        ("backlot run --effect hologram:gh", &["ghost="]),
        ("backlot run -b aur", &["aurora", "aurea.jpg"]),
        ("backlot run --background=aur", &["aurora", "aurea.jpg"]),
        ("backlot run --background blur:", &["light"]),
        ("backlot run --settings s.toml --scene c", &["calm", "cosy"]),
        ("backlot render --settings=s.toml --scene aw", &["away"]),
        ("backlot render my", &[r"my\ film.mp4"]),
        ("backlot render \"my", &["my film.mp4"]),
        ("backlot render 'my film.mp4' -o out.m", &["out.mp4", "out.mkv", "out.mov"]),
        ("backlot render x --encode ", &["small", "good", "best"]),
        ("backlot render x --size 7", &["720p"]),
        ("backlot matte x --as p", &["person"]),
        ("backlot bench --scene r", &["replace"]),
        ("backlot completions f", &["fish"]),
        ("backlot render x --start", &["--start"]),
    ] {
        assert_eq!(offered(&desk, line), words, "{line}");
    }
    assert!(!offered(&desk, "backlot render ").iter().any(|word| word.starts_with('-')));
}

#[test]
fn other_shells_have_something_to_read() {
    let desk = Desk::new();
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let script = text(desk.ok(&format!("completions {shell}")).stdout);
        assert!(script.contains("BACKLOT_COMPLETE"), "{script}");
    }
    let mut program = desk.program();
    program.env("BACKLOT_COMPLETE", "fish").args(["--", "backlot", "render", "--quality", "l"]);
    assert!(text(ended(program.output()).stdout).contains("live"));
}
