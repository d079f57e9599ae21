//! The plan in words, and root's part of it as a command.

use super::facts::Facts;
use super::plan::{Change, Plan, Step};
use crate::doctor::word;
use std::fmt::Write;

/// What is going to happen.
pub fn before(plan: &Plan, facts: &Facts) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let whose = if step.for_root && !facts.is_root { " (root's part)" } else { "" };
        let path = format!("{}{whose}", step.path.display());
        match &step.change {
            Change::Remove => drop(writeln!(text, "remove {path}")),
            Change::Copy(program) => {
                let verb = if step.replaces { "replace" } else { "write" };
                let program = program.display();
                let _ = writeln!(text, "{verb} {path}: a copy of this program, {program}");
            }
            Change::Write(content) => {
                let verb = if step.replaces { "replace" } else { "write" };
                let _ = writeln!(text, "{verb} {path}:");
                for line in content.lines() {
                    // A String takes everything.
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    for notice in &plan.notices {
        let _ = writeln!(text, "Note: {notice}");
    }
    if plan.steps.is_empty() {
        text.push_str(match plan.uninstall {
            true => "There is nothing to remove.\n",
            false => "Everything is installed already.\n",
        });
    }
    text
}

/// What is left to do for the user.
pub fn after(plan: &Plan, facts: &Facts, dry: bool) -> String {
    let mut text = String::new();
    let root = plan.for_root(facts.is_root);
    if !root.is_empty() {
        let command = if plan.uninstall { removal(&root) } else { installation(plan, facts, dry) };
        let _ = writeln!(text, "\nRoot's part, which is for you to run:\n  {command}");
    }
    if dry {
        text.push_str("\nThis was a dry run: nothing was done.\n");
        return text;
    }
    let commands = if plan.uninstall { taken_back(plan) } else { next(plan, facts) };
    if !commands.is_empty() {
        let _ = writeln!(text, "\nThen:\n  {}", commands.join("\n  "));
    }
    text
}

fn touches(plan: &Plan, name: &str) -> bool {
    plan.steps.iter().any(|step| step.path.to_string_lossy().contains(name))
}

fn next(plan: &Plan, facts: &Facts) -> Vec<String> {
    let mut commands = Vec::new();
    let module = touches(plan, "modprobe.d");
    let lack = facts.lack.iter().filter(|lack| plan.tells(&lack.what));
    commands.extend(lack.filter_map(|lack| lack.mend.clone()));
    if module && commands.is_empty() {
        // Root's part loads it.
        if facts.is_root {
            commands.push("sudo modprobe -r v4l2loopback; sudo modprobe v4l2loopback".to_owned());
        }
    } else if module {
        commands.push("sudo modprobe v4l2loopback".to_owned());
    }
    if touches(plan, "wireplumber") {
        commands.push("systemctl --user restart wireplumber".to_owned());
    }
    if touches(plan, "backlot.service") {
        commands.push("systemctl --user daemon-reload".to_owned());
        commands.push("systemctl --user enable --now backlot".to_owned());
    }
    let is_new = |step: &Step| step.replaces && matches!(step.change, Change::Copy(_));
    if plan.steps.iter().any(is_new) {
        commands.push("systemctl --user restart backlot".to_owned());
    }
    commands
}

fn taken_back(plan: &Plan) -> Vec<String> {
    let mut commands = Vec::new();
    if touches(plan, "backlot.service") {
        commands.push("systemctl --user stop backlot; systemctl --user daemon-reload");
    }
    if touches(plan, "wireplumber") {
        commands.push("systemctl --user restart wireplumber");
    }
    if touches(plan, "modprobe.d") {
        commands.push("sudo modprobe -r v4l2loopback");
    }
    commands.into_iter().map(str::to_owned).collect()
}

/// Root runs the program as it is installed, or from its present place where nothing was copied.
fn installation(plan: &Plan, facts: &Facts, dry: bool) -> String {
    let copied = plan.steps.iter().any(|step| matches!(step.change, Change::Copy(_)));
    let program = &facts.program;
    let place = if copied && !dry { program.started() } else { &program.path };
    let load = if facts.lack.is_none() { " --load" } else { "" };
    format!("sudo {} install --system-only --yes{load}", word(&place.to_string_lossy()))
}

fn removal(steps: &[&Step]) -> String {
    let paths: Vec<_> = steps.iter().map(|step| word(&step.path.to_string_lossy())).collect();
    format!("sudo rm -f {}", paths.join(" "))
}
