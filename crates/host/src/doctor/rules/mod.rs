//! The rules: what would fail, in which programs, why, and how to fix it. Each is a function of the
//! facts alone.

mod access;
mod cameras;
mod chromium;
mod desktop;
mod exclusive;
mod firefox;
mod module;
mod options;
mod virtual_camera;
mod zoom;

pub use module::presence as module_presence;

use super::facts::Facts;
use super::finding::Finding;

/// A rule.
type Rule = fn(&Facts) -> Vec<Finding>;

/// All of them.
const RULES: [Rule; 17] = [
    module::presence,
    module::version,
    options::clash,
    virtual_camera::presence,
    virtual_camera::feeder,
    virtual_camera::number,
    virtual_camera::buffers,
    exclusive::caps,
    access::rights,
    access::broken,
    chromium::lists,
    firefox::lists,
    zoom::shows,
    cameras::usable,
    desktop::session,
    desktop::node,
    desktop::permissions,
];

/// The findings of all rules, ordered by area and, within one, the worst first.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| rule(facts)).collect();
    findings.sort_by_key(|finding| (finding.area, std::cmp::Reverse(finding.severity)));
    findings
}

/// Helpers for the tests of all rules.
#[cfg(test)]
mod testing {
    pub use super::judge;
    pub use crate::doctor::facts::*;
    pub use crate::doctor::finding::{Finding, Severity};
    pub use crate::inventory::*;

    /// The one finding of a kind, on a machine that `spoil` has changed.
    pub fn found(id: &str, spoil: impl FnOnce(&mut Facts)) -> Finding {
        let mut facts = healthy();
        spoil(&mut facts);
        let findings = judge(&facts);
        let mut matching = findings.iter().filter(|finding| finding.id == id);
        match (matching.next(), matching.next()) {
            (Some(finding), None) => finding.clone(),
            _ => panic!("not one finding '{id}': {findings:#?}"),
        }
    }

    /// The finding, which must be a failure with a fixing command that contains these words.
    pub fn fails(id: &str, mend: &str, spoil: impl FnOnce(&mut Facts)) -> Finding {
        let finding = found(id, spoil);
        assert_eq!(finding.severity, Severity::Failure, "{finding:?}");
        let command = finding.mend.as_deref().unwrap_or_default();
        assert!(command.contains(mend), "'{mend}' is not in '{command}'");
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;

    #[test]
    fn a_healthy_machine_has_only_good_findings() {
        let findings = judge(&healthy());
        assert!(findings.iter().all(|f| f.severity == Severity::Good), "{findings:#?}");
        assert!(findings.len() >= 6);
    }

    #[test]
    fn an_unknown_machine_is_judged_too() {
        let findings = judge(&Facts::default());
        assert!(findings.iter().any(|f| f.severity == Severity::Failure));
        assert!(findings.windows(2).all(|pair| pair[0].area <= pair[1].area));
    }
}
