//! Explains why a command line is invalid, and what to type instead.

mod hints;

use crate::cli::Cli;
use crate::ended;
use anyhow::Error;
use backlot_terminal::text::{Paint, wrapped};
use backlot_terminal::{Outcome, stdio};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Parser};
use std::ffi::OsString;
use std::process::ExitCode;

/// Column where the text of a tip starts.
const TIP: usize = 7;

/// Prints the help that was asked for, or why the command line is invalid.
pub fn explain(error: clap::Error, typed: impl IntoIterator<Item = OsString>) -> ExitCode {
    if !error.use_stderr() {
        return ended(
            stdio::print(painted(&error, false)).map(|()| Outcome::Done).map_err(Error::new),
        );
    }
    let typed: Vec<String> = typed.into_iter().map(|word| shown(&word)).collect();
    // The message quotes what was typed, so parse it in the form in which it is shown.
    let mut error = Cli::try_parse_from(&typed).err().unwrap_or(error);
    advise(&mut error, &typed);
    if asks_for_json(&typed) {
        stdio::speak_json();
        stdio::fail(in_a_line(&error));
    } else {
        stdio::tell(painted(&error, true));
    }
    ExitCode::from(2)
}

fn shown(word: &OsString) -> String {
    stdio::shown(&word.to_string_lossy()).into_owned()
}

/// The error, in colours if the terminal shows them.
fn painted(error: &clap::Error, for_errors: bool) -> String {
    let text = error.render();
    match Paint::choose(for_errors).has_colours() {
        true => stdio::trusted(&text.ansi().to_string()),
        false => text.to_string(),
    }
}

fn asks_for_json(typed: &[String]) -> bool {
    typed.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

/// The message alone, without the usage that follows.
fn in_a_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let text = text.split("\n\nUsage:").next().unwrap_or(text);
    let text = text.split("\n\nFor more information").next().unwrap_or(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Replaces clap's suggestion by our own: for commands, clap takes too many words for typing
/// errors.
fn advise(error: &mut clap::Error, typed: &[String]) {
    let hint = hint(error, typed);
    error.remove(ContextKind::SuggestedSubcommand);
    let Some(hint) = hint else { return };
    error.remove(ContextKind::SuggestedArg);
    let tip = wrapped(&hint, TIP, TIP).trim_end().to_owned();
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
}

/// A better hint than the nearest word, if there is one.
fn hint(error: &clap::Error, typed: &[String]) -> Option<String> {
    let value = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let cli = Cli::command();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = value(ContextKind::InvalidSubcommand)?;
            hints::for_command(word, &nearest_commands(&cli, word))
        }
        ErrorKind::UnknownArgument => {
            let option = value(ContextKind::InvalidArg)?;
            let command = typed.iter().skip(1).find_map(|word| cli.find_subcommand(word));
            hints::for_option(option, command)
        }
        _ => None,
    }
}

/// Commands that a word may be a typing error for.
fn nearest_commands(cli: &Command, word: &str) -> Vec<String> {
    let names = cli.get_subcommands().map(Command::get_name);
    backlot_schema::nearest(word, names).into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> (clap::Error, Vec<String>) {
        let typed: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut error = Cli::try_parse_from(&typed).unwrap_err();
        advise(&mut error, &typed);
        (error, typed)
    }

    fn said(line: &str) -> String {
        error(line).0.render().to_string()
    }

    #[test]
    fn words_of_other_programs_get_what_to_type_instead() {
        for (line, tip) in [
            ("backlot view", "'backlot preview'"),
            ("backlot switch calm", "'backlot scene NAME'"),
            ("backlot stop", "Ctrl-C"),
            ("backlot start", "'backlot run'"),
            ("backlot rec", "'backlot record'"),
            ("backlot aurora", "--background aurora"),
            ("backlot hologram", "--effect hologram"),
            ("backlot me.mp4", "'backlot render me.mp4 -o OUTPUT --background BACKGROUND'"),
            ("backlot run --chroma green", "green screen"),
            ("backlot --chroma", "green screen"),
            ("backlot render a.mp4 -o b.mp4 --blur", "--background blur"),
            ("backlot render a.mp4 -o b.mp4 --bg navy", "--background"),
            ("backlot render -i a.mp4 -o b.mp4", "without an option"),
            ("backlot render a.mp4 -o b.mp4 --overwrite", "--force"),
        ] {
            let said = said(line);
            assert!(said.contains("tip: ") && said.contains(tip), "{line}: {said}");
            assert_eq!(said.matches("tip:").count(), 1, "{line}: {said}");
            assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_gets_the_nearest_word() {
        assert!(said("backlot rendr").contains("'render'"));
        assert!(said("backlot render a -o b --efect x").contains("'--effect'"));
        assert!(!said("backlot nonsense").contains("tip:"));
    }

    #[test]
    fn the_message_fits_a_line() {
        let (error, _) = error("backlot render a.mp4 --output");
        let line = in_a_line(&error);
        assert!(line.starts_with("a value is required for '--output <OUTPUT>'"), "{line}");
        assert!(!line.contains('\n') && !line.contains("Usage"), "{line}");
    }

    #[test]
    fn json_is_asked_for_before_the_end_of_options() {
        let asked =
            |line: &str| asks_for_json(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(asked("backlot render --json"));
        assert!(!asked("backlot render -- --json"));
    }
}
