//! The output of the running program: four lines at the start, then a status line.

use crate::shields::Shields;
use crate::words;
use backlot_host::usage::Usage;
use backlot_pipeline::live::{CameraStatus, LiveState, LiveStatus, OutputStatus};
use backlot_protocol::who_watches;
use backlot_terminal::stdio;
use serde_json::{Value, json};

/// How the status is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusForm {
    /// Not at all.
    Quiet,
    /// One line that is overwritten.
    Terminal,
    /// A line for each change.
    Log,
    /// A line of JSON each time.
    Json,
}

impl StatusForm {
    /// The form that was asked for, or that suits standard error.
    pub fn choose(quiet: bool, json: bool) -> Self {
        match (json, quiet, stdio::errors_are_on_terminal()) {
            (true, _, _) => Self::Json,
            (_, true, _) => Self::Quiet,
            (_, _, true) => Self::Terminal,
            (_, _, false) => Self::Log,
        }
    }
}

/// Prints the status.
pub struct Reporter {
    form: StatusForm,
    last: String,
    shields: Shields,
}

/// The current figures that the pipeline does not know.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    /// Seconds since the start.
    pub seconds: f64,
    /// Finished pictures per second.
    pub fps: f64,
    /// This process's use of the machine.
    pub usage: Usage,
    /// Names of the watching programs, as far as they are known.
    pub watchers: Vec<String>,
}

impl Reporter {
    /// Creates a reporter that has printed nothing yet.
    pub fn new(form: StatusForm) -> Self {
        Self { form, last: String::new(), shields: Shields::default() }
    }

    /// Prints a message above the status.
    pub fn say(&mut self, text: &str) {
        if self.form != StatusForm::Quiet {
            stdio::tell(text);
        }
    }

    /// Prints a warning, even with `--quiet`.
    pub fn warn(&self, text: &str) {
        stdio::warn(text);
    }

    /// Prints the status.
    pub fn tell(&mut self, status: &LiveStatus, moment: &Moment) {
        self.shields.look(&status.guard, moment.seconds);
        match self.form {
            StatusForm::Quiet => {}
            StatusForm::Terminal => stdio::status(&line(status, moment)),
            StatusForm::Log => {
                let news = news(status, moment);
                if news != self.last {
                    stdio::tell(&news);
                    self.last = news;
                }
            }
            StatusForm::Json => stdio::print_status(to_json(status, moment)),
        }
    }

    /// Whether the guard holds pictures back.
    pub const fn is_shielding(&self) -> bool {
        self.shields.is_shown()
    }

    /// Keeps the last status on the screen.
    pub fn end(&self) {
        stdio::leave_status();
    }
}

/// The status as a line.
fn line(status: &LiveStatus, moment: &Moment) -> String {
    let cpu = moment.usage.cpu_percent;
    let mut parts = vec![format!("{:<8}", status.state.name())];
    if status.state == LiveState::Live {
        parts.push(format!("{:4.1} fps", moment.fps));
        parts.push(format!("{:4.1} ms", status.latency.median_ms));
    }
    parts.push(format!("CPU {cpu:.1} %"));
    parts.push(watching(&status.outputs, &moment.watchers));
    if status.plan != backlot_pipeline::live::Effort::default() {
        parts.push(status.plan.to_string());
    }
    if let Some(message) = &status.message {
        parts.push(message.clone());
    }
    parts.join("  ")
}

/// What is printed only when it changes.
fn news(status: &LiveStatus, moment: &Moment) -> String {
    let mut text =
        format!("{}: {}", status.state.name(), watching(&status.outputs, &moment.watchers));
    if status.plan != backlot_pipeline::live::Effort::default() {
        text = format!("{text}, {}", status.plan);
    }
    match &status.message {
        Some(message) => format!("{text}: {message}"),
        None => text,
    }
}

/// Who watches, in words.
fn watching(outputs: &[OutputStatus], names: &[String]) -> String {
    who_watches(outputs.iter().map(words::viewers), names)
}

fn to_json(status: &LiveStatus, moment: &Moment) -> Value {
    json!({
        "time": round(moment.seconds),
        "state": status.state.name(),
        "message": status.message,
        "fps": round(moment.fps),
        "finished": status.finished,
        "latency_ms": {
            "median": round(status.latency.median_ms),
            "p99": round(status.latency.p99_ms),
        },
        "cpu_percent": round(moment.usage.cpu_percent),
        "memory_mb": round(moment.usage.memory_mb),
        "camera": camera_json(&status.camera),
        "declared_cameras": status.declared.iter().map(camera_json).collect::<Vec<_>>(),
        "outputs": status.outputs.iter().map(output_json).collect::<Vec<_>>(),
        "guard": {
            "shown": status.guard.shown,
            "shielded": status.guard.shielded,
            "reason": status.guard.reason.map(|reason| reason.to_string()),
        },
        "plan": { "network_every": status.plan.network_every, "size": status.plan.scale.name() },
        "watchers": moment.watchers,
        "lead": status.lead.map(words::lead),
        "panics": status.panics,
    })
}

fn camera_json(camera: &CameraStatus) -> Value {
    json!({
        "name": camera.name,
        "mode": camera.mode.map(|mode| mode.to_string()),
        "state": words::camera_state(camera),
        "reason": camera.reason,
        "remark": camera.remark,
        "damaged": camera.tally.damaged + camera.spoiled,
        "late": camera.tally.late,
        "lost": camera.tally.lost,
        "dropped": camera.dropped,
        "failures": camera.failures,
    })
}

fn output_json(output: &OutputStatus) -> Value {
    json!({
        "name": output.name,
        "scene": output.scene,
        "state": words::output_state(output),
        "mode": words::output_mode(output),
        "viewers": words::viewers(output),
        "written": words::written(output),
        "fresh": output.tally.shown,
        "repeated": output.tally.repeated,
        "calm": output.tally.calm,
        "early": output.tally.early,
        "dropped": output.dropped,
        "failures": output.failures,
        "reason": output.reason,
    })
}

/// To hundredths.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
