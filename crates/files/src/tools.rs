//! The programs `ffmpeg` and `ffprobe`: where they are and how they are run.
//!
//! A hostile file must not be able to do more than fail: a child reads no standard input of ours,
//! opens nothing but local files and its pipes, and gets each name behind `file:`, so that no name
//! is an option or another protocol. It runs in a process group of its own: an interrupt typed at
//! the terminal reaches us, and we decide how the child ends.

use crate::FilesError;
use backlot_media::threads;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

/// Bytes of a child's complaints that are kept: the last ones.
const LOG_BYTES: usize = 16 * 1024;

/// The longest complaint that is shown.
const SENTENCE_CHARS: usize = 200;

/// A program that is run as a child process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Decodes and encodes.
    Ffmpeg,
    /// Tells what is in a file.
    Ffprobe,
}

impl Program {
    /// The environment variable that says where the program is.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Ffmpeg => "BACKLOT_FFMPEG",
            Self::Ffprobe => "BACKLOT_FFPROBE",
        }
    }
}

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
        let find = |program: Program, name: &str| {
            std::env::var_os(program.variable())
                .filter(|value| !value.is_empty())
                .map_or_else(|| name.into(), PathBuf::from)
        };
        Self { ffmpeg: find(Program::Ffmpeg, "ffmpeg"), ffprobe: find(Program::Ffprobe, "ffprobe") }
    }
}

impl Tools {
    fn path(&self, program: Program) -> &Path {
        match program {
            Program::Ffmpeg => &self.ffmpeg,
            Program::Ffprobe => &self.ffprobe,
        }
    }

    /// What ffmpeg can do: `-encoders`, `-filters`.
    pub(crate) fn list(&self, what: &str) -> Result<String, FilesError> {
        let mut job = self.job(Program::Ffmpeg);
        job.arg(what);
        let (list, _) = job.output_of(LIST_BYTES)?;
        Ok(String::from_utf8_lossy(&list).into_owned())
    }

    /// The command line's beginning.
    pub(crate) fn job(&self, program: Program) -> Job {
        let mut job = Job { program, path: self.path(program).to_owned(), args: Vec::new() };
        job.args(["-hide_banner", "-v", "error"]);
        if program == Program::Ffmpeg {
            job.args(["-nostdin", "-nostats", "-y"]);
        }
        job
    }
}

/// The most that a list may be.
const LIST_BYTES: u64 = 1 << 20;

/// A program with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    program: Program,
    path: PathBuf,
    args: Vec<OsString>,
}

/// Which of its streams a child has a pipe for, besides its complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pipes {
    None,
    Input,
    Output,
    Both,
}

impl Job {
    pub fn arg(&mut self, arg: impl Into<OsString>) -> &mut Self {
        self.args.push(arg.into());
        self
    }

    pub fn args<T: Into<OsString>>(&mut self, args: impl IntoIterator<Item = T>) -> &mut Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds a file to read.
    pub fn input(&mut self, path: &Path) -> &mut Self {
        self.args(["-protocol_whitelist", "file,pipe", "-i"]).arg(file_url(path))
    }

    /// Adds the file to write.
    pub fn output(&mut self, path: &Path) -> &mut Self {
        self.arg(file_url(path))
    }

    /// Starts the program.
    pub fn start(&self, pipes: Pipes) -> Result<Running, FilesError> {
        let pipe_if = |wanted| match pipes == wanted || pipes == Pipes::Both {
            true => Stdio::piped(),
            false => Stdio::null(),
        };
        let child = Command::new(&self.path)
            .args(&self.args)
            .stdin(pipe_if(Pipes::Input))
            .stdout(pipe_if(Pipes::Output))
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = child.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => {
                FilesError::ProgramMissing { program: self.program, path: self.path.clone() }
            }
            _ => FilesError::ProgramStart { path: self.path.clone(), source },
        })?;
        let log = child.stderr.take().map(|pipe| threads::start("complaints", || drain(pipe)));
        let mut running = Running { child, log: None, ended: None };
        // Without a reader the child would hang as soon as it complains: it ends with `running`.
        running.log = log
            .transpose()
            .map_err(|source| FilesError::ProgramStart { path: self.path.clone(), source })?;
        Ok(running)
    }

    /// Runs the program to its end and returns what it wrote, at most `limit` bytes.
    pub fn output_of(&self, limit: u64) -> Result<(Vec<u8>, Ending), FilesError> {
        let mut running = self.start(Pipes::Output)?;
        let mut bytes = Vec::new();
        if let Some(pipe) = running.stdout() {
            // A pipe that breaks shows in how the program ends.
            let _ = pipe.take(limit).read_to_end(&mut bytes);
        }
        Ok((bytes, running.wait().clone()))
    }

    /// Runs the program to its end.
    pub fn run(&self) -> Result<Ending, FilesError> {
        Ok(self.start(Pipes::None)?.wait().clone())
    }
}

fn file_url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}

/// Reads the complaints to their end and keeps the last ones.
fn drain(mut pipe: ChildStderr) -> Vec<u8> {
    let (mut log, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = pipe.read(&mut chunk) {
        log.extend_from_slice(&chunk[..count]);
        if log.len() > 2 * LOG_BYTES {
            log.drain(..log.len() - LOG_BYTES);
        }
    }
    log
}

/// A child process. It is killed and waited for when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    log: Option<JoinHandle<Vec<u8>>>,
    ended: Option<Ending>,
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Whether it ended by itself and was content.
    pub success: bool,
    /// Its complaints.
    pub log: String,
}

impl Running {
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take().inspect(|pipe| widen(pipe))
    }

    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take().inspect(|pipe| widen(pipe))
    }

    /// Waits for its end. Its pipes must have been read to the end or closed.
    pub fn wait(&mut self) -> &Ending {
        let status = self.child.wait().ok();
        self.end(status)
    }

    /// Ends it now.
    pub fn kill(&mut self) -> &Ending {
        // An error means that it has ended already.
        let _ = self.child.kill();
        self.wait()
    }

    fn end(&mut self, status: Option<ExitStatus>) -> &Ending {
        let log = self.log.take();
        self.ended.get_or_insert_with(|| Ending {
            success: status.is_some_and(|s| s.success()),
            log: log
                .and_then(|thread| thread.join().ok())
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.kill();
        }
    }
}

/// Asks for a pipe that holds more of a frame than the usual 64 KiB: fewer switches between us and
/// the child. It works with any length.
fn widen(pipe: impl std::os::fd::AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
}

impl Ending {
    /// What the program said last that tells something, as the end of a sentence.
    pub fn reason(&self) -> String {
        let noise = ["Conversion failed", "Error opening", "Last message repeated", "Exiting"];
        let is_noise = |line: &&str| noise.iter().any(|word| line.starts_with(word));
        let names_file = |line: &&str| line.starts_with("file:") || line.starts_with("pipe:");
        let lines = || self.log.lines().map(without_prefix).filter(|line| !line.is_empty());
        let told = lines().rfind(|line| !is_noise(line) && !names_file(line));
        // What is said of the file as a whole, without its name, which the sentence has already.
        let of_file = || lines().rfind(names_file).map(|l| l.rsplit(": ").next().unwrap_or(l));
        told.or_else(of_file)
            .or_else(|| lines().next_back())
            .map_or_else(|| "no reason given".to_owned(), shorten)
    }

    /// Whether nothing is said but that the bytes make no sense.
    pub fn is_unknown_format(&self) -> bool {
        self.reason() == "Invalid data found when processing input"
    }

    /// Whether the disk ran full.
    pub fn disk_full(&self) -> bool {
        self.log.contains("No space left on device") || self.log.contains("Disk quota exceeded")
    }
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

    fn shell(script: &str) -> Job {
        let mut job = Job { program: Program::Ffmpeg, path: "/bin/sh".into(), args: vec![] };
        job.args(["-c", script]);
        job
    }

    #[test]
    fn the_last_useful_line_is_the_reason() {
        let log = "[mov,mp4 @ 0x5] moov atom not found\nfile:a.mp4: Invalid data found\n\nConversion failed!\n";
        let ending = Ending { success: false, log: log.into() };
        assert_eq!(ending.reason(), "moov atom not found");
        let ending = Ending { success: false, log: "file:a: b.mp4: Invalid data found\n".into() };
        assert_eq!(ending.reason(), "Invalid data found");
        let ending = Ending { success: false, log: "[a @ 0x1] [b] bad thing.\n".into() };
        assert_eq!(ending.reason(), "bad thing");
    }

    #[test]
    fn complaints_are_bounded_and_do_not_block() {
        let job =
            shell("i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3");
        let ending = job.run().unwrap();
        assert!(!ending.success);
        assert!(ending.log.len() <= 2 * LOG_BYTES, "{}", ending.log.len());
        assert_eq!(ending.reason(), "line 19999");
    }

    #[test]
    fn a_dropped_child_is_gone() {
        let running = shell("exec sleep 1000").start(Pipes::None).unwrap();
        let id = running.child.id();
        assert!(Path::new(&format!("/proc/{id}")).exists());
        drop(running);
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }

    #[test]
    fn a_missing_program_is_one_sentence_that_helps() {
        let tools = Tools { ffmpeg: "/nowhere/ffmpeg".into(), ffprobe: "/nowhere/ffprobe".into() };
        let error = tools.job(Program::Ffmpeg).run().unwrap_err().to_string();
        assert!(error.starts_with("the program '/nowhere/ffmpeg', which reads"), "{error}");
        assert!(error.contains("apt install ffmpeg") && error.contains("BACKLOT_FFMPEG"));
    }
}
