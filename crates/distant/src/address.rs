//! Where a network is, and how it is spoken to.

use crate::DistantError;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// How a network is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `POST` of a picture to a path, answered by a byte of 0 or 1 for each pixel.
    Plain {
        /// The path.
        path: String,
    },
    /// The Open Inference Protocol over REST.
    Rest {
        /// The path before `/v2`.
        base: String,
        /// The model's name.
        model: String,
    },
    /// The Open Inference Protocol over gRPC.
    Grpc {
        /// The model's name.
        model: String,
    },
}

/// The address of a network elsewhere: `http://HOST:PORT`, `oip+http://HOST:PORT/v2/models/NAME` or
/// `oip+grpc://HOST:PORT/v2/models/NAME`, and `https` and `grpcs` for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The name or number of the machine; IPv6 without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the line is encrypted.
    pub is_secure: bool,
    /// What is spoken.
    pub protocol: Protocol,
}

/// What addresses begin with: the port that is meant without one, whether the line is encrypted, and what is spoken.
const SCHEMES: [(&str, u16, bool, Kind); 6] = [
    ("http://", 80, false, Kind::Plain),
    ("https://", 443, true, Kind::Plain),
    ("oip+http://", 80, false, Kind::Rest),
    ("oip+https://", 443, true, Kind::Rest),
    ("oip+grpc://", 80, false, Kind::Grpc),
    ("oip+grpcs://", 443, true, Kind::Grpc),
];

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Rest,
    Grpc,
}

impl Address {
    /// Whether a text is meant as an address: it begins as one does.
    pub fn is_meant(text: &str) -> bool {
        SCHEMES.iter().any(|(scheme, ..)| text.starts_with(scheme))
    }

    /// Whether the line doesn't leave this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// Whether others on the way can see the room.
    pub fn is_open(&self) -> bool {
        !self.is_secure && !self.is_loopback()
    }

    /// The host and port as they stand in an address.
    pub fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

impl FromStr for Address {
    type Err = DistantError;

    fn from_str(text: &str) -> Result<Self, DistantError> {
        let wrong = |why: &str| DistantError::address(text, why);
        let found = SCHEMES.iter().find_map(|scheme| Some((scheme, text.strip_prefix(scheme.0)?)));
        let Some((&(_, usual, is_secure, kind), rest)) = found else {
            return Err(wrong("it begins otherwise than http://, oip+http:// or oip+grpc://"));
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(wrong("a name and password don't belong there: use --model-token-file"));
        }
        if path.bytes().any(|byte| !byte.is_ascii_graphic() || b"?#\"<>\\^`{|}".contains(&byte)) {
            return Err(wrong("its path has characters that stand in no path"));
        }
        let (host, port) = split(authority).ok_or_else(|| wrong("HOST:PORT is expected there"))?;
        let (host, port) = (host.to_owned(), port.unwrap_or(usual));
        let model = || model_of(path).ok_or_else(|| wrong("it should end in /v2/models/NAME"));
        let protocol = match kind {
            Kind::Plain => {
                let path = if path.is_empty() { "/" } else { path };
                Protocol::Plain { path: path.to_owned() }
            }
            Kind::Rest => {
                let (base, model) = model()?;
                Protocol::Rest { base, model }
            }
            Kind::Grpc => Protocol::Grpc { model: model()?.1 },
        };
        Ok(Self { host, port, is_secure, protocol })
    }
}

/// The host and port of an address.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, behind) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, if behind.is_empty() { None } else { Some(behind.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_number = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_name = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte));
    let is_right = is_name && (!is_number || host.parse::<Ipv4Addr>().is_ok());
    let port = port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0));
    (is_right && port != Some(None)).then_some((host, port.flatten()))
}

/// The path before `/v2`, and the model's name.
fn model_of(path: &str) -> Option<(String, String)> {
    let (base, name) = path.split_once("/v2/models/")?;
    let name = name.trim_end_matches('/');
    let is_name = !name.is_empty() && name != "." && name != ".." && !name.contains('/');
    is_name.then(|| (base.to_owned(), name.to_owned()))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, path) = match &self.protocol {
            Protocol::Plain { path } => ("http", path.clone()),
            Protocol::Rest { base, model } => ("oip+http", format!("{base}/v2/models/{model}")),
            Protocol::Grpc { model } => ("oip+grpc", format!("/v2/models/{model}")),
        };
        let secure = if self.is_secure { "s" } else { "" };
        write!(f, "{kind}{secure}://{}{path}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        for text in [
            "http://127.0.0.1:9000/",
            "https://mattes.example:443/person",
            "oip+http://[::1]:9000/v2/models/general",
            "oip+https://a.b:8443/some/where/v2/models/multiclass",
            "oip+grpc://localhost:9001/v2/models/general",
            "oip+grpcs://localhost:9001/v2/models/general",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
            assert!(Address::is_meant(text));
        }
        assert_eq!("http://pi".parse::<Address>().unwrap().to_string(), "http://pi:80/");
    }

    #[test]
    fn what_is_no_address_is_refused_in_one_sentence() {
        for text in [
            "ftp://a",
            "http://",
            "http://a:0",
            "http://a:99999",
            "http://1.2.3:80",
            "http://user:secret@a:80",
            "http://[::g]:80",
            "http://a b",
            "http://a/\r\nHost: b",
            "oip+http://a:1",
            "oip+http://a:1/v2/models/",
            "oip+http://a:1/v2/models/..",
            "oip+grpc://a:1/v2/models/a/b",
        ] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(!error.contains('\n') && !error.contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn a_line_that_others_can_read_is_known() {
        let is_open = |text: &str| text.parse::<Address>().unwrap().is_open();
        assert!(is_open("http://192.168.0.9:9000") && is_open("oip+grpc://pi:1/v2/models/a"));
        assert!(!is_open("http://127.0.0.1:9000") && !is_open("http://[::1]:9"));
        assert!(!is_open("https://pi") && !is_open("http://localhost:9000"));
    }
}
