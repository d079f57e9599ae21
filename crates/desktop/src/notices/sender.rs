//! Hands notices to `org.freedesktop.Notifications`. There is a connection only for as long as one is
//! handed over.

use super::Notice;
use crate::bus::PATIENCE;
use std::collections::HashMap;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::Value;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Knows the last notice, which the next one replaces.
#[derive(Debug, Default)]
pub struct Sender {
    last: u32,
}

impl Sender {
    /// Shows a notice, if there is somebody who does that.
    pub fn send(&mut self, notice: &Notice) {
        match self.try_send(notice) {
            Ok(id) => self.last = id,
            Err(error) => tracing::debug!(%error, ?notice, "a notification isn't shown"),
        }
    }

    fn try_send(&self, notice: &Notice) -> zbus::Result<u32> {
        let connection = Builder::session()?.method_timeout(PATIENCE).build()?;
        let capabilities = call(&connection, "GetCapabilities", &())?;
        let capabilities: Vec<String> = capabilities.body().deserialize()?;
        let mut text = notice.text();
        if capabilities.iter().any(|name| name == "body-markup") {
            text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        }
        let hints = HashMap::from([("category", Value::from("device"))]);
        let actions: [&str; 0] = [];
        let by_itself = -1_i32;
        let (app, icon) = ("Backlot", "camera-web");
        let body = (app, self.last, icon, notice.title(), text, &actions[..], hints, by_itself);
        call(&connection, "Notify", &body)?.body().deserialize()
    }
}

fn call<B>(connection: &Connection, method: &str, body: &B) -> zbus::Result<zbus::Message>
where
    B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType,
{
    connection.call_method(Some(NAME), PATH, Some(NAME), method, body)
}
