//! A running program, steered by commands.

use crate::common::{Desk, Ended, ended};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The timeout of every wait, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

const SETTINGS: &str = "\
[camera]
device = \"presenter\"
size = \"320x180\"
[run]
scene = \"calm\"
[scene.calm]
background = \"navy\"
effects = [\"hologram:ghost=0.5\"]
[scene.red]
background = \"red\"
";

/// A run, and its socket.
struct Run {
    desk: Desk,
    child: Child,
}

impl Run {
    fn start() -> Self {
        let desk = Desk::new();
        std::fs::write(desk.path("settings.toml"), SETTINGS).unwrap();
        let child = steered(&desk)
            .args(["run", "--output", "none", "--quiet", "--settings"])
            .arg(desk.path("settings.toml"))
            .spawn()
            .unwrap();
        let run = Self { desk, child };
        let start = Instant::now();
        while run.ask("status").code != Some(0) {
            assert!(start.elapsed() < PATIENCE, "it never answers");
            std::thread::sleep(Duration::from_millis(20));
        }
        run
    }

    fn ask(&self, line: &str) -> Ended {
        ended(steered(&self.desk).args(line.split_whitespace()).output())
    }

    fn said(&self, line: &str) -> String {
        let ended = self.ask(line);
        assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
        String::from_utf8(ended.stdout).unwrap()
    }

    /// Waits until a shell offers a word, as a busy program may answer too late for it.
    fn is_offered(&self, line: &str, word: &str) {
        let start = Instant::now();
        loop {
            let mut program = steered(&self.desk);
            program.env("BACKLOT_COMPLETE", "fish").args(["--", "backlot"]).args(line.split(' '));
            let offered = String::from_utf8(ended(program.output()).stdout).unwrap();
            let mut words = offered.lines().filter_map(|line| line.split('\t').next());
            if words.any(|offered| offered == word) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{line}: not {word}, but {offered}");
        }
    }

    fn refused(&self, line: &str) -> String {
        let ended = self.ask(line);
        assert_eq!(
            (ended.code, ended.stderr.lines().count()),
            (Some(1), 1),
            "{line}: {}",
            ended.stderr
        );
        ended.stderr
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with a socket in the folder, which is the user's alone.
fn steered(desk: &Desk) -> Command {
    let mut command = desk.program();
    command
        .env("BACKLOT_SOCKET", desk.path("socket"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn a_run_is_steered_to_its_end() {
    let mut run = Run::start();
    assert!(run.said("scene next").contains("red"));
    assert!(run.said("scene calm --transition fade:20").contains("calm"));
    run.said("background green");
    run.said("effect set hologram ghost=0.2");
    let layers = run.said("list layers");
    assert!(layers.contains("\"source\": \"green\"") && layers.contains("ghost=0.2"), "{layers}");
    for (line, word) in [
        ("scene r", "red"),
        ("scene ne", "next"),
        ("layer ", "person"),
        ("effect remove ", "hologram"),
        ("effect set hologram gh", "ghost="),
        ("effect add hologram --layer b", "background"),
        ("list la", "layers"),
    ] {
        run.is_offered(line, word);
    }
    run.said("undo");
    assert!(run.said("panic").contains("'backlot resume'"));
    assert!(run.said("status").contains("panic"));
    run.said("resume");
    let status: serde_json::Value = serde_json::from_str(&run.said("status --json")).unwrap();
    assert_eq!((&status["mode"], &status["scenes"]["shown"]), (&"running".into(), &"calm".into()));
    run.said("snapshot --running -o now.png");
    assert!(run.desk.path("now.png").exists());
    run.said("save");
    let saved = std::fs::read_to_string(run.desk.path("scenes/calm.toml")).unwrap();
    assert!(saved.contains("green"), "{saved}");
    assert!(run.said("explain --running").contains("person"));
    run.said("quit");
    assert_eq!(run.child.wait().unwrap().code(), Some(0));
    assert!(run.refused("status").contains("isn't running"));
}

#[test]
fn a_second_run_says_that_one_runs_and_a_socket_that_is_left_is_taken_over() {
    let mut run = Run::start();
    let second = run.refused("run --camera presenter --output none");
    assert!(second.contains("runs already") && second.contains("'backlot quit'"), "{second}");
    run.child.kill().unwrap();
    run.child.wait().unwrap();
    assert!(run.desk.path("socket").exists());
    let third = run.ask("run --camera presenter --size 320x180 --output none --duration 0.2");
    assert_eq!(third.code, Some(0), "{}", third.stderr);
}

#[test]
fn what_is_asked_wrongly_is_said_in_one_sentence() {
    let run = Run::start();
    for (line, why) in [
        ("scene clam", "did you mean 'calm'"),
        ("background nowhere.png", "nowhere.png' does not exist"),
        ("effect add holo", "hologram"),
        ("effect set hologram ghost", "write it as NAME=VALUE"),
        ("layer ghost hide", "ghost"),
        ("camera nowhere", "nowhere"),
        ("ask {\"request\":\"png\"}", "did you mean 'ping'"),
        ("list everything", "there is scenes"),
        ("pause --save", "save"),
    ] {
        let said = run.refused(line);
        assert!(said.contains(why), "{line}: {said}");
    }
    let status: serde_json::Value = serde_json::from_str(&run.said("status --json")).unwrap();
    assert_eq!(
        (&status["mode"], &status["history"]["can_undo"]),
        (&"running".into(), &false.into())
    );
}
