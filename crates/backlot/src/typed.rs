//! Names of files as users type them on the command line: any bytes, and `~/` for their home.
//!
//! Shells don't expand `~/` after a '=', as in `--output=~/x`. Every option that takes a file uses
//! one of these two.

use backlot_files::at_home;
use clap::builder::{OsStringValueParser, PathBufValueParser, TypedValueParser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The name of a file or folder.
pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| at_home(&path))
}

/// The name of a file, or a keyword.
pub fn path_or_word() -> impl TypedValueParser<Value = OsString> {
    OsStringValueParser::new().map(|name| at_home(Path::new(&name)).into_os_string())
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::builder::ValueParser;
    use clap::{Arg, Command, CommandFactory};
    use std::ffi::OsString;
    use std::path::PathBuf;

    fn takes_any_bytes(arg: &Arg) -> bool {
        let [path, name] = [ValueParser::path_buf().type_id(), ValueParser::os_string().type_id()];
        let own = arg.get_value_parser().type_id();
        own == path || own == name
    }

    /// A line in which an argument is `~/x`, and what the command takes it for.
    fn taken(command: &Command, arg: &Arg) -> PathBuf {
        let given = arg.get_long().map_or("~/x".to_owned(), |long| format!("--{long}=~/x"));
        let mut line = vec!["backlot".to_owned(), command.get_name().to_owned(), given];
        let other =
            |id: &str| arg.get_id() != id && command.get_arguments().any(|a| a.get_id() == id);
        let needed =
            command.get_positionals().filter(|a| a.is_required_set() && a.get_id() != arg.get_id());
        line.extend(needed.map(|positional| {
            let values = positional.get_possible_values();
            values.first().map_or("in.mp4".to_owned(), |value| value.get_name().to_owned())
        }));
        if other("output") && matches!(command.get_name(), "render" | "matte") {
            line.push("--output=out.mp4".to_owned());
        }
        let scene = command.get_arguments().find(|a| a.get_id() == "scene");
        match scene {
            Some(scene) if scene.is_positional() => line.push("calm".to_owned()),
            Some(_) if arg.get_id() == "settings" => line.push("--scene=calm".to_owned()),
            _ => {}
        }
        if command.is_subcommand_required_set() {
            line.extend(["revert", "calm"].map(str::to_owned));
        }
        let matches = Cli::command().try_get_matches_from(&line).unwrap_or_else(|e| panic!("{e}"));
        let (_, matches) = matches.subcommand().unwrap();
        let id = arg.get_id().as_str();
        match matches.try_get_one::<PathBuf>(id) {
            Ok(path) => path.unwrap().clone(),
            Err(_) => matches.get_one::<OsString>(id).unwrap().into(),
        }
    }

    #[test]
    fn every_option_that_takes_a_file_knows_the_home() {
        let home = backlot_settings::Places::new().home.expect("a home");
        let mut count = 0;
        for command in Cli::command().get_subcommands() {
            for arg in command.get_arguments().filter(|arg| takes_any_bytes(arg)) {
                assert_eq!(taken(command, arg), home.join("x"), "{} {arg}", command.get_name());
                count += 1;
            }
        }
        assert!(count >= 20, "{count}");
    }
}
