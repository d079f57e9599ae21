//! What a rule reports.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works.
    Good,
    /// It works, and there is something worth knowing.
    Note,
    /// It works for most, or will stop working.
    Warning,
    /// It fails.
    Failure,
}

/// What a finding is about; findings are shown in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// The kernel module.
    Module,
    /// The loopback device.
    VirtualCamera,
    /// The real cameras.
    Cameras,
    /// PipeWire and the desktop's permissions.
    Desktop,
}

impl Area {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Module, Self::VirtualCamera, Self::Cameras, Self::Desktop];

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Module => "Kernel module",
            Self::VirtualCamera => "Virtual camera",
            Self::Cameras => "Cameras",
            Self::Desktop => "PipeWire and portal",
        }
    }
}

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub area: Area,
    /// A word for scripts, for example `exclusive-caps`.
    pub id: &'static str,
    /// The programs concerned; empty means all.
    pub clients: Vec<&'static str>,
    /// What happens, in one sentence without a full stop.
    pub what: String,
    /// Why, in sentences; may be empty.
    pub why: String,
    /// The one command that fixes it, if there is one.
    pub mend: Option<String>,
}

impl Finding {
    /// A finding without a reason and a remedy.
    pub fn new(severity: Severity, area: Area, id: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { severity, area, id, clients: Vec::new(), what, why: String::new(), mend: None }
    }

    /// Sets the programs concerned.
    pub fn for_clients(mut self, clients: &[&'static str]) -> Self {
        self.clients = clients.to_vec();
        self
    }

    /// Sets the reason.
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Sets the command that fixes it.
    pub fn mended_by(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}
