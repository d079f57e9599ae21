//! What the doctor tells the control panel, and root's part of the installation from there.

use backlot_host::doctor::Diagnosis;
use backlot_host::install::RootsPart;
use backlot_host::{HostError, Root};
use serde_json::{Value, json};

/// What the doctor finds, and root's part where that would bring a virtual camera: the command, and why it
/// isn't run from here.
pub(crate) fn diagnosis() -> Value {
    let diagnosis = Diagnosis::of(&Root::new(None));
    let part = diagnosis.wants_loading().then(RootsPart::new).and_then(Result::ok);
    let mut told = json!(diagnosis);
    told["roots_part"] = json!(part.map(|part| {
        let objection = part.objection();
        json!({
            "command": part.command(objection.is_some()),
            "why_not": objection.map(|objection| objection.to_string()),
        })
    }));
    told
}

/// Does root's part: the desktop asks for the password.
pub(crate) fn install() -> Result<Value, String> {
    let done = RootsPart::new().and_then(|part| part.run());
    done.map(|()| Value::Null).map_err(|error: HostError| error.to_string())
}
