//! The log, turned on with `-v` or `BACKLOT_LOG`.

use std::ffi::OsString;
use std::io::{self, Write};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that sets the level if no option does.
const VARIABLE: &str = "BACKLOT_LOG";

/// Starts the log; `verbose` counts `-v`.
pub fn start_log(verbose: u8) {
    let (filter, complaint) = filter(verbose, std::env::var_os(VARIABLE));
    let lines = fmt::layer().with_ansi(false).with_writer(Lines).log_internal_errors(false);
    // Only a second call fails, which changes nothing.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    if let Some(complaint) = complaint {
        super::warn(complaint);
    }
}

/// The filter, and a warning if the variable is invalid.
fn filter(verbose: u8, variable: Option<OsString>) -> (Targets, Option<String>) {
    let level = match verbose {
        0 => Level::ERROR,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let own = Targets::new().with_target("backlot", level);
    let Some(asked) = variable.filter(|text| verbose == 0 && !text.is_empty()) else {
        return (own, None);
    };
    let asked = asked.to_string_lossy();
    // An unknown level would be taken for the name of a crate.
    let is_sense = |part: &str| {
        part.contains('=') || part.starts_with("backlot") || part.parse::<LevelFilter>().is_ok()
    };
    let parsed = asked.parse().ok().filter(|_| asked.split(',').all(|part| is_sense(part.trim())));
    parsed.map_or_else(
        || {
            let text = format!(
                "{VARIABLE} is '{asked}', which is not understood: write error, warn, info, debug or trace, or crates with their levels, as in backlot_pipeline=debug,info"
            );
            (own, Some(text))
        },
        |targets| (targets, None),
    )
}

/// Forwards whole lines.
struct Lines;

impl MakeWriter<'_> for Lines {
    type Writer = Lined;

    fn make_writer(&self) -> Lined {
        Lined(Level::INFO)
    }

    fn make_writer_for(&self, about: &Metadata<'_>) -> Lined {
        Lined(*about.level())
    }
}

/// Forwards one line, which is of this level.
struct Lined(Level);

impl Write for Lined {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        super::say(super::Kind::Log(self.0), String::from_utf8_lossy(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enabled(verbose: u8, variable: &str, target: &str) -> Vec<Level> {
        let (targets, complaint) = filter(verbose, Some(variable.into()));
        assert_eq!(complaint, None);
        let levels = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
        levels.into_iter().filter(|level| targets.would_enable(target, level)).collect()
    }

    #[test]
    fn the_option_counts_before_the_variable() {
        const PIPELINE: &str = "backlot_pipeline::live::camera";
        assert_eq!(enabled(0, "", PIPELINE), [Level::ERROR]);
        assert_eq!(enabled(1, "trace", PIPELINE).len(), 3);
        assert_eq!(enabled(9, "", PIPELINE).len(), 5);
        assert!(enabled(9, "", "other").is_empty());
        assert_eq!(enabled(0, "debug", PIPELINE).len(), 4);
        assert_eq!(enabled(0, "backlot_v4l2=trace,warn", PIPELINE).len(), 2);
        assert_eq!(enabled(0, "backlot_v4l2=trace,warn", "backlot_v4l2").len(), 5);
    }

    #[test]
    fn a_variable_that_makes_no_sense_is_told_and_passed_over() {
        for asked in ["backlot=loud", "loud", "info,louder"] {
            let (targets, complaint) = filter(0, Some(asked.into()));
            assert!(complaint.unwrap().contains(&format!("BACKLOT_LOG is '{asked}'")));
            assert!(targets.would_enable("backlot", &Level::ERROR));
        }
    }
}
