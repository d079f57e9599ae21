//! The commands that fix things. They are only printed, never run.

use super::facts::{Builder, Facts, System};
use crate::inventory::{NUMBER, Node, free_number};
use backlot_media::CAMERA_NAME;

/// The buffers that a device should have for each program. 0.15 has two by default, and guvcview
/// expects four; more would only hold late pictures.
pub const BUFFERS: u32 = 4;

/// A text as one word of a shell.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Which family of distributions a system belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Debian,
    Fedora,
    Image,
    Arch,
    Suse,
    Gentoo,
    Void,
    Other,
}

impl Family {
    fn of(system: &System) -> Self {
        let is = |name: &str| system.distribution.iter().any(|id| id == name);
        match () {
            () if system.is_image => Self::Image,
            () if is("debian") || is("ubuntu") => Self::Debian,
            () if is("fedora") || is("rhel") => Self::Fedora,
            () if is("arch") => Self::Arch,
            () if is("suse") || is("opensuse") => Self::Suse,
            () if is("gentoo") => Self::Gentoo,
            () if is("void") => Self::Void,
            () => Self::Other,
        }
    }
}

/// Installs the module, with anything else to know about that.
pub fn install(system: &System) -> (Option<String>, &'static str) {
    let command = match Family::of(system) {
        Family::Debian => "sudo apt install v4l2loopback-dkms linux-headers-$(uname -r)".to_owned(),
        Family::Fedora => "sudo dnf install akmod-v4l2loopback".to_owned(),
        Family::Image => "rpm-ostree install akmod-v4l2loopback".to_owned(),
        Family::Arch => format!("sudo pacman -S v4l2loopback-dkms {}", arch_headers(system)),
        Family::Suse => "sudo zypper install v4l2loopback-kmp-default".to_owned(),
        Family::Gentoo => "sudo emerge media-video/v4l2loopback".to_owned(),
        Family::Void => "sudo xbps-install v4l2loopback".to_owned(),
        Family::Other => {
            let why = "Install the package that your distribution has of it. Debian, Ubuntu: apt \
                       install v4l2loopback-dkms; Fedora, with RPM Fusion: dnf install \
                       akmod-v4l2loopback; Arch: pacman -S v4l2loopback-dkms linux-headers; \
                       openSUSE: zypper install v4l2loopback-kmp-default.";
            return (None, why);
        }
    };
    let why = match Family::of(system) {
        Family::Fedora => "The package is in RPM Fusion (free): rpmfusion.org/Configuration.",
        Family::Image => {
            "The package is in RPM Fusion (free): rpmfusion.org/Configuration. Restart afterwards."
        }
        _ => "",
    };
    (Some(command), why)
}

/// The package with the headers of Arch's kernels.
fn arch_headers(system: &System) -> &'static str {
    let known = [
        ("-lts", "linux-lts-headers"),
        ("-zen", "linux-zen-headers"),
        ("-hardened", "linux-hardened-headers"),
    ];
    let found = known.into_iter().find(|(ending, _)| system.kernel.ends_with(ending));
    found.map_or("linux-headers", |(_, package)| package)
}

/// Builds the module for the running kernel.
pub fn rebuild(facts: &Facts) -> Option<String> {
    Some(match (facts.module.builder?, Family::of(&facts.system)) {
        (Builder::Akmods, _) => "sudo akmods --force".to_owned(),
        (Builder::Dkms, Family::Debian) => {
            "sudo apt install linux-headers-$(uname -r) && sudo dkms autoinstall".to_owned()
        }
        (Builder::Dkms, Family::Arch) => {
            format!("sudo pacman -S {} && sudo dkms autoinstall", arch_headers(&facts.system))
        }
        (Builder::Dkms, _) => "sudo dkms autoinstall".to_owned(),
    })
}

/// Loads the module with a device for us.
pub fn load(facts: &Facts) -> String {
    let is_told = facts.module.options.iter().any(|line| !line.settings.is_empty());
    if is_told {
        return "sudo modprobe v4l2loopback".to_owned();
    }
    format!(
        "sudo modprobe v4l2loopback exclusive_caps=1 max_buffers={BUFFERS} video_nr={NUMBER} \
         card_label={CAMERA_NAME}"
    )
}

/// Reloads the module so that all its devices, and one of ours, are as clients want them.
pub fn reload(facts: &Facts) -> String {
    let mut taken: Vec<u32> = facts.nodes.iter().map(|node| node.number).collect();
    let mut devices: Vec<(u32, String)> = Vec::new();
    let ours = facts.ours();
    for node in facts.loopbacks() {
        let is_ours = ours.is_some_and(|ours| std::ptr::eq(ours, node));
        let number = if node.number == 0 { free_number(&taken) } else { node.number };
        taken.push(number);
        devices.push((number, if is_ours { CAMERA_NAME.to_owned() } else { label(node) }));
    }
    if ours.is_none() {
        devices.push((free_number(&taken), CAMERA_NAME.to_owned()));
    }
    let list = |items: Vec<String>| items.join(",");
    let numbers = list(devices.iter().map(|(number, _)| number.to_string()).collect());
    let labels = list(devices.iter().map(|(_, label)| label.clone()).collect());
    let exclusive = list(devices.iter().map(|_| "1".to_owned()).collect());
    let devices = match devices.len() {
        1 => String::new(),
        n => format!(" devices={n}"),
    };
    format!(
        "sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback{devices} \
         exclusive_caps={exclusive} max_buffers={BUFFERS} video_nr={numbers} card_label={}",
        word(&labels)
    )
}

/// A label without the characters that separate labels.
fn label(node: &Node) -> String {
    node.name.replace([',', '"', '\''], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::facts::healthy;

    #[test]
    fn labels_can_not_become_commands() {
        assert_eq!(word("Backlot"), "Backlot");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("$(reboot)'; x"), r"'$(reboot)'\''; x'");
        assert_eq!(word(""), "''");
    }

    #[test]
    fn each_distribution_has_its_own_package() {
        let command = |id: &str, kernel: &str| {
            let distribution = id.split(' ').map(str::to_owned).collect();
            let system = System { kernel: kernel.into(), distribution, ..System::default() };
            install(&system).0
        };
        for (id, kernel, words) in [
            ("debian", "6.1.0", "sudo apt install v4l2loopback-dkms linux-headers-$(uname -r)"),
            ("pop ubuntu debian", "6.9", "sudo apt install v4l2loopback-dkms"),
            ("fedora", "6.11", "sudo dnf install akmod-v4l2loopback"),
            ("manjaro arch", "6.6.8-1-lts", "sudo pacman -S v4l2loopback-dkms linux-lts-headers"),
            ("arch", "6.11.1-arch1-1", "sudo pacman -S v4l2loopback-dkms linux-headers"),
            ("opensuse-tumbleweed opensuse suse", "6.11", "sudo zypper install v4l2loopback"),
            ("gentoo", "6.6", "sudo emerge"),
        ] {
            let command = command(id, kernel).unwrap();
            assert!(command.starts_with(words), "{id}: {command}");
        }
        assert_eq!(command("plan9", "4"), None);
        let image =
            System { is_image: true, distribution: vec!["fedora".into()], ..System::default() };
        assert!(install(&image).0.unwrap().starts_with("rpm-ostree install"));
    }

    #[test]
    fn other_programs_devices_survive_a_reload() {
        let mut facts = healthy();
        let plain = "sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback exclusive_caps=1 \
                     max_buffers=4 video_nr=10 card_label=Backlot";
        assert_eq!(reload(&facts), plain);
        let obs = Node {
            path: "/dev/video4".into(),
            number: 4,
            name: "OBS Virtual Camera".into(),
            ..facts.nodes[1].clone()
        };
        facts.nodes.insert(1, obs);
        let both = reload(&facts);
        assert!(
            both.ends_with(
                "devices=2 exclusive_caps=1,1 max_buffers=4 video_nr=4,10 \
                 card_label='OBS Virtual Camera,Backlot'"
            ),
            "{both}"
        );
    }
}
