//! `backlot doctor`: what would fail when other programs open the virtual camera, and what mends
//! it. It only looks, never becomes root, and only prints commands.

mod commands;
mod facts;
mod finding;
mod gather;
mod report;
mod rules;

pub use commands::{BUFFERS, word};
pub use facts::OptionsLine;
pub use gather::{Root, module_options};

use crate::Outcome;
use crate::cli::DoctorArgs;
use crate::lists::print_json;
use anyhow::{Result, bail};
use facts::Facts;
use finding::{Finding, Severity};

use serde::Serialize;

pub use facts::{Node, PipeWireCamera, User};

/// Every video device, and who has it open.
pub fn look_at_devices() -> Vec<Node> {
    gather::nodes(&Root::new(None))
}

/// The PipeWire session.
pub fn look_at_pipewire() -> facts::PipeWire {
    gather::pipewire(&Root::new(None))
}

/// Everything that was found, for scripts.
#[derive(Serialize)]
struct Diagnosis<'a> {
    fine: bool,
    verdict: &'a str,
    findings: &'a [Finding],
    facts: &'a Facts,
}

/// Runs the command.
pub fn run(args: &DoctorArgs) -> Result<Outcome> {
    if let Some(folder) = args.root.as_deref().filter(|folder| !folder.is_dir()) {
        bail!("'{}' is no folder: --root takes one with the files of a system", folder.display());
    }
    let facts = gather::gather(&Root::new(args.root.as_deref()));
    let findings = rules::judge(&facts);
    let fine = findings.iter().all(|finding| finding.severity < Severity::Failure);
    let verdict = verdict(&findings);
    if args.json {
        print_json(&Diagnosis { fine, verdict: &verdict, findings: &findings, facts: &facts })?;
    } else {
        report::print(&findings, &verdict)?;
    }
    Ok(if fine { Outcome::Done } else { Outcome::Faulty })
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
        (None, None) => "Everything that was looked at works.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use finding::Area;

    #[test]
    fn the_verdict_names_what_to_begin_with() {
        let finding = |severity, what| Finding::new(severity, Area::Module, "x", what);
        let good = finding(Severity::Good, "good");
        let (warn, bad) = (finding(Severity::Warning, "warm"), finding(Severity::Failure, "bad"));
        assert_eq!(verdict(std::slice::from_ref(&good)), "Everything that was looked at works.");
        assert!(verdict(&[good, warn.clone()]).contains("1 thing is worth a look"));
        let both = verdict(&[bad.clone(), warn.clone()]);
        assert_eq!(both, "1 thing would fail; begin with this one: bad.");
        assert!(verdict(&[warn, bad.clone(), bad]).starts_with("2 things would fail"));
    }
}
