//! The programs that have a device open, and which one feeds it.

use super::node::User;
use backlot_media::PROGRAM_NAME;
use backlot_v4l2::openers::Held;

/// The programs that have a device open; `is_fed` says that one of them writes pictures into it.
pub fn users_of(device: &str, all: &[Held], is_fed: bool) -> Vec<User> {
    let held: Vec<_> = all.iter().filter(|held| held.device.as_os_str() == device).collect();
    // We do; otherwise the program that doesn't read through shared memory.
    let ours = held.iter().position(|held| held.opener.name == PROGRAM_NAME);
    let feeder = ours.or_else(|| held.iter().position(|held| !held.maps)).filter(|_| is_fed);
    let user = |(index, held): (usize, &&Held)| User {
        pid: held.opener.pid,
        program: held.opener.name.clone(),
        feeds: feeder == Some(index),
    };
    held.iter().enumerate().map(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_v4l2::openers::Opener;

    fn held(pid: u32, name: &str, maps: bool) -> Held {
        Held { device: "/dev/video10".into(), opener: Opener { name: name.into(), pid }, maps }
    }

    #[test]
    fn a_viewer_and_a_feeder_are_told_apart() {
        let feeder = |all: &[Held], is_fed| {
            let users = users_of("/dev/video10", all, is_fed);
            assert_eq!(users.len(), all.len());
            users.into_iter().find(|user| user.feeds).map(|user| user.program)
        };
        let (viewer, other) = (held(72, "firefox", true), held(71, "ffmpeg", false));
        let both = [viewer.clone(), other.clone()];
        assert_eq!(feeder(&both, true).as_deref(), Some("ffmpeg"));
        assert_eq!(feeder(&both, false), None);
        assert_eq!(feeder(&[viewer], true), None);
        assert_eq!(feeder(&[other, held(9, "backlot", true)], true).as_deref(), Some("backlot"));
        assert!(users_of("/dev/video1", &both, true).is_empty(), "a prefix is another device");
    }
}
