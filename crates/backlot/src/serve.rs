//! `backlot serve`: mattes for other programs and machines.

use crate::{completing, typed};
use anyhow::Result;
use backlot_networks::MattingChoice;
use backlot_service::{ServeRequest, ServiceOptions};
use clap::{Args, ValueHint};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;

/// `backlot serve`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot serve
  curl --data-binary @me.jpg localhost:9000 > mask.bin
  curl --data-binary @me.jpg -H 'Accept: image/png' localhost:9000 > matte.png
  backlot serve --grpc 127.0.0.1:9001 --model multiclass
  backlot serve --listen 0.0.0.0:9000 --token-file token

The Open Inference Protocol is at http://localhost:9000/v2."
)]
pub struct ServeArgs {
    /// Address and port of the plain form and of the Open Inference Protocol's REST
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = ServiceOptions::LISTEN)]
    pub listen: SocketAddr,
    /// Address and port of the Open Inference Protocol's gRPC
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub grpc: Option<SocketAddr>,
    /// Network of the plain form: auto, landscape, general, multiclass, or a FILE
    #[arg(long, value_name = "MODEL", default_value = ServiceOptions::MODEL, value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the mattes: fast, live, teacher or best
    #[arg(long, value_name = "QUALITY", default_value = ServiceOptions::QUALITY, add = completing::qualities())]
    pub quality: String,
    /// Pictures to work on at a time [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZero<usize>>,
    /// File with the token that clients have to send; needed where other machines can ask
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &ServeArgs) -> Result<()> {
    let usual = ServiceOptions::default();
    let quality = Some(args.quality.clone());
    let matting = MattingChoice { model: args.model.clone(), quality, ..MattingChoice::default() };
    let threads = args.threads.unwrap_or(usual.threads);
    let options =
        ServiceOptions { listen: args.listen, grpc: args.grpc, matting, threads, ..usual };
    Ok(ServeRequest { options, token_file: args.token_file.clone() }.run()?)
}
