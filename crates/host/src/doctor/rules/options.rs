//! Options of the module from several packages.

use crate::doctor::commands::word;
use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};

/// Reports files that undo each other: `modprobe` merges all, and the last value of each option
/// wins for all devices together.
pub fn clash(facts: &Facts) -> Vec<Finding> {
    let lines = &facts.module.options;
    let clashing = lines.iter().enumerate().find_map(|(index, line)| {
        lines[index + 1..].iter().filter(|other| other.path != line.path).find_map(|other| {
            let shared =
                |(name, _): &&(String, String)| other.settings.iter().any(|(n, _)| n == name);
            let (name, _) = line.settings.iter().find(shared)?;
            Some((line, other, name))
        })
    });
    let Some((first, second, name)) = clashing else { return Vec::new() };
    let paths = format!("{} and {}", first.path, second.path);
    vec![
        Finding::new(
            Severity::Warning,
            Area::Module,
            "options-clash",
            format!("two files set '{name}' of v4l2loopback"),
        )
        .because(format!(
            "{paths} are merged, and one undoes the other. Write one line with a value for each \
             device, for example exclusive_caps=1,1, and remove the other line."
        ))
        .mended_by(format!("sudoedit {} {}", word(&first.path), word(&second.path))),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn files_that_undo_each_other() {
        let obs = OptionsLine::of(
            "/etc/modprobe.d/obs.conf",
            &[("video_nr", "4"), ("exclusive_caps", "0")],
        );
        let ours = OptionsLine::of("/etc/modprobe.d/backlot.conf", &[("exclusive_caps", "1")]);
        let other = OptionsLine::of("/etc/modprobe.d/z.conf", &[("max_openers", "4")]);
        let finding =
            found("options-clash", |facts| facts.module.options = vec![obs.clone(), ours]);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.what.contains("exclusive_caps") && finding.why.contains("obs.conf"));
        let mut facts = healthy();
        facts.module.options = vec![obs, other];
        assert!(judge(&facts).iter().all(|f| f.id != "options-clash"));
    }
}
