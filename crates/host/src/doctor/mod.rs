//! What would fail when other programs open the virtual camera, and how to fix it.

mod commands;
mod facts;
mod finding;
mod gather;
mod rules;

pub use commands::{BUFFERS, word};
pub use facts::{Builder, Facts, Installed, Key, Module, OptionsLine, Permission, System};
pub use finding::{Area, Finding, Severity};
pub use gather::module_options;
pub use rules::judge;

use crate::Root;
use serde::Serialize;

/// Everything that was found, for people and scripts.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnosis {
    /// Whether nothing would fail.
    pub fine: bool,
    /// All of it in one sentence.
    pub verdict: String,
    /// The findings, in order.
    pub findings: Vec<Finding>,
    /// The facts behind them.
    pub facts: Facts,
}

impl Diagnosis {
    /// Examines a machine.
    pub fn of(root: &Root) -> Self {
        Self::by(gather::gather(root))
    }

    /// Judges the facts about a machine.
    pub fn by(facts: Facts) -> Self {
        let findings = judge(&facts);
        let fine = findings.iter().all(|finding| finding.severity < Severity::Failure);
        Self { fine, verdict: verdict(&findings), findings, facts }
    }

    /// Whether there would be a virtual camera once the kernel module is loaded with our options.
    pub fn wants_loading(&self) -> bool {
        let has_module = self.facts.module.loaded.is_some() || lack(&self.findings).is_none();
        self.facts.ours().is_none() && has_module
    }
}

/// Why the kernel module can't be loaded on a machine, and how to fix that; `None` if it can be
/// loaded.
pub fn module_lack(root: &Root) -> Option<Finding> {
    lack(&rules::module_presence(&gather::module_alone(root))).cloned()
}

/// What keeps the kernel module from being loaded.
fn lack(findings: &[Finding]) -> Option<&Finding> {
    let mut failures = findings.iter().filter(|finding| finding.severity == Severity::Failure);
    failures.find(|finding| finding.area == Area::Module && finding.id != "module-not-loaded")
}

/// All of it in one sentence.
fn verdict(findings: &[Finding]) -> String {
    let of = |severity| findings.iter().filter(move |f| f.severity == severity);
    let count =
        |n: usize, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
    let (failures, warnings) = (of(Severity::Failure).count(), of(Severity::Warning).count());
    match (of(Severity::Failure).next(), of(Severity::Warning).next()) {
        (Some(first), _) => {
            let begin = count(failures, "thing would fail", "things would fail");
            format!("{begin}; begin with this one: {}.", first.what)
        }
        (None, Some(_)) => {
            let begin = count(warnings, "thing is", "things are");
            format!("Every program would see the virtual camera; {begin} worth a look.")
        }
        (None, None) if of(Severity::Note).any(|f| f.id == "not-fed") => {
            "Everything is ready: start 'backlot run', and programs list the camera.".to_owned()
        }
        (None, None) => "Everything that was checked works.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_names_what_to_begin_with() {
        let finding = |severity, what| Finding::new(severity, Area::Module, "x", what);
        let good = finding(Severity::Good, "good");
        let (warn, bad) = (finding(Severity::Warning, "warm"), finding(Severity::Failure, "bad"));
        assert_eq!(verdict(std::slice::from_ref(&good)), "Everything that was checked works.");
        assert!(verdict(&[good, warn.clone()]).contains("1 thing is worth a look"));
        let both = verdict(&[bad.clone(), warn.clone()]);
        assert_eq!(both, "1 thing would fail; begin with this one: bad.");
        assert!(verdict(&[warn, bad.clone(), bad]).starts_with("2 things would fail"));
    }
}
