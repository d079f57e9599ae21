//! Networks that run elsewhere.

use crate::choice::MattingChoice;
use crate::error::NetworkError;
use crate::network::{Purpose, load};
use backlot_distant::{Address, DistantOptions, Token, connect};
use backlot_files::read_file;
use backlot_segmenter::{Role, SegmentationModel};
use std::path::Path;
use std::time::Duration;

/// What holds the token, where no file does.
const TOKEN: &str = "BACKLOT_MODEL_TOKEN";
/// The most bytes of a token's file.
const LONGEST_TOKEN: u64 = 8 << 10;
/// How long an answer may take: live, and for files.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

impl MattingChoice {
    /// Where the network is, if it runs elsewhere.
    ///
    /// # Errors
    /// One sentence when that is no address.
    pub fn address(&self) -> Result<Option<Address>, NetworkError> {
        let text = self.model.to_str().filter(|text| Address::is_meant(text));
        Ok(text.map(str::parse).transpose()?)
    }

    /// What of the room goes over a line that others can read, in a sentence.
    pub fn exposed(&self) -> Option<String> {
        let address = self.address().ok().flatten().filter(Address::is_open)?;
        Some(format!(
            "small pictures of the room go to {} unencrypted, for everybody on the way to see: 'https://' encrypts them",
            address.authority()
        ))
    }

    fn options(&self, patience: Duration) -> Result<DistantOptions, NetworkError> {
        let token = match &self.line.token_file {
            Some(path) => Some(token(path)?),
            None => std::env::var(TOKEN).ok().map(|text| Token::new(&text)).transpose()?,
        };
        Ok(DistantOptions { token, authorities: self.line.authorities.clone(), patience })
    }
}

/// The network for live pictures: this machine's own, and the one elsewhere, which leads while it
/// answers in time.
pub(crate) fn beside_own(
    asked: &MattingChoice,
    address: Address,
) -> Result<SegmentationModel, NetworkError> {
    let options = asked.options(PATIENCE.0)?;
    let own = load("auto", Purpose::Live)?;
    Ok(own.with_second(Role::Elsewhere, move || Ok(connect(&address, &options)?)))
}

/// The network elsewhere alone, for files.
pub(crate) fn alone(
    asked: &MattingChoice,
    address: &Address,
) -> Result<SegmentationModel, NetworkError> {
    Ok(connect(address, &asked.options(PATIENCE.1)?)?)
}

fn token(path: &Path) -> Result<Token, NetworkError> {
    let bytes = read_file(path, LONGEST_TOKEN)?;
    Ok(Token::new(&String::from_utf8_lossy(&bytes))?)
}
