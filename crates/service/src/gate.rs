//! Who is let in.
//!
//! On this machine alone, what must be kept out are pages of other sites in the user's browser: they name another
//! host (whose name was turned to this machine), or say their own origin. Beyond it, clients say the token.

use crate::failure::{Failure, Kind};
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HOST, ORIGIN};
use hyper::http::uri::{Authority, Uri};
use std::net::{IpAddr, SocketAddr};

/// Who is let in at an address.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    /// The address, if it can't be reached from elsewhere.
    own: Option<SocketAddr>,
    token: Option<String>,
}

impl Gate {
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { own: address.ip().is_loopback().then_some(address), token }
    }

    /// Looks at the head of a request; `is_open` says that it needs no token.
    ///
    /// # Errors
    /// Why it isn't answered.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap, is_open: bool) -> Result<(), Failure> {
        if let Some(own) = self.own {
            let asked = match uri.authority() {
                Some(authority) => Some(authority.clone()),
                None => only(headers, HOST.as_str()).and_then(|host| host.parse().ok()),
            };
            if !asked.is_some_and(|asked| is_here(&asked)) {
                let sentence = format!("this isn't the service's address: ask http://{own}/");
                return Err(Failure::new(Kind::OtherHost, sentence));
            }
            if headers.contains_key(ORIGIN) && !is_own_origin(headers, own.port()) {
                let sentence = "pages of other sites may not ask for mattes";
                return Err(Failure::new(Kind::OtherPage, sentence));
            }
        }
        match &self.token {
            Some(token) if !is_open && !is_said(headers, token) => {
                let sentence = "the token is missing or wrong: send 'Authorization: Bearer TOKEN'";
                Err(Failure::new(Kind::Stranger, sentence))
            }
            _ => Ok(()),
        }
    }
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Whether a host is this machine by a name that nobody else can turn to it. Its port is that of a tunnel or of
/// what stands before the service, where there is one.
fn is_here(asked: &Authority) -> bool {
    let host = asked.host().trim_start_matches('[').trim_end_matches(']');
    let is_local = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_local && !asked.as_str().contains('@')
}

fn is_own_origin(headers: &HeaderMap, port: u16) -> bool {
    let origin = only(headers, ORIGIN.as_str()).and_then(|origin| origin.strip_prefix("http://"));
    let origin = origin.and_then(|host| host.parse::<Authority>().ok());
    origin.is_some_and(|host| is_here(&host) && host.port_u16().unwrap_or(80) == port)
}

fn is_said(headers: &HeaderMap, token: &str) -> bool {
    let said = only(headers, AUTHORIZATION.as_str()).and_then(|value| value.split_once(' '));
    said.is_some_and(|(scheme, said)| {
        scheme.eq_ignore_ascii_case("bearer") && is_same(said.trim().as_bytes(), token.as_bytes())
    })
}

/// Compares in a time that doesn't tell where they differ.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(gate: &Gate, uri: &str, headers: &[(&'static str, &str)]) -> Option<Kind> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let checked = gate.check(&uri.parse().unwrap(), &map, false);
        checked.err().map(|failure| failure.kind)
    }

    #[test]
    fn on_this_machine_the_host_is_this_machine() {
        let gate = Gate::new("127.0.0.1:9000".parse().unwrap(), None);
        let tunnel = "localhost:2222";
        for host in ["127.0.0.1:9000", "localhost", "LOCALHOST:9000", "[::1]:9000", tunnel] {
            assert_eq!(asked(&gate, "/", &[("host", host)]), None, "{host}");
            assert_eq!(asked(&gate, &format!("http://{host}/"), &[]), None, "{host}");
        }
        for host in [
            "example.org",
            "example.org:9000",
            "127.0.0.1.example.org:9000",
            "localhost.example.org:9000",
            "a@localhost:9000",
            "10.0.0.1:9000",
        ] {
            assert_eq!(asked(&gate, "/", &[("host", host)]), Some(Kind::OtherHost), "{host}");
        }
        assert_eq!(asked(&gate, "/", &[]), Some(Kind::OtherHost));
        let two = [("host", "127.0.0.1:9000"), ("host", "127.0.0.1:9000")];
        assert_eq!(asked(&gate, "/", &two), Some(Kind::OtherHost));
        let elsewhere = asked(&gate, "http://example.org/", &[("host", "127.0.0.1:9000")]);
        assert_eq!(elsewhere, Some(Kind::OtherHost));
    }

    #[test]
    fn pages_of_other_sites_are_kept_out() {
        let gate = Gate::new("[::1]:9000".parse().unwrap(), None);
        let from = |origin| asked(&gate, "/", &[("host", "localhost:9000"), ("origin", origin)]);
        assert_eq!(from("http://localhost:9000"), None);
        for origin in ["null", "http://example.org", "https://localhost:9000", "http://localhost"] {
            assert_eq!(from(origin), Some(Kind::OtherPage), "{origin}");
        }
    }

    #[test]
    fn beyond_this_machine_the_token_counts() {
        let gate = Gate::new("0.0.0.0:9000".parse().unwrap(), Some("s3cret-token".to_owned()));
        let said = |value| asked(&gate, "/", &[("host", "studio:9000"), ("authorization", value)]);
        assert_eq!((said("Bearer s3cret-token"), said("bearer  s3cret-token ")), (None, None));
        for value in ["", "s3cret-token", "Basic s3cret-token", "Bearer s3cret-toke", "Bearer x"] {
            assert_eq!(said(value), Some(Kind::Stranger), "{value}");
        }
        assert_eq!(asked(&gate, "/", &[]), Some(Kind::Stranger));
        assert!(gate.check(&"/".parse().unwrap(), &HeaderMap::new(), true).is_ok());
    }
}
