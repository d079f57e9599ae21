//! `[obs_websocket]`

use super::define::Section;
use crate::form::{Property, Refusal, Takes, Value};
use std::fmt;

/// `[obs_websocket]`
#[derive(Clone, PartialEq, Eq)]
pub struct ObsWebsocketConfig {
    /// Whether programs that steer OBS may steer this one. Then there is a password.
    pub enabled: bool,
    /// The port on this machine, 1 to 65535.
    pub port: u16,
    /// What they must know.
    pub password: Option<String>,
}

impl Default for ObsWebsocketConfig {
    fn default() -> Self {
        Self { enabled: false, port: 4455, password: None }
    }
}

impl fmt::Debug for ObsWebsocketConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password is nobody's to read.
        let mut told = f.debug_struct("ObsWebsocketConfig");
        told.field("enabled", &self.enabled).field("port", &self.port);
        told.field("has_password", &self.password.is_some()).finish_non_exhaustive()
    }
}

pub(super) const SECTION: Section<ObsWebsocketConfig> = Section {
    head: "[obs_websocket]",
    help: "Lets programs that steer OBS (Stream Deck programs, Companion, scripts) steer Backlot, \
           by obs-websocket 5 and on this machine alone.",
    properties: &[
        Property {
            name: "enabled",
            takes: Takes::Switch,
            help: "Whether they may.",
            example: None,
            read: |obs, value| {
                obs.enabled = value.as_switch().unwrap_or_default();
                Ok(())
            },
            write: |obs| Some(Value::Switch(obs.enabled)),
        },
        Property {
            name: "port",
            takes: Takes::Number { min: 1.0, max: 65535.0, unit: None },
            help: "The port that they connect to, a whole number. OBS itself uses the same one.",
            example: None,
            read: |obs, value| {
                let port = value.as_number().unwrap_or_default();
                if port.fract() != 0.0 {
                    return Err(Refusal::must_be(&"a whole number", &port));
                }
                obs.port = port as u16;
                Ok(())
            },
            write: |obs| Some(Value::Number(obs.port.into())),
        },
        Property {
            name: "password",
            takes: Takes::Text,
            help: "What they must know.",
            example: Some("\"choose one\""),
            read: |obs, value| {
                obs.password = value.as_text().map(str::to_owned);
                Ok(())
            },
            write: |obs| obs.password.as_ref().map(Value::text),
        },
    ],
};

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn a_password_is_kept_and_not_shown() {
        let text = "[obs_websocket]\nenabled = true\npassword = \"correct horse\"\n";
        let config = Config::parse(text).unwrap();
        assert!(config.text().contains(text), "{}", config.text());
        assert!(!format!("{config:?}").contains("horse"));
        let wrong = Config::parse("[obs_websocket]\npassword = 123456\n").unwrap_err();
        assert!(!wrong.to_string().contains("123456"), "{wrong}");
        for port in ["70000", "0", "4455.5", "\"4455\""] {
            let text = format!("[obs_websocket]\nport = {port}\n");
            assert!(Config::parse(&text).is_err(), "{port}");
        }
    }
}
