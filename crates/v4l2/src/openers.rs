//! Which programs have a device open, by the system's table of processes.
//!
//! Processes come and go while it is read: one that is gone is passed over. Those of other users can be looked
//! into by root alone, and those in a sandbox may know the device by another name.

use std::fs;
use std::io;
use std::path::Path;

/// A program that has a device open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opener {
    /// The program's name.
    pub name: String,
    /// Its process.
    pub pid: u32,
}

/// Who has a device open, as far as it can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Other processes that have it open, by name.
    pub openers: Vec<Opener>,
    /// Processes that could not be looked into.
    pub hidden: usize,
}

/// Most descriptors of one process that are looked at.
const MOST: usize = 65_536;

/// Most of a process's map of memory that is read.
const MOST_MAPS: u64 = 4 << 20;

/// Other processes that have the device open, as far as we may look into them: those of the same user, or all
/// for root.
pub fn openers(path: &Path) -> Vec<Opener> {
    look(path).openers
}

/// Other processes that have the device open, and how many could not be looked into.
pub fn look(path: &Path) -> Look {
    let Ok(path) = path.canonicalize() else { return Look::default() };
    let own = std::process::id();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut look = Look::default();
    for pid in pids.filter(|&pid| pid != own) {
        match holds(pid, &path) {
            Ok(false) => {}
            Ok(true) => look.openers.push(Opener { name: name_of(pid), pid }),
            // It is gone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => look.hidden += 1,
        }
    }
    look.openers.sort();
    look
}

fn holds(pid: u32, path: &Path) -> io::Result<bool> {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))?.take(MOST).flatten();
    Ok(descriptors.into_iter().any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to == path)))
}

fn name_of(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let name: String = name.trim().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() { "a program".into() } else { name }
}

/// Whether a process has the device's memory among its own: viewers mostly have, feeders mostly write.
fn maps(pid: u32, path: &Path) -> bool {
    let Ok(file) = fs::File::open(format!("/proc/{pid}/maps")) else { return false };
    let mut bytes = Vec::new();
    let read = io::Read::read_to_end(&mut io::Read::take(file, MOST_MAPS), &mut bytes);
    let ending = format!(" {}", path.display());
    read.is_ok() && String::from_utf8_lossy(&bytes).lines().any(|line| line.ends_with(&ending))
}

/// Who has the device, as ` by NAME (process PID)`; empty if nobody is seen.
pub(crate) fn in_words(path: &Path) -> String {
    words(&openers(path))
}

/// Who seems to feed the device, in the same words.
pub(crate) fn feeders_in_words(path: &Path) -> String {
    let openers = openers(path);
    let feeders: Vec<_> =
        openers.iter().filter(|opener| !maps(opener.pid, path)).cloned().collect();
    words(if feeders.is_empty() { &openers } else { &feeders })
}

fn words(openers: &[Opener]) -> String {
    let name = |opener: &Opener| format!("{} (process {})", opener.name, opener.pid);
    let who: Vec<String> = openers.iter().take(3).map(name).collect();
    if who.is_empty() { String::new() } else { format!(" by {}", who.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_program_that_has_a_file_open_is_named() {
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
        assert!(maps(std::process::id(), &program));
        assert!(!maps(std::process::id(), Path::new("/dev/none")));
    }
}
