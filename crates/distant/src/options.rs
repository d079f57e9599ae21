//! How networks elsewhere are spoken to.

use crate::DistantError;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How a network elsewhere is spoken to.
#[derive(Clone, Debug)]
pub struct DistantOptions {
    /// What proves who asks.
    pub token: Option<Token>,
    /// Certificates (PEM) to trust besides the system's.
    pub authorities: Option<PathBuf>,
    /// How long an answer may take, connecting included.
    pub patience: Duration,
}

impl Default for DistantOptions {
    fn default() -> Self {
        Self { token: None, authorities: None, patience: Duration::from_secs(10) }
    }
}

/// What proves who asks. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The most characters.
    const LONGEST: usize = 4096;

    /// A token; spaces and line ends around it don't belong to it.
    ///
    /// # Errors
    /// When it is empty, too long, or has characters that stand in no header.
    pub fn new(text: &str) -> Result<Self, DistantError> {
        let token = text.trim();
        let is_right = (1..=Self::LONGEST).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_graphic());
        match is_right {
            true => Ok(Self(token.to_owned())),
            false => Err(DistantError::new(
                "the token for the network must be 1 to 4096 letters, digits and signs, without spaces",
            )),
        }
    }

    /// The header's value.
    pub(crate) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
