//! The programs `ffmpeg` and `ffprobe`: where they are and how they are run.
//!
//! A hostile file must not do more than fail: a child does not share our standard input, opens a
//! user's file only as a format that can't name other files, and gets each name after `file:`, so
//! that no name is an option or another protocol. It has the limits that fit its job, and ends
//! with us.

use crate::FilesError;
use crate::intake::demuxers::SELF_CONTAINED;
pub use crate::intake::tool::Tool;
use backlot_launch::{Child, Input, LaunchError, Limits, Order, Output, Overdue};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// The longest message of a program that is shown.
const SENTENCE_CHARS: usize = 200;

/// Where the programs are: names looked up in `PATH`, or paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tools {
    /// The program `ffmpeg`.
    pub ffmpeg: PathBuf,
    /// The program `ffprobe`.
    pub ffprobe: PathBuf,
}

impl Default for Tools {
    /// The programs that `PATH` leads to, or those that `BACKLOT_FFMPEG` and `BACKLOT_FFPROBE` name.
    fn default() -> Self {
        let find = |tool: Tool| {
            std::env::var_os(tool.variable())
                .filter(|value| !value.is_empty())
                .map_or_else(|| tool.name().into(), PathBuf::from)
        };
        Self { ffmpeg: find(Tool::Ffmpeg), ffprobe: find(Tool::Ffprobe) }
    }
}

impl Tools {
    fn path(&self, tool: Tool) -> &Path {
        match tool {
            Tool::Ffmpeg => &self.ffmpeg,
            Tool::Ffprobe => &self.ffprobe,
        }
    }

    /// A list of what ffmpeg can do: `-encoders`, `-filters`.
    pub(crate) fn list(&self, what: &str) -> Result<String, FilesError> {
        let mut job = self.job(Tool::Ffmpeg, Limits::PROBE);
        job.arg(what);
        let (list, _) = job.output_of(LIST_BYTES)?;
        Ok(String::from_utf8_lossy(&list).into_owned())
    }

    /// The version of ffmpeg, as it tells it.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn version(&self) -> Result<String, FilesError> {
        let told = self.list("-version")?;
        let words = told.lines().next().unwrap_or_default().split(' ').skip(2);
        Ok(words.take_while(|word| *word != "Copyright").collect::<Vec<_>>().join(" "))
    }

    /// The beginning of the command line.
    pub(crate) fn job(&self, tool: Tool, limits: Limits) -> Job {
        let mut job = Job { tool, order: Order::new(self.path(tool), limits) };
        job.args(["-hide_banner", "-v", "repeat+level+error"]);
        if tool == Tool::Ffmpeg {
            job.args(["-nostdin", "-nostats", "-y"]);
        }
        job
    }
}

/// The most bytes of a list.
const LIST_BYTES: u64 = 1 << 20;

/// A program with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    tool: Tool,
    order: Order,
}

/// Which streams of a child are pipes, besides standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pipes {
    None,
    Input,
    Output,
    Both,
}

impl Job {
    pub fn arg(&mut self, arg: impl Into<OsString>) -> &mut Self {
        self.args([arg])
    }

    pub fn args<T: Into<OsString>>(&mut self, args: impl IntoIterator<Item = T>) -> &mut Self {
        self.order.args(args);
        self
    }

    /// Adds a file to read, which can't make the program open other files.
    pub fn input(&mut self, path: &Path) -> &mut Self {
        self.args(["-format_whitelist", SELF_CONTAINED, "-protocol_whitelist", "file", "-i"]);
        self.arg(file_url(path))
    }

    /// Adds a file of a known format that we wrote ourselves.
    pub fn own_input(&mut self, format: &str, path: &Path) -> &mut Self {
        self.args(["-f", format, "-protocol_whitelist", "file", "-i"]).arg(file_url(path))
    }

    /// Adds the file to write.
    pub fn output(&mut self, path: &Path) -> &mut Self {
        self.arg(file_url(path))
    }

    /// Starts the program.
    pub fn start(&self, pipes: Pipes) -> Result<Running, FilesError> {
        let mut order = self.order.clone();
        if matches!(pipes, Pipes::Input | Pipes::Both) {
            order.with_input();
        }
        if matches!(pipes, Pipes::Output | Pipes::Both) {
            order.with_output();
        }
        let child = order.start().map_err(|error| self.failure(error))?;
        Ok(Running { tool: self.tool, child, ended: None })
    }

    /// Runs the program to its end and returns what it wrote, at most `limit` bytes.
    pub fn output_of(&self, limit: u64) -> Result<(Vec<u8>, Ending), FilesError> {
        let (bytes, ending) = self.order.output(limit).map_err(|error| self.failure(error))?;
        Ok((bytes, Ending::of(self.tool, &ending)))
    }

    /// Runs the program to its end.
    pub fn run(&self) -> Result<Ending, FilesError> {
        Ok(self.start(Pipes::None)?.wait().clone())
    }

    fn failure(&self, error: LaunchError) -> FilesError {
        match error {
            LaunchError::Missing(path) => FilesError::ProgramMissing { tool: self.tool, path },
            error => FilesError::ProgramStart(error),
        }
    }
}

fn file_url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}

/// A child process. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    tool: Tool,
    child: Child,
    ended: Option<Ending>,
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Whether it ended on its own, with success.
    pub success: bool,
    /// Its error messages.
    pub log: String,
    /// Why it was killed if it hung, as a part of a sentence.
    pub hung: Option<String>,
}

impl Running {
    pub fn stdin(&mut self) -> Option<Input> {
        self.child.input()
    }

    /// Makes it give way to whatever else there is to do.
    pub fn yield_to_others(&self) {
        self.child.yield_to_others();
    }

    pub fn stdout(&mut self) -> Option<Output> {
        self.child.output()
    }

    /// Its error messages so far.
    pub fn log(&self) -> String {
        self.child.log()
    }

    /// Waits for its end. Its pipes must have been read to the end or closed.
    pub fn wait(&mut self) -> &Ending {
        let (tool, child) = (self.tool, &mut self.child);
        self.ended.get_or_insert_with(|| Ending::of(tool, child.wait()))
    }

    /// Kills it now.
    pub fn kill(&mut self) -> &Ending {
        let (tool, child) = (self.tool, &mut self.child);
        self.ended.get_or_insert_with(|| Ending::of(tool, child.kill()))
    }
}

impl Ending {
    fn of(tool: Tool, ending: &backlot_launch::Ending) -> Self {
        let hung = |overdue: Overdue| format!("{} {overdue}", tool.name());
        Self { success: ending.success, log: ending.log.clone(), hung: ending.overdue.map(hung) }
    }

    /// The last useful message of the program, as the end of a sentence.
    pub fn reason(&self) -> String {
        let noise = ["Conversion failed", "Error opening", "Last message repeated", "Exiting"];
        let is_noise = |line: &&str| noise.iter().any(|word| line.starts_with(word));
        let names_file = |line: &&str| line.starts_with("file:") || line.starts_with("pipe:");
        let has_errors = self.log.lines().any(is_error);
        let lines = || {
            let lines = self.log.lines().filter(move |line| !has_errors || is_error(line));
            lines.map(without_prefix).filter(|line| !line.is_empty())
        };
        let told = lines().rfind(|line| !is_noise(line) && !names_file(line));
        // Messages about the whole file, without its name, which the sentence already has.
        let of_file = || lines().rfind(names_file).map(|l| l.rsplit(": ").next().unwrap_or(l));
        if let Some(hung) = &self.hung {
            return hung.clone();
        }
        told.or_else(of_file)
            .or_else(|| lines().next_back())
            .map_or_else(|| "no reason given".to_owned(), shorten)
    }

    /// What is wrong with the file, if anything: the program failed, or reported an error in a
    /// stream. Messages of others, such as the dynamic loader, don't count.
    pub fn damage(&self) -> Option<String> {
        (!self.success || self.log.lines().any(is_damage)).then(|| self.reason())
    }

    /// The same for a video that may begin in the middle of a recording: `early` is the log of its
    /// beginning, where references to missing earlier data are not damage.
    pub fn damage_of_video(&self, early: &str) -> Option<String> {
        let later = self.log.strip_prefix(early).unwrap_or(&self.log);
        let mut lines =
            early.lines().skip_while(|line| !is_damage(line) || is_before_beginning(line));
        let is_damaged = !self.success || lines.any(is_damage) || later.lines().any(is_damage);
        is_damaged.then(|| self.reason())
    }

    /// Whether the only message is that the data is invalid.
    pub fn is_unknown_format(&self) -> bool {
        self.reason() == "Invalid data found when processing input"
    }

    /// Whether the format is one that is not allowed.
    pub fn is_refused_format(&self) -> bool {
        self.log.contains("Format not on whitelist")
    }

    /// Whether the disk ran full.
    pub fn disk_full(&self) -> bool {
        self.log.contains("No space left on device") || self.log.contains("Disk quota exceeded")
    }
}

fn is_damage(line: &str) -> bool {
    is_error(line) && !line.starts_with("[nut @")
}

/// What decoders report when a recording begins between two key frames: parameters and pictures
/// that frames refer to are missing.
const BEFORE_BEGINNING: [&str; 16] = [
    "non-existing PPS",
    "non-existing SPS",
    "PPS id out of range",
    "SPS id out of range",
    "SPS 0 does not exist",
    "VPS 0 does not exist",
    "decode_slice_header error",
    "no frame!",
    "co located POCs unavailable",
    "unref short failure",
    "reference picture missing",
    "Missing reference picture",
    "Could not find ref with POC",
    "Invalid frame dimensions 0x0",
    "Not all references are available",
    "Last message repeated",
];

fn is_before_beginning(line: &str) -> bool {
    BEFORE_BEGINNING.iter().any(|words| line.contains(words))
}

/// Whether ffmpeg itself marks the line as an error.
fn is_error(line: &str) -> bool {
    ["[error] ", "[fatal] ", "[panic] "].iter().any(|mark| line.contains(mark))
}

/// Cuts off a leading `[module @ 0x55d0c8a2e700] `.
fn without_prefix(line: &str) -> &str {
    let line = line.trim();
    match line.split_once("] ") {
        Some((head, tail)) if head.starts_with('[') => without_prefix(tail),
        _ => line,
    }
}

fn shorten(line: &str) -> String {
    let clean = line.trim_end_matches(['.', '!']).chars().filter(|c| !c.is_control());
    clean.take(SENTENCE_CHARS).collect()
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_useful_line_is_the_reason() {
        let log = "[mov,mp4 @ 0x5] moov atom not found\nfile:a.mp4: Invalid data found\n\nConversion failed!\n";
        let ending = Ending { success: false, log: log.into(), hung: None };
        assert_eq!(ending.reason(), "moov atom not found");
        let ending = Ending { log: "file:a: b.mp4: Invalid data found\n".into(), ..ending };
        assert_eq!(ending.reason(), "Invalid data found");
        let ending = Ending { log: "[a @ 0x1] [b] bad thing.\n".into(), ..ending };
        assert_eq!(ending.reason(), "bad thing");
        let log = "[h264 @ 0x1] [error] no frame!\nERROR: ld.so: object 'x' ignored.\n".to_owned();
        let ending = Ending { success: true, log, ..ending };
        assert_eq!(ending.damage().as_deref(), Some("no frame"));
        let log =
            "ERROR: ld.so: object 'x' ignored.\n    Last message repeated 1 times\n".to_owned();
        let ending = Ending { log, ..ending };
        assert_eq!(ending.damage(), None);
        let ending = Ending { hung: Some("ffmpeg did nothing for 5s".into()), ..ending };
        assert_eq!(ending.reason(), "ffmpeg did nothing for 5s");
    }

    #[test]
    fn what_stood_before_the_beginning_is_no_damage_and_what_is_lost_later_is() {
        let missing =
            "[h264 @ 0x1] [error] non-existing PPS 0 referenced\n[h264 @ 0x1] [error] no frame!\n";
        let broken = "[h264 @ 0x1] [error] error while decoding MB 3 4\n";
        let damage = |early: &str, later: &str| {
            let log = format!("{early}{later}");
            Ending { success: true, log, hung: None }.damage_of_video(early)
        };
        assert_eq!(damage(missing, ""), None);
        assert_eq!(damage(missing, missing).as_deref(), Some("no frame"));
        assert!(damage(&format!("{missing}{broken}"), "").is_some());
        assert!(damage(missing, broken).is_some_and(|why| why.contains("MB 3 4")));
    }

    #[test]
    fn a_missing_program_is_one_sentence_that_helps() {
        let tools = Tools { ffmpeg: "/nowhere/ffmpeg".into(), ffprobe: "/nowhere/ffprobe".into() };
        let error = tools.job(Tool::Ffmpeg, Limits::WORK).run().unwrap_err().to_string();
        assert!(error.starts_with("the program '/nowhere/ffmpeg', which reads"), "{error}");
        assert!(error.contains("apt install ffmpeg") && error.contains("BACKLOT_FFMPEG"));
    }
}
