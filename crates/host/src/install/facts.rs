//! The facts that a plan is made from.

use super::executable::Executable;
use super::files::{self, WirePlumber};
use crate::doctor::{Finding, OptionsLine, module_lack, module_options};
use crate::{HostError, Root};
use backlot_media::is_camera_name;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The folder that stands for the system's root.
    pub root: PathBuf,
    /// Whether this process may write root's files.
    pub is_root: bool,
    /// Whether root acts for a user, whose files are not root's.
    pub by_sudo: bool,
    /// This program.
    pub program: Executable,
    /// The user's folder of settings.
    pub config_home: Option<PathBuf>,
    /// Why the kernel module can't be loaded, if it can't.
    pub lack: Option<Finding>,
    /// The module's options for `modprobe`, ours included.
    pub options: Vec<OptionsLine>,
    /// Numbers of video devices that are not ours.
    pub taken: Vec<u32>,
    /// How WirePlumber's rules are written; `None` if there is no WirePlumber.
    pub wireplumber: Option<WirePlumber>,
    /// Files of the plan that exist, by their names in the system, with their texts; a link's text
    /// is its target.
    pub existing: BTreeMap<PathBuf, String>,
    /// The same files as a package has them, by the names of the plan.
    pub packaged: BTreeMap<PathBuf, String>,
}

/// Folders of the user.
#[derive(Clone, Debug, Default)]
pub struct UserFolders {
    /// Of settings.
    pub config_home: Option<PathBuf>,
    /// Of programs.
    pub programs: Option<PathBuf>,
}

impl Facts {
    /// Looks at this machine, or at a folder laid out like one, for a user with these folders.
    ///
    /// # Errors
    /// When the program's own path can't be found out, or a service couldn't name it.
    pub fn gather(folder: Option<&Path>, user: UserFolders) -> Result<Self, HostError> {
        let UserFolders { config_home, programs } = user;
        let root = Root::new(folder);
        let program = std::env::current_exe().map_err(HostError::NoProgram)?;
        if program.to_str().is_none_or(|path| path.chars().any(char::is_control)) {
            return Err(HostError::Unnameable(program));
        }
        if !program.exists() {
            return Err(HostError::Replaced(program));
        }
        let is_root = rustix::process::geteuid().is_root();
        let mut facts = Self {
            is_root: is_root || folder.is_some(),
            by_sudo: folder.is_none() && is_root && std::env::var_os("SUDO_USER").is_some(),
            options: module_options(&root),
            taken: taken(&root),
            wireplumber: wireplumber(&root),
            lack: module_lack(&root),
            program: Executable::default(),
            root: root.path("/"),
            config_home,
            existing: BTreeMap::new(),
            packaged: BTreeMap::new(),
        };
        facts.program = Executable::look(program, programs.as_deref(), |path| facts.real(path));
        for file in files::all_names(facts.config_home.as_deref()) {
            let real = facts.real(&file);
            let text = match std::fs::read_link(&real) {
                Ok(target) => Some(target.to_string_lossy().into_owned()),
                Err(_) => file.to_str().and_then(|name| root.text(name)),
            };
            let packaged = files::packaged(&file, facts.config_home.as_deref());
            let packaged = packaged.and_then(|path| root.text(path.to_str()?));
            facts.packaged.extend(packaged.map(|text| (file.clone(), text)));
            facts.existing.extend(text.map(|text| (file, text)));
        }
        Ok(facts)
    }

    /// Where a file of the system is.
    pub fn real(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

fn taken(root: &Root) -> Vec<u32> {
    let folder = "/sys/class/video4linux";
    let names = root.names(folder).into_iter().filter(|name| {
        let label = root.line(&format!("{folder}/{name}/name"));
        !label.is_some_and(|label| is_camera_name(&label))
    });
    names.filter_map(|name| name.strip_prefix("video")?.parse().ok()).collect()
}

fn wireplumber(root: &Root) -> Option<WirePlumber> {
    let is_there = |name: &str| {
        ["/usr/share", "/usr/local/share", "/etc"]
            .iter()
            .any(|folder| root.has(&format!("{folder}/wireplumber/{name}")))
    };
    if is_there("main.lua.d/50-v4l2-config.lua") || is_there("main.lua.d/30-v4l2-monitor.lua") {
        return Some(WirePlumber::Lua);
    }
    is_there("wireplumber.conf").then_some(WirePlumber::Conf)
}
