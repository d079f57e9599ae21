//! The machine that figures were measured on.

use backlot_kernels::Level;
use serde::Serialize;
use std::fmt;

/// The machine and the build.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// The instruction set in use.
    pub level: String,
    /// The program's version.
    pub version: &'static str,
}

impl Machine {
    /// This one.
    pub fn this() -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            level: Level::best().to_string(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, level, version } = self;
        write!(f, "{processor}, {cores} cores, {level}, backlot {version}")
    }
}

/// The peak memory of this process, in millions of bytes.
pub fn peak_memory_mb() -> Option<f64> {
    let text = field("/proc/self/status", "VmHWM")?;
    let kibibytes: f64 = text.strip_suffix("kB")?.trim().parse().ok()?;
    Some((kibibytes * 1.024).round() / 1e3)
}

/// The first value of a `name: value` line.
fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    });
    value.filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_and_the_memory_are_known() {
        let machine = Machine::this();
        assert!(machine.cores > 0 && !machine.processor.is_empty() && !machine.level.is_empty());
        if cfg!(target_os = "linux") {
            assert!(peak_memory_mb().is_some_and(|mb| mb > 1.0));
        }
    }
}
