//! `backlot scene`: scenes are shown, copied, handed on with their pictures, and reverted.

use crate::completing;
use crate::steer::{self, SceneChoice};
use crate::typed;
use anyhow::Result;
use backlot_scene::config::SceneFile;
use backlot_settings::{Bundle, Places, SceneFolder, SettingsError, opened};
use backlot_terminal::{Outcome, stdio};
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// `backlot scene`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  backlot scene next                    on the running program
  backlot scene calm --transition fade:300
  backlot scene show weather-map        a scene's text, to start your own from
  backlot scene export calm calm.tar    with its pictures, to hand on
  backlot scene import calm.tar
  backlot scene revert calm             as the settings file has it again

'backlot scenes' lists the ready ones. An edited scene is saved in scenes/ID.toml beside the settings file, which is never touched; it shadows a scene of \
the same name there."
)]
pub struct SceneArgs {
    /// What to do
    #[command(subcommand)]
    pub action: Option<SceneAction>,
    #[command(flatten)]
    pub choice: SceneChoice,
    /// Settings file [default: the one that 'backlot run' reads]
    #[arg(long, global = true, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub settings: Option<PathBuf>,
}

/// What to do with a scene.
#[derive(Debug, Subcommand)]
pub enum SceneAction {
    /// Print a scene as the text of a file in the folder 'scenes' beside the settings file
    Show {
        /// The scene's name
        #[arg(add = completing::scenes())]
        name: String,
    },
    /// Remove what was edited: the scene is as the settings file has it
    Revert {
        /// The scene's name
        #[arg(add = completing::scenes())]
        name: String,
    },
    /// Write a scene with its pictures, and the scenes in it, into one archive
    Export {
        /// The scene's name
        #[arg(add = completing::scenes())]
        name: String,
        /// The archive to write, a tar file
        #[arg(value_parser = typed::path(), value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Add the scene of an archive
    Import {
        /// The archive
        #[arg(value_parser = typed::path(), value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: &SceneArgs) -> Result<Outcome> {
    let (places, named) = (Places::new(), args.settings.as_deref());
    let Some(action) = &args.action else {
        steer::show_scene(&args.choice)?;
        return Ok(Outcome::Done);
    };
    match action {
        SceneAction::Show { name } => {
            let (config, _) = opened(named, &places)?;
            let file = SceneFile::of(&config.document, name);
            stdio::print(file.ok_or_else(|| SettingsError::NoScene(name.clone()))?.text())?;
        }
        SceneAction::Revert { name } => {
            let folder = SceneFolder::beside(named, &places).ok_or(SettingsError::Nowhere)?;
            let path = folder.revert(name)?;
            stdio::print_line(format_args!("removed {}", path.display()))?;
        }
        SceneAction::Export { name, file } => {
            let (config, _) = opened(named, &places)?;
            Bundle::of(&config, name)?.write(file)?;
            stdio::print_line(format_args!("wrote {}", file.display()))?;
        }
        SceneAction::Import { file } => {
            let (config, folder) = opened(named, &places)?;
            let scene = Bundle::read(file)?.bring_in(&folder, &config)?;
            let path = folder.file(&scene);
            let path = path.display();
            stdio::print_line(format_args!(
                "the scene '{scene}' is in {path}: 'backlot run --scene' shows it"
            ))?;
        }
    }
    Ok(Outcome::Done)
}
