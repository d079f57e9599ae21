//! What is to be done, from facts alone.

use super::facts::Facts;
use super::files;
use super::modprobe::{self, Others};
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Everything is to go.
    pub uninstall: bool,
    /// Only what needs no root.
    pub user_only: bool,
}

/// One file to write or to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it is.
    pub path: PathBuf,
    /// Its new text; `None` to remove it.
    pub text: Option<String>,
    /// Whether there is one of ours already, to be replaced.
    pub replaces: bool,
    /// Whether only root may do it.
    pub for_root: bool,
}

/// All of it, with what is to be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whether it takes back.
    pub uninstall: bool,
    /// The files.
    pub steps: Vec<Step>,
    /// What is not done, and why.
    pub notices: Vec<String>,
}

impl Plan {
    /// Makes the plan.
    pub fn make(facts: &Facts, wish: Wish) -> Self {
        let mut plan = Self { uninstall: wish.uninstall, ..Self::default() };
        if wish.uninstall {
            plan.removal(facts, wish);
            return plan;
        }
        if !wish.user_only {
            plan.module(facts);
        }
        match (&facts.config_home, facts.by_sudo) {
            (Some(_), true) => plan.notices.push(
                "the user's service and rule are not written as root: run it without sudo, too"
                    .to_owned(),
            ),
            (Some(home), false) => plan.of_the_user(facts, home),
            (None, _) => {
                plan.notices
                    .push("there is no home, so no service is written: set HOME".to_owned());
            }
        }
        plan
    }

    /// The steps that this process may do.
    pub fn for_me(&self, is_root: bool) -> Vec<Step> {
        self.steps.iter().filter(|step| is_root || !step.for_root).cloned().collect()
    }

    /// The steps that only root may do.
    pub fn for_root(&self, is_root: bool) -> Vec<&Step> {
        self.steps.iter().filter(|step| !is_root && step.for_root).collect()
    }

    fn module(&mut self, facts: &Facts) {
        let lines: Vec<_> =
            facts.options.iter().filter(|line| line.path != files::MODPROBE).cloned().collect();
        match modprobe::others(&lines, &facts.taken) {
            Others::None => {
                let number = own_number(facts);
                self.write(facts, Path::new(files::MODPROBE), files::modprobe(number), true);
            }
            Others::HaveOurs(path) => self
                .notices
                .push(format!("{path} gives Backlot a device already, so no options are written")),
            Others::Combine { path, line } => {
                self.notices.push(format!(
                    "{path} sets options of v4l2loopback already, and two such files undo each other: \
                     put this line there instead of those: {line}"
                ));
            }
        }
        self.write(facts, Path::new(files::MODULES_LOAD), files::modules_load(), true);
    }

    fn of_the_user(&mut self, facts: &Facts, home: &Path) {
        let (path, text) = files::service(home, &facts.program);
        self.write(facts, &path, text, false);
        if let Some(form) = facts.wireplumber {
            let (path, text) = files::wireplumber(home, form);
            self.write(facts, &path, text, false);
        }
    }

    fn write(&mut self, facts: &Facts, path: &Path, text: String, for_root: bool) {
        let known = facts.existing.get(path);
        match known {
            Some(known) if *known == text => {}
            Some(known) if !files::is_ours(known) => self.notices.push(format!(
                "{} is not from 'backlot install', so it stays as it is",
                path.display()
            )),
            _ => self.steps.push(Step {
                path: facts.real(path),
                text: Some(text),
                replaces: known.is_some(),
                for_root,
            }),
        }
    }

    fn removal(&mut self, facts: &Facts, wish: Wish) {
        for (path, text) in &facts.existing {
            let is_user = facts.config_home.as_ref().is_some_and(|home| path.starts_with(home));
            if (is_user && facts.by_sudo) || (!is_user && wish.user_only) {
                continue;
            }
            if !files::is_ours(text) && !files::is_enabled_link(path, text) {
                let path = path.display();
                self.notices.push(format!("{path} is not from 'backlot install', so it stays"));
                continue;
            }
            let path = facts.real(path);
            self.steps.push(Step { path, text: None, replaces: true, for_root: !is_user });
        }
    }
}

/// The number that our device has already, or one that is free.
fn own_number(facts: &Facts) -> u32 {
    let ours = facts.options.iter().filter(|line| line.path == files::MODPROBE);
    let number = ours.flat_map(|line| &line.settings).find(|(name, _)| name == "video_nr");
    let number = number.and_then(|(_, value)| value.parse().ok());
    number
        .filter(|number| !facts.taken.contains(number))
        .unwrap_or_else(|| modprobe::free_number(&facts.taken))
}

#[cfg(test)]
mod tests {
    use super::super::show;
    use super::*;
    use crate::doctor::OptionsLine;

    fn facts() -> Facts {
        Facts {
            root: "/".into(),
            program: "/usr/bin/backlot".into(),
            config_home: Some("/users/me/.config".into()),
            ..Facts::default()
        }
    }

    #[test]
    fn roots_part_is_a_command_that_writes_just_that() {
        let folder = tempfile::tempdir().unwrap();
        let facts = Facts { root: folder.path().to_owned(), ..facts() };
        let plan = Plan::make(&facts, Wish::default());
        assert_eq!(plan.for_me(false).len(), 1);
        let said = show::after(&plan, &facts, false);
        assert!(said.contains("sudo sh -c '") && said.contains("modprobe.d"), "{said}");
        let steps = plan.for_root(false);
        let command = show::command(&steps);
        let command = command.strip_prefix("sudo ").unwrap();
        let ran = std::process::Command::new("sh").args(["-c", command]).status().unwrap();
        assert!(ran.success());
        for step in &steps {
            assert_eq!(std::fs::read_to_string(&step.path).ok(), step.text);
        }
    }

    #[test]
    fn the_number_is_free_and_stays() {
        let number = |facts: &Facts| {
            let plan = Plan::make(facts, Wish::default());
            plan.steps.iter().find_map(|step| step.text.clone()).unwrap()
        };
        let mut facts = Facts { taken: vec![0, 10], ..facts() };
        assert!(number(&facts).contains("video_nr=11"));
        facts.options = vec![OptionsLine {
            path: files::MODPROBE.into(),
            settings: vec![("video_nr".into(), "14".into())],
        }];
        assert!(number(&facts).contains("video_nr=14"));
    }

    #[test]
    fn under_sudo_the_users_files_are_left_to_the_user() {
        let facts = Facts { is_root: true, by_sudo: true, ..facts() };
        let plan = Plan::make(&facts, Wish::default());
        assert!(plan.steps.iter().all(|step| step.for_root));
        assert!(plan.notices[0].contains("without sudo"));
    }
}
