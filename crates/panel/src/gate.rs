//! Who is let in: what a request must be before anything of it is looked at.
//!
//! Pages of other sites run in the same browser, so they reach this machine, too. What they can't forge is the
//! address that they were opened by (`Host`, against names that are turned to this machine), their own address
//! (`Origin`), and how a request came about (`Sec-Fetch-Site`). The cookie alone tells that the user was let in.

use crate::pass::Pass;
use crate::secret::same;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use backlot_protocol::RequestDef;

/// The cookie's name.
pub(crate) const NAME: &str = "backlot-panel";

/// Where a code is exchanged for the cookie.
pub(crate) const ENTRY: &str = "/enter";

/// What of the addresses begins with this is for the page, not for people.
pub(crate) const API: &str = "/api/";

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request isn't answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It wasn't asked of the panel's address.
    OtherHost,
    /// It comes from a page that isn't the panel's.
    OtherPage,
    /// It has no cookie, or an old one.
    Stranger,
    /// Its body is no JSON.
    NoJson,
}

impl Closed {
    /// What is answered.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::OtherPage => StatusCode::FORBIDDEN,
            Self::Stranger => StatusCode::UNAUTHORIZED,
            Self::NoJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// Why, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OtherHost => "This isn't the panel's address: open it with 'backlot panel'.",
            Self::OtherPage => {
                "Only the panel's own page may ask for this: open it with 'backlot panel'."
            }
            Self::Stranger => "The panel doesn't know this browser: open it with 'backlot panel'.",
            Self::NoJson => "A request's body is JSON, sent as 'content-type: application/json'.",
        }
    }
}

/// Looks at a request.
///
/// # Errors
/// Why it isn't answered.
pub(crate) fn check<B>(request: &Request<B>, pass: &Pass) -> Result<(), Closed> {
    let (headers, uri) = (request.headers(), request.uri());
    let authority = pass.authority();
    let is_asked_here = uri.authority().is_none_or(|asked| asked.as_str() == authority);
    if only(headers, &HOST) != Some(authority.as_str()) || !is_asked_here {
        return Err(Closed::OtherHost);
    }
    let path = uri.path();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let must_tell = changes || headers.contains_key(UPGRADE);
    let is_own = only(headers, &ORIGIN).is_some_and(|origin| {
        origin.strip_prefix("http://").is_some_and(|origin| origin == authority)
    });
    if !is_own && (must_tell || headers.contains_key(ORIGIN)) {
        return Err(Closed::OtherPage);
    }
    // People come to these two from anywhere.
    let is_for_people = !must_tell && matches!(path, "/" | ENTRY);
    let is_near = match headers.contains_key(SITE) {
        true => matches!(only(headers, &SITE), Some("same-origin" | "none")),
        false => true,
    };
    if !is_near && !is_for_people {
        return Err(Closed::OtherPage);
    }
    if path != ENTRY && !is_known(headers, &pass.secret) {
        return Err(Closed::Stranger);
    }
    let is_json = only(headers, &CONTENT_TYPE).is_some_and(|kind| {
        kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
    });
    let name = path.strip_prefix("/api/v1/").filter(|_| *request.method() == Method::POST);
    let takes_json = name.is_some_and(|name| RequestDef::named(name).is_some());
    if takes_json && !is_json { Err(Closed::NoJson) } else { Ok(()) }
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Whether the cookie is there. Sites with a similar name may have set others of its name beside it.
fn is_known(headers: &HeaderMap, secret: &str) -> bool {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    let mut ours = pairs.filter(|(name, _)| name.trim() == NAME);
    ours.any(|(_, value)| same(value.trim(), secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass() -> Pass {
        let host = "0123.backlot.localhost".to_owned();
        Pass { host, port: 23_456, secret: "s3cret".to_owned() }
    }

    const OWN: &str = "0123.backlot.localhost:23456";

    /// What the gate says of a request with these headers besides a right host and cookie, which
    /// a header of the same name replaces; one without a value takes it out.
    fn asked(method: &str, uri: &str, headers: &[(&str, &str)]) -> Option<Closed> {
        let mut all = vec![("host", OWN), ("cookie", "backlot-panel=s3cret")];
        all.retain(|(name, _)| !headers.iter().any(|(given, _)| given == name));
        all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in all {
            request = request.header(name, value);
        }
        check(&request.body(()).unwrap(), &pass()).err()
    }

    #[test]
    fn the_host_is_exactly_ours() {
        assert_eq!(asked("GET", "/", &[]), None);
        assert_eq!(asked("GET", &format!("http://{OWN}/"), &[]), None);
        for host in [
            "",
            "localhost:23456",
            "127.0.0.1:23456",
            "[::1]:23456",
            "backlot.localhost:23456",
            "0123.backlot.localhost",
            "0123.backlot.localhost:80",
            "0123.backlot.localhost.:23456",
            "a.0123.backlot.localhost:23456",
            "0123.backlot.localhost:23456, example.org",
            "0123.backlot.localhost:023456",
            "example.org",
        ] {
            assert_eq!(asked("GET", "/", &[("host", host)]), Some(Closed::OtherHost), "{host}");
        }
        let two = [("host", OWN), ("host", OWN)];
        assert_eq!(asked("GET", "/", &two), Some(Closed::OtherHost));
        assert_eq!(asked("GET", "http://example.org/", &[]), Some(Closed::OtherHost));
    }

    #[test]
    fn changes_and_sockets_need_the_own_origin() {
        let own = &*format!("http://{OWN}");
        let json = ("content-type", "application/json");
        let post = |headers: &[(&str, &str)]| asked("POST", "/api/v1/blur", headers);
        assert_eq!(post(&[("origin", own), json]), None);
        for origin in [
            "",
            "null",
            "http://example.org",
            "https://0123.backlot.localhost:23456",
            "http://0123.backlot.localhost",
            "http://0123.backlot.localhost:23457",
            "http://0123.backlot.localhost:23456.example.org",
        ] {
            assert_eq!(post(&[("origin", origin), json]), Some(Closed::OtherPage), "{origin}");
            let socket = [("origin", origin), ("upgrade", "websocket")];
            let asked = asked("GET", "/api/v1/events", &socket);
            assert_eq!(asked, Some(Closed::OtherPage), "{origin}");
        }
        assert_eq!(post(&[("origin", own), ("origin", own), json]), Some(Closed::OtherPage));
        let read = asked("GET", "/api/v1/state", &[("origin", "http://example.org")]);
        assert_eq!(read, Some(Closed::OtherPage));
        assert_eq!(asked("DELETE", "/api/v1/uploads/a", &[]), Some(Closed::OtherPage));
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(post(&[("origin", own), form]), Some(Closed::NoJson));
        assert_eq!(post(&[("origin", own)]), Some(Closed::NoJson));
        let with_charset = ("content-type", "application/json; charset=utf-8");
        assert_eq!(post(&[("origin", own), with_charset]), None);
    }

    #[test]
    fn other_sites_of_this_machine_are_other_sites() {
        for site in ["same-site", "cross-site", "a"] {
            let from = [("sec-fetch-site", site)];
            assert_eq!(asked("GET", "/api/v1/state", &from), Some(Closed::OtherPage), "{site}");
            assert_eq!(asked("GET", "/assets/a.js", &from), Some(Closed::OtherPage), "{site}");
            assert_eq!(asked("GET", "/", &from), None, "a link may lead here");
        }
        for site in ["same-origin", "none"] {
            assert_eq!(asked("GET", "/api/v1/state", &[("sec-fetch-site", site)]), None);
        }
    }

    #[test]
    fn the_cookie_is_needed_everywhere_but_at_the_entry() {
        assert_eq!(asked("GET", "/enter?code=a", &[("cookie", "")]), None);
        for cookie in [
            "",
            "backlot-panel=",
            "backlot-panel=s3cre",
            "backlot-panel=s3crets",
            "backlot-panels=s3cret",
            "s3cret",
            "a=backlot-panel=s3cret",
        ] {
            for path in ["/", "/api/v1/state", "/assets/a.js", "/enter/"] {
                let asked = asked("GET", path, &[("cookie", cookie)]);
                assert_eq!(asked, Some(Closed::Stranger), "{cookie} {path}");
            }
        }
        let beside = [("cookie", "backlot-panel=planted; backlot-panel=s3cret; a=b")];
        assert_eq!(asked("GET", "/", &beside), None);
        let two = [("cookie", "a=b"), ("cookie", "backlot-panel=s3cret")];
        assert_eq!(asked("GET", "/", &two), None);
    }
}
