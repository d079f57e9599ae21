//! A running program, steered by commands.

use crate::common::{Desk, Ended, ended};
use std::io::Read;
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

/// The number of pictures in a video, the seconds that it lasts, and the colour in its corner.
fn looked_at(run: &Run, name: &str) -> (usize, f64, [u8; 3]) {
    let file = run.desk.path(name);
    let mut probe = Command::new("ffprobe");
    probe.args(["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time"]);
    let found = probe.args(["-of", "csv=p=0"]).arg(&file).output().unwrap();
    let times = String::from_utf8(found.stdout).unwrap();
    let times: Vec<f64> =
        times.lines().map(|line| line.trim_end_matches(',').parse().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    let mut decode = Command::new("ffmpeg");
    decode.args(["-v", "error", "-i"]).arg(&file);
    decode.args([
        "-fps_mode",
        "passthrough",
        "-vf",
        "crop=8:8:0:0,scale=1:1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]);
    let pixels = decode.output().unwrap().stdout;
    assert_eq!(pixels.len(), 3 * times.len());
    (times.len(), times[times.len() - 1], [pixels[0], pixels[1], pixels[2]])
}

#[test]
fn what_viewers_see_is_recorded_by_name_scene_and_time() {
    let run = Run::start();
    let said = run.said("record talk.mp4 --duration 1");
    assert!(said.contains("Recording ") && said.contains("talk.mp4"), "{said}");
    let (pictures, seconds, [red, green, blue]) = looked_at(&run, "talk.mp4");
    assert!(pictures > 5 && (0.5..1.0).contains(&seconds), "{pictures} {seconds}");
    assert!(blue > 90 && red < 40 && green < 40, "{red} {green} {blue}");
    assert!(run.refused("record talk.mp4").contains("exists"));
    assert!(run.refused("record talk.avi").contains("mkv, mp4"));
    assert!(run.refused("record talk.mkv --scene nowhere").contains("no scene 'nowhere'"));
    assert!(run.refused("record stop").contains("nothing is being recorded"));
    let status: serde_json::Value = serde_json::from_str(&run.said("status --json")).unwrap();
    let told = &status["recordings"][0];
    assert_eq!((told["pictures"].as_u64(), &told["problem"]), (Some(pictures as u64), &().into()));
    // Another scene than the call's, ended from elsewhere.
    let mut other = steered(&run.desk);
    let mut other = other.args(["record", "red.mkv", "--scene", "red", "--json"]).spawn().unwrap();
    let start = Instant::now();
    let under_way = || {
        let status: serde_json::Value = serde_json::from_str(&run.said("status --json")).unwrap();
        assert!(start.elapsed() < PATIENCE, "it is never under way: {status}");
        status["recording"]["pictures"].as_u64()
    };
    while under_way().is_none_or(|pictures| pictures < 5) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(run.refused("record twice.mkv").contains("red.mkv' is being recorded"));
    assert!(run.said("record stop").contains("red.mkv"));
    assert_eq!(other.wait().unwrap().code(), Some(0));
    let (_, _, [red, green, blue]) = looked_at(&run, "red.mkv");
    assert!(red > 200 && green < 40 && blue < 40, "{red} {green} {blue}");
}

#[test]
fn a_recording_is_completed_when_the_program_ends() {
    let mut run = Run::start();
    let mut record = steered(&run.desk).args(["record", "talk.mkv"]).spawn().unwrap();
    let start = Instant::now();
    while !run.said("status --json").contains("talk.mkv") {
        assert!(start.elapsed() < PATIENCE, "it never begins");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.said("quit");
    assert_eq!(run.child.wait().unwrap().code(), Some(0));
    record.wait().unwrap();
    assert!(looked_at(&run, "talk.mkv").0 > 0);
}

#[test]
fn a_preview_is_a_video_for_whoever_reads() {
    let run = Run::start();
    let mut preview = steered(&run.desk).args(["preview", "--scene", "red"]).spawn().unwrap();
    let mut video = preview.stdout.take().unwrap();
    let mut bytes = vec![0; 4 * (320 * 180 * 3 / 2)];
    video.read_exact(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"YUV4MPEG2 W320 H180 F30:1"), "{:?}", &bytes[..40]);
    let looks = || {
        let status: serde_json::Value = serde_json::from_str(&run.said("status --json")).unwrap();
        status["views"].as_array().unwrap().contains(&"preview".into())
    };
    assert!(looks());
    drop(video);
    assert_eq!(preview.wait().unwrap().code(), Some(0));
    let start = Instant::now();
    while looks() {
        assert!(start.elapsed() < PATIENCE, "it looks for ever");
        std::thread::sleep(Duration::from_millis(20));
    }
    let names: Vec<_> = std::fs::read_dir(run.desk.path(".")).unwrap().flatten().collect();
    let is_left = names.iter().any(|name| name.file_name().to_string_lossy().contains("preview"));
    assert!(!is_left, "{names:?}");
    let file = format!(
        "{{\"request\":\"preview\",\"pipe\":\"{}\"}}",
        run.desk.path("settings.toml").display()
    );
    let ended = ended(steered(&run.desk).args(["ask", &file]).output());
    assert!(ended.stderr.contains("is no named pipe"), "{}", ended.stderr);
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
