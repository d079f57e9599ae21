//! What `org.freedesktop.login1` tells about the user's session.

use super::pauser::Sign;
use std::collections::HashMap;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Type;
use zbus::names::UniqueName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

const NAME: &str = "org.freedesktop.login1";
const ROOT: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const HINT: &str = "LockedHint";

/// The service, as long as the bus is there.
pub struct Logind {
    connection: Connection,
    signals: MessageIterator,
    /// The user's session; a program may be started before there is one.
    session: Option<OwnedObjectPath>,
    /// Who has the service's name: others may send signals, too.
    owner: Option<String>,
}

impl Logind {
    /// Listens from now on.
    pub fn new(connection: Connection) -> zbus::Result<Self> {
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(NAME)?;
        let rule = rule.path_namespace(ROOT)?.build();
        let signals = MessageIterator::for_match_rule(rule, &connection, None)?;
        let mut logind = Self { connection, signals, session: None, owner: None };
        logind.find_session();
        Ok(logind)
    }

    /// Whether the session is known to be locked.
    pub fn is_locked(&self) -> bool {
        let Some(session) = &self.session else { return false };
        let get = (SESSION, HINT);
        let hint = self.connection.call_method(Some(NAME), session, Some(PROPERTIES), "Get", &get);
        let hint = hint.and_then(|reply| reply.body().deserialize::<OwnedValue>());
        hint.is_ok_and(|value| bool::try_from(value).unwrap_or_default())
    }

    /// Waits for the next sign; there is none after the end of the bus.
    pub fn next(&mut self) -> zbus::Result<Option<Sign>> {
        while let Some(signal) = self.signals.next() {
            if let Some(sign) = self.sign(&signal?) {
                return Ok(Some(sign));
            }
        }
        Ok(None)
    }

    fn sign(&mut self, signal: &Message) -> Option<Sign> {
        let header = signal.header();
        let is_own = self.session.as_ref().is_some_and(|own| header.path() == Some(&**own));
        let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
        if !self.is_logind(header.sender()?) {
            return None;
        }
        match (interface, member) {
            (MANAGER, "PrepareForSleep") => signal.body().deserialize().ok().map(Sign::Sleeping),
            (MANAGER, "SessionNew" | "SessionRemoved") => {
                self.find_session();
                Some(Sign::Locked(self.is_locked()))
            }
            (SESSION, "Lock") if is_own => Some(Sign::Locked(true)),
            (SESSION, "Unlock") if is_own => Some(Sign::Locked(false)),
            (PROPERTIES, "PropertiesChanged") if is_own => self.hint(signal),
            _ => None,
        }
    }

    fn hint(&self, signal: &Message) -> Option<Sign> {
        type Changed = (String, HashMap<String, OwnedValue>, Vec<String>);
        let (_, changed, dropped): Changed = signal.body().deserialize().ok()?;
        match changed.get(HINT) {
            Some(value) => bool::try_from(value).ok().map(Sign::Locked),
            None if dropped.iter().any(|name| name == HINT) => Some(Sign::Locked(self.is_locked())),
            None => None,
        }
    }

    /// The caller's session or, for a service of the user, the one at the display.
    fn find_session(&mut self) {
        let found =
            self.connection.call_method(Some(NAME), ROOT, Some(MANAGER), "GetSession", &"auto");
        let found = found.and_then(|reply| reply.body().deserialize());
        self.session = found
            .inspect_err(|error| tracing::debug!(%error, "logind knows no session of the user"))
            .ok();
    }

    fn is_logind(&mut self, sender: &UniqueName<'_>) -> bool {
        let is_owner = |owner: &Option<String>| owner.as_deref() == Some(sender.as_str());
        if !is_owner(&self.owner) {
            let bus = Some("org.freedesktop.DBus");
            let asked = self.connection.call_method(
                bus,
                "/org/freedesktop/DBus",
                bus,
                "GetNameOwner",
                &NAME,
            );
            self.owner = asked.and_then(|reply| reply.body().deserialize()).ok();
        }
        is_owner(&self.owner)
    }
}
