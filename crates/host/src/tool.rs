//! Asks other programs, for no longer than a moment.

use backlot_launch::{Limits, Order};

/// The most bytes to read of an answer.
const LONGEST: u64 = 16 << 20;

/// Returns what a program writes to standard output; `None` if it doesn't exist, fails, or takes
/// too long.
pub fn ask(program: &str, args: &[&str]) -> Option<String> {
    let mut order = Order::new(program, Limits::QUESTION);
    let (bytes, ending) = order.args(args).variable("LC_ALL", "C.UTF-8").output(LONGEST).ok()?;
    ending.success.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_their_absence() {
        assert_eq!(ask("echo", &["a b"]).as_deref(), Some("a b\n"));
        assert_eq!(ask("/nowhere/program", &[]), None);
        assert_eq!(ask("sleep", &["60"]), None);
    }
}
