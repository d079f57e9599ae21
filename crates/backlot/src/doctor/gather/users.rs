//! Who has which video device open, by the system's table of processes. Those of other users can
//! be seen by root alone.

use super::root::Root;
use crate::doctor::facts::{Node, User};

/// Programs with the devices that they have open.
#[derive(Debug, Default)]
pub struct Users(Vec<Held>);

#[derive(Debug)]
struct Held {
    device: String,
    user: User,
    /// Whether pictures come through shared memory: a viewer's do, a feeder mostly writes.
    maps: bool,
}

impl Users {
    /// Looks at all processes but this one.
    pub fn scan(root: &Root) -> Self {
        let own = std::process::id();
        let pids = root.names("/proc").into_iter().filter_map(|name| name.parse::<u32>().ok());
        Self(pids.filter(|&pid| pid != own).flat_map(|pid| held(root, pid)).collect())
    }

    /// Those who have a device open.
    pub fn of(&self, device: &str) -> Vec<User> {
        let held = self.0.iter().filter(|held| held.device == device);
        held.map(|held| held.user.clone()).collect()
    }

    /// Marks who feeds a device that is fed: backlot, else who doesn't read through shared memory.
    pub fn mark_feeder(&self, node: &mut Node) {
        let maps = |user: &User| {
            self.0.iter().any(|h| h.device == node.path && h.user.pid == user.pid && h.maps)
        };
        let ours = node.users.iter().position(|user| user.program == "backlot");
        let feeder = ours.or_else(|| node.users.iter().position(|user| !maps(user)));
        if let Some(user) = feeder.and_then(|index| node.users.get_mut(index)) {
            user.feeds = true;
        }
    }
}

fn held(root: &Root, pid: u32) -> Vec<Held> {
    let folder = format!("/proc/{pid}/fd");
    let target = |name: &String| std::fs::read_link(root.path(&format!("{folder}/{name}"))).ok();
    let links = root.names(&folder);
    let devices =
        links.iter().filter_map(target).filter_map(|path| path.into_os_string().into_string().ok());
    let mut devices: Vec<_> = devices.filter(|path| path.starts_with("/dev/video")).collect();
    devices.sort();
    devices.dedup();
    if devices.is_empty() {
        return Vec::new();
    }
    let program = root.line(&format!("/proc/{pid}/comm")).unwrap_or_default();
    let maps = root.text(&format!("/proc/{pid}/maps")).unwrap_or_default();
    let held = |device: String| Held {
        maps: maps.lines().any(|line| line.ends_with(&format!(" {device}"))),
        user: User { pid, program: program.clone(), feeds: false },
        device,
    };
    devices.into_iter().map(held).collect()
}

#[cfg(test)]
mod tests {
    use super::super::root::testing::machine;
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_viewer_and_a_feeder_are_told_apart() {
        let (folder, root) = machine(&[
            ("proc/71/comm", "ffmpeg\n"),
            ("proc/71/maps", "7f00-7f10 r-xp 0 08:01 7 /usr/bin/ffmpeg\n"),
            ("proc/72/comm", "firefox\n"),
            ("proc/72/maps", "7f00-7f10 rw-s 0 00:05 9      /dev/video10\n"),
            ("proc/72/fd/x", ""),
            ("proc/71/fd/x", ""),
            ("proc/self/comm", "backlot\n"),
        ]);
        for (pid, fd) in [(71, 3), (72, 5), (72, 6)] {
            symlink("/dev/video10", folder.path().join(format!("proc/{pid}/fd/{fd}"))).unwrap();
        }
        let users = Users::scan(&root);
        let mut node = Node {
            path: "/dev/video10".into(),
            users: users.of("/dev/video10"),
            ..Node::default()
        };
        assert_eq!(node.users.len(), 2);
        users.mark_feeder(&mut node);
        assert_eq!(node.feeder().unwrap().program, "ffmpeg");
        assert!(users.of("/dev/video1").is_empty(), "a prefix is another device");
    }
}
