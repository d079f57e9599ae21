//! The files and their contents.

use crate::doctor::BUFFERS;
use backlot_media::{CAMERA_NAME, camera_name};
use std::path::{Path, PathBuf};

/// The two formats of WirePlumber's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WirePlumber {
    /// Up to 0.4.
    Lua,
    /// From 0.5.
    Conf,
}

/// The options of the kernel module.
pub const MODPROBE: &str = "/etc/modprobe.d/backlot.conf";

/// Loads the module at boot.
pub const MODULES_LOAD: &str = "/etc/modules-load.d/backlot.conf";

const SERVICE: &str = "systemd/user/backlot.service";
const ENABLED: &str = "systemd/user/default.target.wants/backlot.service";
const LUA: &str = "wireplumber/main.lua.d/51-backlot.lua";
const CONF: &str = "wireplumber/wireplumber.conf.d/51-backlot.conf";

/// The mark of our files, and of the program.
pub const MARK: &str = "Written by 'backlot install', removed by 'backlot install --uninstall'.";

/// Whether a file with this text is ours.
pub fn is_ours(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.ends_with(MARK))
}

/// Every file that a plan may write or remove.
pub fn all_names(config_home: Option<&Path>) -> Vec<PathBuf> {
    let system = [MODPROBE, MODULES_LOAD].map(PathBuf::from);
    let user =
        config_home.iter().flat_map(|home| [SERVICE, LUA, CONF, ENABLED].map(|n| home.join(n)));
    system.into_iter().chain(user).collect()
}

/// Where a package has such a file, for a user with this folder of settings: what lies in the plan's place goes
/// before it.
pub fn packaged(path: &Path, config_home: Option<&Path>) -> Option<PathBuf> {
    if let Ok(name) = path.strip_prefix("/etc") {
        return Some(Path::new("/usr/lib").join(name));
    }
    let name = path.strip_prefix(config_home?).ok()?;
    let folder = if name.starts_with("systemd") { "/usr/lib" } else { "/usr/share" };
    Some(Path::new(folder).join(name))
}

/// Whether two files say the same, whoever wrote them: their first lines name that.
pub fn say_the_same(a: &str, b: &str) -> bool {
    a.lines().skip(1).eq(b.lines().skip(1))
}

/// Whether a file of options is ours: `modprobe` takes one of each name.
pub fn is_our_options(path: &str) -> bool {
    Path::new(path).file_name() == Path::new(MODPROBE).file_name()
}

/// Whether it is the link that systemd makes when the service is enabled.
pub fn is_enabled_link(path: &Path, target: &str) -> bool {
    path.ends_with(ENABLED) && target.ends_with("backlot.service")
}

/// The line in a service that starts a copy, so that both are removed together.
const COPIED: &str = "# The program was copied there by 'backlot install'.";

/// Whether a service starts a copy that was made for it.
pub fn has_own_copy(service: &str) -> bool {
    is_ours(service) && service.lines().any(|line| line == COPIED)
}

/// The path of the user's service.
pub fn service_path(config_home: &Path) -> PathBuf {
    config_home.join(SERVICE)
}

/// The options of the module, for devices of these numbers.
pub fn modprobe(numbers: &[u32]) -> String {
    let labels: Vec<_> = (1..=numbers.len()).map(camera_name).collect();
    let quote = if labels.len() > 1 { "\"" } else { "" };
    let (devices, labels) = (labels.len(), labels.join(","));
    let exclusive = vec!["1"; devices].join(",");
    let numbers = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    format!(
        "# {MARK}\noptions v4l2loopback devices={devices} video_nr={numbers} \
         card_label={quote}{labels}{quote} exclusive_caps={exclusive} max_buffers={BUFFERS}\n"
    )
}

/// The list of modules to load.
pub fn modules_load() -> String {
    format!("# {MARK}\nv4l2loopback\n")
}

/// The service of the user. None of its options needs a mount namespace, which many systems deny to
/// a user's services.
pub fn service(config_home: &Path, program: &Path, is_copy: bool) -> (PathBuf, String) {
    let program = quoted(&program.to_string_lossy());
    let copied = if is_copy { format!("{COPIED}\n") } else { String::new() };
    let text = format!(
        "# {MARK}
[Unit]
Description=Backlot, a virtual camera
After=pipewire.service wireplumber.service

[Service]
{copied}Type=notify
ExecStart={program} run --quiet
# Stopped by a signal, which is no failure.
SuccessExitStatus=130
Restart=on-failure
RestartSec=5
WatchdogSec=30
LockPersonality=yes
NoNewPrivileges=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
UMask=0077

# Not graphical-session.target, which some desktops never reach.
[Install]
WantedBy=default.target
"
    );
    (service_path(config_home), text)
}

/// A path as a word of `ExecStart=`.
fn quoted(path: &str) -> String {
    let mut word = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => word.extend(['\\', c]),
            '%' | '$' => word.extend([c, c]),
            c => word.push(c),
        }
    }
    word + "\""
}

/// The rule that keeps WirePlumber from offering the v4l2loopback device a second time.
pub fn wireplumber(config_home: &Path, form: WirePlumber) -> (PathBuf, String) {
    match form {
        WirePlumber::Lua => (
            config_home.join(LUA),
            format!(
                "-- {MARK}
table.insert(v4l2_monitor.rules, {{
  matches = {{
    {{ {{ \"device.product.name\", \"matches\", \"{CAMERA_NAME}*\" }} }},
    {{ {{ \"node.name\", \"matches\", \"v4l2_*\" }}, {{ \"node.nick\", \"matches\", \"{CAMERA_NAME}*\" }} }},
  }},
  apply_properties = {{
    [\"device.disabled\"] = true,
    [\"node.disabled\"] = true,
  }},
}})
"
            ),
        ),
        WirePlumber::Conf => (
            config_home.join(CONF),
            format!(
                "# {MARK}
monitor.v4l2.rules = [
  {{
    matches = [
      {{ device.product.name = \"~{CAMERA_NAME}.*\" }}
      {{ node.name = \"~v4l2_.*\", node.nick = \"~{CAMERA_NAME}.*\" }}
    ]
    actions = {{
      update-props = {{ device.disabled = true, node.disabled = true }}
    }}
  }}
]
"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_can_name_any_program() {
        let (path, text) = service(Path::new("/c"), Path::new("/a b/50%$\"\\x"), false);
        assert_eq!(path, Path::new("/c/systemd/user/backlot.service"));
        assert!(text.contains("ExecStart=\"/a b/50%%$$\\\"\\\\x\" run"), "{text}");
    }

    #[test]
    fn systemd_understands_the_service() {
        let home = tempfile::tempdir().unwrap();
        let (path, text) = service(home.path(), Path::new("/bin/sh"), true);
        for line in ["Type=notify", "SuccessExitStatus=130", "Restart=on-failure", "WatchdogSec=30"]
        {
            assert!(text.lines().any(|l| l == line), "{line} is missing: {text}");
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let mut command = std::process::Command::new("systemd-analyze");
        command.args(["verify", "--user", "--man=no"]).arg(&path);
        match command.env("XDG_RUNTIME_DIR", home.path()).output() {
            Err(error) => println!("skipped: systemd-analyze can't be started: {error}"),
            Ok(verified) => {
                let said = String::from_utf8_lossy(&verified.stderr);
                assert!(verified.status.success() && !said.contains("backlot"), "{said}");
            }
        }
    }

    #[test]
    fn packages_have_the_same_files_elsewhere() {
        let home = Path::new("/users/me/.config");
        for (path, there) in [
            (MODPROBE, "/usr/lib/modprobe.d/backlot.conf"),
            (MODULES_LOAD, "/usr/lib/modules-load.d/backlot.conf"),
            (
                "/users/me/.config/systemd/user/backlot.service",
                "/usr/lib/systemd/user/backlot.service",
            ),
            (
                "/users/me/.config/wireplumber/main.lua.d/51-backlot.lua",
                "/usr/share/wireplumber/main.lua.d/51-backlot.lua",
            ),
        ] {
            assert_eq!(packaged(Path::new(path), Some(home)).unwrap(), Path::new(there));
        }
        let ours = modprobe(&[10]);
        assert!(say_the_same(&ours, &ours.replace(MARK, "From a package.")));
        assert!(!say_the_same(&ours, &modprobe(&[11])));
    }

    #[test]
    fn ours_are_told_from_others() {
        let home = Path::new("/c");
        let texts = [
            modprobe(&[10]),
            modprobe(&[10, 12]),
            modules_load(),
            service(home, home, true).1,
            wireplumber(home, WirePlumber::Lua).1,
            wireplumber(home, WirePlumber::Conf).1,
        ];
        assert!(texts.iter().all(|text| is_ours(text)));
        assert!(!is_ours("options v4l2loopback devices=1\n") && !is_ours(""));
        assert!(texts[1].contains(
            "devices=2 video_nr=10,12 card_label=\"Backlot,Backlot 2\" exclusive_caps=1,1 "
        ));
        assert!(has_own_copy(&texts[3]) && !has_own_copy(&service(home, home, false).1));
    }
}
