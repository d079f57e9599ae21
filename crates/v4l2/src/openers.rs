//! Which programs have a device open, by the system's table of processes.
//!
//! Processes come and go while it is read; those that are gone are skipped. Only root can look into
//! other users' processes, and processes in a sandbox may know the device by another name.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A program that has a device open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opener {
    /// The program's name.
    pub name: String,
    /// Its process.
    pub pid: u32,
}

/// The programs that have a device open, as far as they can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Other processes that have it open.
    pub openers: Vec<Opener>,
    /// Processes that could not be looked into.
    pub hidden: usize,
}

/// The most descriptors to look at in one process.
const MOST: usize = 65_536;

/// The most bytes to read of a process's memory map.
const MOST_MAPS: u64 = 4 << 20;

/// A device that a program has open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The device's file.
    pub device: PathBuf,
    /// The program.
    pub opener: Opener,
    /// Whether it has the device's memory among its own: viewers mostly do, feeders mostly write.
    pub maps: bool,
}

/// Every video device that another program has open, in one walk through all processes.
pub fn held_devices() -> Vec<Held> {
    held_under(Path::new("/proc"))
}

fn held_under(proc: &Path) -> Vec<Held> {
    let is_video = |file: &Path| {
        let name = file.file_name().and_then(OsStr::to_str);
        file.parent() == Some(Path::new("/dev")) && name.is_some_and(|n| n.starts_with("video"))
    };
    let (found, _) = walk(proc, &is_video);
    let held = |(pid, device): (u32, PathBuf)| Held {
        maps: maps(proc, pid, &device),
        opener: Opener { name: name_of(proc, pid), pid },
        device,
    };
    let mut held: Vec<_> = found.into_iter().map(held).collect();
    held.sort();
    held
}

/// Other processes that have the device open, as far as we may look into them: those of the same
/// user, or all of them for root.
pub fn openers(path: &Path) -> Vec<Opener> {
    look(path).openers
}

/// Other processes that have the device open, and how many could not be looked into.
pub fn look(path: &Path) -> Look {
    let Ok(path) = path.canonicalize() else { return Look::default() };
    let proc = Path::new("/proc");
    let (found, hidden) = walk(proc, &|file| file == path);
    let opener = |(pid, _)| Opener { name: name_of(proc, pid), pid };
    let mut openers: Vec<_> = found.into_iter().map(opener).collect();
    openers.sort();
    Look { openers, hidden }
}

/// The wanted files that each other process has open, each once, and how many processes could not
/// be looked into.
fn walk(proc: &Path, wanted: &dyn Fn(&Path) -> bool) -> (Vec<(u32, PathBuf)>, usize) {
    let own = std::process::id();
    let processes = fs::read_dir(proc).into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let (mut found, mut hidden) = (Vec::new(), 0);
    for pid in pids.filter(|&pid| pid != own) {
        match open_files(proc, pid, wanted) {
            Ok(files) => found.extend(files.into_iter().map(|file| (pid, file))),
            // It is gone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => hidden += 1,
        }
    }
    (found, hidden)
}

fn open_files(
    proc: &Path,
    pid: u32,
    wanted: &dyn Fn(&Path) -> bool,
) -> io::Result<BTreeSet<PathBuf>> {
    let descriptors = fs::read_dir(proc.join(format!("{pid}/fd")))?.take(MOST).flatten();
    let files = descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
    Ok(files.filter(|file| wanted(file)).collect())
}

fn name_of(proc: &Path, pid: u32) -> String {
    let name = fs::read_to_string(proc.join(format!("{pid}/comm"))).unwrap_or_default();
    let name: String = name.trim().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() { "a program".into() } else { name }
}

fn maps(proc: &Path, pid: u32, path: &Path) -> bool {
    let Ok(file) = fs::File::open(proc.join(format!("{pid}/maps"))) else { return false };
    let mut bytes = Vec::new();
    let read = io::Read::read_to_end(&mut io::Read::take(file, MOST_MAPS), &mut bytes);
    let ending = format!(" {}", path.display());
    read.is_ok() && String::from_utf8_lossy(&bytes).lines().any(|line| line.ends_with(&ending))
}

/// The program that has the device, as ` by NAME (process PID)`; empty if none is seen.
pub(crate) fn in_words(path: &Path) -> String {
    words(&openers(path))
}

/// The program that seems to feed the device, in the same words.
pub(crate) fn feeders_in_words(path: &Path) -> String {
    let openers = openers(path);
    let proc = Path::new("/proc");
    let feeders: Vec<_> =
        openers.iter().filter(|opener| !maps(proc, opener.pid, path)).cloned().collect();
    words(if feeders.is_empty() { &openers } else { &feeders })
}

fn words(openers: &[Opener]) -> String {
    let name = |opener: &Opener| format!("{} (process {})", opener.name, opener.pid);
    let who: Vec<String> = openers.iter().take(3).map(name).collect();
    if who.is_empty() { String::new() } else { format!(" by {}", who.join(", ")) }
}

/// Held by a test that starts a program: until a child is another program it has all our files,
/// so that a test beside it would see it as who has them open.
#[cfg(test)]
pub(crate) fn only_children() -> std::sync::MutexGuard<'static, ()> {
    static STARTING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    STARTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_program_that_has_a_file_open_is_named() {
        let _alone = only_children();
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(openers(file.path()), []);
        let input = Stdio::from(fs::File::open(file.path()).unwrap());
        let mut child = Command::new("sleep").arg("60").stdin(input).spawn().unwrap();
        let found = openers(file.path());
        let (words, feeders) = (in_words(file.path()), feeders_in_words(file.path()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pid, child.id());
        assert!(words.contains(&format!("(process {})", child.id())), "{words}");
        assert_eq!(words, feeders);
    }

    #[test]
    fn memory_of_a_file_is_seen() {
        let program = std::env::current_exe().unwrap();
        assert!(maps(Path::new("/proc"), std::process::id(), &program));
        assert!(!maps(Path::new("/proc"), std::process::id(), Path::new("/dev/none")));
    }

    #[test]
    fn a_viewer_and_a_feeder_are_told_apart() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("71/comm", "ffmpeg\n");
        write("71/maps", "7f00-7f10 r-xp 0 08:01 7 /usr/bin/ffmpeg\n");
        write("72/comm", "firefox\n");
        write("72/maps", "7f00-7f10 rw-s 0 00:05 9      /dev/video10\n");
        write("self/comm", "backlot\n");
        for (pid, fd, device) in [
            (71, 3, "/dev/video10"),
            (72, 5, "/dev/video10"),
            (72, 6, "/dev/video10"),
            (72, 7, "/x"),
        ] {
            fs::create_dir_all(folder.path().join(format!("{pid}/fd"))).unwrap();
            symlink(device, folder.path().join(format!("{pid}/fd/{fd}"))).unwrap();
        }
        let held: Vec<_> = held_under(folder.path())
            .into_iter()
            .map(|held| (held.opener.name, held.opener.pid, held.maps))
            .collect();
        assert_eq!(held, [("ffmpeg".to_owned(), 71, false), ("firefox".to_owned(), 72, true)]);
    }
}
