//! The findings as text: at most 80 columns wide, coloured on a terminal.

use anyhow::Result;
use backlot_host::doctor::{Area, Diagnosis, Finding, Severity};
use backlot_terminal::stdio;
use backlot_terminal::text::{Paint, wrapped};

/// Column where the sentences start.
const INDENT: usize = 9;

/// Prints all findings, and the verdict last.
pub fn print(diagnosis: &Diagnosis) -> Result<()> {
    Ok(stdio::print(text(&diagnosis.findings, &diagnosis.verdict, Paint::for_stdout()))?)
}

fn text(findings: &[Finding], verdict: &str, paint: Paint) -> String {
    let mut text = String::new();
    for area in Area::ALL {
        let mut here = findings.iter().filter(|finding| finding.area == area).peekable();
        if here.peek().is_some() {
            text += &format!("{}\n", paint.bold(area.title()));
            here.for_each(|finding| text += &described(finding, paint));
            text += "\n";
        }
    }
    text += &wrapped(verdict, 0, 0);
    text
}

fn described(finding: &Finding, paint: Paint) -> String {
    let mark = match finding.severity {
        Severity::Good => paint.green("ok"),
        Severity::Note => paint.blue("note"),
        Severity::Warning => paint.yellow("check"),
        Severity::Failure => paint.red("FAILS"),
    };
    // The mark is padded before it is coloured, as colours have no width.
    let pad = match finding.severity {
        Severity::Good => 5,
        Severity::Note => 3,
        Severity::Warning | Severity::Failure => 2,
    };
    let mut text = format!("  {mark}{:pad$}{}", "", wrapped(&finding.what, INDENT, INDENT));
    if finding.severity > Severity::Note && !finding.clients.is_empty() {
        let clients = format!("Affects {}.", finding.clients.join(", "));
        text += &format!("{:INDENT$}{}", "", wrapped(&clients, INDENT, INDENT));
    }
    if !finding.why.is_empty() {
        text += &format!("{:INDENT$}{}", "", wrapped(&finding.why, INDENT, INDENT));
    }
    if let Some(mend) = &finding.mend {
        // Never wrapped, so that it can be copied.
        text += &format!("{:INDENT$}$ {}\n", "", paint.bold(mend));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_host::doctor::{Facts, judge};
    use backlot_host::inventory::{Node, User};

    /// A machine with a virtual camera that also takes pictures, and a camera without any.
    fn machine() -> Facts {
        let mut facts = Facts::default();
        facts.module.loaded = Some("0.13.2".into());
        facts.pipewire.installed = true;
        let feeder = User { pid: 4711, program: "backlot".into(), feeds: true };
        let node = |path: &str, name: &str, driver: &str| Node {
            path: path.into(),
            name: name.into(),
            driver: driver.into(),
            captures: true,
            ..Node::default()
        };
        let loopback = node("/dev/video10", "Backlot", "v4l2 loopback");
        facts.nodes = vec![
            node("/dev/video0", "HD Webcam", "uvcvideo"),
            Node { number: 10, outputs: true, users: vec![feeder], ..loopback },
        ];
        facts
    }

    #[test]
    fn sentences_fit_80_columns_and_commands_stay_whole() {
        let findings = judge(&machine());
        let text = text(&findings, "A verdict.", Paint::PLAIN);
        for line in text.lines().filter(|line| !line.trim_start().starts_with('$')) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for mend in findings.iter().filter_map(|finding| finding.mend.as_ref()) {
            assert!(text.contains(&format!("$ {mend}\n")), "{mend}");
        }
        assert!(text.contains("Virtual camera\n  FAILS  ") && text.ends_with("A verdict.\n"));
    }
}
