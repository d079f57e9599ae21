//! The page that documents the protocol: written from the types.

use crate::limits::{
    BACKLOG_BYTES, MOST_CLIENTS, MOST_IN_FLIGHT, MOST_VALUES, REQUEST_BYTES, VERSION,
};
use crate::line::Line;
use crate::request::{REQUESTS, RequestDef, RequestKind};
use crate::state::{Event, PARTS, State};
use serde_json::json;

/// The text of `docs/control.md`.
pub fn reference() -> String {
    let sections = [
        head(),
        kind("## Requests that change what can be kept", RequestKind::Setting, SETTINGS),
        kind("## Requests that change this run", RequestKind::Action, ACTIONS),
        kind("## Questions", RequestKind::Question, QUESTIONS),
        state(),
        bounds(),
    ];
    sections.join("\n")
}

const SETTINGS: &str = "They last until the program ends; with `\"save\":true` they are kept. Values are written as in the settings file, and told as they \
were written.";
const ACTIONS: &str = "There is nothing to keep, so `save` is refused.";
const QUESTIONS: &str = "They change nothing.";

fn head() -> String {
    let line = |line: Line| String::from_utf8_lossy(&line.bytes()).trim_end().to_owned();
    let event = line(Line::Event { event: Event::Message(Some("The camera is gone".to_owned())) });
    let done = line(Line::reply(Some(json!(7)), Ok(json!(null))));
    let error = "the field 'on' of 'blur' takes true or false, not 5".to_owned();
    let refused = line(Line::reply(Some(json!(7)), Err(error)));
    format!(
        "# Control

<!-- Written from the types of crates/protocol: BACKLOT_WRITE_DOCS=1 cargo test -p backlot-protocol --test reference -->

The running program is steered through a socket: `$XDG_RUNTIME_DIR/backlot/control.sock`, or `/run/user/UID/backlot/control.sock`
where that variable isn't set. Only your own user's programs may connect. Each line is one JSON value in UTF-8. This is version {VERSION}.

```sh
socket=$XDG_RUNTIME_DIR/backlot/control.sock
echo '{{\"request\":\"blur\",\"on\":true}}' | socat -t 5 - UNIX-CONNECT:$socket | jq -c 'select(has(\"reply\"))'
socat -u UNIX-CONNECT:$socket - | jq --unbuffered -r '.state.mode // .event.mode // empty'
```

The program sends

| a line | when |
| --- | --- |
| `{{\"state\":{{…}}}}` | first, unasked: everything that is told, see below |
| `{event}` | each time that a part of that changed: its new value |
| `{{\"event\":{{\"gone\":{{}}}}}}` | the program ends |
| `{done}` | a request was carried out; `ok` holds what it returns |
| `{refused}` | a request was refused: nothing changed, and why |

Lines, fields and events that you don't know are to be passed over: they are new. Whoever only listens sends nothing.

A request is an object with `request`, its name, and its fields. It may have an `id`, any JSON value, which the reply repeats, and
`\"save\":true`. Requests are carried out one after the other, whoever they come from, and everybody gets the same events in the same
order. An event that a request causes comes before its reply. What takes long (`doctor`, `snapshot`) may be answered after a later request:
the `id` tells. Who asked and closes its sending end gets its replies, and then the connection is closed. A field that may be missing
may be `null` too.
"
    )
}

fn kind(title: &str, kind: RequestKind, about: &str) -> String {
    let mut text = format!("{title}\n\n{about}\n");
    for request in REQUESTS.iter().filter(|request| request.kind == kind) {
        text += &told(request);
    }
    text
}

fn told(request: &RequestDef) -> String {
    let RequestDef { name, help, example, .. } = request;
    let mut text = format!("\n### {name}\n\n{help}");
    if let Some(answer) = request.answer {
        text += &format!(" `ok` holds {}.", answer.trim_end_matches('.'));
    }
    text += &format!("\n\n```json\n{example}\n```\n");
    if !request.fields.is_empty() {
        text += "\n| field | takes | |\n| --- | --- | --- |\n";
    }
    for field in request.fields {
        let wants = field.kind.wants();
        let may = if field.is_optional { "; may be missing" } else { "" };
        text += &format!("| `{}` | {wants}{may} | {} |\n", field.name, field.help);
    }
    text
}

fn state() -> String {
    let mut text = "## State and events

Besides `version`, `program` (its version) and `process` (its id), which stay, the state has these parts. An event has the name of
a part and its new value as a whole.

| part | |
| --- | --- |
"
    .to_owned();
    for part in PARTS {
        text += &format!("| `{}` | {} |\n", part.name, part.help);
    }
    let example = serde_json::to_string_pretty(&State::example()).unwrap_or_default();
    text + &format!("\nFor example, as the `state` of the first line:\n\n```json\n{example}\n```\n")
}

fn bounds() -> String {
    format!(
        "## Bounds

- A line has at most {} KiB and consists of at most {MOST_VALUES} values. After a longer one the connection is closed, with a line that
  says so.
- {MOST_CLIENTS} clients may be connected at once. The next one gets a line that says so.
- {MOST_IN_FLIGHT} requests of one client may be without a reply. The next ones wait, and nobody else waits for them. `panic` never waits.
- A client that doesn't read is dropped when more than {} KiB wait for it.
",
        REQUEST_BYTES / 1024,
        BACKLOG_BYTES / 1024
    )
}
