//! How messages are written: JSON in text frames, or msgpack in binary ones.

use crate::close::Close;
use serde::Deserialize;
use serde_json::Value;
use tungstenite::Message;

/// How deep values may lie in one another; as in JSON.
const DEPTH: usize = 128;

/// How a client's messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// JSON, in text frames.
    #[default]
    Json,
    /// msgpack, in binary frames.
    MsgPack,
}

impl Encoding {
    /// What a client calls it when it connects.
    pub(crate) const fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => "obswebsocket.json",
            Self::MsgPack => "obswebsocket.msgpack",
        }
    }

    /// The first one that is known of those that a client offers.
    pub(crate) fn offered(names: &str) -> Option<Self> {
        let known = |name: &str| {
            [Self::Json, Self::MsgPack].into_iter().find(|known| known.subprotocol() == name)
        };
        names.split(',').find_map(|name| known(name.trim()))
    }

    /// Reads a message.
    pub(crate) fn read(self, bytes: &[u8]) -> Result<Value, Close> {
        let failed = |name: &str| Close::new(Close::DECODE, format!("this is no {name}"));
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|_| failed("JSON")),
            Self::MsgPack => {
                let mut rest = bytes;
                let mut reader = rmp_serde::Deserializer::new(&mut rest);
                reader.set_max_depth(DEPTH);
                let value = Value::deserialize(&mut reader).map_err(|_| failed("msgpack"))?;
                if rest.is_empty() { Ok(value) } else { Err(failed("msgpack")) }
            }
        }
    }

    /// Writes a message. Texts, numbers and lists of them can't fail to be written.
    pub(crate) fn write(self, value: &Value) -> Message {
        match self {
            Self::Json => Message::text(value.to_string()),
            Self::MsgPack => Message::binary(rmp_serde::to_vec(value).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_in_both() {
        let value = json!({ "op": 6, "d": { "a": [null, true, -1, 0.5, "ä", { "b": 1e300 }] } });
        for encoding in [Encoding::Json, Encoding::MsgPack] {
            let bytes = encoding.write(&value).into_data();
            assert_eq!(encoding.read(&bytes).unwrap(), value);
            for end in 0..bytes.len() {
                assert_eq!(encoding.read(&bytes[..end]).unwrap_err().code, Close::DECODE);
            }
            let more = [&bytes[..], &bytes[..]].concat();
            assert_eq!(encoding.read(&more).unwrap_err().code, Close::DECODE);
        }
    }

    #[test]
    fn deep_and_lying_values_are_refused() {
        let deep = "[".repeat(500_000);
        assert_eq!(Encoding::Json.read(deep.as_bytes()).unwrap_err().code, Close::DECODE);
        for deep in [vec![0x91; 500_000], vec![0x81; 500_000]] {
            assert_eq!(Encoding::MsgPack.read(&deep).unwrap_err().code, Close::DECODE);
        }
        // Lists, tables, texts and bytes that say they are of 4 GiB.
        for kind in [0xdd, 0xdf, 0xdb, 0xc6] {
            let lying = [kind, 0xff, 0xff, 0xff, 0xff, 0x01];
            assert_eq!(Encoding::MsgPack.read(&lying).unwrap_err().code, Close::DECODE);
        }
    }

    #[test]
    fn the_first_known_offer_is_taken() {
        let offered = Encoding::offered;
        assert_eq!(offered("obswebsocket.msgpack, obswebsocket.json"), Some(Encoding::MsgPack));
        assert_eq!(offered("chat,obswebsocket.json"), Some(Encoding::Json));
        assert_eq!(offered("obswebsocket.xml"), None);
    }
}
