//! The password: it is never sent, only a hash of it with what the server drew at random.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What a client must know the password for.
pub(crate) struct Challenge {
    salt: String,
    challenge: String,
    /// The right answer.
    expected: String,
}

fn hashed(text: &str, more: &str) -> String {
    STANDARD.encode(Sha256::new().chain_update(text).chain_update(more).finalize())
}

fn random() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(STANDARD.encode(bytes))
}

impl Challenge {
    /// Another one for each connection; `None` if the system has nothing random.
    pub fn new(password: &str) -> Option<Self> {
        Some(Self::of(password, random()?, random()?))
    }

    fn of(password: &str, salt: String, challenge: String) -> Self {
        let expected = hashed(&hashed(password, &salt), &challenge);
        Self { salt, challenge, expected }
    }

    /// As a client gets it.
    pub fn told(&self) -> Value {
        json!({ "challenge": self.challenge, "salt": self.salt })
    }

    /// Whether an answer is right. Takes as long for each answer of the right length.
    pub fn is_met_by(&self, answer: &str) -> bool {
        let (right, given) = (self.expected.as_bytes(), answer.as_bytes());
        let differing = right.iter().zip(given).fold(0, |differing, (a, b)| differing | (a ^ b));
        right.len() == given.len() && std::hint::black_box(differing) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the protocol's specification.
    #[test]
    fn the_answer_is_that_of_the_specification() {
        let text = |text: &str| text.to_owned();
        let salt = text("lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=");
        let challenge = text("+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY=");
        let challenge = Challenge::of("supersecretpassword", salt, challenge);
        let right = "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4=";
        assert!(challenge.is_met_by(right));
        for wrong in ["", "1", &right[1..], &format!("{right}="), &right.replace('1', "2")] {
            assert!(!challenge.is_met_by(wrong), "{wrong}");
        }
        let (one, other) = (Challenge::new("a").unwrap(), Challenge::new("a").unwrap());
        assert_ne!(one.told(), other.told());
    }
}
