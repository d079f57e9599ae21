//! What to do, from facts alone.

use super::executable::Lies;
use super::facts::Facts;
use super::files;
use super::modprobe::{self, Others};
use crate::doctor::OptionsLine;
use crate::inventory::free_number;
use std::path::{Path, PathBuf};

/// What the user asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Remove everything.
    pub uninstall: bool,
    /// Only what doesn't need root.
    pub user_only: bool,
    /// Only what needs root.
    pub system_only: bool,
    /// How many virtual cameras; as many as there are, or one.
    pub devices: Option<u8>,
}

/// What happens to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It gets this text.
    Write(String),
    /// It becomes a copy of this program.
    Copy(PathBuf),
    /// It goes.
    Remove,
}

/// One file to write or to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it is.
    pub path: PathBuf,
    /// What happens to it.
    pub change: Change,
    /// Whether it replaces one of ours.
    pub replaces: bool,
    /// Whether only root may do it.
    pub for_root: bool,
}

/// All steps, with notices for the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whether it uninstalls.
    pub uninstall: bool,
    /// The files.
    pub steps: Vec<Step>,
    /// What it doesn't do, and why.
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
            plan.module(facts, wish.devices);
        }
        match (&facts.config_home, facts.by_sudo) {
            _ if wish.system_only => {}
            (Some(_), true) => plan.notices.push(
                "the user's service and rule are not written as root: run it without sudo, too"
                    .to_owned(),
            ),
            (Some(home), false) => plan.of_the_user(facts, home),
            (None, _) => {
                plan.notices
                    .push("there is no home folder, so no service is written: set HOME".to_owned());
            }
        }
        plan
    }

    /// Whether a notice begins with this.
    pub(super) fn tells(&self, begin: &str) -> bool {
        self.notices.iter().any(|notice| notice.starts_with(begin))
    }

    /// The steps that this process may do.
    pub fn for_me(&self, is_root: bool) -> Vec<Step> {
        self.steps.iter().filter(|step| is_root || !step.for_root).cloned().collect()
    }

    /// The steps that only root may do.
    pub fn for_root(&self, is_root: bool) -> Vec<&Step> {
        self.steps.iter().filter(|step| !is_root && step.for_root).collect()
    }

    fn module(&mut self, facts: &Facts, devices: Option<u8>) {
        let is_other = |line: &&OptionsLine| !files::is_our_options(&line.path);
        let lines: Vec<_> = facts.options.iter().filter(is_other).cloned().collect();
        let numbers = own_numbers(facts, devices);
        match modprobe::others(&lines, &facts.taken, numbers.len()) {
            Others::None => {
                self.write(facts, Path::new(files::MODPROBE), files::modprobe(&numbers), true);
            }
            Others::HaveOurs(path) => self
                .notices
                .push(format!("{path} already gives Backlot a device, so no options are written")),
            Others::Combine { path, line } => {
                self.notices.push(format!(
                    "{path} sets options of v4l2loopback already, and two such files undo each other: \
                     put this line there instead of those: {line}"
                ));
            }
        }
        self.write(facts, Path::new(files::MODULES_LOAD), files::modules_load(), true);
        let lack = facts.lack.iter().map(|lack| format!("{}. {}", lack.what, lack.why));
        self.notices.extend(lack.map(|text| text.trim_end_matches([' ', '.']).to_owned()));
    }

    fn of_the_user(&mut self, facts: &Facts, home: &Path) {
        if let Some(is_copy) = self.program(facts, home) {
            let (path, text) = files::service(home, facts.program.started(), is_copy);
            self.write(facts, &path, text, false);
        }
        if let Some(form) = facts.wireplumber {
            let (path, text) = files::wireplumber(home, form);
            self.write(facts, &path, text, false);
        }
    }

    /// Makes sure that the program is in a lasting place. Returns whether that is our own copy;
    /// `None` if there is no such place.
    fn program(&mut self, facts: &Facts, home: &Path) -> Option<bool> {
        let program = &facts.program;
        let service = facts.existing.get(&files::service_path(home));
        let has_copy = service.is_some_and(|text| files::has_own_copy(text));
        if program.stays {
            return Some(has_copy && program.copy.as_ref() == Some(&program.path));
        }
        let Some(copy) = &program.copy else {
            self.notices.push(
                "there is no home folder to copy the program to, so no service is written: set HOME"
                    .to_owned(),
            );
            return None;
        };
        match program.lies {
            Lies::Foreign => {
                self.notices.push(format!(
                    "{} is not from Backlot, so it stays as it is, and no service is written: \
                     move it away",
                    copy.display()
                ));
                return None;
            }
            Lies::Same => {}
            Lies::Nothing | Lies::Other => self.steps.push(Step {
                path: facts.real(copy),
                change: Change::Copy(program.path.clone()),
                replaces: program.lies == Lies::Other,
                for_root: false,
            }),
        }
        if !program.is_on_path {
            let folder = copy.parent().unwrap_or(copy).display();
            self.notices.push(format!(
                "{folder} is not in PATH, so shells don't find 'backlot' there: most systems add \
                 it at the next login"
            ));
        }
        Some(has_copy || program.lies == Lies::Nothing)
    }

    fn write(&mut self, facts: &Facts, path: &Path, text: String, for_root: bool) {
        let known = facts.existing.get(path);
        let packaged = facts.packaged.get(path);
        match known {
            Some(known) if *known == text => {}
            None if packaged.is_some_and(|packaged| files::say_the_same(packaged, &text)) => {}
            Some(known) if !files::is_ours(known) => self.notices.push(format!(
                "{} is not from 'backlot install', so it stays as it is",
                path.display()
            )),
            _ => self.steps.push(Step {
                path: facts.real(path),
                change: Change::Write(text),
                replaces: known.is_some(),
                for_root,
            }),
        }
    }

    fn removal(&mut self, facts: &Facts, wish: Wish) {
        for (path, text) in &facts.existing {
            let is_user = facts.config_home.as_ref().is_some_and(|home| path.starts_with(home));
            let is_others =
                if is_user { facts.by_sudo || wish.system_only } else { wish.user_only };
            if is_others {
                continue;
            }
            if !files::is_ours(text) && !files::is_enabled_link(path, text) {
                let path = path.display();
                self.notices.push(format!("{path} is not from 'backlot install', so it stays"));
                continue;
            }
            self.remove(facts.real(path), !is_user);
            if is_user && files::has_own_copy(text) {
                let is_ours = matches!(facts.program.lies, Lies::Same | Lies::Other);
                let copy = facts.program.copy.iter().filter(|_| is_ours);
                copy.for_each(|copy| self.remove(facts.real(copy), false));
            }
        }
    }

    fn remove(&mut self, path: PathBuf, for_root: bool) {
        self.steps.push(Step { path, change: Change::Remove, replaces: true, for_root });
    }
}

/// The numbers of our devices as far as they have some, and free ones for the rest.
fn own_numbers(facts: &Facts, devices: Option<u8>) -> Vec<u32> {
    let ours = facts.options.iter().filter(|line| files::is_our_options(&line.path));
    let given = ours.flat_map(|line| &line.settings).find(|(name, _)| name == "video_nr");
    let given = given.map_or("", |(_, value)| value).split(',');
    let given = given.map_while(|number| number.trim().parse().ok());
    let mut numbers: Vec<u32> = given.filter(|number| !facts.taken.contains(number)).collect();
    let wanted = devices.map_or(numbers.len().max(1), usize::from);
    numbers.truncate(wanted);
    while numbers.len() < wanted {
        numbers.push(free_number(&[&facts.taken[..], &numbers].concat()));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::super::executable::Executable;
    use super::super::show;
    use super::*;
    use crate::doctor::{Area, Finding, Severity};

    fn facts() -> Facts {
        let program =
            Executable { path: "/usr/bin/backlot".into(), stays: true, ..Executable::default() };
        Facts {
            root: "/".into(),
            program,
            config_home: Some("/users/me/.config".into()),
            ..Facts::default()
        }
    }

    fn from_a_build_folder(lies: Lies) -> Facts {
        let program = Executable {
            path: "/src/target/release/backlot".into(),
            copy: Some("/users/me/.local/bin/backlot".into()),
            lies,
            ..Executable::default()
        };
        Facts { program, ..facts() }
    }

    fn service(plan: &Plan) -> Option<&str> {
        plan.steps.iter().find_map(|step| match &step.change {
            Change::Write(text) if text.contains("ExecStart") => Some(text.as_str()),
            _ => None,
        })
    }

    #[test]
    fn roots_part_is_one_command_that_can_be_read() {
        let plan = Plan::make(&facts(), Wish::default());
        assert_eq!(plan.for_me(false).len(), 1);
        let said = show::before(&plan, &facts());
        assert!(said.contains("write /etc/modprobe.d/backlot.conf (root's part):"), "{said}");
        let said = show::after(&plan, &facts(), false);
        assert!(
            said.contains("\n  sudo /usr/bin/backlot install --system-only --yes --load\n"),
            "{said}"
        );
        let there = [
            (files::MODPROBE, files::modprobe(&[10])),
            (files::MODULES_LOAD, files::modules_load()),
        ];
        let existing = there.map(|(path, text)| (path.into(), text)).into();
        let facts = Facts { existing, ..facts() };
        let plan = Plan::make(&facts, Wish { uninstall: true, ..Wish::default() });
        let said = show::after(&plan, &facts, false);
        let rm = "sudo rm -f /etc/modprobe.d/backlot.conf /etc/modules-load.d/backlot.conf\n";
        assert!(said.contains(rm), "{said}");
    }

    #[test]
    fn the_systems_part_alone_is_what_root_is_told_to_write() {
        let wish = Wish { system_only: true, ..Wish::default() };
        let plan = Plan::make(&Facts { is_root: true, by_sudo: true, ..facts() }, wish);
        let paths: Vec<_> = plan.for_me(true).into_iter().map(|step| step.path).collect();
        assert_eq!(paths, [files::MODPROBE, files::MODULES_LOAD].map(PathBuf::from));
        assert!(plan.notices.is_empty());
    }

    #[test]
    fn a_service_never_starts_a_program_in_a_build_folder() {
        let started = "ExecStart=\"/users/me/.local/bin/backlot\"";
        for (lies, copies) in [(Lies::Nothing, true), (Lies::Other, true), (Lies::Same, false)] {
            let facts = from_a_build_folder(lies);
            let plan = Plan::make(&facts, Wish::default());
            let copy = Change::Copy("/src/target/release/backlot".into());
            assert_eq!(plan.steps.iter().any(|step| step.change == copy), copies);
            assert!(service(&plan).is_some_and(|text| text.contains(started)));
            // A file that was there before is not ours to remove.
            let is_own = service(&plan).is_some_and(files::has_own_copy);
            assert_eq!(is_own, lies == Lies::Nothing);
            let said = show::after(&plan, &facts, false);
            let root = "sudo /users/me/.local/bin/backlot install --system-only";
            assert_eq!(said.contains(root), copies, "{said}");
            assert!(plan.notices.iter().any(|notice| notice.contains("is not in PATH")));
        }
        let plan = Plan::make(&from_a_build_folder(Lies::Foreign), Wish::default());
        assert!(service(&plan).is_none() && plan.notices[0].contains("is not from Backlot"));
        let mut homeless = from_a_build_folder(Lies::Nothing);
        homeless.program.copy = None;
        let plan = Plan::make(&homeless, Wish::default());
        assert!(service(&plan).is_none() && plan.notices[0].contains("set HOME"));
    }

    #[test]
    fn a_copy_goes_with_the_service_that_it_was_made_for() {
        for is_own in [true, false] {
            let mut facts = from_a_build_folder(Lies::Same);
            let home = Path::new("/users/me/.config");
            let copy = Path::new("/users/me/.local/bin/backlot");
            facts.existing.extend([files::service(home, copy, is_own)]);
            let plan = Plan::make(&facts, Wish { uninstall: true, ..Wish::default() });
            assert_eq!(plan.steps.iter().any(|step| step.path == copy), is_own);
            // The next time the copy itself runs, and stays a copy.
            facts.program.path = copy.to_owned();
            facts.program.stays = true;
            assert_eq!(service(&Plan::make(&facts, Wish::default())), None);
        }
    }

    #[test]
    fn a_missing_module_is_reported_with_its_remedy() {
        let lack = Finding::new(Severity::Failure, Area::Module, "x", "there is no module");
        let lack = Some(lack.because("So it is.").mended_by("sudo apt install it"));
        let facts = Facts { lack, ..facts() };
        let plan = Plan::make(&facts, Wish::default());
        assert_eq!(plan.notices, ["there is no module. So it is"]);
        let said = show::after(&plan, &facts, false);
        let [first, second] = ["sudo apt install it", "sudo modprobe v4l2loopback"];
        assert!(said.contains(&format!("{first}\n  {second}\n")), "{said}");
        let plan = Plan::make(&facts, Wish { user_only: true, ..Wish::default() });
        assert!(plan.notices.is_empty() && !show::after(&plan, &facts, false).contains("apt"));
    }

    #[test]
    fn the_number_is_free_and_stays() {
        let number = |facts: &Facts| {
            let plan = Plan::make(facts, Wish::default());
            plan.steps.iter().find_map(|step| match &step.change {
                Change::Write(text) => Some(text.clone()),
                _ => None,
            })
        };
        let number = |facts: &Facts| number(facts).unwrap();
        let mut facts = Facts { taken: vec![0, 10], ..facts() };
        assert!(number(&facts).contains("video_nr=11"));
        facts.options = vec![OptionsLine {
            path: files::MODPROBE.into(),
            settings: vec![("video_nr".into(), "14".into())],
        }];
        assert!(number(&facts).contains("video_nr=14"));
    }

    #[test]
    fn what_a_package_brought_is_written_only_where_it_is_to_be_different() {
        let mut facts = facts();
        let steps = |facts: &Facts, devices| {
            let wish = Wish { devices, system_only: true, ..Wish::default() };
            Plan::make(facts, wish).steps
        };
        assert_eq!(steps(&facts, None).len(), 2);
        let of_package = |text: String| text.replace(files::MARK, "From a package.");
        facts.packaged = [
            (files::MODPROBE.into(), of_package(files::modprobe(&[10]))),
            (files::MODULES_LOAD.into(), of_package(files::modules_load())),
        ]
        .into();
        facts.options = vec![OptionsLine {
            path: "/usr/lib/modprobe.d/backlot.conf".into(),
            settings: vec![
                ("video_nr".into(), "10".into()),
                ("card_label".into(), "Backlot".into()),
            ],
        }];
        assert_eq!(steps(&facts, None), []);
        let two = steps(&facts, Some(2));
        assert!(two.len() == 1 && two[0].path == Path::new(files::MODPROBE) && !two[0].replaces);
    }

    #[test]
    fn as_many_devices_as_are_wished_for_keep_their_numbers() {
        let numbers = |facts: &Facts, devices| own_numbers(facts, devices);
        let mut facts = Facts { taken: vec![0, 11], ..facts() };
        assert_eq!(numbers(&facts, Some(3)), [10, 12, 13]);
        facts.options = vec![OptionsLine {
            path: files::MODPROBE.into(),
            settings: vec![("video_nr".into(), "10,14".into())],
        }];
        assert_eq!(numbers(&facts, None), [10, 14]);
        assert_eq!(numbers(&facts, Some(1)), [10]);
        assert_eq!(numbers(&facts, Some(3)), [10, 14, 12]);
    }

    #[test]
    fn under_sudo_the_users_files_are_left_to_the_user() {
        let facts = Facts { is_root: true, by_sudo: true, ..facts() };
        let plan = Plan::make(&facts, Wish::default());
        assert!(plan.steps.iter().all(|step| step.for_root));
        assert!(plan.notices[0].contains("without sudo"));
    }
}
