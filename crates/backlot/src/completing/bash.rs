//! bash, which passes the line as typed, as its own words end at every ':' and '='.

use super::words::{Typed, quoted};
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

/// The script for bash.
const SCRIPT: &str = r#"_backlot() {
    mapfile -t COMPREPLY < <(VARIABLE=bash BACKLOT_LINE="${COMP_LINE:0:COMP_POINT}" \
        BACKLOT_BREAKS="$COMP_WORDBREAKS" "${1/#\~/$HOME}" -- "${1/#\~/$HOME}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:/,.] ]]; then
        compopt -o nospace
    fi
}
complete -o nosort -F _backlot backlot 2>/dev/null || complete -F _backlot backlot
"#;

/// bash 4 or later.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        _: &str,
        _: &str,
        _: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(SCRIPT.replace("VARIABLE", variable).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        _: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let typed = Typed::read(&variable("BACKLOT_LINE"), &variable("BACKLOT_BREAKS"));
        let current = typed.words.len() - 1;
        let is_empty = typed.words[current].is_empty();
        let words = typed.words.iter().map(OsString::from).collect();
        let found = complete(command, words, current, folder)?;
        let mut values: Vec<_> = found.iter().filter_map(|it| it.get_value().to_str()).collect();
        // Before anything is typed, options would hide the expected values.
        if is_empty && values.iter().any(|value| !value.starts_with('-')) {
            values.retain(|value| !value.starts_with('-'));
        }
        for value in values.into_iter().filter(|value| !value.contains(char::is_control)) {
            if let Some(rest) = value.get(typed.kept..) {
                let rest = if typed.is_quoted { rest.to_owned() } else { quoted(rest) };
                writeln!(out, "{rest}")?;
            }
        }
        Ok(())
    }
}
