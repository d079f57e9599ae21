//! The plan in words, and root's part of it as a command.

use super::facts::Facts;
use super::plan::{Plan, Step};
use crate::doctor::word;
use std::fmt::Write;
use std::path::Path;

/// What is going to be done.
pub fn before(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let path = step.path.display();
        match &step.text {
            None => drop(writeln!(text, "remove {path}")),
            Some(content) => {
                let verb = if step.replaces { "replace" } else { "write" };
                let _ = writeln!(text, "{verb} {path}:");
                for line in content.lines() {
                    // A text takes everything.
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
        let command = command(&root);
        let _ = writeln!(text, "\nRoot's part, which is for you to run:\n  {command}");
    }
    if dry {
        text.push_str("\nThis was a dry run: nothing was done.\n");
        return text;
    }
    let commands = if plan.uninstall { taken_back(plan) } else { next(plan) };
    if !commands.is_empty() {
        let _ = writeln!(text, "\nThen:\n  {}", commands.join("\n  "));
    }
    text
}

fn touches(plan: &Plan, name: &str) -> bool {
    plan.steps.iter().any(|step| step.path.to_string_lossy().contains(name))
}

fn next(plan: &Plan) -> Vec<&'static str> {
    let mut commands = Vec::new();
    if touches(plan, "modprobe.d") {
        commands.push("sudo modprobe -r v4l2loopback; sudo modprobe v4l2loopback");
    }
    if touches(plan, "wireplumber") {
        commands.push("systemctl --user restart wireplumber");
    }
    if touches(plan, "backlot.service") {
        commands.push("systemctl --user daemon-reload");
        commands.push("systemctl --user enable --now backlot");
    }
    commands
}

fn taken_back(plan: &Plan) -> Vec<&'static str> {
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
    commands
}

/// Steps as one command of root.
pub fn command(steps: &[&Step]) -> String {
    let parts: Vec<_> = steps.iter().map(|step| part(step)).collect();
    format!("sudo sh -c {}", word(&parts.join(" && ")))
}

fn part(step: &Step) -> String {
    let path = |path: &Path| word(&path.to_string_lossy());
    let Some(text) = &step.text else { return format!("rm -f {}", path(&step.path)) };
    let lines: Vec<_> = text.lines().map(word).collect();
    let folder = step.path.parent().map(path).unwrap_or_default();
    let lines = lines.join(" ");
    format!("mkdir -p {folder} && printf \"%s\\n\" {lines} > {}", path(&step.path))
}
